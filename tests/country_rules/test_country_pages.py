"""Country pages: the list and map for a chosen sender, one country, what if, and verifying."""

import logging
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.audit.models import AuditEntry
from app.country_rules.countries.world import world
from app.country_rules.policies import service as policies
from app.country_rules.register import standing_register
from app.country_rules.terms import Outcome, Policy
from app.country_rules.upkeep import service
from app.db import db, utcnow
from app.sender_ids.models import SenderRegistration
from tests.country_rules.own_rules import saying
from tests.fixtures.desk import Somebody, Visitor

NewVisitor = Callable[..., Visitor]
NewPerson = Callable[..., Somebody]


@pytest.fixture
def astrid(somebody: NewPerson) -> Somebody:
    """An administrator."""
    return somebody("astrid", administrator=True)


@pytest.fixture
def desk(visitor: NewVisitor, astrid: Somebody) -> Visitor:
    """The administrator's browser."""
    return visitor().sign_in(astrid)


@pytest.fixture
def owner(service_owner: Callable[..., int]) -> int:
    """The service owner that Kari sends for; its sender is Altinn-test."""
    return service_owner("ttd")


@pytest.fixture
def sender(visitor: NewVisitor, somebody: NewPerson, owner: int) -> Visitor:
    """A sender's browser."""
    return visitor().sign_in(somebody("kari", sends_for=[owner]))


def _row(page: str, country: str) -> str:
    found = re.search(rf'<tr>\s*<th scope="row"><a class="ds-link" href="/countries/{country}">.*?</tr>', page, re.S)
    assert found, country
    return found[0]


def _register(app: Flask, owner_id: int, country: str, status: str, name: str = "Altinn-test") -> None:
    with app.app_context():
        its = {"service_owner_id": owner_id, "country": country, "sender": name, "status": status}
        db.session.add(SenderRegistration(**its))
        db.session.commit()


def _what_if(browser: Visitor, country: str, **fields: str) -> str:
    page = f"/countries/{country}"
    usual = {"try_on": "2026-11-23", "try_sender": "Digdir", "try_owner": ""}
    answer = browser.post(f"{page}/what-if", {**usual, **fields}, page=page)
    assert answer.status_code == 200, answer.text
    return answer.text.partition('id="what-if"')[2].partition("<form")[0]


def test_the_list_has_every_country_with_its_outcome_for_the_chosen_sender(sender: Visitor) -> None:
    page = sender.get("/countries").text

    assert "Altinn-test (ttd)" in page
    assert page.count('<th scope="row">') == len(standing_register().countries)
    assert "Will fail" in _row(page, "ES")
    assert "Delivered as it is" in _row(page, "NO")


def test_another_sender_has_other_outcomes(sender: Visitor) -> None:
    assert "Delivered as it is" not in _row(sender.get("/countries?sender=number").text, "ES")
    assert "Not known" in _row(sender.get("/countries?sender=number").text, "FI")


def test_a_registration_counts_for_the_service_owner_that_has_it(app: Flask, sender: Visitor, owner: int) -> None:
    _register(app, owner, "ES", "approved")
    with app.app_context():
        db.session.scalars(select(SenderRegistration)).one().providers = ["LINK"]
        db.session.commit()

    page = sender.get("/countries?sender=owner-ttd").text

    assert "Delivered as it is" in _row(page, "ES")
    assert '<td class="number">1</td>' in _row(page, "ES")
    assert "Will fail" in _row(sender.get("/countries?sender=name").text, "ES")


def test_a_registration_counts_only_for_the_provider_that_carries_the_sms(
    app: Flask, sender: Visitor, owner: int
) -> None:
    app.config["LINK_PROVIDER"] = "Another"
    _register(app, owner, "ES", "approved")
    with app.app_context():
        db.session.scalars(select(SenderRegistration)).one().providers = ["LINK"]
        db.session.commit()

    assert "Will fail" in _row(sender.get("/countries?sender=owner-ttd").text, "ES")
    assert "ES-alpha-wrong-provider" in _what_if(sender, "ES", try_owner="ttd", try_sender="Altinn-test")


