"""Moving the recipients of a country to e-mail, for what the country would do to their SMS, and back."""

from collections.abc import Iterable

from app.messaging.phone_metadata import counted_country
from app.orders import check
from app.orders.models import Order
from app.orders.service import lock_draft, note_change, touch


def move_to_email(order_id: int, country: str) -> None:
    """Send an e-mail and no SMS to whoever has both addresses in a country, and check the draft anew. Raise NotADraft.

    Who has no e-mail address there keeps the SMS, and an order of one channel goes as it is.
    """
    draft = lock_draft(order_id)
    _move(draft, {*draft.moved_to_email, counted_country(country)})


def move_back(order_id: int, country: str) -> None:
    """Send them SMS after all, and check the draft anew. Raise NotADraft."""
    draft = lock_draft(order_id)
    _move(draft, {*draft.moved_to_email} - {counted_country(country)})


def _move(draft: Order, countries: Iterable[str]) -> None:
    wanted = sorted(countries)
    if wanted == draft.moved_to_email:
        return
    draft.moved_to_email = wanted
    touch(draft)
    note_change(draft, ["moved_to_email"])
    check.ask(draft.id)
