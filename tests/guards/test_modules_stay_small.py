"""A module that grows past what one reads at a sitting is two modules."""

from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
LONGEST = 300

MODULES = [*sorted((CHECKOUT / "app").rglob("*.py")), CHECKOUT / "wsgi.py"]


def test_the_modules_are_found() -> None:
    assert len(MODULES) > 50


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_no_module_is_longer_than_300_lines(module: Path) -> None:
    assert len(module.read_text().splitlines()) <= LONGEST
