"""The network of a suspected site as its records show it, with the measures that agencies have against it.

A site's work needs power and a link at once, and a way for its money: arcs in a row. Grid, second feed and generator stand
in for each other, as fibre, terminal and masts do: arcs side by side. Substitutes appear after days, and the site may
move or split. Flow is counted in per cent of one site's work a day.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated

from warroom.errors import NotFound
from warroom.marking import MarkOf
from warroom.plans.assumptions import get_assumption, load_assumptions
from warroom.plans.instance import CutMeasure, FlowArc, PlanInstance, check_instance
from warroom.sites.cuts import build_cut
from warroom.sites.gazetteer import Gazetteer
from warroom.sites.network import SupplyNetwork, nan_to_none
from warroom.subjects.kinds import MARKS

WORK = 100.0
"""The work of one site a day, in per cent."""
SOURCE, SINK = "work", "done"
AGENCIES = tuple(load_assumptions()["budgets"])
HARMS = tuple(load_assumptions()["limits"])
"""Homes and clinics that go dark, buildings without a connection, and expected holds of honest people's accounts."""


@dataclass(frozen=True, slots=True)
class SiteMeasure:
    """What can be done: the kind of action (`clinic-power`: a generator for each clinic before the cut), and about what.

    `why_not` is the code of what is missing, "" where nothing is: `abroad`, or `mast-users` that no record counts.
    """

    id: str
    kind: str
    subject_kind: str
    subject: Annotated[str, MarkOf("subject_kind", MARKS)]
    site: str
    agency: str
    why_not: str = ""


@dataclass(frozen=True)
class SitePlanning:
    """An instance of one or more sites, its measures by id, and what no record covers, as codes by site."""

    instance: PlanInstance
    measures: Mapping[str, SiteMeasure]
    sites: tuple[str, ...]
    unknown: Mapping[str, tuple[str, ...]]


def build_site_planning(
    lines: SupplyNetwork,
    sites: Sequence[str],
    places: Gazetteer,
    accounts: Mapping[str, Sequence[str]] | None = None,
    budgets: Mapping[str, float] | None = None,
    limits: Mapping[str, float] | None = None,
) -> SitePlanning:
    """The instance of these buildings; `accounts` are those tied to each, as bank:number.

    Raises NotFound for a building that no record names, PlanError for a budget or limit that makes no sense.
    """
    draft = _SiteDraft(lines, places)
    for site in dict.fromkeys(sites):
        if site not in lines.building_row:
            raise NotFound("sites.no-such-site", site=site)
        draft.add_site(site, (accounts or {}).get(site, ()))
    instance = PlanInstance(
        source=SOURCE,
        sink=SINK,
        arcs=tuple(draft.arcs),
        measures=draft.cuts,
        budgets={**load_assumptions()["budgets"], **(budgets or {})},
        limits={**load_assumptions()["limits"], **(limits or {})},
    )
    check_instance(instance)
    unknown = {site: tuple(codes) for site, codes in draft.unknown.items()}
    return SitePlanning(instance, draft.measures, tuple(dict.fromkeys(sites)), unknown)


