"""Which of several gateways carries a message: by weight, stable, and little moves when one comes or goes."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from app.gateways.choice import choose

NAMES = st.text("abc-", min_size=1, max_size=6)
WEIGHTS = st.dictionaries(NAMES, st.integers(0, 100), min_size=1, max_size=5)


@given(WEIGHTS, st.text(max_size=20))
def test_the_same_key_goes_to_the_same_gateway_in_whatever_order_they_stand(weights: dict[str, int], key: str) -> None:
    turned = dict(reversed(weights.items()))

    assert choose(weights, key) == choose(turned, key)
    assert choose(weights, key) in weights


@given(WEIGHTS, st.text(max_size=20), NAMES)
def test_when_a_gateway_goes_only_what_went_to_it_moves(weights: dict[str, int], key: str, gone: str) -> None:
    weights = {name: weight + 1 for name, weight in weights.items()} | {"stays": 1}
    before = choose(weights, key)

    after = choose({name: weight for name, weight in weights.items() if name != gone}, key)

    assert after == before or before == gone


@given(st.dictionaries(NAMES, st.just(0), min_size=1, max_size=3), st.text(max_size=20))
def test_a_spare_is_chosen_only_where_there_is_nothing_else(spares: dict[str, int], key: str) -> None:
    assert choose(spares, key) in spares
    assert choose({**spares, "main": 1}, key) == "main"


def test_shares_are_as_the_weights_say() -> None:
    found = Counter(choose({"link-a": 3, "link-b": 1}, str(n)) for n in range(8_000))

    assert 0.72 < found["link-a"] / 8_000 < 0.78
