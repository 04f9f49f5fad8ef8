"""What an exercise came to: the room's own decisions and every policy, scored over the same hours of the same country.

Anyone who plays takes over a board: reports since `opens` lie there at `begins`, earlier ones went elsewhere, and nobody
acts before. What was reachable is read off the truth at the moment a report lay on the board.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from warroom_lab.evaluation.background import CountryBackground
from warroom_lab.evaluation.lying import Steps, cut_steps_from, list_lying_steps
from warroom_lab.evaluation.missing import Missing
from warroom_lab.evaluation.play import PolicyPlay, TimedOrders, play_policy
from warroom_lab.evaluation.policies import make_rule
from warroom_lab.evaluation.policy import (
    NOTHING,
    FollowedTrails,
    Orders,
    Policy,
    PolicyRoom,
    ReporterStatement,
    RoomNews,
)
from warroom_lab.evaluation.scores import HOUR, compute_figures
from warroom_lab.world.crime.reports import CountryReport
from warroom_lab.world.play.orders import CountryOrder
from warroom_lab.world.play.run import CountryRun
from warroom_lab.world.population.country import Country

NEVER_AGAIN = 1 << 62
"""Microseconds UTC after the end of every play."""


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of an exercise, microseconds UTC."""

    opens: int
    begins: int
    ends: int


@dataclass(frozen=True, slots=True)
class HarmedHolder:
    """A hold of somebody who took no part in crime: the order, satang bound, hours, and whether it stood at the end."""

    order_id: str
    amount: int
    hours: float
    standing: bool


@dataclass(frozen=True, slots=True)
class MissedCase:
    """A report's stolen money: what lay in accounts when it reached the board, and what of it was held at the end.

    `reported` is when the victim told it, `came` when it reached the board, and `there` what lay in accounts from the report on.
    """

    report: str
    scam_type: str
    loss: int
    reachable: int
    saved: int
    reported: int
    came: int
    there: Steps


@dataclass(frozen=True, slots=True)
class Score:
    """One player's figures. Money in satang; `loss`: of the victims whose `reports` lay on the board; `held`: all that
    holds and blocks bound when they began and that stand at the end, stolen or not; `decided`: when the first order was
    given for each case, by the report that brought it to the board; the rest as in `scores`.
    """

    reports: int
    loss: int
    saved: int
    held: int
    share: float | None
    minutes: float | None
    holds: int
    innocents: int
    innocent_hours: float
    harmed: tuple[HarmedHolder, ...] = ()
    missed: tuple[MissedCase, ...] = ()
    decided: dict[str, int] = field(default_factory=dict)


@dataclass
class TakesOver:
    """A policy that takes over the board at `begins` and leaves it at `ends`: what it would have done before or after is not done."""

    policy: Policy
    hours: Hours
    name: str = field(init=False)
    _reports: list[ReporterStatement] = field(default_factory=list)
    _moved: set[int] = field(default_factory=set)
    _paid: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.name = self.policy.name

    def get_wake_time(self, now: int) -> int:
        if now >= self.hours.ends:
            return NEVER_AGAIN  # The policy decides no more, so what it wakes for would stay due and wake it every microsecond.
        return self.hours.begins if now < self.hours.begins else self.policy.get_wake_time(now)

    def decide_orders(self, room: PolicyRoom, heard: RoomNews) -> Orders:
        self._reports += [report for report in heard.reports if report.received_at > self.hours.opens]
        self._moved |= heard.moved
        self._paid += heard.paid
        # Heard and remembered, so that at the beginning the board is the room's
        # board, and nothing was done before.
        if not self.hours.begins <= room.now < self.hours.ends:
            return NOTHING
        all_heard = replace(
            heard,
            reports=tuple(self._reports),
            moved=frozenset(self._moved),
            paid=tuple(self._paid),
        )
        self._reports, self._moved, self._paid = [], set(), []
        return self.policy.decide_orders(room, all_heard)

    def collect_followed_trails(self, room: PolicyRoom) -> FollowedTrails:
        return self.policy.collect_followed_trails(room)


def score_policy(background: CountryBackground, name: str, hours: Hours) -> Score:
    """Play a policy's holds over the exercise's hours; raises WorldError where there is none of this name."""
    return _make_score(play_policy(background, TakesOver(make_rule(name), hours), hours.ends), hours)


