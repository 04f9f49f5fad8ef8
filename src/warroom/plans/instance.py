"""What a plan is computed from: arcs, measures, budgets and limits, read from a file of JSON and checked.

The fields are described in `docs/reference/plan-file.md`.
"""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from warroom.errors import PlanError

LARGEST = 1e12
"""The largest capacity, cost, harm or budget that is accepted: more is taken for a slip of the pen."""
HORIZON_DAYS = 365.0
LIKELY = 0.5
"""An arc with a smaller chance is not planned against; the ensemble holds it in its share of networks."""
CutRule = Literal["all", "any"]


@dataclass(frozen=True, slots=True)
class FlowArc:
    """Flow of at most `capacity` a day from one node to another, from `after_days` on: a substitute appears later than 0.

    It is gone from `until_days` on, as a generator is whose fuel is used up. It is cut where all or any of its `measures`
    are taken; `left` is the share of its capacity that stays then. `chance` (0 to 1) says how likely the records make it that
    the arc is there at all; the spreads are standard deviations of the logarithm of its capacity and of its days.
    """

    start: str
    end: str
    capacity: float
    after_days: float = 0.0
    measures: tuple[str, ...] = ()
    cut_by: CutRule = "all"
    left: float = 0.0
    until_days: float = math.inf
    chance: float = 1.0
    capacity_spread: float = 0.0
    days_spread: float = 0.0

    def is_there(self, day: float) -> bool:
        """Whether the arc carries anything on a day."""
        return self.after_days <= day < self.until_days

    @property
    def is_uncertain(self) -> bool:
        return self.chance < 1 or self.capacity_spread > 0 or self.days_spread > 0


@dataclass(frozen=True, slots=True)
class CutMeasure:
    """What an agency can do. `costs` by agency, `harm` by kind, in the units of budgets and limits.

    `ready`: nothing is missing, such as a warrant. `required`: it is decided already. `requires`: measures that must be
    taken too, such as a clinic's generator before its feeder is cut.
    """

    id: str
    costs: Mapping[str, float] = field(default_factory=dict)
    harm: Mapping[str, float] = field(default_factory=dict)
    ready: bool = True
    required: bool = False
    requires: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlanInstance:
    """A network, what can be done to it, and what may be spent and harmed. `together`: groups of measures of which all
    or none are taken.
    """

    source: str
    sink: str
    arcs: tuple[FlowArc, ...]
    measures: Mapping[str, CutMeasure]
    budgets: Mapping[str, float]
    limits: Mapping[str, float] = field(default_factory=dict)
    together: tuple[tuple[str, ...], ...] = ()
    horizon_days: float = HORIZON_DAYS

    @property
    def period_starts(self) -> list[float]:
        """The days on which the network changes: the first, and those on which arcs appear or go before the horizon."""
        days = {day for arc in self.arcs for day in (arc.after_days, arc.until_days)}
        return sorted({0.0} | {day for day in days if day < self.horizon_days})

    @property
    def is_uncertain(self) -> bool:
        """Whether the records leave it open what the network is."""
        return any(arc.is_uncertain for arc in self.arcs)

    def keep_likely_arcs(self) -> "PlanInstance":
        """The network that is likelier than not: arcs with a chance below a half are left out."""
        likely = tuple(arc for arc in self.arcs if arc.chance >= LIKELY)
        return self if len(likely) == len(self.arcs) else replace(self, arcs=likely)

    def with_budgets(self, budgets: Mapping[str, float], limits: Mapping[str, float]) -> "PlanInstance":
        """The instance with some budgets and limits replaced. Raises PlanError where they make no sense."""
        changed = replace(self, budgets={**self.budgets, **budgets}, limits={**self.limits, **limits})
        check_instance(changed)
        return changed


def load_instance(path: Path) -> PlanInstance:
    """Read an instance from a file of JSON. Raises PlanError for a file that is none, and says what is wrong with it."""
    try:
        # utf-8-sig: some editors write a byte order mark.
        body = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as problem:
        raise PlanError("plans.not-readable", name=path.name) from problem
    except (json.JSONDecodeError, RecursionError) as problem:
        raise PlanError("plans.not-json", name=path.name) from problem
    return parse_instance(body)


def parse_instance(body: Any) -> PlanInstance:
    """Build an instance from decoded JSON. Raises PlanError for a field that is missing, of a wrong kind or contradictory."""
    if not isinstance(body, dict):
        raise PlanError("plans.wrong-field", field="instance", place="1")
    _check_layers(body)
    measures = [_parse_measure(row, place) for place, row in _iter_rows(body, "measures")]
    _check_twice("measures", [measure.id for measure in measures])
    instance = PlanInstance(
        source=_parse_text(body, "source", "instance"),
        sink=_parse_text(body, "sink", "instance"),
        arcs=tuple(_parse_arc(row, place) for place, row in _iter_rows(body, "arcs")),
        measures={measure.id: measure for measure in measures},
        budgets=_parse_amounts(body, "budgets", "instance"),
        limits=_parse_amounts(body, "limits", "instance"),
        together=tuple(
            _parse_texts(group, "together") for group in _parse_list(body, "together", "instance")
        ),
        horizon_days=_parse_number(body, "horizon_days", "instance", HORIZON_DAYS),
    )
    check_instance(instance)
    return instance


