"""The register that is in force now: the project's file, and administrators' own rules before it."""

from dataclasses import dataclass

from flask import current_app

from app.country_rules.facts import Register
from app.country_rules.own import joined
from app.country_rules.register import standing_register
from app.country_rules.upkeep import queries
from app.country_rules.upkeep.stored import Said, own_of_said

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


def register_with(country: str, said: Said, own_rule_id: int | None) -> Register:
    """Return the register as it would be with an own rule not yet saved: a new one (None), or one said otherwise.

    A new one has the number 0; it is tried first, as every new one is.
    """
    number, register = queries.changes(), standing_register()
    tried, kept = own_of_said(country, said, own_rule_id or 0), queries.own_at(number)
    its_place = next((place for place, own in enumerate(kept) if own.rule.id == tried.rule.id), None)
    own = [*kept[:its_place], tried, *kept[its_place + 1 :]] if its_place is not None else [tried, *kept]
    return joined(register, own, f"{register.version}+{number}?")
