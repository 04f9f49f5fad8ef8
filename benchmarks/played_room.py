"""The played room: `python -m benchmarks.played_room [--quick] [SEED ...]`.

One officer at one desk plays exercises of the demo's size that nothing was trained on: reads a case at the pace measured
on the pages (40 seconds and 6 a hold), holds what is ticked, and takes the next. Three officers differ in the order alone: the top row of
the queue, a row by chance, and the row by which most would be lost in the hour (who knows the truth). The bars are of that
pace; beside it each plays at a desk where every case takes ten times as long, since one who is never behind holds the same in
any order. Banks answer as the country's do. What each held is compared, with intervals of 90 % by drawing exercises again, and written into
docs/measurements/scores.md between its marks.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa

from benchmarks.harness import at_least, start_run
from warroom import clock
from warroom.cases.summary import LEFTOVER
from warroom.errors import TraceError
from warroom.money.forecast.choice import load_shipped_model
from warroom.money.forecast.facts import CHANNEL_OF, MINUTE, NO_CHANNEL, UNKNOWN, Floats, MoneyFacts
from warroom.money.forecast.forecast import Forecast
from warroom.money.trace.holds import is_outweighed
from warroom.money.trace.tracing import trace
from warroom.money.trail import BankAccount, HoldProposal
from warroom.reasons.preselection import list_doubts
from warroom.room.waiting.case_filters import SMALL
from warroom.subjects.spelled_columns import spell_account_numbers
from warroom_lab.demo.plan import BEGINS, OPENS, SIZE
from warroom_lab.evaluation.background import CountryBackground, add_stated_balances, found_background
from warroom_lab.evaluation.cases import FollowedCase, FollowedCases
from warroom_lab.evaluation.foreseen import count_concordant_pairs
from warroom_lab.evaluation.leaving import METHOD, ZONE
from warroom_lab.evaluation.play import play_policy
from warroom_lab.evaluation.policy import NOTHING, FollowedTrails, Orders, PolicyRoom, RoomNews
from warroom_lab.evaluation.records import build_reports_table
from warroom_lab.evaluation.rehearsal import Hours, TakesOver
from warroom_lab.forecasting.history import Move, map_moves_by_account
from warroom_lab.world.drawing.columns import HOUR
from warroom_lab.world.play.orders import CountryOrder
from warroom_lab.world.play.run import CountryRun

SEEDS = tuple(range(5001, 5011))
"""Nothing here was trained or tuned on them."""
SHIFT = 6 * HOUR
A_CASE, A_HOLD = 40 * 1_000_000, 6 * 1_000_000
"""Microseconds to read a case, and each of its holds."""
PACES = {"as read": 1, "ten times as busy": 10}
"""How many times as long a case takes at the desk."""
IDLE = MINUTE
ACTS = 25 * MINUTE
"""From a decision until a bank usually has acted."""
LASTS = 72 * HOUR
ORDERS = ("top", "random", "perfect")
DRAWS, MARK = 2_000, "played room"
PAGE = Path(__file__).parents[1] / "docs/measurements/scores.md"
BARS = {"top/perfect": 0.85, "top/random": 1.5, "tau": 0.6}


@dataclass(frozen=True)
class Row:
    """A case on the board with what is undecided of it, what the forecast says of it and what the truth does."""

    case: FollowedCase
    holds: tuple[HoldProposal, ...]
    expected: float
    truly: float


@dataclass
class Truth:
    """Where the money of each report goes if nobody acts, by all records in the end."""

    background: CountryBackground
    end: int
    _moves: dict[tuple[str, ...], dict[BankAccount, list[Move]]] = field(default_factory=dict)

    def leaves(self, case: FollowedCase, holds: Sequence[HoldProposal], now: int, within: int) -> float:
        """Satang of these amounts that lie there now and leave within that time."""
        moves = self._of(case)
        return sum(_leaves(moves.get(hold.account, ()), hold.amount, now, now + within) for hold in holds)

    def sum_leaving(self, rows: Sequence[Any], now: int, within: int) -> float:
        """The same of rows of a case's ledger: (bank, account, amount, the transfers that its reports name)."""
        moves = {
            _spell_account(account): of for account, of in self._find_moves(rows[0].transfer_ids).items()
        }
        return sum(
            _leaves(moves.get(BankAccount(row.bank, row.account), ()), row.amount, now, now + within)
            for row in rows
        )

    def _of(self, case: FollowedCase) -> dict[BankAccount, list[Move]]:
        return self._find_moves(case.names)

    def _find_moves(self, names: Iterable[str]) -> dict[BankAccount, list[Move]]:
        named = tuple(sorted(names))
        if named not in self._moves:
            index = self.background.records.current_index
            at = clock.from_micros(self.end)
            try:
                # By the room's own method: by another one other accounts have the money, and other money leaves.
                trail = trace(self.background.records, index, named, method=METHOD, as_of=at)
            except TraceError:
                return {}
            self._moves[named] = map_moves_by_account(trail)
        return self._moves[named]