def check_instance(instance: PlanInstance) -> None:
    """Raise PlanError for the first thing that contradicts another."""
    if instance.source == instance.sink:
        raise PlanError("plans.source-is-sink", name=instance.source)
    if not instance.horizon_days > 0:
        raise PlanError("plans.wrong-field", field="horizon_days", place="instance")
    for name, amount in [*instance.budgets.items(), *instance.limits.items()]:
        if not 0 <= amount <= LARGEST:
            raise PlanError("plans.negative-limit", name=name, amount=f"{amount:g}")
    for measure in instance.measures.values():
        for name in measure.costs:
            if name not in instance.budgets:
                raise PlanError("plans.no-budget", measure=measure.id, agency=name)
    for named in _list_named_measures(instance):
        if named not in instance.measures:
            raise PlanError("plans.unknown-measure", name=named)


def _list_named_measures(instance: PlanInstance) -> list[str]:
    """Every measure that an arc, a group or another measure names."""
    by_arcs = [name for arc in instance.arcs for name in arc.measures]
    by_groups = [name for group in instance.together for name in group]
    by_measures = [name for measure in instance.measures.values() for name in measure.requires]
    return [*by_arcs, *by_groups, *by_measures]


def _check_layers(body: dict[str, Any]) -> None:
    """A node may be declared with its layer; declared twice with different ones, records contradict each other."""
    layers: dict[str, str] = {}
    for place, row in _iter_rows(body, "nodes"):
        node, layer = _parse_text(row, "id", place), _parse_text(row, "layer", place)
        if layers.setdefault(node, layer) != layer:
            raise PlanError("plans.layers-contradict", name=node, first=layers[node], second=layer)


def _check_twice(what: str, names: list[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise PlanError("plans.twice", what=what, name=name)
        seen.add(name)


def _parse_arc(row: dict[str, Any], place: str) -> FlowArc:
    rule = row.get("cut_by", "all")
    shares = {
        name: _parse_number(row, name, place, default) for name, default in (("left", 0.0), ("chance", 1.0))
    }
    if rule not in ("all", "any"):
        raise PlanError("plans.wrong-field", field="cut_by", place=place)
    for name, share in shares.items():
        if share > 1:
            raise PlanError("plans.wrong-field", field=name, place=place)
    return FlowArc(
        start=_parse_text(row, "from", place),
        end=_parse_text(row, "to", place),
        capacity=_parse_number(row, "capacity", place),
        after_days=_parse_number(row, "after_days", place, 0.0),
        # A measure that is named twice counts once.
        measures=tuple(dict.fromkeys(_parse_texts(row.get("measures", []), place))),
        cut_by=rule,
        left=shares["left"],
        until_days=_parse_number(row, "until_days", place) if "until_days" in row else math.inf,
        chance=shares["chance"],
        capacity_spread=_parse_number(row, "capacity_spread", place, 0.0),
        days_spread=_parse_number(row, "days_spread", place, 0.0),
    )


def _parse_measure(row: dict[str, Any], place: str) -> CutMeasure:
    return CutMeasure(
        id=_parse_text(row, "id", place),
        costs=_parse_amounts(row, "costs", place),
        harm=_parse_amounts(row, "harm", place),
        ready=_is_true(row, "ready", place, True),
        required=_is_true(row, "required", place, False),
        requires=_parse_texts(row.get("requires", []), place),
    )


def _iter_rows(body: dict[str, Any], name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, row in enumerate(_parse_list(body, name, "instance"), 1):
        place = f"{name} {number}"
        if not isinstance(row, dict):
            raise PlanError("plans.wrong-field", field=name, place=place)
        yield place, row


def _parse_list(body: dict[str, Any], name: str, place: str) -> list[Any]:
    rows = body.get(name, [])
    if not isinstance(rows, list):
        raise PlanError("plans.wrong-field", field=name, place=place)
    return rows


def _parse_text(row: dict[str, Any], name: str, place: str) -> str:
    text = row.get(name)
    if not isinstance(text, str) or not text:
        raise PlanError("plans.wrong-field", field=name, place=place)
    return text


def _parse_texts(names: Any, place: str) -> tuple[str, ...]:
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise PlanError("plans.wrong-field", field="measures", place=place)
    return tuple(names)


def _parse_amounts(row: dict[str, Any], name: str, place: str) -> dict[str, float]:
    amounts = row.get(name, {})
    if not isinstance(amounts, dict):
        raise PlanError("plans.wrong-field", field=name, place=place)
    return {key: _parse_number(amounts, key, f"{place} {name}") for key in amounts}


def _parse_number(row: dict[str, Any], name: str, place: str, default: float | None = None) -> float:
    """A number from 0 to LARGEST; the default where the field is left out."""
    number = row.get(name, default)
    # A bool is an int in Python, and 1e999 is read as infinity.
    if isinstance(number, bool) or not isinstance(number, int | float) or not 0 <= number <= LARGEST:
        if isinstance(number, int | float) and (math.isinf(number) or abs(number) > LARGEST):
            raise PlanError("plans.too-large", field=name, place=place)
        raise PlanError("plans.wrong-field", field=name, place=place)
    return float(number)


def _is_true(row: dict[str, Any], name: str, place: str, default: bool) -> bool:
    answer = row.get(name, default)
    if not isinstance(answer, bool):
        raise PlanError("plans.wrong-field", field=name, place=place)
    return answer
