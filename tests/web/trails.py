"""Invented trails for pages: a golden hour with a shop and an exchange, and one with hundreds of accounts."""

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from warroom.money.trail import (
    BankAccount,
    EndKind,
    HoldProposal,
    Method,
    TracedAccount,
    TracedEnd,
    TracedTransfer,
    Trail,
)
from warroom.reasons.reason import Reason

VICTIM = BankAccount("B03", "0003300112")
OPENED = Reason("opened_recently", {"days": 9}, ())
"""What is said against every account of these trails beside that money came: their holds come ticked."""


@dataclass
class Ledgerline:
    """What one account received and sent, as a trail is put together by hand."""

    first: float
    hops: int
    came: int = 0
    went: int = 0


@dataclass
class Sketch:
    """A trail put together move by move; minutes since the victim's transfer, baht."""

    as_of: datetime
    minutes: float = 41.0
    method: Method = "fifo"
    steps: list[TracedTransfer] = field(default_factory=list)
    places: dict[BankAccount, Ledgerline] = field(default_factory=dict)
    ends: dict[tuple[BankAccount, EndKind, str], list[Any]] = field(default_factory=dict)

    def at(self, minute: float) -> datetime:
        return self.as_of - timedelta(minutes=self.minutes) + timedelta(minutes=minute)

    def move(
        self,
        minute: float,
        payer: BankAccount,
        payee: BankAccount,
        baht: float,
        end: EndKind | None = None,
        channel: str = "transfer",
    ) -> None:
        satang = round(baht * 100)
        hops = 1 if payer == VICTIM else self.places[payer].hops + 1
        number = f"T{len(self.steps) + 1}"
        self.steps.append(
            TracedTransfer(number, "bank", self.at(minute), payer, payee, satang, satang, hops, channel, end)
        )
        if payer != VICTIM:
            self.places[payer].went += satang
        if end is None:
            place = self.places.setdefault(payee, Ledgerline(minute, hops))
            place.came += satang
        else:
            self.ends.setdefault((payee, end, channel), [0, minute])[0] += satang

    def trail(self, ids: Sequence[str], doubts: dict[BankAccount, tuple[Reason, ...]] | None = None) -> Trail:
        doubts = doubts or {}
        sums: dict[str, int] = defaultdict(int)
        for (_, kind, _), (amount, _) in self.ends.items():
            sums[kind] += amount
        loss = sum(step.traced for step in self.steps if step.payer == VICTIM)
        reached = [self._reached(*item, doubts) for item in self.places.items()]
        still = sum(one.still_there for one in reached)
        holds = sorted((one for one in reached if one.still_there), key=lambda one: one.minutes_to_exit)
        return Trail(
            transfer_ids=tuple(ids),
            method=self.method,
            as_of=self.as_of,
            started_at=self.at(0),
            loss=loss,
            still_there=still,
            exited=sums["exited"],
            spent=sums["spent"],
            beyond_horizon=sums["beyond_horizon"],
            victims=(VICTIM,),
            accounts=tuple(reached),
            ends=tuple(
                TracedEnd(account, kind, channel, amount, self.at(minute), doubts.get(account, ()))
                for (account, kind, channel), (amount, minute) in self.ends.items()
            ),
            steps=tuple(self.steps),
            holds=tuple(
                HoldProposal(
                    one.account,
                    one.still_there,
                    rank,
                    one.minutes_to_exit,
                    one.reasons,
                    one.innocent_evidence,
                )
                for rank, one in enumerate(holds, 1)
            ),
            not_held=tuple(
                HoldProposal(account, 0, 9, 0.0, _why(amount, 3, minute), doubts.get(account, ()))
                for (account, kind, _), (amount, minute) in self.ends.items()
                if kind == "spent"
            ),
        )

    def _reached(
        self, account: BankAccount, place: Ledgerline, doubts: dict[BankAccount, tuple[Reason, ...]]
    ) -> TracedAccount:
        still = place.came - place.went
        return TracedAccount(
            account=account,
            tainted_in=place.came,
            passed_on=place.went,
            still_there=still,
            balance=still + 172_000,
            first_arrival=self.at(place.first),
            minutes_since=self.minutes - place.first,
            hops=place.hops,
            confidence=max(0.4, 1 - 0.12 * place.hops),
            minutes_to_exit=6.0 + 8 * place.hops + place.first / 4,
            victim=False,
            reasons=(*_why(place.came, place.hops, place.first), OPENED),
            innocent_evidence=doubts.get(account, ()),
        )


def _why(satang: int, hops: int, minute: float) -> tuple[Reason, ...]:
    return (
        Reason("received_from_victim", {"amount": satang / 100, "hops": hops, "minutes": minute}, ("T1",)),
    )


def golden_hour(as_of: datetime, ids: Sequence[str], method: Method = "fifo") -> Trail:
    """1,570,000 baht over four accounts, a phone shop and an exchange, 41 minutes after the transfer."""
    sketch = Sketch(as_of, method=method)
    one, two = BankAccount("B01", "0001447101"), BankAccount("B07", "0007902023")
    three, four = BankAccount("B01", "0001118854"), BankAccount("B11", "0011661277")
    shop, coins = BankAccount("B02", "0002220766"), BankAccount("B09", "0009000001")
    sketch.move(0, VICTIM, one, 1_570_000)
    sketch.move(4, one, two, 642_000)
    sketch.move(6, one, three, 478_000)
    sketch.move(7, one, four, 210_000)
    sketch.move(15, two, coins, 320_000, "exited", "crypto")
    sketch.move(19, three, shop, 69_000, "spent", "goods")
    sketch.move(22, four, coins, 98_000, "exited", "crypto")
    sketch.move(28, three, two, 148_000)
    sketch.move(33, two, coins, 170_600, "exited", "crypto")
    custom = Reason("received_from_victim", {"amount": 1.0, "hops": 1, "minutes": 1}, ())
    return sketch.trail(ids, {shop: (custom, custom), three: (custom,)})


