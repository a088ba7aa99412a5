"""What is written as an id is one only where a row could have it."""

import pytest

from app.web.ids import LARGEST_ID, id_named, ids_named


@pytest.mark.parametrize(
    "text", [None, "", "x", "-1", "1.5", "\u0663", "\u00b2", str(LARGEST_ID + 1), "9" * 5000, " 1"]
)
def test_no_row_is_named_so(text: str | None) -> None:
    assert id_named(text) is None


def test_an_id_is_read() -> None:
    assert id_named("7") == 7
    assert id_named(str(LARGEST_ID)) == LARGEST_ID


def test_among_what_was_ticked_the_ids_are_read() -> None:
    assert ids_named(["7", "x", "9" * 30, "8"]) == [7, 8]
