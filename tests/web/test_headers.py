"""Every response carries the headers that keep the page to itself."""

from pathlib import Path

import pytest
from flask import Flask

from app.web.access import public

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
)


@pytest.mark.parametrize("path", ["/sign-in", "/nowhere", "/static/app.css"])
def test_pages_errors_and_files_carry_the_same_headers(desk: Flask, path: str) -> None:
    headers = desk.test_client().get(path).headers

    assert headers["Content-Security-Policy"] == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Permissions-Policy"] == "camera=(), geolocation=(), microphone=()"


def test_https_is_remembered_only_over_https(desk: Flask) -> None:
    client = desk.test_client()

    assert "Strict-Transport-Security" not in client.get("/sign-in").headers
    safe = client.get("/sign-in", base_url="https://localhost").headers
    assert safe["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_pages_are_never_kept(desk: Flask) -> None:
    assert desk.test_client().get("/sign-in").headers["Cache-Control"] == "no-store"


def test_a_view_may_choose_otherwise(desk: Flask) -> None:
    desk.add_url_rule("/map", "map", public(lambda: ("map", {"Cache-Control": "private, no-cache"})))

    assert desk.test_client().get("/map").headers["Cache-Control"] == "private, no-cache"


def test_a_file_is_kept_at_the_address_of_its_content(desk: Flask) -> None:
    with desk.test_request_context():
        url = desk.url_for("static", filename="app.css")

    assert "?v=" in url
    assert desk.test_client().get(url).headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_a_file_is_asked_for_again_at_any_other_address(desk: Flask) -> None:
    client = desk.test_client()

    assert client.get("/static/app.css").headers["Cache-Control"] == "no-cache"
    assert client.get("/static/app.css?v=another").headers["Cache-Control"] == "no-cache"


def test_the_address_follows_the_content(desk: Flask, tmp_path: Path) -> None:
    desk.static_folder = str(tmp_path)
    file = tmp_path / "app.css"
    addresses = []

    for content in ("a{}", "b{color:red}"):
        file.write_text(content)
        with desk.test_request_context():
            addresses.append(desk.url_for("static", filename="app.css"))

    assert len(set(addresses)) == 2


def test_a_vendored_file_is_kept_since_its_path_names_its_version(desk: Flask) -> None:
    with desk.test_request_context():
        url = desk.url_for("static", filename="vendor/htmx.org-4.0.1/htmx.min.js")

    assert "?" not in url
    assert desk.test_client().get(url).headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_a_missing_file_is_not_kept(desk: Flask) -> None:
    assert "immutable" not in desk.test_client().get("/static/vendor/gone.js").headers.get("Cache-Control", "")