@dataclass
class _SiteDraft:
    """Arcs and measures so far. A measure that reaches two sites is one measure."""

    lines: SupplyNetwork
    places: Gazetteer
    arcs: list[FlowArc] = field(default_factory=list)
    cuts: dict[str, CutMeasure] = field(default_factory=dict)
    measures: dict[str, SiteMeasure] = field(default_factory=dict)
    unknown: dict[str, list[str]] = field(default_factory=dict)

    def add_site(self, site: str, accounts: Sequence[str]) -> None:
        row = self.lines.building_row[site]
        self.unknown[site] = []
        is_abroad = self.places.is_across_border(self.lines.get_place(row))
        self._add_arc(SOURCE, f"{site}/gang", 1.0)
        self._add_power(site, row, is_abroad)
        self._add_link(site, row, is_abroad)
        self._add_search(site, is_abroad)
        self._add_money(site, accounts)
        self._add_move(site)
        self._add_arc(f"{site}/out", SINK, 1.0)

    def _add_power(self, site: str, row: int, is_abroad: bool) -> None:
        start, end = f"{site}/gang", f"{site}/power"
        own = self._list_own_lines(row, "feeder")
        for line in own:
            self._add_path(site, start, end, line, "power-cut", is_abroad)
        if not own:
            self.unknown[site].append("no-feeder")
            self._add_arc(start, end, 1.0)
        self._add_arc(start, end, get_assumption("power", "in_the_dark"))
        self._add_generators(site, row, start, end)

    def _add_generators(self, site: str, row: int, start: str, end: str) -> None:
        share = get_assumption("power", "on_generator")
        generators = [int(at) for at in self.lines.standby_of([row], "generator")]
        if not generators:
            self.unknown[site].append("no-generator")
            chance = get_assumption("power", "hidden_generator")
            self._add_arc(
                start, end, share, get_assumption("power", "hidden_after_days"), chance=chance, is_guess=True
            )
            return
        after = min(nan_to_none(self.lines.delay[at]) or 0.0 for at in generators)
        hours = nan_to_none(self.lines.backup[row])
        until = after + (hours / 24 if hours else get_assumption("power", "fuel_days"))
        self._add_arc(start, end, share, after, until_days=until, is_guess=True)
        chance = get_assumption("power", "finds_fuel")
        self._add_arc(start, end, share, until, chance=chance, is_guess=True)

    def _add_link(self, site: str, row: int, is_abroad: bool) -> None:
        start, end = f"{site}/power", f"{site}/link"
        fibres = self._list_own_lines(row, "fibre")
        for line in fibres:
            self._add_path(site, start, end, line, "internet-cut", is_abroad)
        terminals = [int(at) for at in self.lines.standby_of([row], "satellite")]
        report = self._add_measure(
            "satellite-terminal-report", "site", site, site, "telecom", {"telecom": 1.0}
        )
        share, refused = get_assumption("link", "over_terminal"), get_assumption("link", "refused")
        for at in terminals:
            own = self._add_measure(
                "satellite-terminal-report", "terminal", self.lines.ids[at], site, "telecom", {"telecom": 1.0}
            )
            self._add_arc(start, end, share, measures=(own, report), cut_by_any=True, left=refused)
        if not fibres and not terminals:
            self.unknown[site].append("no-link")
            self._add_arc(start, end, 1.0, chance=get_assumption("link", "unrecorded"))
        self._add_masts(site, start, end, fibres)
        days = [nan_to_none(self.lines.delay[at]) for at in fibres]
        after = min(
            (day for day in days if day is not None), default=get_assumption("link", "new_terminal_days")
        )
        self._add_arc(
            start, end, get_assumption("link", "over_new_terminal"), after,
            measures=(report,), left=refused, chance=get_assumption("link", "new_terminal"), is_guess=True,
        )  # fmt: skip

    def _add_masts(self, site: str, start: str, end: str, fibres: Iterable[int]) -> None:
        """Masts on the same links: their users are in no record, so no plan may take one before the operator has counted."""
        above = {int(self.lines.upstream[at]) for at in fibres} - {-1}
        masts = [child for line in sorted(above) for child in self.lines.children.get(line, ()) if self.lines.kind[child] == "mast"]  # fmt: skip
        names = tuple(
            self._add_measure(
                "mast-adjustment", "mast", self.lines.ids[at], site, "telecom", {"telecom": 1.0}, why_not="mast-users"
            )
            for at in masts
        )  # fmt: skip
        self._add_arc(start, end, get_assumption("link", "over_masts"), measures=names, is_guess=True)

    def _add_search(self, site: str, is_abroad: bool) -> None:
        name = self._add_measure(
            "search", "place", site, site, "police", {"police": 1.0}, why_not="abroad" if is_abroad else ""
        )
        left = get_assumption("move", "after_search")
        self._add_arc(f"{site}/link", f"{site}/paid", 1.0, measures=(name,), left=left)

    def _add_money(self, site: str, accounts: Sequence[str]) -> None:
        start, end = f"{site}/paid", f"{site}/out"
        innocent = {"innocent_holds": get_assumption("money", "innocent")}
        names = tuple(
            self._add_measure("account-hold", "account", account, site, "bank", {"bank": 1.0}, innocent)
            for account in accounts
        )
        if not accounts:
            self.unknown[site].append("no-account")
            self._add_arc(start, end, 1.0)
            return
        self._add_arc(start, end, 1.0, measures=names)
        self._add_arc(start, end, get_assumption("money", "cash"))
        chance = get_assumption("money", "new_accounts")
        self._add_arc(
            start, end, 1.0, get_assumption("money", "new_accounts_days"), chance=chance, is_guess=True
        )

    def _add_move(self, site: str) -> None:
        """The gang works on elsewhere, whole or in a smaller place: no measure at the site reaches it there."""
        start, end = f"{site}/gang", f"{site}/out"
        for name, share in (("", 1.0), ("split_", get_assumption("move", "split_share"))):
            days, chance = get_assumption("move", f"{name}days"), get_assumption("move", f"{name}chance")
            self._add_arc(start, end, share, days, chance=chance, is_guess=True)

    def _list_own_lines(self, row: int, kind: str) -> list[int]:
        own = self.lines.pairs[self.lines.pairs[:, 1] == row, 0]
        return [int(at) for at in own[self.lines.kind[own] == kind]]

    def _add_path(self, site: str, start: str, end: str, line: int, kind: str, is_abroad: bool) -> None:
        """From the source down to the site: each line is a point at which it can be cut, with second feeds into it."""
        way = self.lines.find_path_from_source(line)
        for number, at in enumerate(way):
            head = end if number == len(way) - 1 else f"{site}/{self.lines.ids[at]}"
            # Lines behind the border belong to the town there: only the line that leads across it is ours to cut.
            is_ours = not is_abroad or number == 0
            self._add_arc(start, head, 1.0, measures=self._add_cut(site, at, kind, is_ours), cut_by_any=True)
            for second in self.lines.seconds_of(at):
                days = nan_to_none(self.lines.delay[second])
                self._add_arc(
                    start, head, 1.0, get_assumption("power", "second_feed_days") if days is None else days,
                    measures=self._add_cut(site, int(second), kind, not is_abroad), cut_by_any=True, is_guess=True,
                )  # fmt: skip
            start = head

    def _add_cut(self, site: str, at: int, kind: str, is_ours: bool) -> tuple[str, ...]:
        """The cut of a line, and where clinics would go dark the same cut with a generator for each of them first."""
        cut, name = build_cut(self.lines, at), self.lines.ids[at]
        why_not = "" if is_ours else "abroad"
        agency = "power" if kind == "power-cut" else "telecom"
        if kind == "internet-cut":
            harm = {"offline": float(cut.dark.all)}
            return (self._add_measure(kind, "supply", name, site, agency, {agency: 1.0}, harm, why_not),)
        homes, clinics = float(cut.dark.homes), float(cut.dark.dark_clinics)
        harm = {"homes": homes, "clinics": clinics}
        plain = self._add_measure(kind, "supply", name, site, agency, {agency: 1.0}, harm, why_not)
        if not clinics:
            return (plain,)
        backup = self._add_measure("clinic-power", "supply", name, site, "hospital", {"hospital": clinics})
        backed = f"{plain}+clinic-power"
        self.cuts[backed] = CutMeasure(
            backed, {agency: 1.0}, {"homes": homes}, not why_not, requires=(backup,)
        )
        self.measures[backed] = SiteMeasure(backed, kind, "supply", name, site, agency, why_not)
        return plain, backed

    def _add_measure(
        self,
        kind: str,
        subject_kind: str,
        subject: str,
        site: str,
        agency: str,
        costs: Mapping[str, float],
        harm: Mapping[str, float] | None = None,
        why_not: str = "",
    ) -> str:
        name = f"{kind}:{subject}"
        if name not in self.cuts:
            self.cuts[name] = CutMeasure(name, costs, harm or {}, ready=not why_not)
            self.measures[name] = SiteMeasure(name, kind, subject_kind, subject, site, agency, why_not)
        return name

    def _add_arc(
        self,
        start: str,
        end: str,
        share: float,
        after_days: float = 0.0,
        *,
        measures: tuple[str, ...] = (),
        cut_by_any: bool = False,
        left: float = 0.0,
        until_days: float = math.inf,
        chance: float = 1.0,
        is_guess: bool = False,
    ) -> None:
        """An arc of a share of one site's work; a guess has a spread."""
        self.arcs.append(
            FlowArc(
                start,
                end,
                share * WORK,
                after_days,
                measures,
                "any" if cut_by_any else "all",
                left,
                until_days,
                chance,
                get_assumption("spread", "capacity") if is_guess else 0.0,
                get_assumption("spread", "days") if is_guess else 0.0,
            )
        )
