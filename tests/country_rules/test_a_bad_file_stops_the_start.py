"""A file of rules or names that cannot be used stops the start, with the line and the reason."""

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from app import create_app
from app.country_rules import protected, register
from app.country_rules.protected import protected_names
from app.country_rules.reading import BadData
from app.country_rules.register import standing_register


@pytest.fixture
def read_anew() -> Iterator[None]:
    """Both files are read again, before the test and after it."""
    standing_register.cache_clear()
    protected_names.cache_clear()
    yield
    standing_register.cache_clear()
    protected_names.cache_clear()


@pytest.mark.parametrize(("module", "name"), [(register, "RULES_FILE"), (protected, "NAMES_FILE")])
def test_it_does_not_start(
    settings: dict[str, object],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    read_anew: None,
    module: ModuleType,
    name: str,
) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("source: here\nread_on: not a day\n")
    monkeypatch.setattr(module, name, bad)

    with pytest.raises(BadData, match="line"):
        create_app(settings)
