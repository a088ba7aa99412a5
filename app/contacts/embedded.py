"""The embedded register: test persons and organisations in our own database, so that everything works on a laptop."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from app.contacts.answer import NOT_FOUND, Answer, Standing
from app.contacts.models import Listed
from app.contacts.sealing import sealer
from app.db import db
from app.messaging.identity import IdentityKind


class Embedded:
    """Answers from what administrators have entered; one per kind of number."""

    name = "embedded"
    batch_size = 10_000
    needs_session = True

    def __init__(self, kind: IdentityKind) -> None:
        self._kind = kind

    def look_up(self, numbers: Sequence[str]) -> Mapping[str, Answer]:
        """Answer by one statement; always there."""
        hashes = {sealer().hash(number): number for number in numbers}
        found = select(Listed).where(Listed.kind == self._kind, Listed.number_hash.in_(list(hashes)))
        known = {hashes[one.number_hash]: answer_of(one) for one in db.session.scalars(found)}
        return {number: known.get(number, NOT_FOUND) for number in numbers}


def answer_of(entry: Listed) -> Answer:
    """What the embedded register says of an entry."""
    if entry.standing in (Standing.NOT_FOUND, Standing.DECEASED):
        return Answer(Standing(entry.standing), name=entry.name)
    has_points = bool(entry.emails or entry.phones)
    return Answer(
        Standing.FOUND if has_points else Standing.NO_CONTACT_POINT,
        tuple(entry.emails),
        tuple(entry.phones),
        entry.confirmed_at if entry.emails else None,
        entry.confirmed_at if entry.phones else None,
        entry.is_reserved,
        entry.language,
        entry.name,
    )
