"""What is told while an order is typed: whose name the sender is, and which countries have something to say."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.accounts.models import ServiceOwner
from app.db import utcnow
from app.messaging.days import left_out
from app.messaging.link_template import LinkTemplate
from app.messaging.schedule import NonexistentTime, from_oslo
from app.messaging.status import Channel
from app.orders import outlook
from app.orders.contents import Line
from app.orders.forms import OrderForm
from app.orders.models import Intake, IntakeStatus
from app.orders.outlook import Outlook
from app.orders.problems import protected_words
from app.web.typed import plain


@dataclass(frozen=True, slots=True)
class Foretold:
    """Why the sender may not be used, if so, and what each country does as far as the recipients are known."""

    protected: str = ""
    seen: Outlook = outlook.NOTHING


NOTHING = Foretold()


def typed(
    channel: Channel, form: Mapping[str, str], owners: Sequence[ServiceOwner], intakes: Sequence[Intake]
) -> Foretold:
    """Tell it of what stands in the fields at this moment."""
    owner = next((owner for owner in owners if str(owner.id) == form.get("service_owner_id")), None)
    if channel is not Channel.SMS or owner is None:
        return Foretold()
    later = _moment(form) if form.get("send_when") == "later" else None
    days = left_out(weekends="weekdays_only" in form, holidays="no_holidays" in form)
    at = outlook.leaves_at(later, utcnow(), daytime_only=form.get("window") != "anytime", days=days)
    return _foretold(owner, plain(form.get("sms_sender")).strip(), plain(form.get("sms_text")), at, intakes)


def in_form(form: OrderForm, intakes: Sequence[Intake]) -> Foretold:
    """Tell it of a form that is shown."""
    owner = next((owner for owner in form.owners if owner.id == form.service_owner_id.data), None)
    if not form.has_sms or owner is None:
        return Foretold()
    days = left_out(weekends=form.weekdays_only.data, holidays=form.no_holidays.data)
    at = outlook.leaves_at(form.send_at, utcnow(), daytime_only=form.is_daytime, days=days)
    return _foretold(owner, form.sms_sender.data or "", form.sms_text.data or "", at, intakes)


def _foretold(owner: ServiceOwner, sender: str, text: str, at: datetime, intakes: Sequence[Intake]) -> Foretold:
    sender = sender or owner.sms_sender
    hosts = LinkTemplate(text).hosts((), text)
    counted: Counter[str] = Counter()
    for intake in intakes:
        counted.update(intake.countries if intake.status == IntakeStatus.READ else {})
    lines = [Line(country, hosts, recipients, 0) for country, recipients in counted.items()]
    return Foretold(protected_words(sender, owner.short_name) or "", outlook.among(lines, owner.id, sender, at))


def _moment(form: Mapping[str, str]) -> datetime | None:
    try:
        return from_oslo(datetime.fromisoformat(f"{form.get('send_on', '')}T{form.get('send_time', '')}"))
    except (ValueError, NonexistentTime):
        return None
