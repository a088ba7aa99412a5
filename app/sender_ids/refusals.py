"""Why a deed on a registration cannot be done, in words for the desk."""

from collections.abc import Mapping


class RegistrationRefused(Exception):
    """A deed that cannot be done, in words; `field` names the form's field where it is one's fault."""

    def __init__(self, words: str, field: str = "") -> None:
        super().__init__(words)
        self.field = field


class FieldsRefused(RegistrationRefused):
    """Several fields that cannot be kept as they are written: what is wrong with each, by name."""

    def __init__(self, wrong: Mapping[str, str]) -> None:
        super().__init__(" ".join(wrong.values()))
        self.wrong = wrong
