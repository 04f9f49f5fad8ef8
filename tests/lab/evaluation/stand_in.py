"""A country small enough to know by heart: two victims, three mules, a shop that is paid with stolen money.

It answers like the real one (`warroom_lab.world.play.run`): a desk that sends one order at a time, a bank that takes 20 minutes,
holders who are let go. Times are minutes after the second midnight; sums are satang.
"""

from dataclasses import dataclass, field, replace
from heapq import heappop, heappush
from types import SimpleNamespace
from typing import Any

import numpy as np

from warroom_lab.world.crime.columns import ABROAD_OUT, CRYPTO_OUT, GOODS_OUT, LAYER, VICTIM_PAY
from warroom_lab.world.crime.reports import CountryReport
from warroom_lab.world.drawing.columns import (
    ABROAD,
    CRYPTO,
    DAY,
    GOODS,
    MINUTE,
    TRANSFER,
    AccountColumns,
    HolderColumns,
    TransferColumns,
)
from warroom_lab.world.drawing.sizes import SIZES, Size
from warroom_lab.world.play.harm import ReturnedMoney, Unpaid, WarnedHonest
from warroom_lab.world.play.orders import CountryAnswer, CountryOrder
from warroom_lab.world.play.run import RunNews
from warroom_lab.world.play.truth import PaymentLabels, PaymentShares, TrueHold, TrueListing
from warroom_lab.world.population.country import Country

START = 1_772_384_400_000_000
VICTIM, OTHER, MULE, SECOND, THIRD, SHOP, EXCHANGE, SELLER = range(8)
BUYERS = range(8, 40)
CRIME = 1 << 62
DESK, BANK = 10 * MINUTE, 20 * MINUTE
BEGINS = START + 2 * DAY
SIZE = Size("tiny", 2_000, 6, 400, 20)


@dataclass(frozen=True)
class Pay:
    """One payment of crime: how many minutes after BEGINS, from, to, baht, case."""

    minutes: float
    payer: int
    payee: int
    baht: int
    case: int = 0
    channel: int = TRANSFER
    late: float = 0.1  # minutes until its record arrives


PAYMENTS = (
    Pay(60, VICTIM, MULE, 50_000),
    Pay(70, MULE, SECOND, 30_000),
    Pay(75, MULE, SHOP, 2_000, channel=GOODS),
    Pay(80, SECOND, SELLER, 4_000),
    Pay(900, SECOND, EXCHANGE, 26_000, channel=CRYPTO),
    Pay(2000, MULE, EXCHANGE, 18_000, channel=ABROAD),
    Pay(100, OTHER, THIRD, 9_000, case=1),
    Pay(2500, THIRD, EXCHANGE, 9_000, case=1, channel=CRYPTO),
)
REPORTS = (
    (120, 0, (0,)),
    (140, 0, (0,)),
    (300, 1, (6,)),
)  # minutes, case, payments: the second says the first again


def uid(number: int) -> int:
    return CRIME | number


def accounts() -> AccountColumns:
    count = 40
    opened = np.full(count, START - 800 * DAY)
    opened[[MULE, SECOND, THIRD]] = START - 10 * DAY
    return AccountColumns(
        np.zeros(count, np.uint8), np.arange(count, dtype=np.int32), np.zeros(count, np.uint8),
        np.ones(count, np.uint8), opened, np.full(count, 10_000_000),
    )  # fmt: skip


def holders() -> HolderColumns:
    kind = np.zeros(40, np.uint8)
    kind[[SHOP, EXCHANGE]] = 2, 1
    return HolderColumns(kind, np.zeros(40, np.int8), np.zeros(40, np.int16), np.full(40, START - 900 * DAY))


def transfers(rows: list[tuple[int, int, int, int, int, int]]) -> TransferColumns:
    """Rows (uid, time, payer, payee, amount, channel) as columns."""
    columns = np.array(sorted(rows, key=lambda row: row[1]), np.int64).reshape(-1, 6).T
    kinds = ("i8", "i8", "i4", "i4", "i8", "u1")
    parts = [column.astype(kind) for column, kind in zip(columns, kinds, strict=True)]
    return TransferColumns(*parts, np.zeros(len(rows), np.uint8), np.full(len(rows), -1, np.int32))


