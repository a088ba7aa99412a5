"""Everything one stand-in holds, shared by its doors: LINK's protocol, SMTP, the control and the pages."""

import secrets
import threading
from dataclasses import dataclass
from itertools import count

from app.standin.behaviour import Rules
from app.standin.conditions import Conditions
from app.standin.registers import Shelves
from app.standin.reporter import Reporter
from app.standin.returns import Returns
from app.standin.shelf import Shelf


@dataclass(frozen=True, slots=True)
class StandinSettings:
    """How a stand-in is started; port 0 is any free one, an empty account or report URL means none is asked for."""

    host: str = "127.0.0.1"
    http_port: int = 8025
    smtp_port: int = 2525
    client: str = ""
    password: str = ""
    report_url: str = ""
    report_user: str = ""
    report_password: str = ""
    report_delay_s: float = 0.5
    reports_per_post: int = 200
    bounce_url: str = ""
    bounce_user: str = ""
    bounce_password: str = ""
    """Where bounces and complaints are posted, and how."""
    https_port: int = 0
    certificates: str = ""
    """The folder with the certificates of conditions, made where they are missing; empty: no condition is answered."""
    keep: int = 200_000
    """How many messages of each kind are kept whole."""
    addresses: int = 2_000_000
    """How many phones, and how many mailboxes, are told apart and counted."""


@dataclass(slots=True)
class Tally:
    """What LINK's door did: requests, messages refused."""

    requests: int = 0
    refused: int = 0


class Desk:
    """The stand-in's memory and its reports."""

    def __init__(self, settings: StandinSettings) -> None:
        self.settings = settings
        self.rules = Rules()
        self.phones = Shelf(settings.keep, settings.addresses)
        self.mailboxes = Shelf(settings.keep, settings.addresses)
        self.tally = Tally()
        self.registers = Shelves()
        self.conditions = Conditions()
        self.stopping = threading.Event()
        """Set when the process ends, so that no answer is stalled any longer."""
        self.reporter = Reporter(
            self.phones,
            settings.report_url,
            settings.report_user,
            settings.report_password,
            settings.reports_per_post,
        )
        self.returns = Returns(
            self.mailboxes, settings.bounce_url, settings.bounce_user, settings.bounce_password, per_post=1, threads=1
        )
        self._run = secrets.token_hex(4)
        self._turns = count(1)

    def new_reference(self) -> str:
        """A reference that no other message has, also after a restart."""
        return f"{self._run}-{next(self._turns)}"

    def reset(self) -> None:
        """Forget messages, reports and everything that was told."""
        self.rules.forget()
        self.reporter.forget()
        self.returns.forget()
        self.phones.clear()
        self.mailboxes.clear()
        self.registers.forget()
        self.conditions.forget()
        self.tally.requests = self.tally.refused = 0

    def stall(self, seconds: float) -> None:
        """Wait, but not past the end of the process."""
        self.stopping.wait(seconds)
