"""The floors of the house: a module imports from its own floor or one below, never from above (see the README)."""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]

GROUND, APART = 0, -1
FLOORS = {
    "messaging": GROUND,
    "intake": GROUND,
    "web": 1,
    "queue": 1,
    "gateways": 1,
    "db": 1,
    "copy_text": 1,
    "config": 1,
    "migrate": 1,
    "periodic": 1,
    "sentinel": 1,
    "settings": 1,
    "faults": 1,
    "accounts": 2,
    "audit": 2,
    "system_email": 2,
    "allow_list": 3,
    "gateway_desk": 3,
    "sender_ids": 3,
    "contacts": 3,
    "shipments": 3,
    "prices": 3,
    "texts": 3,
    "country_rules": 3,
    "conditions": 3,
    "orders": 4,
    "dispatch": 5,
    "insight": 6,
    "support": 6,
    "bench": 7,
    "cli": 7,
    "demo": 7,
    "launch": 7,
    "models": 7,
    "scheduler": 7,
    "smpp": 7,
    "worker": 7,
    "standin": APART,
}
"""Each room's floor; `app/__init__.py` and `wsgi.py` are the roof, and the stand-in is a process of its own."""

PURE_ELSEWHERE = {
    f"app.country_rules.{module}"
    for module in (
        "engine",
        "facts",
        "own",
        "protected",
        "reading",
        "register",
        "senders",
        "terms",
        "verdict",
        "verdicts",
    )
}
"""Modules of the ground that live in a room of another floor."""

ROOF = 7
NOT_PURE = {
    "flask",
    "flask_babel",
    "flask_login",
    "flask_sqlalchemy",
    "flask_wtf",
    "redis",
    "rq",
    "sqlalchemy",
    "wtforms",
}


def _modules() -> dict[str, Path]:
    paths = [*(CHECKOUT / "app").rglob("*.py"), CHECKOUT / "wsgi.py"]
    return {_name(path): path for path in sorted(paths)}


def _name(path: Path) -> str:
    parts = path.relative_to(CHECKOUT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = _modules()


def _imported(name: str, nodes: Iterator[ast.AST]) -> Iterator[str]:
    """Yield the dotted names that a module imports; of `from x import y`, `x.y` where that is a module of ours."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            origin = _origin(name, node)
            for alias in node.names:
                full = f"{origin}.{alias.name}"
                yield full if full in MODULES else origin


def _origin(name: str, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    is_package = MODULES[name].name == "__init__.py"
    parts = name.split(".")
    base = parts[: len(parts) - node.level + (1 if is_package else 0)]
    return ".".join([*base, *([node.module] if node.module else [])])


def _everywhere(name: str) -> set[str]:
    return set(_imported(name, ast.walk(ast.parse(MODULES[name].read_text()))))


def _at_the_top(name: str) -> set[str]:
    return set(_imported(name, iter(ast.parse(MODULES[name].read_text()).body)))


def _room(name: str) -> str:
    return name.split(".")[1] if name.count(".") else ""


def _floor(name: str) -> int:
    if name in PURE_ELSEWHERE:
        return GROUND
    return FLOORS[_room(name)] if _room(name) else ROOF


def _is_ours(name: str) -> bool:
    return name.split(".")[0] in ("app", "wsgi")


def test_every_room_has_its_floor() -> None:
    rooms = {_room(name) for name in MODULES} - {""}

    assert rooms <= set(FLOORS)


@pytest.mark.parametrize("name", [name for name in MODULES if _room(name) and _floor(name) != APART])
def test_nothing_imports_from_above(name: str) -> None:
    above = {found for found in _everywhere(name) if _is_ours(found) and _floor(found) > _floor(name)}

    assert not above


@pytest.mark.parametrize("name", [name for name in MODULES if _room(name) and _floor(name) == GROUND])
def test_the_ground_is_pure_python(name: str) -> None:
    packages = {found.split(".")[0] for found in _everywhere(name)}

    assert not packages & NOT_PURE


@pytest.mark.parametrize("name", sorted(PURE_ELSEWHERE))
def test_the_engine_knows_the_trade_and_itself_only(name: str) -> None:
    ours = {found for found in _everywhere(name) if _is_ours(found)}

    assert all(found in PURE_ELSEWHERE or _room(found) == "messaging" for found in ours)


@pytest.mark.parametrize("name", [name for name in MODULES if _room(name) == "standin"])
def test_the_stand_in_knows_only_itself_and_the_trade(name: str) -> None:
    ours = {_room(found) for found in _everywhere(name) if _is_ours(found)}

    assert ours <= {"standin", "messaging"}


@pytest.mark.parametrize("name", [name for name in MODULES if _floor(name) < ROOF and _floor(name) != APART])
def test_only_the_roof_knows_the_stand_in(name: str) -> None:
    assert "standin" not in {_room(found) for found in _everywhere(name) if _is_ours(found)}


def test_gateways_know_the_trade_only() -> None:
    known = {
        _room(found) for name in MODULES if _room(name) == "gateways" for found in _everywhere(name) if _is_ours(found)
    }

    assert known <= {"gateways", "messaging"}


def test_no_modules_wait_for_each_other() -> None:
    graph = {name: {found for found in _at_the_top(name) if found in MODULES and found != name} for name in MODULES}

    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"These modules import each other: {' → '.join(error.args[1])}")
