"""E-mail written in Markdown (CommonMark): what it looks like as HTML, and nothing in it that could do harm."""

import hashlib
import re
import secrets
from base64 import b64encode
from collections.abc import Callable, Sequence
from functools import lru_cache
from html import escape

import nh3
from markdown_it import MarkdownIt

Values = Sequence[str | None]
TextOf = Callable[[Sequence[str]], str]

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
"""What CommonMark takes literally behind a backslash (2.4)."""

_TAGS = frozenset(
    {"p", "br", "strong", "em", "a", "ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "hr"}
    | {"code", "pre"}
)
_SCHEMES = frozenset({"https", "http", "mailto", "tel"})

STYLE = (
    "body{margin:0;padding:24px 16px;font:16px/1.5 sans-serif;color:#1e2b3c;background:#fff}"
    "header,main{max-width:640px;margin:0 auto}"
    "header{padding-bottom:12px;margin-bottom:20px;border-bottom:2px solid #1e2b3c;font-weight:bold}"
    "header img{display:block;margin-bottom:8px;max-width:100%}"
    "a{color:#0051be}blockquote{margin:0;padding-left:16px;border-left:4px solid #b4bfcc}"
    "h1{font-size:24px}h2{font-size:20px}h3,h4,h5,h6{font-size:16px}"
)
"""One style for all e-mails, small enough for every mail program; colours have a contrast of 7 to 1 and more."""

STYLE_HASH = "sha256-" + b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
"""By which a page's policy allows this style and no other."""


def escaped(value: str) -> str:
    """A recipient's value as Markdown that shows it as it is: no value makes a link, a heading or a list."""
    return _PUNCTUATION.sub(r"\\\1", value)


def to_html(text: str) -> str:
    """The HTML of a text: without images, without HTML of its own, and with links to web, mail and phone only."""
    return nh3.clean(
        _markdown().render(text),
        tags=set(_TAGS),
        attributes={"*": set(), "a": {"href"}, "ol": {"start"}},
        url_schemes=set(_SCHEMES),
        link_rel="noopener noreferrer",
    )


def document(text: str, *, subject: str, sender: str, language: str = "", logo: str = "") -> str:
    """A whole HTML page for a mail program: the sender's logo and name above the text, a title, a language, one column.

    `logo` is the address of an image; the name stands beside it in words, so it says nothing to a screen reader.
    """
    # `no` covers Bokmål and Nynorsk, where nothing says which of them, or that it is neither.
    image = f'<img src="{escape(logo)}" alt="" height="48">' if logo else ""
    return (
        f'<!doctype html><html lang="{escape(language or "no")}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(subject)}</title><style>{STYLE}</style></head>"
        f"<body><header>{image}{escape(sender)}</header><main>{to_html(text)}</main></body></html>"
    )


def pages(
    text_of: TextOf, columns: int, sender: str, language: str = "", logo: str = ""
) -> Callable[[str, Values], str]:
    """Return what makes a recipient's page from the subject and the values; `text_of` fills the text with values.

    Markdown is read once for all, with marks where values will stand. Where one stands within a link's address, which
    must be looked at with the value in it, it is read for each recipient.
    """
    mark = f"v{secrets.token_hex(8)}v"
    marks = [f"{mark}{column}v" for column in range(columns)]
    around = {"sender": sender, "language": language, "logo": logo}
    page = document(text_of(marks), subject=f"{mark}t", **around)
    if re.search(rf"<[^>]*{mark}", page):
        return lambda subject, values: document(
            text_of([escaped(value or "") for value in values]), subject=subject, **around
        )
    first, *rest = re.split(rf"{mark}(?:([0-9]+)v|t)", page)
    gaps = list(zip(rest[0::2], rest[1::2], strict=True))
    return lambda subject, values: first + "".join(_in_gap(gap, subject, values) + after for gap, after in gaps)


def _in_gap(column: str | None, subject: str, values: Values) -> str:
    """A value in the text, or the subject in the title, as they are."""
    return escape(subject) if column is None else escape(values[int(column)] or "").replace("\n", "<br>")


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    """A line break as typed is a line break, as people who write e-mail expect."""
    return MarkdownIt("commonmark", {"html": False, "breaks": True}).disable("image")
