"""Which of several gateways carries a message: by weight, and always the same one for the same key and gateways."""

import math
from collections.abc import Mapping
from hashlib import blake2b

_STEPS = 2.0**64


def choose(weights: Mapping[str, int], key: str) -> str:
    """The name of one gateway of at least one, as often as its weight says.

    Weighted rendezvous hashing: when a gateway comes or goes, only what goes to it moves. A weight of 0 means a spare,
    which is chosen only where there is nothing else.
    """
    wanted = {name: weight for name, weight in weights.items() if weight > 0} or dict.fromkeys(weights, 1)
    return max(wanted, key=lambda name: (_score(name, wanted[name], key), name))


def _score(name: str, weight: int, key: str) -> float:
    digest = blake2b(f"{name}\0{key}".encode(), digest_size=8).digest()
    return -weight / math.log((int.from_bytes(digest) + 0.5) / _STEPS)
