"""What two texts do not have in common can be read, and nothing of either is lost."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.texts.difference import Change, Piece, difference

TEXTS = st.text(alphabet=st.sampled_from("ab .\n((|))å"), max_size=60)


def side(pieces: list[Piece], left_out: Change) -> str:
    return "".join(piece.text for piece in pieces if piece.change is not left_out)


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_from_the_difference(before: str, after: str) -> None:
    found = difference(before, after)

    assert side(found, Change.ADDED) == before
    assert side(found, Change.REMOVED) == after
    assert all(one.change is not other.change for one, other in pairwise(found))


def test_equal_texts_have_no_difference() -> None:
    assert difference("the same", "the same") == [Piece(Change.KEPT, "the same")]
    assert difference("", "") == []


def test_one_word_in_a_long_text_is_the_whole_difference() -> None:
    before = "Dear citizen.\nThe deadline is 1 May.\nYours"

    changed = [piece for piece in difference(before, before.replace("May", "June")) if piece.change is not Change.KEPT]

    assert [piece.text for piece in changed] == ["May", "June"]


def test_very_long_stretches_are_shown_whole() -> None:
    before, after = "a " * 5_000, "b " * 5_000

    assert difference(before, after) == [Piece(Change.REMOVED, before), Piece(Change.ADDED, after)]