def _spell_account(account: BankAccount) -> BankAccount:
    """As the room's lake spells it, without hyphens."""
    return BankAccount(account.bank, spell_account_numbers(pa.array([account.number]))[0].as_py())


def _leaves(moves: Sequence[Move], amount: int, now: int, until: int) -> float:
    lies = max(0, sum(signed for at, signed, _ in moves if at <= now))
    went = -sum(signed for at, signed, _ in moves if signed < 0 and now < at <= until)
    return float(min(amount, lies, went))


@dataclass
class Officer:
    """Reads one case after the other, in an order of their own, and decides all of it at once; with `ticked_alone` only what the
    case page would bring ticked.
    """

    order: str
    truth: Truth
    seed: int
    pace: int = 1
    ticked_alone: bool = False
    name: ClassVar[str] = "officer"
    cases: FollowedCases = field(default_factory=lambda: FollowedCases(METHOD))
    decided: dict[tuple[str, BankAccount], int] = field(default_factory=dict)
    reading: Row | None = None
    done_at: int = 0
    count: int = 0
    taus: list[tuple[int, int]] = field(default_factory=list)
    all_taus: list[tuple[int, int]] = field(default_factory=list)
    forecast: Forecast = field(default_factory=lambda: Forecast(load_shipped_model(), ZONE))

    def __post_init__(self) -> None:
        self.chance = np.random.default_rng(self.seed)

    def get_wake_time(self, now: int) -> int:
        return self.done_at if self.reading else now + IDLE

    def decide_orders(self, room: PolicyRoom, heard: RoomNews) -> Orders:
        self.cases.update_cases(room, heard)
        if heard.reports:
            # Reports of others that name an account are a reason to hold there, at the desk as in the room.
            room.records.add_rows("reports", build_reports_table(heard.reports))
        given: list[CountryOrder] = []
        if self.reading is not None and room.now >= self.done_at:
            given, self.reading = list(self._orders(room, self.reading)), None
        if self.reading is None and (rows := self._rows(room)):
            self.reading = self._next(rows, room.now)
            self.done_at = room.now + self._reads(self.reading)
        return Orders(given) if given else NOTHING

    def _reads(self, row: Row) -> int:
        return self.pace * (A_CASE + A_HOLD * len(row.holds))

    def _rows(self, room: PolicyRoom) -> list[Row]:
        """The board: cases with something undecided, each trail as of the newest record of it."""
        found = []
        for case in list(self.cases.open.values()):
            if case.stale and case.names:
                self.cases.trace_case(case, room)
            holds = self._undecided(case)
            if holds:
                found.append((case, holds))
        if not found:
            return []
        facts = MoneyFacts.from_columns(*zip(*_facts(found, room.now), strict=True))
        share = self.forecast.estimate_leaving_shares(facts, room.now)
        expected = np.bincount(facts.case, share * facts.amount)
        return [
            Row(case, holds, float(expected[place]), self.truth.leaves(case, holds, room.now, HOUR))
            for place, (case, holds) in enumerate(found)
        ]

    def _undecided(self, case: FollowedCase) -> tuple[HoldProposal, ...]:
        trail = case.trail
        holds = trail.holds if trail is not None else ()
        new = [hold for hold in holds if hold.amount > self.decided.get((case.report, hold.account), 0)]
        # As the queue: what is hardly a part of the loss is no reason to open a case, and what has evidence of innocence
        # waits for the holder's word.
        if trail is None or sum(hold.amount for hold in new) < LEFTOVER * trail.loss:
            return ()
        if self.ticked_alone:
            return tuple(hold for hold in new if not _list_doubts(hold))
        return tuple(hold for hold in new if not is_outweighed(hold))

    def _next(self, rows: list[Row], now: int) -> Row:
        said, true = np.array([row.expected for row in rows]), np.array([row.truly for row in rows])
        # Of both cases of a pair alike, which leaves their ratio as it is.
        for least, taus in ((SMALL, self.taus), (0, self.all_taus)):
            agree, apart = count_concordant_pairs(said, true, least)
            taus.append((int(agree.sum()), int(apart.sum())))
        if self.order == "random":
            return rows[int(self.chance.integers(len(rows)))]
        if self.order == "top":
            return max(rows, key=lambda row: (row.expected, row.case.report))
        return max(rows, key=lambda row: self._saves(row, now))

    def _saves(self, row: Row, now: int) -> tuple[float, float]:
        """What is lost by an hour's wait of what a bank would still find, a second of reading; then what lies there."""
        act = now + self._reads(row) + ACTS
        seconds = self._reads(row) / 1e6
        found = self.truth.leaves(row.case, row.holds, act, HOUR) / seconds
        return found, float(sum(hold.amount for hold in row.holds))

    def _orders(self, room: PolicyRoom, row: Row) -> Iterator[CountryOrder]:
        for hold in row.holds:
            key = row.case.report, hold.account
            amount = hold.amount - self.decided.get(key, 0)
            self.decided[key] = hold.amount
            self.count += 1
            account = self.cases.find_account_number(room.records, hold.account)
            yield CountryOrder(
                f"P{self.count:06d}",
                "hold",
                room.now,
                account,
                amount,
                room.now + LASTS,
                priority=-float(self.count),
                reports=(row.case.report,),
            )

    def collect_followed_trails(self, room: PolicyRoom) -> FollowedTrails:
        return FollowedTrails(why_not="an officer of a benchmark")


