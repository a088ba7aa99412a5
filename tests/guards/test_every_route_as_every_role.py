"""Every route, asked as every role and as a stranger: it answers whom it is open to, and nobody else."""

from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.web.access import Access, Route, routes
from tests.fixtures.desk import Somebody, Visitor

PUBLIC = {
    "static",
    "accounts.sign_in",
    "accounts.sign_in_post",
    "accounts.choose_password",
    "accounts.choose_password_post",
}
"""What a stranger may reach; a route that is added here has been thought about."""

MACHINES = {"gateway_reports"}
"""Blueprints that other systems call; they know each other by a password of their own."""

ONLY_ADMINISTRATORS = ("gateway_desk", "stopped", "people", "policies", "service_owners", "audit")
SUPPORTS_OWN = ("support", "dead_reports")
"""Where support may do something: it mends what failed."""

NEVER_SUPPORT = ("orders",)
"""Drafts are the senders' alone, and support changes nothing."""

ROLES: dict[str, dict[str, bool]] = {
    "nobody in particular": {},
    "sender": {},
    "administrator": {"administrator": True},
    "support": {"support": True},
}


def _blueprint(route: Route) -> str:
    return route.endpoint.rpartition(".")[0]


def _granted(access: Access, role: str) -> bool:
    return access.is_public or not access.roles or role in access.roles


def _ask(browser: Visitor, route: Route) -> TestResponse:
    if route.method == "GET":
        return browser.get(route.url, buffered=True)
    return browser.post(route.url, buffered=True)


def _was_let_in(answer: TestResponse) -> bool:
    """Whether the view itself answered, be it that the sample does not exist or the form is empty."""
    assert answer.status_code < 500, answer.text
    return answer.status_code != 403 and not _leads_to_sign_in(answer)


def _leads_to_sign_in(answer: TestResponse) -> bool:
    return answer.status_code == 302 and (answer.location or "").startswith("/sign-in")


@pytest.fixture
def all_routes(app: Flask) -> list[Route]:
    """Every view and method of the application."""
    found = list(routes(app))
    assert len(found) > 30
    return found


@pytest.fixture
def people(somebody: Callable[..., Somebody], service_owner: Callable[..., int]) -> dict[str, Somebody]:
    """One person for each role, who has no other."""
    owner = service_owner("ttd")
    return {
        role: somebody(f"person{number}", sends_for=[owner] if role == "sender" else [], **given)
        for number, (role, given) in enumerate(ROLES.items())
    }


def test_every_route_says_whom_it_is_open_to(all_routes: list[Route]) -> None:
    assert not [route.endpoint for route in all_routes if route.access is None]


def test_strangers_reach_only_what_is_known_to_be_public(all_routes: list[Route]) -> None:
    public = {route.endpoint for route in all_routes if route.access and route.access.is_public}

    assert {endpoint for endpoint in public if endpoint.rpartition(".")[0] not in MACHINES} == PUBLIC


def test_every_route_that_changes_something_takes_a_post(all_routes: list[Route]) -> None:
    assert {route.method for route in all_routes} == {"GET", "POST"}


def test_what_administrators_do_is_open_to_no_other_role(all_routes: list[Route]) -> None:
    theirs = [route for route in all_routes if _blueprint(route) in ONLY_ADMINISTRATORS]

    assert theirs
    assert {route.access.roles for route in theirs if route.access} == {frozenset({"administrator"})}


def test_support_changes_nothing_but_at_its_own_desk(all_routes: list[Route]) -> None:
    changing = [route for route in all_routes if route.method == "POST" and route.access and not route.access.is_public]

    assert not [route.endpoint for route in changing if "support" in route.access.roles and not _is_theirs(route)]


def _is_theirs(route: Route) -> bool:
    return _blueprint(route) in SUPPORTS_OWN or route.endpoint.rpartition(".")[2].startswith(("search", "find"))


def test_drafts_are_the_senders_alone(all_routes: list[Route]) -> None:
    theirs = [route for route in all_routes if _blueprint(route) in NEVER_SUPPORT]

    assert theirs
    assert {route.access.roles for route in theirs if route.access} == {frozenset({"sender"})}


def test_a_stranger_is_led_to_sign_in_by_every_closed_route(
    visitor: Callable[..., Visitor], all_routes: list[Route]
) -> None:
    closed = [route for route in all_routes if route.access and not route.access.is_public]

    assert not [route for route in closed if not _leads_to_sign_in(_ask(visitor(), route))]


def test_a_stranger_is_answered_by_every_public_route(visitor: Callable[..., Visitor], all_routes: list[Route]) -> None:
    public = [route for route in all_routes if route.access and route.access.is_public]

    assert not [route for route in public if not _was_let_in(_ask(visitor(), route))]


@pytest.mark.parametrize("role", ROLES)
def test_every_route_answers_the_role_it_is_open_to_and_refuses_the_others(
    visitor: Callable[..., Visitor], people: dict[str, Somebody], all_routes: list[Route], role: str
) -> None:
    wrong = []
    for route in all_routes:
        browser = visitor().sign_in(people[role])
        if route.access and _was_let_in(_ask(browser, route)) != _granted(route.access, role):
            wrong.append(route)

    assert not wrong