def ordinary(number: int) -> TransferColumns:
    """Each day people buy at the shop and from the seller, who is no shop by register."""
    rows = []
    for n, buyer in enumerate(BUYERS):
        time = START + number * DAY + n * 17 * MINUTE
        rows.append((number << 40 | 2 * n, time, buyer, SHOP, 12_000 + n, 1))
        rows.append((number << 40 | 2 * n + 1, time + 1, buyer, SELLER, 30_000 + n, 0))
    return transfers(rows)


@dataclass
class Nation:
    size: Size = SIZE
    seed: int = 1
    start: int = START


class StandIn(Country):
    def get_day(self, number: int) -> TransferColumns:
        return ordinary(number)

    def forget_days(self) -> None:
        """It makes each when it is asked, and keeps none."""


def found(
    size: Size = SIZE,
    seed: int = 1,
    scenario: str = "",
    start: int | None = None,
    nation: Nation | None = None,
) -> Country:
    underworld = SimpleNamespace(mules=SimpleNamespace(account=np.array([MULE, SECOND, THIRD])))
    return StandIn(Nation(replace(SIZES[size.name], days=6), seed), underworld, None, holders(), accounts())  # type: ignore[arg-type]


@dataclass
class Truth:
    """Pots by account and case, moved by the payments; holds bind them."""

    run: Any
    pot: dict[tuple[int, int], int] = field(default_factory=dict)
    standing: dict[str, TrueHold] = field(default_factory=dict)
    parts_: list[tuple[int, int, int]] = field(default_factory=list)
    warnings: set[int] = field(default_factory=set)

    def sum_pots(self) -> dict[tuple[int, int], int]:
        return {key: amount for key, amount in self.pot.items() if amount}

    def sum_free_pots(self) -> dict[tuple[int, int], int]:
        bound: dict[int, int] = {}
        for each in self.standing.values():
            bound[each.account] = bound.get(each.account, 0) + each.stolen
        return {
            key: amount - bound.get(key[0], 0)
            for key, amount in self.sum_pots().items()
            if amount > bound.get(key[0], 0)
        }

    def is_innocent(self, account: int, time: int | None = None) -> bool:
        return account not in (MULE, SECOND, THIRD)

    def compute_balance(self, account: int, time: int) -> int:
        return 10_000_000 + sum(v for (a, _), v in self.pot.items() if a == account)

    def list_holds(self) -> list[TrueHold]:
        return list(self.standing.values())

    def sum_money(self) -> dict[str, int]:
        held = sum(each.stolen for each in self.standing.values())
        reported = sum(pay.baht * 100 for pay in PAYMENTS if pay.payer in (VICTIM, OTHER))
        return {"stolen": reported, "reported": reported, "held": held, "saved": held, "never_sent": 0}

    def map_warned_accounts(self) -> dict[int, bool]:
        return {account: self.is_innocent(account) for account in self.warnings}

    def sum_saved(self) -> dict[int, int]:
        """Third holds the money of the second case, the others that of the first."""
        out: dict[int, int] = {}
        for each in self.standing.values():
            case = int(each.account == THIRD)
            out[case] = out.get(case, 0) + each.stolen
        return out

    def sum_reported(self) -> dict[int, int]:
        paid = [(pay.case, pay.baht * 100) for pay in PAYMENTS if pay.payer in (VICTIM, OTHER)]
        return dict(paid)

    def build_payment_parts(self) -> PaymentShares:
        return PaymentShares(*(np.array(column, np.int64) for column in zip(*self.parts_, strict=True)))

    def build_labels(self) -> PaymentLabels:
        numbers = [number & ~CRIME for number, _, _ in self.parts_]
        ways = [_way(PAYMENTS[number]) for number in numbers]
        cases = [PAYMENTS[number].case for number in numbers]
        kinds = (np.int64, np.uint8, np.int32, np.int32, np.int8)
        columns = ([uid(one) for one in numbers], ways, cases, [0] * len(ways), [0] * len(ways))
        return PaymentLabels(*(np.array(one, kind) for one, kind in zip(columns, kinds, strict=True)))

    def sum_held(self) -> dict[int, int]:
        return self.sum_saved()

    def sum_losses(self) -> dict[int, int]:
        return self.sum_reported()

    def sum_held_of_reporters(self) -> dict[int, int]:
        return self.sum_saved()

    def sum_bound_by_holds(self) -> dict[tuple[int, int], int]:
        out: dict[tuple[int, int], int] = {}
        for each in self.standing.values():
            if not each.whole:
                key = each.account, int(each.account == THIRD)
                out[key] = out.get(key, 0) + each.stolen
        return out

    def map_first_uses(self) -> dict[int, int]:
        return {row[3]: row[1] for row in reversed(self.run.flow.rows) if row[3] in (MULE, SECOND, THIRD)}

    def find_waiting_hours(self) -> dict[str, float]:
        """Nothing honest is paid to them while it waits."""
        return dict.fromkeys(self.standing, 0.0)

    def find_returned_money(self) -> ReturnedMoney:
        return ReturnedMoney({}, None)

    def sum_never_sent(self) -> dict[int, int]:
        return {}

    def count_warned_honest(self, gangs: bool | None = None) -> WarnedHonest:
        if gangs:
            return WarnedHonest(0, 0.0, 0, 0.0, 0)
        return WarnedHonest(4, 1_200.0, 1, 300.0, 1)

    def sum_kept_by_gangs(self) -> dict[int, float]:
        return {case: loss - self.sum_held().get(case, 0) for case, loss in self.sum_losses().items()}

    def list_listings(self) -> list[TrueListing]:
        return []

    def find_refused_payments(self) -> dict[int, Unpaid]:
        return {}

    def find_lost_sales(self) -> dict[int, Unpaid]:
        """One customer of the shop, where all of its account stood still."""
        return {
            each.account: Unpaid(1, 120_00)
            for each in self.list_holds()
            if each.whole and each.account == SHOP
        }

    def find_mule(self, account: int) -> tuple[str, str] | None:
        """The second's holder was tricked; the others sold their accounts."""
        if self.is_innocent(account):
            return None
        return ("tricked", "did_not_know") if account == SECOND else ("sold", "knew")


