"""The features once more, slowly and from the whole past: what the kernels must agree with."""

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from math import log1p, nan, sqrt

DAY = 86_400
HALVES = {"6h": DAY / 4, "1d": DAY, "8d": 8 * DAY, "32d": 32 * DAY}
KEPT, REACH, HORIZON, LATE = 8, 14 * DAY, 120 * DAY, 32 * DAY


@dataclass
class Row:
    """One transfer as it was taken, with what was found out about it then."""

    moment: int
    payer: int
    payee: int
    amount: float
    fresh: bool = False
    passed: bool = False
    odd: float = 0.0
    origin: int = -1
    started: int = 0
    before: int = -(10**9)
    payer_odd: float = 0.0
    payee_odd: float = 0.0
    payer_passed: float = 0.0
    payee_passed: float = 0.0

    @property
    def size(self) -> float:
        return log1p(self.amount)


class Past:
    """Every transfer so far; `take` tells the features of the next by looking through all of them."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.newest: int | None = None
        self.latest: dict[int, int] = defaultdict(lambda: -(10**9))

    def take(self, time: int, payer: int, payee: int, amount: float) -> dict[str, float]:
        self.newest = time if self.newest is None else max(self.newest, min(time, self.newest + DAY))
        moment = max(min(time, self.newest), self.newest - LATE, self.latest[payer], self.latest[payee])
        row = Row(moment, payer, payee, amount)
        found = self._pair("pair", row, payer, payee) | self._pair("back", row, payee, payer)
        found |= self._rings(row) | self._way(row)
        for end, account in (("payer", payer), ("payee", payee)):
            found |= {f"{end}_{name}": value for name, value in self._habits(row, account).items()}
        self._learn(row, found)
        return found

    def of(self, account: int, way: str) -> list[Row]:
        """An account's transfers `in` or `out`, oldest first."""
        return [row for row in self.rows if (row.payee if way == "in" else row.payer) == account]

    def fading(self, account: int, now: int, half: float, weigh) -> float:
        mine = [row for row in self.rows if account in (row.payer, row.payee)]
        return sum(weigh(row) * 2.0 ** (-(now - row.moment) / half) for row in mine)

    def _pair(self, name: str, row: Row, payer: int, payee: int) -> dict[str, float]:
        count, mean, last = 0, 0.0, None
        for one in self.rows if (name, payer) != ("back", payee) else ():
            if (one.payer, one.payee) == (payer, payee):
                if last is not None and last < one.moment - HORIZON:
                    count, mean = 0, 0.0
                count, last = count + 1, one.moment
                mean += (one.size - mean) / min(count, 16)
        if last is None or last < row.moment - HORIZON:
            return {f"{name}_count": 0.0, f"{name}_since": nan, f"{name}_ratio": nan}
        if name == "pair":
            row.before = last
        return {
            f"{name}_count": count,
            f"{name}_since": row.moment - last,
            f"{name}_ratio": row.size - mean,
        }

    def kept(self, account: int, way: str) -> list[Row | None]:
        """The last transfers at their places: each takes the place of the one eight before it."""
        places: list[Row | None] = [None] * KEPT
        for number, row in enumerate(self.of(account, way)):
            places[number % KEPT] = row
        return places

    def _rings(self, row: Row) -> dict[str, float]:
        found: dict[str, float] = {}
        for end, way, loss in (
            ("payer", "in", 0.03),
            ("payer", "out", 0.0),
            ("payee", "in", 0.0),
            ("payee", "out", -0.03),
        ):
            kept = self.kept(row.payer if end == "payer" else row.payee, way)
            near = [one for one in kept if one and one.moment >= row.moment - REACH]
            gaps = [abs(one.size - row.size - loss) for one in near]
            best = min(range(len(near)), key=lambda at: (gaps[at], -at)) if near else None
            found |= {
                f"{end}_{way}_match": nan if best is None else gaps[best],
                f"{end}_{way}_wait": nan if best is None else row.moment - near[best].moment,
                f"{end}_{way}_similar": sum(gap < 0.35 for gap in gaps),
                f"{end}_{way}_distinct_1d": _distinct(kept, row.moment, DAY),
                f"{end}_{way}_distinct_14d": _distinct(kept, row.moment, REACH),
            }
            if (end, way) == ("payer", "in"):
                matched = near[best] if best is not None and gaps[best] < 0.2 else None
                row.passed = matched is not None
                row.origin = matched.origin if matched else row.payer
                row.started = matched.started if matched else row.moment
        return found

    def _way(self, row: Row) -> dict[str, float]:
        def near(account: int, way: str) -> list[Row]:
            return [one for one in self.kept(account, way) if one and one.moment >= row.moment - REACH]

        came, into = near(row.payer, "in"), near(row.payee, "in")
        went, on = near(row.payer, "out"), near(row.payee, "out")
        gathered = [one for one in into if one.origin == row.origin and one.payer != row.payer]
        return {
            "chain": float(row.origin != row.payer),
            "chain_age": row.moment - row.started,
            "cycle": float(row.origin == row.payee),
            "cycle_3": sum(a.payer == d.payee and d.moment <= a.moment for a in came for d in on),
            "gathered": len(gathered) if row.origin != row.payee else 0,
            "shared_payers": sum(a.payer == b.payer for a in came for b in into),
            "shared_payees": sum(c.payee == d.payee for c in went for d in on),
            "relayed": sum(c.payee == b.payer for c in went for b in into),
        }

    def _habits(self, row: Row, account: int) -> dict[str, float]:
        came, went = self.of(account, "in"), self.of(account, "out")
        mine = [one for one in self.rows if account in (one.payer, one.payee)]
        now, found = row.moment, {}
        for window, half in HALVES.items():
            found |= {
                f"{name}_{window}": self.fading(account, now, half, weigh)
                for name, weigh in _weights(account).items()
            }
        eight = HALVES["8d"]
        mean_in, spread_in = _usual(came)
        mean_out, spread_out = _usual(went)
        first = mine[0].moment if mine else None
        silence, woken = _woken(mine)
        total_in = found["sum_in_8d"]
        return found | {
            "since_in": now - came[-1].moment if came else nan,
            "since_out": now - went[-1].moment if went else nan,
            "seen": now - first if mine else nan,
            "transfers": len(came) + len(went),
            "gap": (now - first) / (len(came) + len(went)) if mine else nan,
            "typical_in": mean_in,
            "typical_out": mean_out,
            "unusual_in": (row.size - mean_in) / sqrt(spread_in + 0.3) if came else nan,
            "unusual_out": (row.size - mean_out) / sqrt(spread_out + 0.3) if went else nan,
            "largest_in": _largest(came, now) / (row.amount + 1),
            "largest_out": _largest(went, now) / (row.amount + 1),
            "last_in": came[-1].size - row.size if came else nan,
            "last_out": went[-1].size - row.size if went else nan,
            "silence": silence,
            "woken": now - woken if woken else nan,
            "share_passed": found["sum_out_8d"] / total_in if total_in > 1 else nan,
            "payers_odd": sum(2.0 ** (-(now - one.moment) / eight) * one.payer_odd for one in came),
            "payees_odd": sum(2.0 ** (-(now - one.moment) / eight) * one.payee_odd for one in went),
            "payers_passed": sum(2.0 ** (-(now - one.moment) / eight) * one.payer_passed for one in came),
            "payees_passed": sum(2.0 ** (-(now - one.moment) / eight) * one.payee_passed for one in went),
            "under_sum": self.fading(
                account, now, eight, lambda one: one.amount if 45_000 <= one.amount < 50_000 else 0.0
            ),
            "round_sum": self.fading(
                account, now, eight, lambda one: one.amount if one.amount % 1000 == 0 else 0.0
            ),
        }

    def _learn(self, row: Row, found: dict[str, float]) -> None:
        row.fresh = found["pair_count"] == 0
        sizes = [one.size for one in self.rows]
        common = sum(sizes) / len(sizes) if sizes else 0.0
        rare = sum(1 / (1 + 0.2 * found[f"{end}_transfers"]) for end in ("payer", "payee"))
        row.odd = row.fresh * max(0.0, row.size - common) * rare
        row.payer_odd, row.payee_odd = found["payer_odd_32d"], found["payee_odd_32d"]
        row.payer_passed, row.payee_passed = found["payer_passed_8d"], found["payee_passed_8d"]
        self.latest[row.payer] = self.latest[row.payee] = row.moment
        self.rows.append(row)