def test_somebody_elses_service_owner_cannot_be_chosen_nor_its_registrations_seen(
    app: Flask, sender: Visitor, service_owner: Callable[..., int]
) -> None:
    _register(app, service_owner("skd"), "ES", "approved")

    page = sender.get("/countries?sender=owner-skd").text

    assert "(skd)" not in page
    assert '<td class="number">0</td>' in _row(page, "ES")
    assert "None that you see" in sender.get("/countries/ES").text


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("search=finl", "FI", "SE"),
        ("search=FI", "FI", "SE"),
        ("region=Nordic", "GL", "ES"),
        ("outcome=will_fail&sender=name", "ES", "NO"),
    ],
)
def test_the_list_and_the_map_are_narrowed_together(sender: Visitor, query: str, shown: str, hidden: str) -> None:
    page = sender.get(f"/countries?{query}").text

    assert page.count(f'href="/countries/{shown}"') >= 2
    assert f'<th scope="row"><a class="ds-link" href="/countries/{hidden}"' not in page


def test_a_list_without_rows_says_so(sender: Visitor) -> None:
    assert "No such country" in sender.get("/countries?search=Atlantis").text


def test_the_map_has_every_country_of_the_file(sender: Visitor) -> None:
    page = sender.get("/countries").text

    assert all(world().draws(code) for code in standing_register().countries)
    drawn = re.findall(r'<a href="/countries/([A-Z]{2})" aria-label="[^"]+: [^"]+"><title>', page)
    assert sorted(drawn) == sorted(standing_register().countries)
    assert "Not on the map" not in page


def test_a_country_too_small_to_draw_is_named_beneath_the_map(app: Flask, desk: Visitor, astrid: Somebody) -> None:
    with app.app_context():
        service.add("GP", saying(sentence="In Guadeloupe, every name is stopped."), "A letter", astrid.id)
        db.session.commit()

    page = desk.get("/countries").text

    assert "Not on the map, being too small or not drawn apart: Guadeloupe." in page


def test_every_country_has_a_page(desk: Visitor) -> None:
    codes = [*standing_register().countries, "AD"]

    pages = {code: desk.get(f"/countries/{code}") for code in codes}

    assert {page.status_code for page in pages.values()} == {200}
    assert "No rule speaks of this country" in pages["AD"].text


@pytest.mark.parametrize("code", ["XX", "fi", "SJ", "AX", "FIN", "Finland"])
def test_what_is_no_country_has_no_page(desk: Visitor, code: str) -> None:
    assert desk.get(f"/countries/{code}").status_code == 404


def test_a_page_has_rules_with_days_and_confidence_sources_conflicts_and_documents(sender: Visitor) -> None:
    page = sender.get("/countries/ES").text

    assert "In Spain, operators block a name that is not in the register of CNMC" in page
    assert "from 15 Sep 2026" in page
    assert "until 15 Sep 2026" in page
    assert "Confidence: high" in page
    assert 'href="https://www.boe.es/buscar/doc.php?id=BOE-A-2025-2870"' in page
    assert "Blocking date: 7 June 2026" in page
    assert "qualified digital certificate" in page
    assert "CNMC up to 1 month (LINK)" in page
    assert "a name has 3 to 11 characters" in page
    assert page.count('class="bar"') > len(standing_register().countries["ES"].rules)


def test_our_registrations_stand_on_the_countrys_page(app: Flask, sender: Visitor, owner: int) -> None:
    _register(app, owner, "TH", "in_review")

    page = sender.get("/countries/TH").text.partition("Our registrations there")[2]

    assert "Altinn-test" in page
    assert "In review" in page
    assert "/sender-ids/ask?country=TH" in page


def test_an_administrator_verifies_a_country_and_name_and_day_are_kept(app: Flask, desk: Visitor) -> None:
    answer = desk.post("/countries/FI/verified", page="/countries/FI")

    assert answer.location == "/countries/FI"
    page = desk.get("/countries/FI").text
    assert "by Astrid" in page
    with app.app_context():
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "country.verified")).one()
        assert entry.object_id == "FI"
    assert "Verified what is said of the country" in desk.get("/audit").text


def test_others_read_and_verify_nothing(sender: Visitor, visitor: NewVisitor, somebody: NewPerson) -> None:
    support = visitor().sign_in(somebody("stine", support=True))

    for browser in (sender, support):
        assert "Verified today" not in browser.get("/countries/FI").text
        assert browser.post("/countries/FI/verified", page="/countries/FI").status_code == 403


def test_a_stranger_is_asked_to_sign_in(visitor: NewVisitor) -> None:
    assert visitor().get("/countries").location == "/sign-in?next=/countries"


