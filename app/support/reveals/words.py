"""The words that the pages say of reveals."""

from flask_babel import lazy_gettext

from app.support.reveals.models import RevealReason

REASONS = {
    RevealReason.RECIPIENT_ASKS: lazy_gettext("The recipient asks about the message"),
    RevealReason.SENDER_ASKS: lazy_gettext("The service owner asks about the message"),
    RevealReason.FAILURE: lazy_gettext("To find out why it failed"),
    RevealReason.WRONG_RECIPIENT: lazy_gettext("It may have gone to the wrong person"),
    RevealReason.LEGAL: lazy_gettext("A legal demand, or supervision"),
    RevealReason.OTHER: lazy_gettext("Another reason"),
}
