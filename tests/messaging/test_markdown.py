"""E-mail in Markdown: what becomes of it as HTML, and that nothing in it acts."""

import re
from collections.abc import Sequence
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.messaging import markdown

HARMLESS = {
    "p", "br", "strong", "em", "a", "ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "hr", "code",
    "pre",
}  # fmt: skip


class Elements(HTMLParser):
    """What a browser finds."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_usual_marks_are_read() -> None:
    html = markdown.to_html("# Frist\n\nDu **må** svare *nå*\npå [skatten](https://skatt.no/a?b=1&c=2):\n\n- en\n- to")

    assert html.split("\n") == [
        "<h1>Frist</h1>",
        "<p>Du <strong>må</strong> svare <em>nå</em><br>",
        'på <a href="https://skatt.no/a?b=1&amp;c=2" rel="noopener noreferrer">skatten</a>:</p>',
        "<ul>",
        "<li>en</li>",
        "<li>to</li>",
        "</ul>",
        "",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![x](https://evil.example/pixel.png)",
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "<javascript:alert(1)>",
        "<iframe src='https://evil.example'></iframe>",
        "<style>*{display:none}</style>",
        "[x](https://a.no 'onmouseover=alert(1)')",
        "<a href='https://a.no' onclick='x()'>x</a>",
    ],
)
def test_what_could_act_does_not(text: str) -> None:
    _assert_harmless(markdown.to_html(text))


@given(st.text(alphabet=st.characters(max_codepoint=0x2FF), max_size=200))
def test_nothing_that_is_typed_acts(text: str) -> None:
    _assert_harmless(markdown.to_html(text))


def _assert_harmless(html: str) -> None:
    for tag, attributes in Elements(html).found:
        assert tag in HARMLESS
        assert attributes.keys() <= ({"href", "rel"} if tag == "a" else {"start"} if tag == "ol" else set())
        assert re.match(r"(https?|mailto|tel):", attributes.get("href") or "https:", re.IGNORECASE)


@given(st.text(alphabet=st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=60))
def test_a_value_is_shown_as_it_is_whatever_is_in_it(value: str) -> None:
    read = Elements(markdown.to_html(f"Hei {markdown.escaped(value)}."))

    assert {tag for tag, _ in read.found} == {"p"}
    assert read.text.strip() == f"Hei {value}."


def test_a_page_has_what_a_screen_reader_asks_for() -> None:
    page = markdown.document("# Hei", subject="Frist <i>", sender="Skatt & avgift")

    read = Elements(page)
    assert ("html", {"lang": "no"}) in read.found
    assert "<title>Frist &lt;i&gt;</title>" in page
    assert "<header>Skatt &amp; avgift</header><main><h1>Hei</h1>" in page


def text_of(values: Sequence[str | None]) -> str:
    """A text with two placeholders."""
    return f"# Hei {values[0]}\n\n- **{values[1]}** og [mer](https://a.no)"


def linked(values: Sequence[str | None]) -> str:
    """A text with a placeholder in a link's address."""
    return f"Se [mer]({values[0]})"


@given(
    st.lists(
        st.text(alphabet=st.characters(min_codepoint=0x20, max_codepoint=0x17F), max_size=40), min_size=2, max_size=2
    )
)
def test_a_page_filled_for_one_recipient_shows_the_values_and_no_more_elements(values: list[str]) -> None:
    read = Elements(markdown.pages(text_of, 2, "TTD")("Om noe", values))

    names = [tag for tag, _ in read.found]
    assert names[names.index("main") + 1 :] == ["h1", "ul", "li", "strong", "a"]
    assert f"Hei {values[0]}" in read.text
    assert f"{values[1]} og mer" in read.text


@pytest.mark.parametrize(
    ("value", "address"),
    [("https://a.no/x", "https://a.no/x"), ("javascript:alert(1)", None), ("x) <b>", None)],
)
def test_a_value_in_a_links_address_is_looked_at(value: str, address: str | None) -> None:
    page = markdown.pages(linked, 1, "TTD")("Om noe", [value])

    links = [attributes.get("href") for tag, attributes in Elements(page).found if tag == "a"]
    assert links in ([address], [])
    assert "javascript:alert" not in "".join(link or "" for link in links)


def test_a_subject_stands_in_the_title_as_it_is() -> None:
    page = markdown.pages(text_of, 2, "TTD")("Om <noe> & v0v", ["a\nb", None])

    assert "<title>Om &lt;noe&gt; &amp; v0v</title>" in page
    assert "<h1>Hei a<br>b</h1>" in page
