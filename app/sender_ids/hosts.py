"""Hosts that are wanted for a registration after it was handed in: a sender asks, an administrator answers.

Until then a draft holds what is wanted, and whoever fills it in writes it there.
"""

from collections.abc import Sequence

from flask_babel import gettext
from sqlalchemy import func

from app.accounts.current import person_id_at_desk
from app.country_rules.terms import RegistrationStatus as Status
from app.sender_ids import needs, reading
from app.sender_ids.fields import BY_NAME
from app.sender_ids.models import SenderRegistration
from app.sender_ids.refusals import RegistrationRefused
from app.sender_ids.service import keep, touch
from app.sender_ids.telling import tell_of_hosts

ASKABLE = frozenset({Status.SUBMITTED, Status.IN_REVIEW, Status.APPROVED, Status.SUSPENDED})
"""In which status somebody who may change nothing else may ask for hosts."""


def may_be_asked_for(row: SenderRegistration) -> bool:
    """Whether hosts can be asked for: the country looks at links, and the registration has been handed in."""
    urls = BY_NAME["wanted_hosts"].need
    is_looked_at = urls is not None and needs.asked_in(row.country).asks(urls)
    return is_looked_at and reading.standing_of(row) in ASKABLE


def waiting(row: SenderRegistration) -> list[str]:
    """List the hosts that somebody has asked for and that nobody has answered yet."""
    return _missing(row, row.wanted_hosts) if row.hosts_asked_at else []


def ask(row: SenderRegistration, hosts: Sequence[str]) -> None:
    """Ask for hosts on a locked registration; raises `RegistrationRefused` where none of them is left to approve."""
    if not may_be_asked_for(row):
        raise RegistrationRefused(gettext("In its status it cannot be changed."), "hosts")
    if not _missing(row, hosts):
        raise RegistrationRefused(gettext("Name a host that is not approved yet."), "hosts")
    row.hosts_asked_at, row.hosts_asked_by_id = func.clock_timestamp(), person_id_at_desk()
    if not keep(row, {"wanted_hosts": list(dict.fromkeys([*row.wanted_hosts, *_missing(row, hosts)]))}):
        touch(row)


def approve(row: SenderRegistration) -> list[str]:
    """Approve all that were asked for on a locked registration, and tell who asked; gives which."""
    hosts = waiting(row)
    _answer(row, {"approved_hosts": [*row.approved_hosts, *hosts]}, hosts, "")
    return hosts


def decline(row: SenderRegistration, reason: str) -> list[str]:
    """Approve none of them, and tell who asked why; gives which. Raises `RegistrationRefused` without a reason."""
    if not reason.strip():
        raise RegistrationRefused(gettext("Give a reason; whoever asked reads it."), "reason")
    hosts = waiting(row)
    _answer(row, {"wanted_hosts": [host for host in row.wanted_hosts if host not in hosts]}, hosts, reason.strip())
    return hosts


def _answer(row: SenderRegistration, said: dict[str, list[str]], hosts: Sequence[str], reason: str) -> None:
    asked_by, row.hosts_asked_at, row.hosts_asked_by_id = row.hosts_asked_by_id, None, None
    if not keep(row, said):
        touch(row)
    if hosts:
        tell_of_hosts(row, hosts, reason, asked_by, person_id_at_desk())


def _missing(row: SenderRegistration, hosts: Sequence[str]) -> list[str]:
    return [host for host in hosts if host not in row.approved_hosts]
