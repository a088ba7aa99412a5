"""The fields of a registration: one table from which forms, pages, files and comparisons are made."""

from dataclasses import dataclass
from enum import Enum

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from app.country_rules.terms import Need


class Kind(Enum):
    """How a field is written."""

    LINE = "line"
    LONG = "long"
    LINES = "lines"
    ADDRESSES = "addresses"
    HOSTS = "hosts"
    EMAIL = "email"
    PHONE = "phone"
    COUNTRY = "country"
    WHOLE = "whole"
    DAY = "day"
    MONEY = "money"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its column, its words, and who asks for it; without a `need` every country does."""

    name: str
    label: LazyString
    kind: Kind = Kind.LINE
    need: Need | None = None
    hint: LazyString | str = ""
    is_always_required: bool = False
    is_registrys: bool = False
    """What came of it at the registry or provider, which administrators write down."""

    @property
    def has_many_lines(self) -> bool:
        """Whether a form gives it room for several lines."""
        return self.kind in (Kind.LONG, Kind.LINES, Kind.ADDRESSES, Kind.HOSTS)


def _registrys(name: str, label: LazyString, kind: Kind = Kind.LINE, hint: LazyString | str = "") -> Field:
    return Field(name, label, kind, hint=hint, is_registrys=True)


_ONE_PER_LINE = lazy_gettext("One per line.")

FIELDS = (
    Field(
        "holder_name", lazy_gettext("Holder"), hint=lazy_gettext("The body whose name it is."), is_always_required=True
    ),
    Field(
        "holder_country", lazy_gettext("Holder's country"), Kind.COUNTRY, hint=lazy_gettext("Two letters, such as NO.")
    ),
    Field("holder_number", lazy_gettext("Organisation number"), need=Need.COMPANY_NUMBER),
    Field("vat_number", lazy_gettext("VAT number"), need=Need.VAT_NUMBER),
    Field("holder_address", lazy_gettext("Holder's address"), Kind.LONG, Need.ADDRESS),
    Field("brand", lazy_gettext("Brand"), need=Need.BRAND, hint=lazy_gettext("The name, and whose it is.")),
    Field("website", lazy_gettext("Website"), need=Need.WEBSITE),
    Field(
        "representative",
        lazy_gettext("Representative"),
        need=Need.REPRESENTATIVE,
        hint=lazy_gettext("Who signs for the holder: name and role."),
    ),
    Field("contact_name", lazy_gettext("Responsible contact"), is_always_required=True),
    Field(
        "contact_email",
        lazy_gettext("Contact's e-mail"),
        Kind.EMAIL,
        hint=lazy_gettext("Is told before the registration ends."),
        is_always_required=True,
    ),
    Field("contact_phone", lazy_gettext("Contact's phone"), Kind.PHONE),
    Field(
        "category",
        lazy_gettext("Kind of traffic"),
        need=Need.CATEGORY,
        hint=lazy_gettext("Such as public information."),
    ),
    Field("use_case", lazy_gettext("What it is used for"), Kind.LONG, is_always_required=True),
    Field("samples", lazy_gettext("Sample messages"), Kind.LINES, Need.SAMPLES, _ONE_PER_LINE),
    Field("monthly_volume", lazy_gettext("SMS a month"), Kind.WHOLE, Need.VOLUME),
    Field("opt_in", lazy_gettext("How recipients came to be written to"), Kind.LONG, Need.OPT_IN),
    Field("urls", lazy_gettext("Addresses in the messages"), Kind.ADDRESSES, Need.URLS, _ONE_PER_LINE),
    Field(
        "wanted_hosts",
        lazy_gettext("Hosts to have approved"),
        Kind.HOSTS,
        Need.URLS,
        lazy_gettext("One per line, such as skatt.no, or *.skatt.no for what lies under it."),
    ),
    Field(
        "providers",
        lazy_gettext("Providers"),
        Kind.LINES,
        Need.PROVIDERS,
        lazy_gettext("One per line, in the order in which they pass the messages on; LINK carries ours."),
    ),
    Field(
        "link_proof",
        lazy_gettext("What ties the holder to the name"),
        Kind.LONG,
        Need.LINK_PROOF,
        lazy_gettext("A trademark, a domain, a public register, with its number."),
    ),
    _registrys("registry_name", lazy_gettext("Registry or provider")),
    _registrys("reference", lazy_gettext("Reference there")),
    _registrys(
        "approved_hosts",
        lazy_gettext("Approved hosts"),
        Kind.HOSTS,
        lazy_gettext("One per line; *.skatt.no approves what lies under skatt.no, never skatt.no itself."),
    ),
    _registrys("nominated_for_links", lazy_gettext("Nominated for links"), Kind.FLAG),
    _registrys("message_code", lazy_gettext("Code in each message")),
    _registrys("valid_from", lazy_gettext("First day"), Kind.DAY),
    _registrys(
        "valid_until", lazy_gettext("Ends on"), Kind.DAY, lazy_gettext("The first day on which it no longer counts.")
    ),
    _registrys("lapses_after_months", lazy_gettext("Months without traffic until it lapses"), Kind.WHOLE),
    _registrys("setup_cost", lazy_gettext("Cost of setting up, NOK"), Kind.MONEY),
    _registrys("monthly_cost", lazy_gettext("Cost a month, NOK"), Kind.MONEY),
)
BY_NAME = {field.name: field for field in FIELDS}
REGISTRYS = tuple(field for field in FIELDS if field.is_registrys)
