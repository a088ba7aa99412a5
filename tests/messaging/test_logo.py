"""A logo is a small PNG or JPEG, whole, and nothing else."""

import pytest

from app.messaging.logo import LARGEST, InvalidLogo, Logo, read_logo
from tests.fixtures.images import JPEG, PNG


@pytest.mark.parametrize(("kind", "image"), [("png", PNG), ("jpeg", JPEG)])
def test_an_image_is_known_by_what_it_holds(kind: str, image: bytes) -> None:
    assert read_logo(image) == Logo(kind, image)


@pytest.mark.parametrize("image", [b"", b"<svg/>", PNG[:-4], JPEG[:-1], b"GIF89a" + PNG, PNG + b"<script>"])
def test_anything_else_and_what_is_cut_off_is_refused(image: bytes) -> None:
    with pytest.raises(InvalidLogo, match="Choose a PNG or JPEG"):
        read_logo(image)


def test_one_that_makes_every_e_mail_large_is_refused() -> None:
    with pytest.raises(InvalidLogo, match="larger than 64 kB"):
        read_logo(PNG[:-12] + bytes(LARGEST) + PNG[-12:])
