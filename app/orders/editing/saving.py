"""Saving a draft over nobody's head: a page that does not stand where the draft stands must look at both first.

A page knows which edition of the draft it shows. The same page may save again while its last answer is under way.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from uuid import UUID, uuid4

from sqlalchemy import select
from wtforms import HiddenField

from app.accounts.models import Person
from app.db import db, utcnow
from app.orders import intake, queries, service
from app.orders.models import PASTED, Order
from app.orders.service import Content
from app.web.forms import Form

MOST_DIGITS = 9
MOST_CHARACTERS = 64
"""Of a page's key."""


class PageFields(Form):
    """Which page it is, and which edition of the draft it shows."""

    edition = HiddenField()
    page_key = HiddenField()


class Overtaken(Exception):
    """The draft holds something else than the page began with, and not what the page says."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Which page it is, and on which edition it stands; None for a client that shows none."""

    edition: int | None
    page_key: str

    def is_overtaken_by(self, draft: Order) -> bool:
        """Whether another page, or another person, has changed the draft since."""
        is_mine = self.page_key != "" and draft.edited_on == self.page_key
        return self.edition is not None and self.edition != draft.edition and not is_mine


@dataclass(frozen=True, slots=True)
class Typed:
    """What a page wants the draft to hold, and where it stands."""

    content: Content
    pasted: str
    standing: Standing


def standing_of(form: PageFields) -> Standing:
    """Read from a form where its page stands."""
    edition = form.edition.data or ""
    number = int(edition) if edition.isdecimal() and len(edition) <= MOST_DIGITS else None
    return Standing(number, (form.page_key.data or "")[:MOST_CHARACTERS])


def open_page(form: PageFields, draft: Order | None) -> None:
    """Say in a form which page it is, unless it says so already."""
    form.page_key.data = form.page_key.data or uuid4().hex
    if form.edition.data is None or form.edition.data == "":
        form.edition.data = str(draft.edition if draft else 0)


def begin(draft: Order, standing: Standing, person_id: int) -> None:
    """Note which page has just made a draft by itself."""
    draft.edition, draft.edited_on = draft.edition + 1, standing.page_key
    draft.edited_at, draft.edited_by_id = utcnow(), person_id


def save(order_id: int, typed: Typed, person_id: int) -> Order:
    """Let a draft hold what a person saves; raise NotADraft, or Overtaken where somebody would be written over."""
    draft, changed = _store(order_id, typed, person_id)
    if changed:
        service.note_change(draft, changed)
    draft.edited_on = ""
    return draft


def save_by_itself(order_id: int, typed: Typed, person_id: int) -> Order:
    """Do the same while it is typed: only the first change that a page makes is written down."""
    known_page = queries.edited_on(order_id)
    draft, changed = _store(order_id, typed, person_id)
    if changed and known_page != typed.standing.page_key:
        service.note_change(draft, changed)
    if changed:
        draft.edited_on = typed.standing.page_key
    return draft


def _store(order_id: int, typed: Typed, person_id: int) -> tuple[Order, Sequence[str]]:
    draft = service.lock_draft(order_id)
    if typed.standing.is_overtaken_by(draft) and not is_same(draft, typed):
        raise Overtaken(order_id)
    before = draft.edition
    if typed.content.channel != draft.channel:
        intake.paste(order_id, "")
    changed, revision = service.give(draft, typed.content), draft.revision
    intake.paste(order_id, typed.pasted)
    if draft.revision != revision:
        changed = [*changed, "pasted"]
        draft.edition += 1
    if draft.edition != before:
        draft.edited_at, draft.edited_by_id = utcnow(), person_id
    return draft, changed


def is_same(draft: Order, typed: Typed) -> bool:
    """Whether the draft holds already what was typed."""
    is_content = all(getattr(draft, name) == value for name, value in asdict(typed.content).items())
    return is_content and pasted_of(draft.id) == typed.pasted


def pasted_of(order_id: int) -> str:
    """The pasted text of a draft, while it is kept."""
    return next((intake.pasted_text(one) for one in queries.intakes(order_id) if one.part == PASTED), "")


def begun_with(form_key: UUID | None, person_id: int) -> Order | None:
    """Find the draft that the same page of the same person has made before."""
    mine = (Order.public_id == form_key, Order.created_by_id == person_id, Order.placed_at.is_(None))
    return db.session.scalar(select(Order).where(*mine)) if form_key else None


def editor_of(draft: Order) -> str:
    """The name of who changed a draft last; empty where nobody is known."""
    person = db.session.get(Person, draft.edited_by_id) if draft.edited_by_id else None
    return person.name if person else ""
