"""What to say of times that can be read as seconds, and yet may count something else."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

HOUR, YEAR = 3_600, 365.25 * 86_400
LONG = 10
"""Years from which milliseconds are as likely: as seconds, four days of them span ten years."""


def list_time_doubts(times: "npt.NDArray[np.int64]") -> list[str]:
    """A sentence for each doubt, none for most files; `times`: seconds UTC of the transfers, in ascending order.

    Synthetic sets often count steps of an hour or a day. Nobody can tell those from seconds for sure, so they are said
    and not changed: the features of time would mean something else than their names say.
    """
    if not len(times):
        return []
    span = int(times[-1]) - int(times[0])
    if 0 < span < HOUR:
        return [f"ts spans {span:,} seconds in all; if it counts hours or days, write them as seconds."]
    if span > LONG * YEAR:
        return [f"ts spans {round(span / YEAR)} years; if it counts milliseconds, write them as seconds."]
    return []