def score_room(
    country: Country, timed_orders: Sequence[tuple[int, Sequence[CountryOrder]]], hours: Hours
) -> Score:
    """Play the room's own orders, each at its moment, and say whom they harmed and what they missed."""
    run = CountryRun(country)
    played = PolicyPlay("room", country.nation.start, hours.ends, run)
    played.script = [TimedOrders(time, Orders(list(orders))) for time, orders in timed_orders]
    reachable: dict[str, int] = {}
    waiting = list(timed_orders)
    while run.now < hours.ends:
        stop = min(hours.ends, waiting[0][0] if waiting else hours.ends)
        stop = min(stop, hours.begins) if run.now < hours.begins else stop
        # From news to news, since what was reachable is read at the moment a report reaches the board.
        played.add_news(run.advance_to(max(run.now + 1, run.find_next_news_time(stop))))
        if run.now >= hours.begins:
            _record_reachable(run, played.reports, reachable, hours)
        while waiting and waiting[0][0] <= run.now:
            run.queue_orders(waiting.pop(0)[1])
    return replace(
        _make_score(played, hours),
        harmed=_list_harmed_holders(played),
        missed=_list_missed_cases(played, reachable, hours),
    )


def _record_reachable(
    run: CountryRun, reports: Sequence[CountryReport], reachable: dict[str, int], hours: Hours
) -> None:
    """What lies in accounts of each case whose report has just reached the board."""
    fresh = [
        report
        for report in list_board_reports(reports, hours)
        if report.received_at <= run.now and report.record_id not in reachable
    ]
    if fresh:
        pots = run.truth.sum_pots().items()
        for report in fresh:
            reachable[report.record_id] = sum(amount for (_, case), amount in pots if case == report.case)


def list_board_reports(reports: Sequence[CountryReport], hours: Hours) -> list[CountryReport]:
    """The first report of each true case that reached the board."""
    first: dict[int, CountryReport] = {}
    for one in sorted(reports, key=lambda one: (one.received_at, one.record_id)):
        if one.case >= 0 and hours.opens < one.received_at <= hours.ends:
            # A case told twice lies on the board once.
            first.setdefault(one.case, one)
    return list(first.values())


def _make_score(played: PolicyPlay, hours: Hours) -> Score:
    figures = compute_figures(played)
    cases = {report.case for report in list_board_reports(played.reports, hours)}
    kept, lost = played.truth.sum_saved(), played.truth.sum_reported()
    saved, loss = sum(kept.get(case, 0) for case in cases), sum(lost.get(case, 0) for case in cases)
    minutes = figures["minutes_to_hold"].value
    board = [report for report in played.reports if hours.opens < report.received_at <= hours.ends]
    return Score(
        reports=len(board),
        loss=loss,
        saved=saved,
        held=sum(held.stolen + held.own for held in played.truth.list_holds() if held.end >= played.end),
        share=saved / loss if loss else None,
        minutes=None if isinstance(minutes, Missing) else minutes,
        holds=len(played.truth.list_holds()),
        innocents=len({held.account for held in played.truth.list_holds() if held.innocent}),
        innocent_hours=_or_zero(figures["innocent_hours"].value),
        decided=_map_first_decisions(played, hours),
    )


def _map_first_decisions(played: PolicyPlay, hours: Hours) -> dict[str, int]:
    case_of = {report.record_id: report.case for report in played.reports}
    report_of = {report.case: report.record_id for report in list_board_reports(played.reports, hours)}
    first: dict[str, int] = {}
    for order_batch in played.script:
        for name in {name for order in order_batch.orders.give for name in order.reports}:
            if (case := case_of.get(name, -1)) in report_of:
                first.setdefault(report_of[case], order_batch.time)
    return first


def _or_zero(value: float | Missing) -> float:
    return 0.0 if isinstance(value, Missing) else value


def _list_harmed_holders(played: PolicyPlay) -> tuple[HarmedHolder, ...]:
    return tuple(
        HarmedHolder(
            held.order_id, held.stolen + held.own, (held.end - held.start) / HOUR, held.end >= played.end
        )
        for held in played.truth.list_holds()
        if held.innocent
    )


def _list_missed_cases(played: PolicyPlay, reachable: dict[str, int], hours: Hours) -> tuple[MissedCase, ...]:
    saved = played.truth.sum_saved()
    looked = [report for report in list_board_reports(played.reports, hours) if report.record_id in reachable]
    there = list_lying_steps(played, {report.case for report in looked})
    return tuple(
        MissedCase(
            report.record_id,
            report.scam_type,
            report.loss,
            reachable[report.record_id],
            saved.get(report.case, 0),
            report.time,
            report.received_at,
            cut_steps_from(there[report.case], report.time),
        )
        for report in looked
    )