def _weights(account: int):
    return {
        "in": lambda one: float(one.payee == account),
        "out": lambda one: float(one.payer == account),
        "new_in": lambda one: float(one.payee == account and one.fresh),
        "new_out": lambda one: float(one.payer == account and one.fresh),
        "sum_in": lambda one: one.amount * (one.payee == account),
        "sum_out": lambda one: one.amount * (one.payer == account),
        "passed": lambda one: one.amount * (one.payer == account and one.passed),
        "odd": lambda one: one.odd,
    }


def _distinct(kept: list[Row | None], now: int, span: int) -> int:
    return sum(1 for one in kept if one and one.moment >= now - span and one.before < now - span)


def _usual(rows: list[Row]) -> tuple[float, float]:
    """Mean and variance of the log amounts; sums of at most 64 transfers are exact."""
    if not rows:
        return nan, 0.0
    sizes = [row.size for row in rows]
    mean = sum(sizes) / len(sizes)
    return mean, sum((size - mean) ** 2 for size in sizes) / len(sizes)


def _largest(rows: list[Row], now: int) -> float:
    return max((row.amount * 2.0 ** (-(now - row.moment) / (8 * DAY)) for row in rows), default=0.0)


def _woken(rows: list[Row]) -> tuple[float, int]:
    """The length and the end of the last silence of two weeks."""
    silence, woken = 0.0, 0
    for before, after in pairwise(rows):
        if after.moment - before.moment >= REACH:
            silence, woken = after.moment - before.moment, after.moment
    return silence, woken
