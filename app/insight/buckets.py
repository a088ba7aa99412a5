"""Times to delivery counted in steps of a logarithmic scale, so that the counts of many days add up to a quantile.

The steps grow by 5 %, and a quantile is told from the middle of its step: it is at most 2.5 % off, above 10 ms.
"""

import math
from collections.abc import Mapping

SHORTEST_S = 0.01
"""Everything shorter counts as this."""

GROWTH = 1.05
MOST = 400
"""The last step, of a month; everything longer counts as this."""

ERROR = (GROWTH - 1) / (GROWTH + 1)
"""How far a quantile is from the time that it stands for, at most."""

SQL = f"least(greatest(ceil(ln(greatest(SECONDS, {SHORTEST_S}) / {SHORTEST_S}) / ln({GROWTH})), 0), {MOST})::smallint"
"""The same as `bucket_of` in the database, with the time in place of SECONDS."""


def bucket_of(seconds: float) -> int:
    """Tell the step that a time falls into."""
    step = math.ceil(math.log(max(seconds, SHORTEST_S) / SHORTEST_S) / math.log(GROWTH))
    return min(max(step, 0), MOST)


def seconds_of(bucket: int) -> float:
    """Tell the time in seconds that a step stands for."""
    return SHORTEST_S if bucket == 0 else SHORTEST_S * GROWTH**bucket * 2 / (GROWTH + 1)


def quantile(counts: Mapping[int, int], share: float) -> float | None:
    """Tell the time in seconds within which this share was delivered; None where nothing was."""
    wanted = max(math.ceil(sum(counts.values()) * share), 1)
    for bucket in sorted(counts):
        wanted -= counts[bucket]
        if wanted <= 0:
            return seconds_of(bucket)
    return None
