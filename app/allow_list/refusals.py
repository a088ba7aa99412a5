"""Why a deed on the allow-list cannot be done, in words for the desk."""


class AllowListRefused(Exception):
    """A deed that cannot be done, in words; `field` names the form's field where it is one's fault."""

    def __init__(self, words: str, field: str = "") -> None:
        super().__init__(words)
        self.field = field
