"""The metadata of all tables, complete because every room's models are imported here."""

from app.accounts import models as accounts
from app.allow_list import models as allow_list
from app.audit import models as audit
from app.conditions import models as conditions
from app.contacts import models as contacts
from app.country_rules.policies import models as policies
from app.country_rules.upkeep import models as upkeep
from app.db import Base
from app.dispatch import models as dispatch
from app.gateway_desk import models as gateway_desk
from app.insight import models as insight
from app.orders import models as orders
from app.orders import placed_models as placed
from app.orders import reach_models as reached
from app.orders import set_aside
from app.orders.reminders import models as reminders
from app.prices import models as prices
from app.sender_ids import models as sender_ids
from app.shipments import models as shipments
from app.support import models as support
from app.system_email import models as system_email
from app.texts import models as texts

ROOMS = (
    accounts,
    allow_list,
    audit,
    conditions,
    contacts,
    dispatch,
    gateway_desk,
    insight,
    orders,
    placed,
    policies,
    prices,
    reached,
    reminders,
    sender_ids,
    set_aside,
    shipments,
    support,
    system_email,
    texts,
    upkeep,
)

metadata = Base.metadata
