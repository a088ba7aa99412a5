"""A service owner's logo stands above its formatted e-mails, given and taken away by administrators."""

import io
import re
from collections.abc import Callable

import pytest
from flask import Flask

from app.accounts.queries import logo_of
from app.messaging.logo import Logo
from tests.fixtures.desk import Somebody, Visitor
from tests.fixtures.images import PNG


@pytest.fixture
def desk(visitor: Callable[..., Visitor], somebody: Callable[..., Somebody]) -> Visitor:
    """The administrator's browser."""
    return visitor().sign_in(somebody("astrid", administrator=True))


def give(desk: Visitor, owner_id: int, image: bytes = PNG):
    """Upload an image on the service owner's page."""
    url = f"/service-owners/{owner_id}/logo"
    return desk.post(url, {"file": (io.BytesIO(image), "logo.png")}, page=url)


def test_a_logo_is_given_shown_and_taken_away_and_that_is_written_down(
    app: Flask, desk: Visitor, service_owner: Callable[..., int]
) -> None:
    owner_id = service_owner()
    url = f"/service-owners/{owner_id}/logo"

    given = give(desk, owner_id)
    with app.app_context():
        assert logo_of(owner_id) == Logo("png", PNG)
    shown = desk.get(url).text
    desk.post(f"{url}/remove", page=url)

    assert given.status_code == 303
    assert re.search(r'<img id="logo" src="data:image/png;base64,[^"]+" alt="The logo as it is now"', shown)
    with app.app_context():
        assert logo_of(owner_id) is None
    written = desk.get("/audit").text
    assert "Gave the service owner a logo" in written
    assert "Removed the service owner&#39;s logo" in written


def test_another_logo_takes_the_place_of_the_first(
    app: Flask, desk: Visitor, service_owner: Callable[..., int]
) -> None:
    owner_id, other = service_owner(), PNG[:20] + b"other" + PNG[20:]
    give(desk, owner_id)

    give(desk, owner_id, other)

    with app.app_context():
        assert logo_of(owner_id) == Logo("png", other)


@pytest.mark.parametrize("image", [b"", b"<svg onload=alert(1)/>"])
def test_what_is_no_image_is_refused_in_words(
    app: Flask, desk: Visitor, service_owner: Callable[..., int], image: bytes
) -> None:
    owner_id = service_owner()

    answer = give(desk, owner_id, image)

    assert answer.status_code == 422
    assert "Choose a PNG or JPEG image" in answer.text
    with app.app_context():
        assert logo_of(owner_id) is None
