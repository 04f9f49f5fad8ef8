"""What an exercise came to: the room's own decisions and every policy, scored over the same hours of the same country.

Whoever plays takes over a board: reports since `opens` lie there at `begins`, earlier ones went elsewhere, and nobody
acts before. What was reachable is read off the truth at the moment a report lay on the board.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from warroom_lab.evaluation.background import Background
from warroom_lab.evaluation.lying import Steps, lying, since
from warroom_lab.evaluation.missing import Missing
from warroom_lab.evaluation.play import Given, Played, play
from warroom_lab.evaluation.policies import rule_named
from warroom_lab.evaluation.policy import NOTHING, Followed, Heard, Orders, Policy, Room, Told
from warroom_lab.evaluation.scores import HOUR, score
from warroom_lab.world.crime.reports import Report
from warroom_lab.world.play.orders import Order
from warroom_lab.world.play.run import Run
from warroom_lab.world.population.country import Country


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
    """A policy that takes over the board at `begins`: what it would have done before is not done."""

    policy: Policy
    hours: Hours
    name: str = field(init=False)
    _reports: list[Told] = field(default_factory=list)
    _moved: set[int] = field(default_factory=set)
    _paid: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.name = self.policy.name

    def wakes(self, now: int) -> int:
        return self.hours.begins if now < self.hours.begins else self.policy.wakes(now)

    def decide(self, room: Room, heard: Heard) -> Orders:
        self._reports += [one for one in heard.reports if one.received_at > self.hours.opens]
        self._moved |= heard.moved
        self._paid += heard.paid
        # Heard and remembered, so that at the beginning the board is the room's
        # board, and nothing was done before.
        if room.now < self.hours.begins:
            return NOTHING
        all_heard = replace(
            heard,
            reports=tuple(self._reports),
            moved=frozenset(self._moved),
            paid=tuple(self._paid),
        )
        self._reports, self._moved, self._paid = [], set(), []
        return self.policy.decide(room, all_heard)

    def followed(self, room: Room) -> Followed:
        return self.policy.followed(room)


def of_policy(background: Background, name: str, hours: Hours) -> Score:
    """Play a policy's holds over the exercise's hours; raises WorldError where there is none of this name."""
    return _scored(play(background, TakesOver(rule_named(name), hours), hours.ends), hours)


def of_room(country: Country, told: Sequence[tuple[int, Sequence[Order]]], hours: Hours) -> Score:
    """Play the room's own orders, each at its moment, and say whom they harmed and what they missed."""
    run = Run(country)
    played = Played("room", country.nation.start, hours.ends, run)
    played.script = [Given(time, Orders(list(orders))) for time, orders in told]
    reachable: dict[str, int] = {}
    waiting = list(told)
    while run.now < hours.ends:
        stop = min(hours.ends, waiting[0][0] if waiting else hours.ends)
        stop = min(stop, hours.begins) if run.now < hours.begins else stop
        # From news to news, since what was reachable is read at the moment a report reaches the board.
        played.note(run.advance(max(run.now + 1, run.next_news(stop))))
        if run.now >= hours.begins:
            _look(run, played.reports, reachable, hours)
        while waiting and waiting[0][0] <= run.now:
            run.obey(waiting.pop(0)[1])
    return replace(_scored(played, hours), harmed=_harmed(played), missed=_missed(played, reachable, hours))


def _look(run: Run, reports: Sequence[Report], reachable: dict[str, int], hours: Hours) -> None:
    """What lies in accounts of each case whose report has just reached the board."""
    fresh = [
        one
        for one in on_board(reports, hours)
        if one.received_at <= run.now and one.record_id not in reachable
    ]
    if fresh:
        pots = run.truth.pots().items()
        for one in fresh:
            reachable[one.record_id] = sum(amount for (_, case), amount in pots if case == one.case)


def on_board(reports: Sequence[Report], hours: Hours) -> list[Report]:
    """The first report of each true case that reached the board."""
    first: dict[int, Report] = {}
    for one in sorted(reports, key=lambda one: (one.received_at, one.record_id)):
        if one.case >= 0 and hours.opens < one.received_at <= hours.ends:
            # A case told twice lies on the board once.
            first.setdefault(one.case, one)
    return list(first.values())


def _scored(played: Played, hours: Hours) -> Score:
    figures = score(played)
    cases = {one.case for one in on_board(played.reports, hours)}
    kept, lost = played.truth.saved(), played.truth.reported()
    saved, loss = sum(kept.get(case, 0) for case in cases), sum(lost.get(case, 0) for case in cases)
    minutes = figures["minutes_to_hold"].value
    board = [one for one in played.reports if hours.opens < one.received_at <= hours.ends]
    return Score(
        reports=len(board),
        loss=loss,
        saved=saved,
        held=sum(held.stolen + held.own for held in played.truth.holds() if held.end >= played.end),
        share=saved / loss if loss else None,
        minutes=None if isinstance(minutes, Missing) else minutes,
        holds=len(played.truth.holds()),
        innocents=len({held.account for held in played.truth.holds() if held.innocent}),
        innocent_hours=_number(figures["innocent_hours"].value),
        decided=_decided(played, hours),
    )


def _decided(played: Played, hours: Hours) -> dict[str, int]:
    case_of = {one.record_id: one.case for one in played.reports}
    report_of = {one.case: one.record_id for one in on_board(played.reports, hours)}
    first: dict[str, int] = {}
    for told in played.script:
        for name in {name for order in told.orders.give for name in order.reports}:
            if (case := case_of.get(name, -1)) in report_of:
                first.setdefault(report_of[case], told.time)
    return first


def _number(value: float | Missing) -> float:
    return 0.0 if isinstance(value, Missing) else value


def _harmed(played: Played) -> tuple[HarmedHolder, ...]:
    return tuple(
        HarmedHolder(
            held.order_id, held.stolen + held.own, (held.end - held.start) / HOUR, held.end >= played.end
        )
        for held in played.truth.holds()
        if held.innocent
    )


def _missed(played: Played, reachable: dict[str, int], hours: Hours) -> tuple[MissedCase, ...]:
    saved = played.truth.saved()
    looked = [one for one in on_board(played.reports, hours) if one.record_id in reachable]
    there = lying(played, {one.case for one in looked})
    return tuple(
        MissedCase(
            one.record_id,
            one.scam_type,
            one.loss,
            reachable[one.record_id],
            saved.get(one.case, 0),
            one.time,
            one.received_at,
            since(there[one.case], one.time),
        )
        for one in looked
    )
