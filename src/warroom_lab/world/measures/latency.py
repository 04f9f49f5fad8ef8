"""How long each partner takes to carry out an order."""

from warroom_lab.world.drawing.columns import DAY, HOUR
from warroom_lab.world.drawing.params import get_number
from warroom_lab.world.drawing.streams import make_generator

MEDIANS = {
    "suspension": ("suspension_hours", HOUR),
    "power": ("power_cut_hours", HOUR),
    "net": ("net_cut_days", DAY),
    "terminal": ("terminal_days", DAY),
    "warning": ("warning_hours", HOUR),
    "arrest": ("arrest_days", DAY),
    "screening": ("screening_days", DAY),
    "alert": ("alert_hours", HOUR),
    "lesson": ("lesson_days", DAY),
    "release": ("power_cut_hours", HOUR),
}


def draw_delay(seed: int, kind: str, subject: int) -> int:
    """Microseconds from the order to its being carried out: the same for one subject in every twin.

    A takedown takes two to three days; the others are lognormal about their medians (sigma .5, A).
    """
    rng = make_generator(seed, "latency", kind, subject)
    if kind == "takedown":
        low, high = get_number("latency", "takedown_low_days"), get_number("latency", "takedown_high_days")
        return int(rng.uniform(low, high) * DAY)
    name, unit = MEDIANS[kind]
    return int(get_number("latency", name) * unit * rng.lognormal(0, 0.5))
