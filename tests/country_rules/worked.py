"""The worked examples of the sender-ID rules (reference, section 6.3): what goes in, and what must come out."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

AUTUMN = date(2026, 11, 23)
NUMBERS = {"NO": "+4740000001", "FI": "+358401234567", "ES": "+34612345678"}


@dataclass(frozen=True)
class Example:
    """An SMS to a country on a day, from a sender that may be registered there; and its verdict."""

    country: str
    day: date
    outcome: str
    policy: str
    rule: str
    sender: str = "Skatt"
    registered: dict[str, Any] = field(default_factory=dict)
    """Fields of its approved registration; empty where there is none."""
    text: str = "Hello"
    shown: str = ""
    """What phones show instead, as far as that is known."""

    @property
    def number(self) -> str:
        """A phone of the country."""
        return NUMBERS[self.country]

    @property
    def moment(self) -> datetime:
        """When it is sent: the same day in Norway and in its country."""
        return datetime(self.day.year, self.day.month, self.day.day, 11, tzinfo=UTC)

    def __str__(self) -> str:
        return f"{self.rule} on {self.day}"


OURS = {"sender": "Skatt", "providers": ["LINK"]}
EXAMPLES = [
    Example("FI", date(2026, 4, 1), "deliver", "allow", "FI-alpha-unregistered-2"),
    Example("FI", date(2026, 6, 1), "deliver_overwritten", "warn", "FI-alpha-unregistered-3", shown="Tuntematon"),
    Example(
        "FI", AUTUMN, "at_risk", "warn", "FI-alpha-unregistered-4", shown="a replacement label other than the brand"
    ),
    Example("FI", AUTUMN, "deliver", "allow", "FI-alpha-approved", registered=OURS),
    Example("FI", AUTUMN, "unknown", "warn", "FI-numeric-foreign", sender="4791234567"),
    Example("ES", date(2026, 5, 1), "deliver", "allow", "ES-alpha-unregistered-1"),
    Example("ES", date(2026, 7, 1), "at_risk", "warn", "ES-alpha-unregistered-2"),
    Example("ES", AUTUMN, "will_fail", "block", "ES-alpha-unregistered-3"),
    Example("ES", AUTUMN, "deliver", "allow", "ES-alpha-approved", registered=OURS),
    Example("ES", AUTUMN, "deliver", "allow", "ES-numeric-domestic", sender="34612345678"),
    Example("ES", AUTUMN, "at_risk", "warn", "ES-numeric-foreign", sender="4791234567"),
    Example(
        *("ES", AUTUMN, "will_fail", "block", "ES-alpha-wrong-provider"), registered=OURS | {"providers": ["Another"]}
    ),
    Example("ES", AUTUMN, "will_fail", "block", "ES-alpha-wrong-case", registered=OURS | {"sender": "SKATT"}),
    Example("NO", AUTUMN, "deliver", "allow", "NO-alpha-unregistered"),
    Example("NO", AUTUMN, "deliver", "allow", "NO-alpha-unregistered", text="Les mer på altinn.no/skjema"),
]
