"""The worked examples of the country rules, as a sender reads them on the check page before anything is sent."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import insert

from app.country_rules.policies import words
from app.country_rules.terms import Outcome
from app.db import db
from app.orders import outlook
from app.sender_ids.models import SenderRegistration
from tests.country_rules.worked import EXAMPLES, Example
from tests.orders.drafting import Desk, Drafted, sms


def seen_on_the_phone(example: Example) -> str:
    if example.policy == "block":
        return "no phone gets it"
    return example.sender if example.outcome == "deliver" else example.shown or "not known"


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_the_check_page_says_what_the_country_does_and_what_we_do(
    app: Flask,
    sender_page: Page,
    served: str,
    desk: Desk,
    drafted: Callable[..., Drafted],
    monkeypatch: pytest.MonkeyPatch,
    example: Example,
) -> None:
    monkeypatch.setattr(outlook, "utcnow", lambda: example.moment)
    with app.app_context():
        if example.registered:
            whose = {"service_owner_id": desk.service_owner_id, "country": example.country, "status": "approved"}
            db.session.execute(insert(SenderRegistration).values(whose | example.registered))
            db.session.commit()
    draft = drafted(sms(example.text, sms_sender=example.sender), example.number)
    with app.test_request_context():
        outcome = words.outcome(Outcome(example.outcome))

    sender_page.goto(f"{served}/orders/{draft.id}/check")

    [row] = sender_page.get_by_role("table", name="What each country does").locator("tbody tr").all()
    expect(row).to_contain_text(outcome)
    expect(row).to_contain_text(seen_on_the_phone(example))
    expect(sender_page.locator("#stopped")).to_have_count(int(example.policy == "block"))
    expect(sender_page.locator(f"#confirm_{example.country}")).to_have_count(int(example.policy == "warn"))
