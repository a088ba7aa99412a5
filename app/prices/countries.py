"""Countries by name, in the language of the page."""

from functools import lru_cache

from babel import Locale
from flask_babel import get_locale, gettext
from phonenumbers import SUPPORTED_REGIONS

from app.prices.models import ELSEWHERE

COUNTED_WITH = {"SJ": "NO", "AX": "FI"}
"""Regions whose numbers count with another country, and so have no price of their own."""


def country_name(country: str) -> str:
    """Name a country by its ISO 3166 code; the code itself where it has no name."""
    if country == ELSEWHERE:
        return gettext("Elsewhere")
    return _names(get_locale() or Locale("en")).get(country, country)


def countries() -> list[tuple[str, str]]:
    """List code and name of every country that phone numbers belong to, by name."""
    codes = set(SUPPORTED_REGIONS) - set(COUNTED_WITH)
    return sorted(((code, country_name(code)) for code in codes), key=lambda pair: pair[1])


@lru_cache(maxsize=8)
def _names(locale: Locale) -> dict[str, str]:
    return dict(locale.territories)