def _way(pay: Pay) -> int:
    """What a payment of crime is, as a row of TYPOLOGIES."""
    if pay.payer in (VICTIM, OTHER):
        return VICTIM_PAY
    return {GOODS: GOODS_OUT, CRYPTO: CRYPTO_OUT, ABROAD: ABROAD_OUT}.get(pay.channel, LAYER)


@dataclass
class Flow:
    """The payments made, as the real one keeps them."""

    rows: list[tuple[int, ...]] = field(default_factory=list)
    straight: dict[int, int] = field(default_factory=dict)


class Run:
    """Plays the payments above; what a hold has bound does not leave."""

    def __init__(self, country: Country, *, gangs: str = "adapting") -> None:
        self.now = START
        self.country = country
        self.truth, self.flow = Truth(self), Flow()
        self.heap: list[tuple[int, int, str, Any]] = []
        self.queue: list[CountryOrder] = []
        self.free = START
        self.count = 0
        self.cases = {f"REPORT{number}": case for number, (_, case, _) in enumerate(REPORTS)}
        for number, pay in enumerate(PAYMENTS):
            self._at(pay.minutes, "pay", number)
        for number, (minutes, case, named) in enumerate(REPORTS):
            self._at(minutes, "report", (f"REPORT{number}", case, named))

    def _at(self, minutes: float, kind: str, what: Any) -> None:
        self._when(BEGINS + int(minutes * MINUTE), kind, what)

    def _when(self, time: int, kind: str, what: Any) -> None:
        self.count += 1
        heappush(self.heap, (time, self.count, kind, what))

    def find_next_news_time(self, limit: int) -> int:
        times = [time for time, _, kind, _ in self.heap if kind in ("report", "answer")]
        return min([limit, *times])

    def list_waiting_orders(self) -> tuple[str, ...]:
        return tuple(order.order_id for order in self.queue)

    def queue_orders(self, orders: Any) -> None:
        self.queue += [order for order in orders if order.kind not in ("warning", "listing")]
        self.truth.warnings |= {order.subject for order in orders if order.kind == "warning"}

    def withdraw_orders(self, order_ids: Any) -> None:
        self.queue = [order for order in self.queue if order.order_id not in order_ids]

    def advance_to(self, until: int) -> RunNews:
        self.news = RunNews(transfers([]), np.zeros(0, np.int64))
        self.moved: list[tuple[Any, int]] = []
        while True:
            time = self.heap[0][0] if self.heap else until + 1
            if self.queue and max(self.free, self.now) <= min(time, until):
                self._send(max(self.free, self.now))
                continue
            if time > until:
                break
            time, _, kind, what = heappop(self.heap)
            self.now = time
            getattr(self, f"_{kind}")(time, what)
        self.now = until
        self.news.transfers = transfers([row for row, _ in self.moved])
        order = np.argsort([row[1] for row, _ in self.moved], kind="stable")
        self.news.received = np.array([at for _, at in self.moved], np.int64)[order]
        return self.news

    def _send(self, time: int) -> None:
        self.queue.sort(key=lambda order: -order.priority)
        order = self.queue.pop(0)
        self.free = time + DESK
        self._when(time + BANK, "bank", order)

    def _pay(self, time: int, number: int) -> None:
        pay = PAYMENTS[number]
        amount, key = pay.baht * 100, (pay.payer, pay.case)
        if pay.payer not in (VICTIM, OTHER):
            bound = sum(
                h.stolen for h in self.truth.standing.values() if h.account == pay.payer and h.end > time
            )
            if any(h.whole and h.account == pay.payer and h.end > time for h in self.truth.standing.values()):
                return
            amount = min(amount, self.truth.pot.get(key, 0) - bound)
            if amount <= 0:
                return
            self.truth.pot[key] -= amount
        if pay.channel == TRANSFER:
            self.truth.pot[pay.payee, pay.case] = self.truth.pot.get((pay.payee, pay.case), 0) + amount
        self.truth.parts_.append((uid(number), pay.case, amount))
        whole = (
            uid(number),
            time,
            pay.payer,
            pay.payee,
            amount,
            pay.channel,
            0,
            -1,
            _way(pay),
            pay.case,
            0,
            0,
        )
        self.flow.rows.append(whole)
        row = (uid(number), time, pay.payer, pay.payee, amount, pay.channel)
        self.moved.append((row, time + int(pay.late * MINUTE)))

    def _report(self, time: int, what: Any) -> None:
        from warroom_lab.world.drawing.numbers import make_record_ids

        name, case, named = what
        uids = tuple(uid(number) for number in named)
        ids = tuple(make_record_ids(np.array(uids)).to_pylist())
        self.news.reports.append(
            CountryReport(name, time, time, time, "job", ids, uids, "call", 5_000_000, "bank", case)
        )

    def _bank(self, time: int, order: CountryOrder) -> None:
        if order.kind == "release":
            if order.lifts not in self.truth.standing:
                return
            held = self.truth.standing[order.lifts]
            self.truth.standing[order.lifts] = replace(held, end=time)
            return
        whole = order.kind in ("block", "freeze")
        if whole:
            stolen, own = sum(v for (a, _), v in self.truth.pot.items() if a == order.subject), 10_000_000
        elif order.kind == "intake":
            stolen = own = 0
        else:
            stolen = min(order.amount, self.truth.pot.get((order.subject, self.cases[order.reports[0]]), 0))
            own = order.amount - stolen
        innocent = self.truth.is_innocent(order.subject)
        end = time + (5 * DAY if whole else DAY) if innocent else BEGINS + 4 * DAY
        intake = order.kind == "intake"
        self.truth.standing[order.order_id] = TrueHold(
            order.order_id, order.subject, whole, time, end, "", stolen, own, innocent, intake
        )
        self._when(time, "answer", CountryAnswer(order.order_id, time, "done", stolen + own))

    def _answer(self, time: int, answer: CountryAnswer) -> None:
        self.news.answers.append(answer)
