"""What languages and the parts of a text are called, in the person's language."""

from dataclasses import dataclass

from flask_babel import gettext

from app.messaging.language import Language, Wording
from app.texts.difference import Change, Piece, difference
from app.texts.service import Said


def language(code: str) -> str:
    """Name a language; the code itself where it is none of ours."""
    names = {
        Language.BOKMAL: gettext("Norwegian Bokmål"),
        Language.NYNORSK: gettext("Norwegian Nynorsk"),
        Language.ENGLISH: gettext("English"),
        Language.SAMI: gettext("Northern Sámi"),
    }
    return names[Language(code)] if code in set(Language) else code


def part(name: str) -> str:
    """Name a field of a wording."""
    names = {
        "sms_text": gettext("Text of the SMS"),
        "email_subject": gettext("Subject of the e-mail"),
        "email_text": gettext("Text of the e-mail"),
    }
    return names[name]


def formatting(*, is_markdown: bool) -> str:
    """Say whether the e-mail has formatting."""
    return gettext("with formatting") if is_markdown else gettext("without formatting")


@dataclass(frozen=True, slots=True)
class Compared:
    """One part of a text that two versions do not agree on."""

    title: str
    pieces: list[Piece]


def compared(before: Said, after: Said) -> list[Compared]:
    """Say what two versions do not agree on, part by part, in the order in which a version is read."""
    found = [
        _setting(gettext("Language where none is known"), language(before.language), language(after.language)),
        _setting(
            gettext("The e-mail"),
            formatting(is_markdown=before.email_is_markdown),
            formatting(is_markdown=after.email_is_markdown),
        ),
    ]
    nothing = Wording()
    for code in Language:
        old, new = before.wordings.get(code, nothing), after.wordings.get(code, nothing)
        for name in Wording.__dataclass_fields__:
            title = gettext("%(part)s, %(language)s", part=part(name), language=language(code))
            found.append(Compared(title, difference(getattr(old, name), getattr(new, name))))
    return [one for one in found if any(piece.change is not Change.KEPT for piece in one.pieces)]


def _setting(title: str, before: str, after: str) -> Compared:
    if before == after:
        return Compared(title, [])
    return Compared(title, [Piece(Change.REMOVED, before), Piece(Change.ADDED, after)])
