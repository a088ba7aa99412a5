"""Every view is closed unless it is marked."""

from io import BytesIO

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.web.access import ROLES, UnmarkedView, open_to, public, routes, safe_next, signed_in


@pytest.fixture
def rooms(desk: Flask) -> Flask:
    desk.add_url_rule("/open", "open", public(lambda: "open"), methods=["GET", "POST"])
    desk.add_url_rule("/inside", "inside", signed_in(lambda: "inside"))
    desk.add_url_rule("/orders/<int:order_id>", "order", open_to("sender")(lambda order_id: "order"))
    desk.add_url_rule(
        "/people", "people", open_to("administrator", "support")(lambda: "people"), methods=["GET", "POST"]
    )
    desk.add_url_rule("/forgotten", "forgotten", lambda: "forgotten")
    return desk


def test_a_public_view_answers_a_stranger(rooms: Flask) -> None:
    assert rooms.test_client().get("/open").text == "open"


def test_an_unmarked_view_answers_nobody(rooms: Flask) -> None:
    client = rooms.test_client()
    client.set_cookie("roles", "administrator.support.sender")

    with pytest.raises(UnmarkedView, match="forgotten"):
        client.get("/forgotten")


def test_an_unmarked_view_is_a_failure_to_the_browser(rooms: Flask) -> None:
    rooms.config["PROPAGATE_EXCEPTIONS"] = False

    assert rooms.test_client().get("/forgotten").status_code == 500


def test_a_stranger_is_led_to_sign_in_and_back(rooms: Flask) -> None:
    answer = rooms.test_client().get("/orders/7?status=failed")

    assert answer.status_code == 302
    assert answer.location == "/sign-in?next=/orders/7?status%3Dfailed"


def test_a_part_sends_a_stranger_to_sign_in_and_back_to_the_page(rooms: Flask) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://localhost/people?status=open"}

    answer = rooms.test_client().get("/orders/7", headers=headers)

    assert (answer.status_code, answer.text) == (401, "")
    assert answer.headers["HX-Redirect"] == "/sign-in?next=/people?status%3Dopen"


def test_a_part_is_not_led_back_to_another_site(rooms: Flask) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://localhost//evil.example/"}

    answer = rooms.test_client().get("/orders/7", headers=headers)

    assert answer.headers["HX-Redirect"] == "/sign-in"


def test_a_part_on_a_page_whose_address_makes_no_sense_is_led_to_sign_in_all_the_same(rooms: Flask) -> None:
    answer = rooms.test_client().get("/orders/7", headers={"HX-Request": "true", "HX-Current-URL": "http://[x"})

    assert answer.headers["HX-Redirect"] == "/sign-in"


def test_a_post_of_unknown_length_by_a_stranger_is_not_read(rooms: Flask) -> None:
    stream = BytesIO(b"text=Hei")
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Sec-Fetch-Site": "same-origin",
        "Transfer-Encoding": "chunked",
    }

    answer = rooms.test_client().post(
        "/people", input_stream=stream, environ_overrides={"wsgi.input_terminated": True}, headers=headers
    )

    assert answer.status_code == 302


def test_a_post_is_not_led_back_to(rooms: Flask) -> None:
    assert rooms.test_client().post("/people").location == "/sign-in"


@pytest.mark.parametrize("roles", ["administrator", "support", "sender.support"])
def test_one_of_the_roles_is_enough(rooms: Flask, roles: str) -> None:
    client = rooms.test_client()
    client.set_cookie("roles", roles)

    assert client.get("/people").status_code == 200


def test_another_role_is_told_so_on_a_page(rooms: Flask) -> None:
    client = rooms.test_client()
    client.set_cookie("roles", "sender")

    answer = client.get("/people")

    assert answer.status_code == 403
    assert "You do not have access to this page" in answer.text


def test_another_role_is_told_so_before_the_form_is_looked_at(rooms: Flask) -> None:
    client = rooms.test_client()
    client.set_cookie("roles", "sender")

    assert client.post("/people").status_code == 403


def test_a_person_without_roles_may_open_what_is_for_all_who_signed_in(rooms: Flask) -> None:
    client = rooms.test_client()
    client.set_cookie("roles", "none")

    assert client.get("/inside").text == "inside"


def test_options_of_a_closed_view_are_closed_too(rooms: Flask) -> None:
    assert rooms.test_client().options("/people").status_code == 302


def test_static_files_are_public(rooms: Flask) -> None:
    assert rooms.test_client().get("/static/app.css").status_code == 200


def test_strangers_cannot_post_large_bodies(rooms: Flask) -> None:
    answer = rooms.test_client().post("/open", data={"text": "x" * (5 * 1024 * 1024)})

    assert answer.status_code == 413


def test_every_route_can_be_walked(rooms: Flask) -> None:
    walked = {(route.method, route.url): route.access for route in routes(rooms)}

    order = walked["GET", "/orders/1"]
    assert order is not None
    assert order.roles == {"sender"}
    assert walked["POST", "/open"] is not None
    assert walked["GET", "/forgotten"] is None


def test_unknown_roles_are_a_slip_of_the_programmer() -> None:
    with pytest.raises(ValueError, match="open_to takes one or more of"):
        open_to("boss")
    with pytest.raises(ValueError, match="open_to takes one or more of"):
        open_to()


@pytest.mark.parametrize("target", ["/", "/orders/7?status=failed", "/a//b"])
def test_a_path_on_this_site_may_be_led_back_to(target: str) -> None:
    assert safe_next(target) == target


@pytest.mark.parametrize(
    "target",
    [
        "",
        None,
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "orders",
        "/\t/evil.example",
        "javascript:alert(1)",
        "/\n",
    ],
)
def test_nothing_else_may_be_led_back_to(target: str | None) -> None:
    assert safe_next(target) is None


@given(st.text())
def test_what_is_led_back_to_always_stays_on_this_site(target: str) -> None:
    safe = safe_next(target)

    assert safe is None or (safe.startswith("/") and not safe.startswith(("//", "/\\")))


def test_the_roles_are_those_of_the_desk() -> None:
    assert ROLES == ("sender", "administrator", "support")
