"""What is assumed of the country and can move a headline: every figure of `params.toml` with a range, as axes from end to end.

Left out are honest life's own ranges, which change who else is there and not what is bound, and what nothing that is
scored reads. Of the sections that are read by scenario, the scenario's own values and ranges hold.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from warroom_lab.evaluation.tools import TOOLS, Tool
from warroom_lab.world.drawing.params import Name, Parameter, load_parameters

SECTIONS = ("crime", "mules", "chain", "reports", "agencies", "heed", "warnings", "adversary")
STILL = frozenset(
    {
        ("crime", "staff"),
        ("mules", "corporate_price"),
        ("chain", "exits_a_year"),
        ("agencies", "screening_sensitivity"),
        ("agencies", "arrest_hours"),
        # Made so that tiny can be played at all, and no claim about any country.
        ("agencies", "least_orders_a_day"),
    }
)
"""Assumed, but of sites, of years to come, or of arrests, which no policy orders."""
OF_TOOLS: Mapping[Name, Tool] = {("agencies", "records_minutes"): "records"}
"""Read with a tool alone: an axis only where policies have it, so that a hypercube without it has the points it had."""
TOGETHER: Mapping[str, tuple[Name, ...]] = {
    "crime.hours": (("crime", "shortest_hours"), ("crime", "longest_hours")),
    "mules.prices": (("mules", "price_response"), ("mules", "price_restraint")),
    "chain.kept": (("chain", "retained"), ("chain", "retaining")),
    "reports.false": (("reports", "malicious"), ("reports", "civil"), ("reports", "tests")),
}
"""What says one thing in several figures is moved as one; so is heed, by type of scam."""
_SEED = 20_261_128
"""Of the hypercube, so that a repeated run plays the same points."""
Point = Mapping[str, float]
"""Assumption -> where between the ends of its range, 0 to 1. What is not named stays as it is."""


@dataclass(frozen=True, slots=True)
class Assumption:
    """One axis: its name, and the parameters that move along it together."""

    name: str
    parameters: Mapping[Name, Parameter]

    def get_values_at(self, place: float) -> dict[Name, Any]:
        """The values at a place between the low ends (0) and the high ends (1) of the ranges."""
        return {name: _interpolate_parameter(parameter, place) for name, parameter in self.parameters.items()}


def build_assumptions(scenario: str, tools: Collection[Tool] = TOOLS) -> dict[str, Assumption]:
    """Every axis of a scenario, played with these tools, by its name."""
    known = load_parameters(scenario)
    names = [
        (section, name)
        for section in SECTIONS
        for name, parameter in known[section].items()
        if parameter.range is not None
        and (section, name) not in STILL
        and OF_TOOLS.get((section, name), "holds") in {"holds", *tools}
    ]
    axes: dict[str, dict[Name, Parameter]] = {}
    for section, name in names:
        axes.setdefault(_get_axis_name((section, name)), {})[section, name] = known[section][name]
    return {axis: Assumption(axis, parameters) for axis, parameters in axes.items()}


def get_point_values(point: Point, scenario: str, tools: Collection[Tool] = TOOLS) -> dict[Name, Any]:
    """The values of all parameters that a point moves."""
    known = build_assumptions(scenario, tools)
    return {
        name: value
        for axis, place in point.items()
        for name, value in known[axis].get_values_at(place).items()
    }


def draw_hypercube(count: int, scenario: str, tools: Collection[Tool] = TOOLS) -> list[Point]:
    """So many points over all axes at once, on each axis one in every slice (McKay, Beckman and Conover 1979)."""
    # Loaded by who asks, as in `sensitivity`.
    from scipy.stats import qmc

    axes = list(build_assumptions(scenario, tools))
    rows = qmc.LatinHypercube(len(axes), rng=_SEED).random(count)
    return [dict(zip(axes, row.tolist(), strict=True)) for row in rows]


def _get_axis_name(name: Name) -> str:
    section, each = name
    if section == "heed":
        return "heed"
    return next((axis for axis, names in TOGETHER.items() if name in names), f"{section}.{each}")


def _interpolate_parameter(parameter: Parameter, place: float) -> Any:
    assert parameter.range is not None
    low, high = parameter.range
    if isinstance(parameter.value, list):
        return _scale_list(parameter.value, low, high, place)
    # So, and not low + place * (high - low), which misses the high end by a rounding.
    value = low * (1 - place) + high * place
    whole = all(isinstance(number, int) for number in (parameter.value, low, high))
    return round(value) if whole else value


def _scale_list(usual: list[float], low: float, high: float, place: float) -> list[float]:
    """A list in its proportions, from where the first of its numbers meets the low end to where one meets the high end."""
    if abs(sum(usual) - 1) < 1e-9:
        # Shares that add up to one cannot all grow: the first does, and the others share what is left as before.
        first = low * (1 - place) + high * place
        left = (1 - first) / (1 - usual[0])
        return [first, *(number * left for number in usual[1:])]
    least, most = low / min(usual), high / max(usual)
    factor = least * (1 - place) + most * place
    return [number * factor for number in usual]
