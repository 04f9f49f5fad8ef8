"""From a plan to the draft of a joint operation: places, tasks, other actions, and agencies that are asked to take part.

A plan proposes. The draft waits for its officer, who looks at each step; nothing goes out before each action is approved and
two officers have said go.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from warroom.access.views import AgencyView
from warroom.law.kinds.declarations import load_kind
from warroom.ledger.officers import Officer
from warroom.plans.site_plan import SiteMeasure, SitePlanning
from warroom.sites.network import SupplyNetwork, nan_to_none
from warroom.web.actions.operation_steps import PROPOSES, PlanPlace, PlanSteps
from warroom.web.plans.values import PlanNames

DAWN = time(6, 0)
"""After sunrise, so that no search of the draft is one by night."""
AHEAD = timedelta(days=2)
WHY_SIGNS = 500
TASKS = {kind: task for task, kind in PROPOSES.items()}
TYPED_KINDS = {"internet-cut": "megabits"}
"""Other kinds of action that the records fill alone, with the field that takes the line's capacity."""


def build_steps(
    planning: SitePlanning,
    taken: Sequence[str],
    lines: SupplyNetwork,
    province: str,
    officer: Officer,
    agencies: Sequence[AgencyView],
    names: PlanNames,
    words: Mapping[str, str],
    now: datetime,
    zone: ZoneInfo,
) -> PlanSteps:
    """The steps of the draft. `words` are `title` and `why` in the officer's language.

    A measure that this officer may not propose asks its agency to take part, by hand and with the measure as the reason.
    """
    (site,) = planning.sites
    measures = [(name, planning.measures[name]) for name in taken]
    own = [measure for _, measure in measures if _may_propose(measure, officer)]
    hour = datetime.combine((now + AHEAD).astimezone(zone).date(), DAWN).isoformat(timespec="minutes")
    by_hand: dict[str, list[str]] = {}
    more: list[Mapping[str, str]] = []
    for name, measure in measures:
        code = _find_agency(measure.agency, agencies)
        if measure in own and measure.kind in TASKS:
            continue
        if measure in own and measure.kind in TYPED_KINDS and code:
            more.append(_type_action(measure, code, lines, words["why"]))
        elif code:
            by_hand.setdefault(code, []).append(names.name_measure(name))
    return PlanSteps(
        title=words["title"],
        hour=hour,
        why=words["why"],
        places=(_make_place(site, province, own, lines),),
        by_hand=tuple((code, "; ".join(reasons)[:WHY_SIGNS]) for code, reasons in by_hand.items()),
        more=tuple(more),
    )


def _may_propose(measure: SiteMeasure, officer: Officer) -> bool:
    if measure.kind not in TASKS and measure.kind not in TYPED_KINDS:
        return False
    return officer.has_role(*load_kind(measure.kind).proposes)


def _find_agency(sort: str, agencies: Sequence[AgencyView]) -> str:
    return next((agency.code for agency in agencies if agency.kind == sort), "")


def _make_place(site: str, province: str, own: Sequence[SiteMeasure], lines: SupplyNetwork) -> PlanPlace:
    cut = next((measure for measure in own if measure.kind == "power-cut"), None)
    tasks = tuple(dict.fromkeys(TASKS[measure.kind] for measure in own if measure.kind in TASKS))
    place = PlanPlace(site, province, tasks=tasks)
    if cut is None:
        return place
    at = lines.line_row[cut.subject]
    below = lines.count_buildings(lines.buildings_of(lines.find_rows_below(at)))
    return PlanPlace(
        site,
        province,
        tasks=tasks,
        line=cut.subject,
        sort="feeder",
        capacity=nan_to_none(lines.capacity[at]),
        clinics=below.clinics,
    )


def _type_action(measure: SiteMeasure, partner: str, lines: SupplyNetwork, why: str) -> dict[str, str]:
    """The form of another action as filled; its moment is left empty, which means the operation's hour."""
    kind = measure.kind
    capacity: Any = nan_to_none(lines.capacity[lines.line_row[measure.subject]])
    return {
        "kind": kind,
        f"{kind}-subjects": measure.subject,
        f"{kind}-subjects_kind": measure.subject_kind,
        f"{kind}-subjects_note": measure.site,
        f"{kind}-{TYPED_KINDS[kind]}": "" if capacity is None else f"{capacity:g}",
        f"{kind}-partner": partner,
        f"{kind}-reason": why,
    }
