"""The links of a text with placeholders: the same that are found in the filled text, without reading it each time."""

from hypothesis import given
from hypothesis import strategies as st

from app.messaging.link_template import LinkTemplate
from app.messaging.template import Template
from app.messaging.urls import hosts

PIECES = st.lists(
    st.sampled_from(
        [" ", "Hei ", "((a))", "((b))", ".", "altinn.", ".no", "no", "/", "://", "https://", ", ", ". Se ", "nav.no",
         "!", "\n", "x", "@", "\u200b", "\u3002", "…", "é", "-", "(", ")", "Kari", "kl.10"]
    ),
    max_size=8,
)  # fmt: skip
VALUES = st.one_of(
    st.sampled_from(
        ["", "Kari", "altinn.no", ".no", "no", "bit.ly/x", "Kari Nordmann", "\u3002no", "\u2024no", "\u2488no", None]
    ),
    st.text(max_size=6),
)


@given(PIECES, VALUES, VALUES)
def test_the_hosts_are_those_of_the_filled_text(pieces: list[str], first: str | None, second: str | None) -> None:
    text = "".join(pieces)
    filled = Template(text).compile(["a", "b"])([first, second])
    template = LinkTemplate(text)
    values = [{"a": first, "b": second}[name] for name in template.names]

    assert template.hosts(values, filled) == hosts(filled)


def test_a_value_can_make_a_link() -> None:
    template = LinkTemplate("Se ((where))")

    assert template.hosts(["altinn.no"], "Se altinn.no") == {"altinn.no"}
    assert template.hosts(["Kari"], "Se Kari") == frozenset()


def test_the_texts_own_link_is_found_without_reading_each_filled_text() -> None:
    template = LinkTemplate("Hei ((name)). Se altinn.no")

    assert template.hosts(["Kari"], "another text, which is not read") == {"altinn.no"}
