"""A plan as the page shows it: bars for what is left, what each measure is worth, what it costs and harms."""

from collections.abc import Mapping
from dataclasses import dataclass

from warroom.access.masking import redact
from warroom.ledger.officers import Officer
from warroom.plans.ensemble import EnsembleValue, value_over_ensemble
from warroom.plans.planning import CutPlan, NextBestPlan, make_plan
from warroom.plans.site_plan import AGENCIES, HARMS, WORK, SitePlanning
from warroom.web.sites.words import SiteWords

SECONDS = 0.5
"""The answer must come while the slider is still under the hand; what is not proven by then comes with its gap."""
NETWORKS = 30
"""So many networks of the ensemble while one looks; `warroom plan` draws a hundred."""
WIDE = 1000.0
"""Units of a bar's whole width."""
BACKED = "+clinic-power"


@dataclass(frozen=True, slots=True)
class PlanBar:
    """A bar of a share of its whole, 0 to 1, and its words."""

    name: str
    share: float
    figure: str
    note: str = ""

    @property
    def width(self) -> float:
        return round(WIDE * min(1.0, max(0.0, self.share)), 1)


@dataclass(frozen=True, slots=True)
class PlanStep:
    """A period on the time axis: where it begins and how wide it is, and the heights of what flows without and with the plan, all
    as shares of the whole.
    """

    start: float
    width: float
    before: float
    after: float
    first_day: int
    last_day: int


@dataclass(frozen=True, slots=True)
class PlanSlider:
    """What one may move: a budget of an agency or a limit of harm, with the most that could be of use."""

    code: str
    name: str
    is_limit: bool
    value: float
    most: float
    step: float
    unit: str


@dataclass(frozen=True)
class ShownPlan:
    """Everything on the page. `taken` and `left` are days of one site's full work within the horizon."""

    plan: CutPlan
    taken: float
    left: float
    bound: float
    steps: tuple[PlanStep, ...]
    worths: tuple[PlanBar, ...]
    costs: tuple[PlanBar, ...]
    harms: tuple[PlanBar, ...]
    next_best: tuple[PlanBar, ...]
    ensemble: EnsembleValue | None
    not_ready: tuple[tuple[str, str], ...]

    @property
    def share(self) -> str:
        """How much of the site's work the plan takes, in per cent."""
        return f"{self.taken / (self.taken + self.left):.0%}" if self.taken + self.left else "–"


class PlanNames:
    """What measures are called, masked by the reader's roles."""

    def __init__(self, planning: SitePlanning, officer: Officer, words: SiteWords) -> None:
        self._planning, self._officer, self._words = planning, officer, words

    def name_measure(self, name: str) -> str:
        measure = redact(self._officer, self._planning.measures[name])
        code = f"{measure.kind}-backed" if name.endswith(BACKED) else measure.kind
        return self._words.format_code("measure", code).format(subject=measure.subject)

    def name_measures(self, names: tuple[str, ...]) -> str:
        return " + ".join(map(self.name_measure, names)) or "–"


def build_sliders(planning: SitePlanning, words: SiteWords) -> tuple[PlanSlider, ...]:
    """A slider for every budget and limit that some measure uses."""
    measures, sliders = planning.instance.measures.values(), []
    for agency in AGENCIES:
        most = sum(measure.costs.get(agency, 0.0) for measure in measures if measure.ready)
        if most:
            value = planning.instance.budgets[agency]
            name = f"{words.format_code('agency', agency)}: {words.format_code('budget', agency)}"
            sliders.append(PlanSlider(f"budget-{agency}", name, False, value, max(most, value), 1.0, ""))
    for harm in HARMS:
        most = sum(measure.harm.get(harm, 0.0) for measure in measures if measure.ready)
        if most:
            value = min(planning.instance.limits[harm], most)
            step = 0.25 if harm == "innocent_holds" else 1.0
            sliders.append(
                PlanSlider(f"limit-{harm}", words.format_code("harm", harm), True, value, most, step, "")
            )
    return tuple(sliders)


def show_plan(planning: SitePlanning, officer: Officer, words: SiteWords) -> ShownPlan:
    """Plan and draw. Raises PlanError where no plan can keep the limits."""
    instance = planning.instance
    plan = make_plan(instance, SECONDS)
    names, whole = PlanNames(planning, officer, words), max(plan.base, 1e-9)
    return ShownPlan(
        plan=plan,
        taken=(plan.base - plan.value) / WORK,
        left=plan.value / WORK,
        bound=plan.bound / WORK,
        steps=_draw_steps(plan, instance.horizon_days),
        worths=tuple(
            PlanBar(
                names.name_measures(weighed.measures),
                weighed.worth / max(plan.base - plan.value, 1e-9),
                format_days(weighed.worth, words),
            )
            for weighed in plan.worths
        ),
        costs=_draw_uses(plan.costs, instance.budgets, "agency", words),
        harms=_draw_uses(plan.harm, instance.limits, "harm", words),
        next_best=tuple(_draw_next(other, whole, names, words) for other in plan.next_best),
        ensemble=value_over_ensemble(instance, plan.measures, NETWORKS),
        not_ready=tuple(
            (names.name_measure(name), words.format_code("missing", planning.measures[name].why_not))
            for name in plan.not_ready
            if not name.endswith(BACKED)
        ),
    )


def format_days(work: float, words: SiteWords) -> str:
    """Work in per cent of a day as days of full work."""
    count = f"{work / WORK:,.1f}"
    return words.say.catalog.gettext("days: %(count)s") % {"count": count}


def _draw_steps(plan: CutPlan, horizon: float) -> tuple[PlanStep, ...]:
    top = max([period.flow for period in plan.base_periods], default=0.0) or 1.0
    return tuple(
        PlanStep(
            after.start / horizon,
            (after.end - after.start) / horizon,
            before.flow / top,
            after.flow / top,
            round(after.start),
            round(after.end),
        )
        for before, after in zip(plan.base_periods, plan.periods, strict=True)
    )


def _draw_uses(
    used: Mapping[str, float], allowed: Mapping[str, float], table: str, words: SiteWords
) -> tuple[PlanBar, ...]:
    return tuple(
        PlanBar(
            words.format_code(table, code),
            amount / allowed[code] if allowed.get(code) else 0.0,
            f"{amount:,g} / {allowed[code]:,g}" if code in allowed else f"{amount:,g}",
        )
        for code, amount in used.items()
    )


def _draw_next(other: NextBestPlan, whole: float, names: PlanNames, words: SiteWords) -> PlanBar:
    """What is left should one measure fail; the name says which, the note what comes in its place."""
    return PlanBar(
        names.name_measures(other.without),
        1 - other.value / whole,
        format_days(whole - other.value, words),
        names.name_measures(other.added),
    )