@pytest.mark.parametrize(
    ("day", "words"),
    [("2026-04-01", "Delivered as it is"), ("2026-06-01", "Tuntematon"), ("2026-11-23", "May fail")],
)
def test_what_if_answers_for_the_day_that_is_asked_about(sender: Visitor, day: str, words: str) -> None:
    assert words in _what_if(sender, "FI", try_on=day)


def test_what_if_takes_the_country_from_the_number(sender: Visitor) -> None:
    told = _what_if(sender, "FI", try_number="+34 612 345 678")

    assert "This number is of another country than this page: Spain." in told
    assert "Will fail" in told


def test_what_if_looks_at_links_and_registrations(app: Flask, sender: Visitor, owner: int) -> None:
    _register(app, owner, "TH", "approved")
    known = {"try_owner": "ttd", "try_sender": "Altinn-test"}

    assert "TH-alpha-approved" in _what_if(sender, "TH", **known)
    assert "TH-url-unapproved" in _what_if(sender, "TH", **known, try_text="Se altinn.no/skatt")
    assert "TH-alpha-unregistered" in _what_if(sender, "TH", try_sender="Altinn-test")
    assert "TH-alpha-approved" in _what_if(sender, "TH", try_registered="y")


def test_what_was_typed_stays_in_the_form_and_reaches_no_log(sender: Visitor, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    answer = sender.post(
        "/countries/FI/what-if",
        {"try_number": "12", "try_sender": "Digdir", "try_on": "2026-11-23", "try_text": "Hemmelig tekst"},
        page="/countries/FI",
    )

    assert answer.status_code == 422
    assert 'value="12"' in answer.text
    assert "Hemmelig tekst" in answer.text
    assert "Hemmelig" not in caplog.text


def test_the_support_desk_may_ask_what_if(visitor: NewVisitor, somebody: NewPerson) -> None:
    support = visitor().sign_in(somebody("stine", support=True))

    assert "Will fail" in _what_if(support, "ES")


def test_what_administrators_decided_about_the_country_stands_there_too(
    app: Flask, desk: Visitor, astrid: Somebody
) -> None:
    last_day = (utcnow() + timedelta(days=30)).date()
    with app.app_context():
        policies.choose("ES", Outcome.WILL_FAIL, Policy.ALLOW, "A trial with the operator", last_day, astrid.id)
        db.session.commit()

    assert "A trial with the operator" in desk.get("/countries/ES").text
    told = _what_if(desk, "ES", try_on=utcnow().date().isoformat())
    assert "An administrator has decided about this outcome there: Send," in told
    day_after = (last_day + timedelta(days=1)).isoformat()
    assert "An administrator has decided" not in _what_if(desk, "ES", try_on=day_after)


def test_days_to_come_stand_on_the_front_page(app: Flask, desk: Visitor, astrid: Somebody) -> None:
    day = (utcnow() + timedelta(days=40)).date()
    with app.app_context():
        service.add("NO", saying(effective_from=day), "A letter", astrid.id)
        db.session.commit()

    page = desk.get("/front").text

    assert "Norway tightens: In Norway, every name is stopped." in page
    assert "to come" in page
    assert day.isoformat() in page


def test_countries_to_verify_stand_on_the_front_page(app: Flask, desk: Visitor) -> None:
    is_fresh = utcnow().date() <= standing_register().compiled_on + timedelta(days=90)

    assert ("All rules were verified in the last 90 days." in desk.get("/front").text) == is_fresh


def test_a_country_whose_own_rule_was_left_long_asks_to_be_verified_wherever_it_is_named(
    app: Flask, desk: Visitor, astrid: Somebody
) -> None:
    with app.app_context():
        service.add("NO", saying(), "A letter", astrid.id)
        db.session.commit()
        db.session.execute(text("alter table own_rule_version disable trigger user"))
        db.session.execute(text("update own_rule_version set at = now() - interval '91 days'"))
        db.session.execute(text("alter table own_rule_version enable trigger user"))
        db.session.commit()

    assert "Norway, last verified" in desk.get("/front").text
    assert "verify again" in _row(desk.get("/countries?due=1").text, "NO")
    assert "verify again" in desk.get("/countries/NO").text

    desk.post("/countries/NO/verified", page="/countries/NO")

    assert "Norway, last verified" not in desk.get("/front").text
    assert "verify again" not in desk.get("/countries/NO").text
