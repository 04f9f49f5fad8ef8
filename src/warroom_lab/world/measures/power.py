"""What a cut leaves of power and connection, and what substitutes it: generator, second grid, satellite terminal."""

from dataclasses import dataclass

from warroom_lab.world.drawing.columns import DAY, HOUR
from warroom_lab.world.drawing.params import get_number
from warroom_lab.world.drawing.streams import make_generator
from warroom_lab.world.measures.cuts import Cuts
from warroom_lab.world.measures.steps import Span, StepFunction, is_inside_spans, merge_spans
from warroom_lab.world.sites.premises import NOBODY
from warroom_lab.world.sites.supply import FEEDER, FIBRE, GENERATOR, SATELLITE


@dataclass(frozen=True, slots=True)
class Outage:
    """One stretch without the grid at a building: when its own power runs, and when another grid feeds it again."""

    start: int
    own_from: int
    own_until: int
    grid_again: int

    def get_power_source(self, time: int) -> str:
        """grid, own, or none."""
        if not self.start <= time < self.grid_again:
            return "grid"
        return "own" if self.own_from <= time < self.own_until else "none"

    @property
    def moments(self) -> tuple[int, int, int, int]:
        """When something changes."""
        return self.start, self.own_from, self.own_until, self.grid_again


def list_outages(cuts: Cuts, building: int, seed: int, adapts: bool) -> list[Outage]:
    """Every stretch without the grid at a building, with what replaced it.

    A second grid reaches towns abroad after some three days (P: domain 2.6), unless the line in the country is cut.
    """
    dark = cuts.list_spans_without(building, FEEDER) or []
    made = []
    for span in dark:
        again = min(span[1], _find_second_grid_start(cuts, building, span, seed) if adapts else span[1])
        own_from, own_until = _compute_own_power(cuts, building, span[0], seed)
        made.append(Outage(span[0], min(own_from, again), min(own_until, again), again))
    return made


def _find_second_grid_start(cuts: Cuts, building: int, span: Span, seed: int) -> int:
    feeder = int(cuts.places.premises.feeder[building])
    second = int(cuts.places.lines.seconds[feeder])
    if second == NOBODY or feeder not in cuts.spans:
        return span[1]
    draw = make_generator(seed, "second grid", feeder).uniform(1.0, 1.4)
    ready = span[0] + int(get_number("sites", "second_grid_days") * draw * DAY)
    blocked = [
        dark_span for dark_span in cuts.list_dark_spans(second) if dark_span[0] <= ready < dark_span[1]
    ]
    return blocked[0][1] if blocked else ready


def _compute_own_power(cuts: Cuts, building: int, start: int, seed: int) -> tuple[int, int]:
    """Batteries and generators of honest houses last their backup hours; a site's generator has days of fuel, and
    one site in two finds more."""
    premises = cuts.places.premises
    site = building in cuts.places.first or building in cuts.places.spare
    generator = cuts.places.find_supply(building, GENERATOR)
    hours = float(premises.backup[building])
    if not site:
        # NaN, which equals nothing, stands for no backup.
        return start, start + (int(hours * HOUR) if hours == hours else 0)
    if generator == NOBODY:
        return start, start
    rng = make_generator(seed, "generator", building)
    stocked = cuts.places.supply.delay[generator] == 0
    begin = start + int(
        (rng.uniform(0.5, 5) * HOUR) if stocked else cuts.places.supply.delay[generator] * DAY
    )
    more = rng.random() < get_number("sites", "refuel_site")
    fuel = get_number("sites", "fuel_days") * rng.uniform(0.8, 1.2)
    return begin, begin + int((180 if more else fuel) * DAY)


def compute_power_share(cuts: Cuts, building: int, seed: int, adapts: bool) -> StepFunction:
    """Share of a site's work that its power allows."""
    outages = list_outages(cuts, building, seed, adapts)
    shares = {
        "grid": 1.0,
        "own": get_number("sites", "on_generator"),
        "none": get_number("sites", "without_power"),
    }
    moments = [moment for outage in outages for moment in outage.moments]
    return StepFunction.from_function(
        moments, lambda time: min((shares[outage.get_power_source(time)] for outage in outages), default=1.0)
    )


def compute_connection_share(cuts: Cuts, building: int, seed: int, adapts: bool) -> StepFunction:
    """Share of a site's work that its connection allows: fibre, else a terminal, else masts over the border."""
    fibre = cuts.list_spans_without(building, FIBRE) or []
    own = cuts.places.find_supply(building, SATELLITE)
    new = _list_terminal_spans(fibre, building, seed) if adapts else []
    blocked = cuts.list_dark_spans(own) if own != NOBODY else []
    weak = get_number("sites", "without_fibre")

    def share(time: int) -> float:
        if not is_inside_spans(fibre, time):
            return 1.0
        if own != NOBODY and not is_inside_spans(blocked, time):
            return 0.9
        return 0.95 if is_inside_spans(new, time) else weak

    moments = [moment for span in (*fibre, *blocked, *new) for moment in span]
    return StepFunction.from_function(moments, share)


def _list_terminal_spans(fibre: list[Span], building: int, seed: int) -> list[Span]:
    """When terminals bought after a cut work: after two to five months (P: domain 2.6)."""
    low, high = get_number("sites", "satellite_low_days"), get_number("sites", "satellite_high_days")
    wait = int(make_generator(seed, "terminal", building).uniform(low, high) * DAY)
    return merge_spans((start + wait, end) for start, end in fibre if start + wait < end)


def list_terminal_starts(cuts: Cuts, building: int, seed: int) -> list[int]:
    """When a building's new terminals begin to work."""
    return [
        start
        for start, _ in _list_terminal_spans(cuts.list_spans_without(building, FIBRE) or [], building, seed)
    ]
