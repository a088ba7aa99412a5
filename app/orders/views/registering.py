"""From what a country does to a draft's links to asking for their hosts to be approved there."""

from flask import redirect
from werkzeug.wrappers import Response

from app.accounts.current import current_person
from app.messaging.phone_metadata import counted_country
from app.orders import contents
from app.orders.views import bp, my_draft
from app.orders.views.remedies import registering_url
from app.web import tokens
from app.web.access import open_to


def add_to_menu() -> None:
    """It is done from the check of a draft."""


@bp.post("/<int:order_id>/ask-for-hosts/<country>")
@open_to("sender")
def ask_for_hosts(order_id: int, country: str) -> Response:
    """Lead to asking for the hosts of the links that the draft sends to a country; no address names them."""
    draft = my_draft(order_id)
    found = [line.hosts for line in contents.contents_of(draft.id) if counted_country(line.country) == country]
    hosts = sorted(frozenset[str]().union(*found) - contents.OTHER_HOSTS)
    given = tokens.remember("\n".join(hosts), current_person().id)
    return redirect(registering_url(draft.service_owner_id, draft.sms_sender, country, given=given), 303)
