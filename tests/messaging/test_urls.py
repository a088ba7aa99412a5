"""Links in a text: what phones underline and operators filter, and what is only a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.messaging.urls import SHORTENERS, hosts, is_approved, is_public_suffix, is_shortener, links, normal_host


@pytest.mark.parametrize(
    ("text", "written", "host"),
    [
        ("Les mer på altinn.no.", "altinn.no", "altinn.no"),
        ("(altinn.no/skjema?id=1),", "altinn.no/skjema?id=1", "altinn.no"),
        ("Se http://www.nav.no/søk!", "http://www.nav.no/søk", "www.nav.no"),
        ("HTTPS://ALTINN.NO", "HTTPS://ALTINN.NO", "altinn.no"),
        ("bit.ly/x", "bit.ly/x", "bit.ly"),
        ("Kjør mot http://localhost:5000/a", "http://localhost:5000/a", "localhost"),
        ("http://10.0.0.1/x", "http://10.0.0.1/x", "10.0.0.1"),
        ("10.0.0.1/x", "10.0.0.1/x", "10.0.0.1"),
        ("https://[::1]/a", "https://[::1]/a", "[::1]"),
        ("http://altinn.no@evil.com/x", "http://altinn.no@evil.com/x", "evil.com"),
        ("xn--brum-voa.no", "xn--brum-voa.no", "xn--brum-voa.no"),
        ("BÆRUM.NO", "BÆRUM.NO", "xn--brum-voa.no"),
        ("пример.рф", "пример.рф", "xn--e1afmkfd.xn--p1ai"),
        ("\u0430ltinn.no", "\u0430ltinn.no", "xn--ltinn-3ve.no"),
        ("altinn\u3002no", "altinn\u3002no", "altinn.no"),
        ("altinn\uff0eno", "altinn\uff0eno", "altinn.no"),
        ("altinn\uff61no", "altinn\uff61no", "altinn.no"),
        ("altinn\u2024no", "altinn\u2024no", "altinn.no"),
        ("Å al\u200btinn\u00ad.no nå", "al\u200btinn\u00ad.no", "altinn.no"),
        ("Se her...altinn.no", "altinn.no", "altinn.no"),
        ("altinn.no.Husk legitimasjon", "altinn.no", "altinn.no"),
        ("på altinn.no-siden", "altinn.no", "altinn.no"),
        ("lenke:altinn.no", "altinn.no", "altinn.no"),
        ("www.gov.uk", "www.gov.uk", "www.gov.uk"),
        ("gov.uk", "gov.uk", "gov.uk"),
    ],
)
def test_a_link_is_found_with_its_host(text: str, written: str, host: str) -> None:
    (link,) = links(text)

    assert (link.written, link.host) == (written, host)
    assert text[link.start :].startswith(written)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Møt kl.10.Husk legitimasjon",
        "f.eks. dette, bl.a. m.m. og o.l.",
        "f.eks.dette",
        "Fristen er 24.12.2026.Takk",
        "Du skylder kr 1.500.Husk KID",
        "Vent...nå",
        "St.Olavs plass 5",
        "Svar til post@altinn.no eller ola.nordmann.no@nav.no",
        "3.14 og 10.15.20.30",
        "http://",
        "Og/eller, and/or",
        "nr. 1",
        "\ud800.no",
    ],
)
def test_a_sentence_is_not_a_link(text: str) -> None:
    assert links(text) == ()


def test_a_missing_space_before_a_real_top_domain_is_a_link_and_the_writer_is_told() -> None:
    (link,) = links("Møt opp i dag.Se brevet")

    assert (link.written, link.may_lack_space) == ("dag.Se", True)
    assert not links("Se altinn.no")[0].may_lack_space
    assert not links("SE ALTINN.NO")[0].may_lack_space


def test_several_links_come_in_the_order_of_the_text() -> None:
    assert [link.host for link in links("nav.no og altinn.no og nav.no")] == ["nav.no", "altinn.no", "nav.no"]
    assert hosts("nav.no og altinn.no og nav.no") == {"nav.no", "altinn.no"}


@pytest.mark.parametrize("host", ["bit.ly", "www.bit.ly", "BIT.LY.", "t.co", "tinyurl.com"])
def test_a_shortener_is_told_apart(host: str) -> None:
    assert is_shortener(host)
    assert is_shortener(links(f"https://{host}/x")[0].host)


@pytest.mark.parametrize("host", ["altinn.no", "notbit.ly", "bit.ly.evil.com", "ly", ""])
def test_other_hosts_are_no_shorteners(host: str) -> None:
    assert not is_shortener(host)


def test_shorteners_are_written_as_hosts_are_compared() -> None:
    assert {normal_host(host) for host in SHORTENERS} == SHORTENERS


@pytest.mark.parametrize(
    ("host", "approved", "is_one"),
    [
        ("altinn.no", ["altinn.no"], True),
        ("ALTINN.NO.", [" altinn.no "], True),
        ("xn--brum-voa.no", ["Bærum.no"], True),
        ("www.altinn.no", ["altinn.no"], False),
        ("www.altinn.no", ["*.altinn.no"], True),
        ("a.b.altinn.no", ["*.altinn.no"], True),
        ("altinn.no", ["*.altinn.no"], False),
        ("notaltinn.no", ["*.altinn.no"], False),
        ("altinn.no.evil.com", ["altinn.no", "*.altinn.no"], False),
        ("altinn.no", [], False),
    ],
)
def test_a_host_is_approved_exactly_or_under_an_asterisk(host: str, approved: list[str], is_one: bool) -> None:
    assert is_approved(host, approved) is is_one


@pytest.mark.parametrize(
    ("host", "is_one"), [("no", True), ("co.uk", True), ("altinn.no", False), ("bbc.co.uk", False)]
)
def test_what_anybody_can_get_a_name_under_is_told_apart(host: str, is_one: bool) -> None:
    assert is_public_suffix(host) is is_one


@given(st.text() | st.text("a.no:/@-1 \u200bÅ[]?#", max_size=40))
def test_every_link_stands_in_the_text_and_has_a_host(text: str) -> None:
    for link in links(text):
        assert text[link.start :].startswith(link.written)
        assert link.host
        assert link.host.isascii()
        assert normal_host(link.host) == link.host


@given(st.text("ab .,", max_size=20), st.text("ab .,", max_size=20))
def test_a_link_with_a_scheme_is_found_wherever_it_stands(before: str, after: str) -> None:
    assert "evil.com" in hosts(f"{before} http://evil.com/x {after}")
