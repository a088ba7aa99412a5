"""The words that the search page says of what a text was taken for."""

from flask_babel import lazy_gettext

from app.support.search.readings import Kind

KINDS = {
    Kind.PHONE: lazy_gettext("a phone number"),
    Kind.EMAIL: lazy_gettext("an e-mail address"),
    Kind.PERSON: lazy_gettext("a national identity number"),
    Kind.ORGANISATION: lazy_gettext("an organisation number"),
    Kind.ID: lazy_gettext("an order's or a shipment's id"),
    Kind.NOTIFICATION: lazy_gettext("a notification's number"),
    Kind.ORDER: lazy_gettext("an order's number"),
    Kind.REFERENCE: lazy_gettext("a sender's reference, or how it begins"),
    Kind.GATEWAY_REFERENCE: lazy_gettext("a gateway's reference"),
}
