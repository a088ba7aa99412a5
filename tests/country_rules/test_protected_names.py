"""Names of Norwegian public bodies that only they may send under."""

from pathlib import Path

import pytest

from app.country_rules.protected import NAMES_FILE, load_names, protected_names, protection_against, protection_of
from app.country_rules.reading import BadData


@pytest.mark.parametrize(
    ("sender", "owner"),
    [
        ("NAV", "nav"),
        ("Skatteetate", "skd"),
        ("Tolletaten", "tad"),
        ("Politiet", "pod"),
        ("Politiet", "pol"),
        ("Oslo kommune", "ok"),
        ("Kartverket", "kv"),
    ],
)
def test_a_body_may_use_its_own_name(sender: str, owner: str) -> None:
    assert protection_against(owner, sender) is None
    assert protection_against("ttd", sender)


@pytest.mark.parametrize("sender", ["nav", "N A V", "N.A.V.", "TOLLETATEN", "To11etaten", "T0lletaten"])
def test_a_name_that_only_looks_different_is_the_same(sender: str) -> None:
    assert protection_against("ttd", sender)


@pytest.mark.parametrize(
    "sender", ["Altinn", "Altinn-test", "Navarra", "NAV-ansatt", "Varsel", "4791234567", "", "Toll 24"]
)
def test_other_names_are_free(sender: str) -> None:
    assert protection_of(sender) is None
    assert protection_against("ttd", sender) is None


def test_the_list_says_where_it_is_from_and_no_two_bodies_share_a_name_by_accident() -> None:
    names = protected_names()

    assert names.source.startswith("https://github.com/Altinn/")
    assert len(names.bodies) >= 60
    assert all(protection_against(owner, body.body) is None for owner, body in names.bodies.items())
    numbers = [body.organisation_number for body in names.bodies.values()]
    assert len(set(numbers)) == len(numbers)


def test_a_bad_list_is_refused_with_line_and_reason(tmp_path: Path) -> None:
    path = tmp_path / "names.yaml"
    path.write_text(NAMES_FILE.read_text().replace("'974760673'", "'97476067'"))

    with pytest.raises(BadData, match=r"names.yaml, line 11: “97476067” is not an organisation number"):
        load_names(path)
