"""The register that is in force now: the project's file, and administrators' own rules before it."""

from dataclasses import dataclass

from flask import current_app

from app.country_rules.facts import Register
from app.country_rules.own import joined
from app.country_rules.register import standing_register
from app.country_rules.upkeep import queries

_KEPT = "country_rules_in_force"


@dataclass(frozen=True, slots=True)
class _Kept:
    number: int
    register: Register


def register_in_force() -> Register:
    """Return the register as of this moment, kept per process; asking costs one look-up of one row.

    Nothing is stale: a change counts from its commit on. The version is that of the file, and after a `+` the number
    of the last change of own rules, where there was one. Rules outside their dates are in it: the engine minds them.
    """
    number = queries.changes()
    if not number:
        return standing_register()
    kept = current_app.extensions.get(_KEPT)
    if not isinstance(kept, _Kept) or kept.number != number:
        kept = _Kept(number, register_at(number))
        current_app.extensions[_KEPT] = kept
    return kept.register


def register_at(number: int) -> Register:
    """Return today's file with the own rules as they were after a change, so that an old verdict can be understood."""
    register = standing_register()
    return joined(register, queries.own_at(number), f"{register.version}+{number}")
