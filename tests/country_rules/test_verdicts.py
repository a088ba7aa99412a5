"""A send-out asks once for each distinct combination, on each country's own day."""

from datetime import UTC, date, datetime

import pytest

from app.country_rules.engine import evaluate
from app.country_rules.terms import Outcome, RegistrationStatus
from app.country_rules.verdict import Content, Registration, Sender
from app.country_rules.verdicts import Verdicts, local_day

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
NONE: frozenset[str] = frozenset()


def test_the_same_combination_is_evaluated_once() -> None:
    verdicts = Verdicts(Sender("Altinn"), {}, NOON)

    first, again, other = verdicts["ES", NONE], verdicts["ES", NONE], verdicts["ES", frozenset({"altinn.no"})]

    assert first is again
    assert first == evaluate("ES", Sender("Altinn"), None, Content(), date(2026, 11, 23))
    assert other is not first
    assert len(verdicts) == 2


def test_each_country_has_its_own_registration() -> None:
    registration = Registration("Altinn", "NO", RegistrationStatus.APPROVED)
    verdicts = Verdicts(Sender("Altinn"), {"NO": registration}, NOON)

    assert verdicts["SJ", NONE].matched[0].id == "NO-alpha-approved"
    assert verdicts["ES", NONE].outcome is Outcome.WILL_FAIL


@pytest.mark.parametrize(
    ("country", "at", "day"),
    [
        ("FI", datetime(2026, 11, 1, 22, 30, tzinfo=UTC), date(2026, 11, 2)),
        ("AX", datetime(2026, 11, 1, 22, 30, tzinfo=UTC), date(2026, 11, 2)),
        ("ES", datetime(2026, 11, 1, 22, 30, tzinfo=UTC), date(2026, 11, 1)),
        ("TH", datetime(2026, 11, 1, 17, 0, tzinfo=UTC), date(2026, 11, 2)),
        ("US", datetime(2026, 11, 1, 3, 0, tzinfo=UTC), date(2026, 10, 31)),
        ("AQ", datetime(2026, 11, 1, 23, 59, tzinfo=UTC), date(2026, 11, 1)),
    ],
)
def test_the_day_is_that_of_the_recipients_country(country: str, at: datetime, day: date) -> None:
    assert local_day(country, at) == day


def test_finland_tightens_at_its_own_midnight() -> None:
    before = Verdicts(Sender("Altinn"), {}, datetime(2026, 11, 1, 21, 59, tzinfo=UTC))
    after = Verdicts(Sender("Altinn"), {}, datetime(2026, 11, 1, 22, 0, tzinfo=UTC))

    assert before["FI", NONE].outcome is Outcome.DELIVER_OVERWRITTEN
    assert after["FI", NONE].outcome is Outcome.AT_RISK