def _list_doubts(hold: HoldProposal) -> list[str]:
    return list_doubts({"code": reason.code} for reason in (*hold.reasons, *hold.innocent_evidence))


def _facts(
    found: Sequence[tuple[FollowedCase, Sequence[HoldProposal]]], now: int
) -> Iterator[tuple[float, ...]]:
    for place, (case, holds) in enumerate(found):
        assert case.trail is not None
        on = {one.account: one for one in case.trail.accounts}
        for hold in holds:
            seen = on[hold.account]
            opened = UNKNOWN if seen.opened_at is None else clock.to_micros(seen.opened_at)
            arrived = clock.to_micros(seen.latest_arrival or seen.first_arrival)
            channel = CHANNEL_OF.get(seen.channel, NO_CHANNEL)
            passed, share = (
                seen.passed_on / max(seen.tainted_in, 1),
                min(1, hold.amount / max(seen.balance, 1)),
            )
            # A payment that leaves would have been heard of: what is not stale lies there as far as anybody knows.
            yield place, hold.amount, seen.hops, channel, arrived, opened, now, passed, share


@dataclass(frozen=True)
class Played:
    """Baht that each officer's holds bound of stolen money, and the pairs of the top-row officer's boards: those that differ by
    `SMALL` or more, and all.
    """

    held: dict[str, float]
    pairs: tuple[int, int]
    all_pairs: tuple[int, int]


def exercise(seed: int) -> dict[str, Played]:
    """One exercise played by each officer at each pace."""
    background = found_exercise(seed)
    truth = find_truth(background)
    return {name: _at_pace(background, truth, seed, pace) for name, pace in PACES.items()}


def found_exercise(seed: int) -> CountryBackground:
    """The country of an exercise with what its room knows of it before the first report."""
    background = found_background(SIZE, seed)
    # Else the desk follows another part of the money than the room, and finds other reasons.
    add_stated_balances(background)
    return background


def _at_pace(background: CountryBackground, truth: Truth, seed: int, pace: int) -> Played:
    hours = Hours(OPENS, BEGINS, BEGINS + SHIFT)
    held, told, of_all = {}, (0, 0), (0, 0)
    for order in ORDERS:
        officer = Officer(order, truth, seed, pace)
        # An hour more, so that the banks have acted on the last decision.
        played = play_policy(background, TakesOver(officer, hours), hours.ends + HOUR)
        held[order] = sum(one.stolen for one in played.truth.list_holds()) / 100
        if order == "top":
            told, of_all = (sum_pairs(taus) for taus in (officer.taus, officer.all_taus))
    return Played(held, told, of_all)


def sum_pairs(taus: Sequence[tuple[int, int]]) -> tuple[int, int]:
    return sum(agree for agree, _ in taus), sum(apart for _, apart in taus)


def find_truth(background: CountryBackground) -> Truth:
    """The same country where nobody acts, its records to the end."""
    run, records = CountryRun(background.country), background.records.fork_index()
    news = run.advance_to(background.end)
    records.add_rows("transfers", background.books.build_transfers_table(news.transfers, news.received))
    return Truth(CountryBackground(background.country, background.books, records), background.end)


