"""How the settings of `app.config` are read from the environment, and which values the application refuses."""

from collections.abc import Mapping
from typing import Any

from app import config
from app.gateways.named import BadGateways, configured, named_kinds, settings_of
from app.sentinel import names_sentinels, read

PREFIX = "VARSEL_"
SHORTEST_SECRET_KEY = 32

_TRUTHS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
_CHOICES = {
    "ENVIRONMENT": ("test", "production"),
    "SMPP_TLS": ("required", "never"),
    "SMPP_ALPHABET": ("unpacked", "packed"),
    "SMPP_LONG": ("udh", "payload"),
    "SMPP_ANSWER_IDS": ("text", "decimal", "hex"),
    "SMPP_RECEIPT_IDS": ("text", "decimal", "hex"),
    "SMTP_TLS": ("offered", "required", "never"),
    "SMTP_IMAP_TLS": ("required", "never"),
    "ARGON2_PROFILE": ("default", "cheap"),
}


class WrongSetting(Exception):
    """A setting with which the application cannot start, named in words."""


def from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    """Read the settings from `VARSEL_*` variables, each as the kind that its default is; raise `WrongSetting`.

    A password of digits stays text, and `False` is as false as `false`.
    """
    defaults = {name: value for name, value in vars(config).items() if name.isupper() and value is not None}
    defaults |= _of_named_gateways(environment, defaults)
    given = {name: default for name, default in defaults.items() if PREFIX + name in environment}
    return {name: _read(name, environment[PREFIX + name], default) for name, default in given.items()}


def _of_named_gateways(environment: Mapping[str, str], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that gateways with names of their own may have, each with its kind's default."""
    told = {name.removeprefix(PREFIX): value for name, value in environment.items() if name.startswith(PREFIX)}
    try:
        kinds = named_kinds(told)
    except BadGateways as fault:
        raise WrongSetting(f"{PREFIX}GATEWAYS: {fault}") from None
    pairs = (pair for name, kind in kinds.items() for pair in settings_of(name, kind, defaults))
    return dict(pairs)


def require(settings: Mapping[str, Any]) -> None:
    """Raise `WrongSetting` where the application cannot do without a setting, or a value is of no use."""
    for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY"):
        if not settings[name]:
            raise WrongSetting(f"Set {PREFIX}{name}; `varsel up` does so by itself, the parts run apart do not.")
    try:
        if names_sentinels(settings["REDIS_URL"]):
            read(settings["REDIS_URL"])
    except ValueError as fault:
        raise WrongSetting(f"{PREFIX}REDIS_URL: {fault}") from None
    # Whoever guesses the key can make a password link for anybody.
    if len(settings["SECRET_KEY"]) < SHORTEST_SECRET_KEY:
        raise WrongSetting(f"{PREFIX}SECRET_KEY must be at least {SHORTEST_SECRET_KEY} random characters.")
    if settings["PUBLIC_URL"] and not settings["PUBLIC_URL"].startswith(("https://", "http://")):
        raise WrongSetting(f"{PREFIX}PUBLIC_URL must begin with https://.")
    try:
        configured(settings)
    except BadGateways as fault:
        raise WrongSetting(f"{PREFIX}GATEWAYS: {fault}") from None
    if settings["SMTP_UNSUBSCRIBE"] and not settings["SMTP_UNSUBSCRIBE"].startswith(("https://", "mailto:")):
        raise WrongSetting(f"{PREFIX}SMTP_UNSUBSCRIBE must begin with https:// or mailto:.")
    if settings["SMTP_BOUNCE_ADDRESS"].count("@") != bool(settings["SMTP_BOUNCE_ADDRESS"]):
        raise WrongSetting(f"{PREFIX}SMTP_BOUNCE_ADDRESS must be an e-mail address.")
    if "@" in settings["SMTP_FROM_DOMAINS"]:
        raise WrongSetting(f"{PREFIX}SMTP_FROM_DOMAINS must name domains, not addresses.")
    for name, choices in _CHOICES.items():
        if settings[name] not in choices:
            raise WrongSetting(f"{PREFIX}{name} must be one of: {', '.join(choices)}.")


def require_for_people(settings: Mapping[str, Any]) -> None:
    """Raise `WrongSetting` where production would send passwords in the clear, or may lose identity numbers."""
    if settings["ENVIRONMENT"] != "production":
        return
    if not settings["PUBLIC_URL"].startswith("https://"):
        raise WrongSetting(f"In production {PREFIX}PUBLIC_URL must be set, and begin with https://.")
    if not (settings["IDENTITY_KEYS"] and settings["IDENTITY_HASH_KEY"]):
        # Made of the secret key they would be lost with it, and all identity numbers with them.
        raise WrongSetting(f"In production {PREFIX}IDENTITY_KEYS and {PREFIX}IDENTITY_HASH_KEY must be set.")
    if settings["CONDITION_LOOPBACK"]:
        raise WrongSetting(
            f"In production {PREFIX}CONDITION_LOOPBACK must be false: conditions could ask what is inside."
        )
    if not settings["SESSION_COOKIE_SECURE"]:
        raise WrongSetting(f"In production {PREFIX}SESSION_COOKIE_SECURE must be true, or sessions can be overheard.")


def _read(name: str, text: str, default: Any) -> Any:
    if isinstance(default, str):
        return text
    try:
        return _TRUTHS[text.strip().lower()] if isinstance(default, bool) else type(default)(text)
    except (KeyError, ValueError):
        kind = "true or false" if isinstance(default, bool) else "a number"
        raise WrongSetting(f"{PREFIX}{name} must be {kind}.") from None
