"""Organisations' notification addresses, as Altinn's profile service gives them out: several of each kind."""

from collections.abc import Mapping, Sequence

import msgspec

from app.contacts.answer import NOT_FOUND, Answer, Standing
from app.contacts.maskinporten import Tokens
from app.contacts.points import each_once, email_of, phone_of
from app.contacts.wire import Wire

SCOPE = "altinn:profile/notificationaddresses.read"
PATH = "/profile/api/v1/organizations/notificationaddresses/lookup"


class Organisation(msgspec.Struct, gc=False):
    """An organisation with its addresses, as the profile service writes one."""

    organizationNumber: str
    emailList: list[str | None] | None = None
    mobileNumberList: list[str | None] | None = None


class Organisations(msgspec.Struct, gc=False):
    """A whole answer."""

    contactPointsList: list[Organisation]


_read = msgspec.json.Decoder(Organisations).decode


class NotificationAddresses:
    """The addresses that an organisation has registered for notifications; they have no confirmation and no owner."""

    name = "notification_addresses"
    batch_size = 500
    needs_session = False

    def __init__(self, wire: Wire, tokens: Tokens) -> None:
        self._wire, self._tokens = wire, tokens

    def look_up(self, numbers: Sequence[str]) -> Mapping[str, Answer]:
        """Ask for up to 500 organisations in one request; raise `RegisterDown`."""
        reply = self._wire.ask(
            "POST", PATH, body={"organizationNumbers": list(numbers)}, headers=self._tokens.headers, read=_read
        )
        known = {one.organizationNumber: answer_of(one) for one in reply.data.contactPointsList}
        return {number: known.get(number, NOT_FOUND) for number in numbers}


def answer_of(organisation: Organisation) -> Answer:
    """What is known of one organisation, each address once."""
    emails = each_once(email_of(written) for written in organisation.emailList or ())
    phones = each_once(phone_of(written) for written in organisation.mobileNumberList or ())
    return Answer(Standing.FOUND if emails or phones else Standing.NO_CONTACT_POINT, emails, phones)
