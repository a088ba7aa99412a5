"""A logo above formatted e-mails: a small image of a kind that every mail program shows."""

from base64 import b64encode
from typing import NamedTuple

LARGEST = 64 * 1024
"""Bytes; each e-mail carries it."""

CONTENT_ID = "logo@varsel"
"""By which the HTML of an e-mail means the image beside it."""

_BEGINS = {"png": b"\x89PNG\r\n\x1a\n", "jpeg": b"\xff\xd8\xff"}
_ENDS = {"png": b"IEND\xaeB`\x82", "jpeg": b"\xff\xd9"}


class InvalidLogo(ValueError):
    """A file that cannot be a logo; its words say why."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class Logo(NamedTuple):
    """An image, and of which kind it is: `png` or `jpeg`."""

    kind: str
    image: bytes

    @property
    def data_url(self) -> str:
        """The image within the address of an image, for a page that may ask for nothing."""
        return f"data:image/{self.kind};base64,{b64encode(self.image).decode()}"


def read_logo(image: bytes) -> Logo:
    """Tell of which kind an image is; raise InvalidLogo for any other, and for one that is cut off or too large."""
    if len(image) > LARGEST:
        raise InvalidLogo("The file is larger than 64 kB. Make the image smaller: it is shown 48 pixels high.")
    for kind, beginning in _BEGINS.items():
        if image.startswith(beginning) and image.endswith(_ENDS[kind]):
            return Logo(kind, image)
    raise InvalidLogo("Choose a PNG or JPEG image, which every mail program shows.")