def wide(as_of: datetime, ids: Sequence[str], accounts: int = 300) -> Trail:
    """Money spread over hundreds of accounts in four hops and three days."""
    sketch = Sketch(as_of, minutes=3 * 1440.0)
    first = BankAccount("B01", "0001000000")
    sketch.move(0, VICTIM, first, 4_000_000)
    tier, made, minute = [first], 1, 2.0
    for _ in range(4):
        grown = []
        for payer in tier:
            for _ in range(5):
                if made >= accounts:
                    break
                payee = BankAccount(f"B{made % 11 + 1:02d}", f"0001{made:06d}")
                made += 1
                minute *= 1.026
                place = sketch.places[payer]
                share = (place.came - place.went) // 600
                sketch.move(minute, payer, payee, share)
                grown.append(payee)
        tier = grown
    for payer in tier[::3]:
        place = sketch.places[payer]
        minute *= 1.005
        sketch.move(
            minute, payer, BankAccount("B09", "0009000001"), (place.came - place.went) / 100, "exited", "cash"
        )
    return sketch.trail(ids)


def many_holds(as_of: datetime, ids: Sequence[str]) -> Trail:
    """476,000 baht of which 21 amounts may be held, twelve of them small, beside an honest shop and an exchange."""
    sketch = Sketch(as_of, minutes=95.0)

    def account(bank: str, number: int) -> BankAccount:
        return BankAccount(bank, f"000{number:07d}")

    one = [account("B08", 692088), account("B18", 884410), account("B11", 1210077), account("B05", 1314402)]
    two = [account("B01", 1105662), account("B05", 1188204)]
    shop, coins = BankAccount("B02", "0002220766"), BankAccount("B09", "0009000001")
    sketch.move(0, VICTIM, one[0], 476_000)
    sketch.move(6, one[0], two[0], 40_000)
    sketch.move(9, one[0], one[1], 18_000)
    sketch.move(12, one[0], two[1], 22_000)
    sketch.move(20, one[0], shop, 15_432, "spent", "goods")
    sketch.move(30, two[0], one[2], 9_800)
    sketch.move(36, two[1], one[3], 6_200)
    sketch.move(40, one[1], coins, 2_345, "exited", "crypto")
    for at in range(12):
        sketch.move(45 + at, two[1], account(f"B{3 + at % 9:02d}", 2_000_000 + at), 210 + 11 * at)
    for at in range(3):
        sketch.move(60 + at, two[0], account(f"B{13 + at:02d}", 3_000_000 + at), 1_900 + 410 * at)
    doubts = {
        shop: (Reason("shop_behaviour", {"payers": 1204, "median": 310.0}, ()),),
        one[3]: (
            Reason("outweighs", {}, ()),
            Reason("regular_income", {"months": 48}, ()),
            Reason("small_part_of_turnover", {"percent": 1.2, "turnover": 90_000.0}, ()),
        ),
    }
    return sketch.trail(ids, doubts)


def cell(as_of: datetime, ids: Sequence[str], accounts: int, seed: int = 7) -> Trail:
    """Money that a gang spreads as gangs do: few large accounts, fans of small ones, three exchanges, cash points and shops."""
    draw, sketch = random.Random(seed), Sketch(as_of, minutes=600.0)
    ends = [BankAccount(f"B{20 + at}", f"0009{at:06d}") for at in range(9)]
    waiting = [BankAccount("B01", "0001000000"), BankAccount("B02", "0001000001")]
    sketch.move(0, VICTIM, waiting[0], 2_400_000)
    sketch.move(3, VICTIM, waiting[1], 1_150_000)
    made, minute = 2, 3.0
    while made < accounts:
        payer = waiting.pop(0) if draw.random() < 0.7 or len(waiting) == 1 else waiting.pop()
        minute += draw.uniform(0.1, 1.0)
        rest = (sketch.places[payer].came - sketch.places[payer].went) / 100
        fan = min(accounts - made, draw.choice((2, 2, 3, 4, 12)))
        parts = [draw.lognormvariate(0, 1.1) for _ in range(fan + 1)]
        for part in parts[:-1]:
            payee = BankAccount(f"B{made % 11 + 1:02d}", f"0001{made:06d}")
            sketch.move(minute, payer, payee, max(20.0, round(rest * part / sum(parts))))
            waiting.append(payee)
            made += 1
    for at, account in enumerate(waiting):
        place = sketch.places[account]
        kind: tuple[EndKind, str] = ("spent", "goods") if at % 7 == 3 else ("exited", "cash")
        if at % 3 and place.came - place.went > 2_000:
            gone = round((place.came - place.went) / 100 * draw.uniform(0.3, 0.9))
            sketch.move(minute + at / 9, account, ends[at % len(ends)], gone, *kind)
    return sketch.trail(ids)