def summary(played: Sequence[Played]) -> dict[str, tuple[float, float, float]]:
    """Each ratio of sums, and tau, with its interval."""
    held = {order: np.array([one.held[order] for one in played]) for order in ORDERS}
    pairs, all_pairs = (
        np.array([getattr(one, name) for one in played], np.float64) for name in ("pairs", "all_pairs")
    )
    return {
        "top/perfect": estimate_ratio(held["top"], held["perfect"]),
        "top/random": estimate_ratio(held["top"], held["random"]),
        "perfect/random": estimate_ratio(held["perfect"], held["random"]),
        "tau": estimate_ratio(pairs[:, 0], pairs[:, 1]),
        "tau of all": estimate_ratio(all_pairs[:, 0], all_pairs[:, 1]),
    }


def estimate_ratio(above: Floats, below: Floats) -> tuple[float, float, float]:
    """The ratio of sums over exercises, and its interval of 90 % by drawing exercises again."""
    drawn = np.random.default_rng(0).integers(0, len(above), (DRAWS, len(above)))
    found = above[drawn].sum(axis=1) / np.maximum(below[drawn].sum(axis=1), 1e-9)
    low, high = np.quantile(found, (0.05, 0.95))
    return float(above.sum() / max(float(below.sum()), 1e-9)), float(low), float(high)


def table(name: str, played: Sequence[Played], seeds: Sequence[int]) -> str:
    """What stands on the page of scores, of one pace."""
    lines = [
        "",
        f"**At a desk {name}:**",
        "",
        "| exercise | top row | by chance | perfect order |",
        "|---|---|---|---|",
    ]
    for seed, one in zip(seeds, played, strict=True):
        lines.append(f"| {seed} | " + " | ".join(f"{one.held[order]:,.0f}" for order in ORDERS) + " |")
    sums = {order: sum(one.held[order] for one in played) for order in ORDERS}
    lines += ["| together | " + " | ".join(f"{sums[order]:,.0f}" for order in ORDERS) + " |", ""]
    lines += ["| figure | value | 90 % interval | bar | |", "|---|---|---|---|---|"]
    for name, (value, low, high) in summary(played).items():
        bar = BARS.get(name)
        verdict = "| |" if bar is None else f"{bar} | {'holds' if value >= bar else 'missed'} |"
        lines.append(f"| {NAMES[name]} | {value:.2f} | {low:.2f} to {high:.2f} | {verdict}")
    return "\n".join([*lines, ""])


def describe_interval(found: tuple[float, float, float]) -> str:
    return f"90 %: {found[1]:.2f} to {found[2]:.2f}"


NAMES = {
    "top/perfect": "top row over perfect order",
    "top/random": "top row over chance",
    "perfect/random": "perfect order over chance: what knowing the next hour gains there",
    "tau": "Kendall's tau of the queue against the true order, over pairs that the truth tells apart by 2,000 baht or more",
    "tau of all": "the same over all pairs that the truth tells apart",
}


def written(page: str, text: str) -> str:
    """A page with the text between its marks."""
    begin, end = f"<!-- {MARK}: begin -->", f"<!-- {MARK}: end -->"
    head, _, rest = page.partition(begin)
    return f"{head}{begin}\n{text}\n{end}{rest.partition(end)[2]}"


def main(arguments: Sequence[str] | None = None, write: Callable[[str], object] = PAGE.write_text) -> int:
    run = start_run(
        __doc__, arguments, "two exercises", lambda parser: parser.add_argument("seeds", nargs="*", type=int)
    )
    seeds = run.given.seeds or SEEDS[: 2 if run.is_quick else None]
    played = []
    for seed in seeds:
        played.append(exercise(seed))
        for name, one in played[-1].items():
            print(
                f"  exercise {seed}, {name}: {one.held}, pairs {one.pairs}, all {one.all_pairs}",
                file=sys.stderr,
                flush=True,
            )
    by_pace = {name: [one[name] for one in played] for name in PACES}
    figures = []
    for name, rows in by_pace.items():
        found = summary(rows)
        of_pace = [
            at_least(NAMES[one], found[one][0], "", BARS[one], describe_interval(found[one])) for one in BARS
        ]
        run.show(f"The played room, {name}", of_pace)
        figures += of_pace if name == "as read" else []
    if tuple(seeds) == SEEDS:
        told = "\n".join(table(name, rows, seeds) for name, rows in by_pace.items())
        write(written(PAGE.read_text(encoding="utf-8"), told))
    return int(not all(figure.holds for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
