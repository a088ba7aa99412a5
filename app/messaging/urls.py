"""Links in a rendered text: with a scheme or without, in any script, as phones and operators' filters read them.

What has a scheme is a link. Without one it is a link when its last part is a top-level domain that exists (the public
suffix list, which comes with `publicsuffixlist`): “f.eks. dette” and “kl.10.Husk” are sentences, “altinn.no” is not.
“i dag.Se her” is a link too, since .se exists and phones underline it; `Link.may_lack_space` tells the writer why.
E-mail addresses are not links.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from publicsuffixlist import PublicSuffixList

_SHORTENERS = (
    "adf.ly bit.do bit.ly bitly.com bl.ink buff.ly clck.ru cutt.ly dlvr.it dub.sh fb.me goo.gl hubs.ly ift.tt is.gd"
    " j.mp kutt.it linktr.ee lnk.to lnkd.in mcaf.ee ow.ly po.st qr.ae rb.gy rebrand.ly rotf.lol s.id s2r.co short.gy"
    " short.io shorte.st shorturl.at shrtco.de smarturl.it snip.ly sor.bz soo.gd spoo.me surl.li t.co t.ly t2m.io"
    " tiny.cc tiny.one tinyurl.com trib.al u.to urlz.fr v.gd vk.cc vl.sv vo.la x.gd yourls.org zpr.io"
)
SHORTENERS = frozenset(_SHORTENERS.split())
"""Hosts whose links hide where they lead; countries that approve hosts never approve these."""

_LETTER = r"[\w\u0300-\u036f\u0900-\u0dff\u0e31-\u0e4e]"
_LABEL = rf"{_LETTER}(?:{_LETTER}|-)*+"
_LINK = re.compile(
    rf"(?<![\w@])(?:(?P<scheme>[a-z][a-z0-9+-]{{0,15}})://(?:[^\s/?#]*@)?"
    rf"(?P<host>(?>\[[0-9a-f:.]+\]|{_LABEL}(?:\.{_LABEL})*))|(?P<bare>(?>{_LABEL}(?:\.{_LABEL})+)))(?![\w@])"
    r"(?P<rest>(?::[0-9]{1,5})?(?:[/?#][^\s<>\"]*)?)",
    re.IGNORECASE,
)
_INVISIBLE = re.compile("[\u00ad\u034f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")
_OTHER_DOT = re.compile("[\u3002\u0701\u0702\u06d4]")
_DOTS = str.maketrans("\u3002\u0701\u0702\u06d4", "....")
_IPV4 = re.compile(r"(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(?:\.|$)){4}")
_TRAILING = ".,;:!?)]}'\"”»"


@dataclass(frozen=True, slots=True)
class Link:
    """A link: as it stands in the text, where (code points), and its host in small ASCII letters (punycode)."""

    written: str
    start: int
    host: str
    may_lack_space: bool = False
    """Whether it is likely the end of one sentence and the beginning of the next, with the space between missing."""


def links(text: str) -> tuple[Link, ...]:
    """Return the links of a rendered text, in its order."""
    if "." not in text and "://" not in text and text.isascii():
        return ()
    folded, positions = _folded(text)
    return tuple(_links(text, folded, positions))


def hosts(text: str) -> frozenset[str]:
    """Return the hosts of the links of a rendered text."""
    return frozenset(link.host for link in links(text))


def is_shortener(host: str) -> bool:
    """Return whether a host is a known shortener, or lies under one."""
    return any(parent in SHORTENERS for parent in _with_parents(normal_host(host)))


def is_approved(host: str, approved: Iterable[str]) -> bool:
    """Return whether an approved host is this one; `*.example.no` approves what lies under it, never what it is.

    No registry is known to approve subdomains along with a host, so nothing less than the asterisk does.
    """
    plain = normal_host(host)
    return any(_is_approved_by(plain, entry.strip()) for entry in approved)


def is_public_suffix(host: str) -> bool:
    """Return whether anybody can get a name under it (`no`, `co.uk`): nothing that a registration may approve."""
    return _suffixes().publicsuffix(normal_host(host)) == normal_host(host)


@lru_cache(maxsize=4096)
def normal_host(host: str) -> str:
    """Return a host as hosts are compared: small letters, punycode, no dot at the end."""
    folded, _ = _folded(unicodedata.normalize("NFKC", host))
    return ".".join(_ascii(label) for label in folded.lower().strip(". ").split("."))


def _links(text: str, folded: str, positions: list[int] | None) -> Iterator[Link]:
    for found in _LINK.finditer(folded):
        host = _host_of(found)
        if host is None:
            continue
        rest = found["rest"].rstrip(_TRAILING)
        end = found.start("rest") + len(rest) if rest else found.start("host" if found["host"] else "bare") + len(host)
        start, stop = _place(found.start(), positions), _place(end - 1, positions) + 1
        lacks_space = not found["scheme"] and not rest and _lacks_space(host)
        yield Link(text[start:stop], start, normal_host(host), lacks_space)


def _host_of(found: re.Match[str]) -> str | None:
    """Return the part of a candidate that is a host, or None where it is only words and dots."""
    host, rest = found["bare"], found["rest"]
    if host is None:
        return found["host"]
    if rest.startswith("/") and _IPV4.fullmatch(host):
        return host
    return host if _ends_in_top_domain(host) else _cut_to_top_domain(host, rest)


def _cut_to_top_domain(host: str, rest: str) -> str | None:
    """Return the host without what is glued to it: “altinn.no.Husk”, “altinn.no-siden”."""
    if rest:
        return None
    parts = host.split(".")
    shorter = (".".join(parts[:count]).rpartition(".") for count in range(len(parts), 1, -1))
    whole_or_cut = ((f"{before}.{last}", f"{before}.{last.partition('-')[0]}") for before, _, last in shorter)
    candidates = (candidate for both in whole_or_cut for candidate in both)
    return next((candidate for candidate in candidates if _ends_in_top_domain(candidate)), None)


def _ends_in_top_domain(host: str) -> bool:
    return "." in host and _is_top_domain(host.rpartition(".")[2].lower())


@lru_cache(maxsize=4096)
def _is_top_domain(label: str) -> bool:
    return _suffixes().publicsuffix(f"example.{_ascii(label)}") is not None


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False, only_icann=True)


def _ascii(label: str) -> str:
    label = unicodedata.normalize("NFC", label)
    return label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii", "replace")


def _lacks_space(host: str) -> bool:
    before, _, last = host.rpartition(".")
    return last[:1].isupper() and not before.isupper()


def _with_parents(host: str) -> Iterator[str]:
    while host:
        yield host
        host = host.partition(".")[2]


def _is_approved_by(host: str, entry: str) -> bool:
    if entry.startswith("*."):
        return host.endswith("." + normal_host(entry[2:]))
    return host == normal_host(entry)


def _folded(text: str) -> tuple[str, list[int] | None]:
    """Return the text as filters compare it, and each folded character's place in it; None where they are the same."""
    if _is_plain(text):
        return text, None
    folded: list[str] = []
    positions: list[int] = []
    for position, character in enumerate(text):
        plain = _folded_character(character)
        folded.append(plain)
        positions.extend([position] * len(plain))
    return "".join(folded), positions


def _is_plain(text: str) -> bool:
    if text.isascii():
        return True
    return unicodedata.is_normalized("NFKC", text) and not (_INVISIBLE.search(text) or _OTHER_DOT.search(text))


@lru_cache(maxsize=4096)
def _folded_character(character: str) -> str:
    return "" if _INVISIBLE.match(character) else unicodedata.normalize("NFKC", character).translate(_DOTS)


def _place(position: int, positions: list[int] | None) -> int:
    return position if positions is None else positions[position]
