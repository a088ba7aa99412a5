"""The languages that texts are written in, and how a cell of a list names one."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Language(StrEnum):
    """Altinn's codes of languages, beside Northern Sámi's as KRR has it."""

    BOKMAL = "nb"
    NYNORSK = "nn"
    ENGLISH = "en"
    SAMI = "se"


@dataclass(frozen=True, slots=True)
class Wording:
    """What is said on each channel in one language; a channel that nothing is said on is empty."""

    sms_text: str = ""
    email_subject: str = ""
    email_text: str = ""

    @property
    def has_sms(self) -> bool:
        """Whether it says anything by SMS."""
        return bool(self.sms_text.strip())

    @property
    def has_email(self) -> bool:
        """Whether it says anything by e-mail."""
        return bool(self.email_subject.strip() or self.email_text.strip())

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing at all."""
        return not (self.has_sms or self.has_email)


_NAMES: Mapping[str, Language] = {
    "no": Language.BOKMAL,
    "nb-no": Language.BOKMAL,
    "nob": Language.BOKMAL,
    "nor": Language.BOKMAL,
    "bokmål": Language.BOKMAL,
    "bokmal": Language.BOKMAL,
    "norsk": Language.BOKMAL,
    "norwegian": Language.BOKMAL,
    "nn-no": Language.NYNORSK,
    "nno": Language.NYNORSK,
    "nynorsk": Language.NYNORSK,
    "en-gb": Language.ENGLISH,
    "en-us": Language.ENGLISH,
    "eng": Language.ENGLISH,
    "engelsk": Language.ENGLISH,
    "english": Language.ENGLISH,
    "sme": Language.SAMI,
    "se-no": Language.SAMI,
    "samisk": Language.SAMI,
    "nordsamisk": Language.SAMI,
    "sami": Language.SAMI,
    "sámi": Language.SAMI,
    "davvisámegiella": Language.SAMI,
    **{language.value: language for language in Language},
}
"""`se` is the Sámi language here, as in the code list that KRR uses; Swedish is none of ours."""


def read_language(cell: str | None) -> Language | None:
    """Read a language's code or name, in any case; None where it names none of ours."""
    return _NAMES.get((cell or "").strip().casefold().replace("_", "-"))
