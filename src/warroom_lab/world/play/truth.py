"""What was true in a run: nothing but `evaluation` and tests may ask for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from warroom_lab.world.agencies.holding import Holding
from warroom_lab.world.agencies.police import Police
from warroom_lab.world.crime.columns import KNOWLEDGE, MULE_TYPES, ORGANISER, TYPOLOGIES
from warroom_lab.world.crime.flow import StolenMoney
from warroom_lab.world.crime.strategies import Strategy
from warroom_lab.world.drawing.columns import COMPANY, DAY, SHOP, Array, ColumnTable
from warroom_lab.world.play.harm import (
    ReturnedMoney,
    Unpaid,
    WaitingSpan,
    WarnedHonest,
    draw_returned_money,
    find_unpaid_payments,
    measure_waiting_hours,
    measure_warned_honest,
)
from warroom_lab.world.population.country import Country


class PlayedCountry(Protocol):
    """A country as far as it was played, `now` in microseconds UTC; `cases` has the case behind each report's number."""

    country: Country
    now: int
    flow: StolenMoney
    holding: Holding
    police: Police
    strategy: Strategy
    cases: dict[str, int]


@dataclass
class PaymentLabels(ColumnTable):
    """One row a crime payment that happened, in the order of time. `case` -1: several, or none (see Parts)."""

    uid: Array  # int64
    typology: Array  # uint8, crime.columns.TYPOLOGIES
    case: Array  # int32
    syndicate: Array  # int32
    hop: Array  # int8


@dataclass
class PaymentShares(ColumnTable):
    """How much of a payment was whose: one row for each case in it."""

    uid: Array
    case: Array
    amount: Array


@dataclass
class AccountPrices(ColumnTable):
    """What accounts cost, one row a midnight."""

    time: Array  # int64
    price: Array  # int64 satang, the median of an account
    lost: Array  # float64, accounts lost in ten days as a share of those in use


@dataclass(frozen=True, slots=True)
class TrueHold:
    """One hold, block or suspension as it was carried out. `stolen` and `own`: satang bound when it began, or came while it stood;
    `whole`: all of the account stood still; `intake`: what came in waited, and nothing else.

    `ended`: expired, released, appeal, empty, or nothing while it stands; `end` is then now.
    """

    order_id: str
    account: int
    whole: bool
    start: int
    end: int
    ended: str
    stolen: int
    own: int
    innocent: bool
    intake: bool = False


@dataclass(frozen=True, slots=True)
class TrueListing:
    """One listing as it was carried out: of a holder with all accounts, from `start` to `end` (now where it stands).

    `ended` as in Held; `innocent`: none of the accounts had worked for a gang when it began.
    """

    order_id: str
    holder: int
    accounts: tuple[int, ...]
    start: int
    end: int
    ended: str
    innocent: bool


NOT_OUT = ("victim_pay", "layer", "collect", "cover")
"""Payments after which the money is still in an account of a gang, or was never stolen."""
WORK = ("victim_pay", "layer", "collect")
"""Payments that bring stolen money to an account in a syndicate's hands."""


class RunTruth:
    """What was true in one run, as of its `now`. Money in satang."""

    def __init__(self, run: PlayedCountry) -> None:
        self._run = run
        mules = run.country.underworld.mules
        first: dict[int, int] = {}
        for row, account in enumerate(mules.account.tolist()):
            first.setdefault(account, row)
        self._mules = first
        self._used: dict[int, int] = {}
        self._seen = 0
        self._net: tuple[int, dict[int, tuple[Array, Array]]] = (-1, {})

    def build_labels(self) -> PaymentLabels:
        """Of every crime payment that happened so far."""
        rows = self._run.flow.rows
        table = np.array([(row[0], row[8], row[9], row[10], row[11]) for row in rows], np.int64).reshape(
            -1, 5
        )
        kinds = (np.int64, np.uint8, np.int32, np.int32, np.int8)
        return PaymentLabels(*(table[:, place].astype(kind) for place, kind in enumerate(kinds)))

    def build_payment_parts(self) -> PaymentShares:
        """Whose money each crime payment carried: rows of several cases, then those of one."""
        mixed = np.array(self._run.flow.parts, np.int64).reshape(-1, 3)
        single = np.array([(r[0], r[9], r[4]) for r in self._run.flow.rows if r[9] >= 0], np.int64).reshape(
            -1, 3
        )
        table = np.concatenate([mixed, single])
        return PaymentShares(table[:, 0], table[:, 1], table[:, 2])

    def sum_pots(self) -> dict[tuple[int, int], int]:
        """(account, case) -> stolen money that lies there now, held or not."""
        flow = self._run.flow
        out: dict[tuple[int, int], int] = {}
        for account, parcels in flow.at.items():
            for parcel in parcels:
                key = (account, flow.p_case[parcel])
                out[key] = out.get(key, 0) + flow.p_left[parcel]
        return out

    def sum_free_pots(self) -> dict[tuple[int, int], int]:
        """(account, case) -> stolen money that lies there now and that nothing binds."""
        flow = self._run.flow
        out: dict[tuple[int, int], int] = {}
        for account, parcels in flow.at.items():
            for parcel in parcels:
                left = flow.p_left[parcel] - flow.p_bound[parcel]
                if left and not flow.is_still(parcel):
                    key = (account, flow.p_case[parcel])
                    out[key] = out.get(key, 0) + left
        return out

    def find_mule(self, account: int) -> tuple[str, str] | None:
        """(type, knowledge) of an account that was, is or will be in a syndicate's hands; None for others."""
        row = self._mules.get(account)
        if row is None:
            return None
        mules = self._run.country.underworld.mules
        return MULE_TYPES[int(mules.type[row])], KNOWLEDGE[int(mules.knowledge[row])]

    def is_innocent(self, account: int, time: int | None = None) -> bool:
        """Whether the account had not worked for a syndicate up to a moment (now).

        It has from the first stolen satang that it took for one: an account listed for a gang and never used, or sold
        later, is innocent still.
        """
        when = self._run.now if time is None else time
        return self.map_first_uses().get(account, 1 << 62) > when

    def map_first_uses(self) -> dict[int, int]:
        """Account -> when stolen money first came to it in a syndicate's hands."""
        rows = self._run.flow.rows
        # Only from the last row looked at on: the play asks at every appeal, and rows only grow.
        for row in rows[self._seen :]:
            if TYPOLOGIES[row[8]] in WORK and row[3] in self._mules:
                self._used[row[3]] = min(row[1], self._used.get(row[3], row[1]))
        self._seen = len(rows)
        return self._used

    def find_touched_accounts(self) -> set[int]:
        """Innocent accounts that got stolen money honestly: shops, traders, people a mule paid."""
        rows = self._run.flow.rows
        outside = {
            row[3] for row in rows if TYPOLOGIES[row[8]] in ("goods", "spend", "crypto", "bait_refund")
        }
        return {account for account in outside if account not in self._mules}

    def compute_balance(self, account: int, time: int) -> int:
        """What lies in an account at a moment: ordinary life and all crime payments together."""
        rows = self._run.flow.rows
        # Sums are made again only when payments came since: a score asks for
        # thousands of balances at the end.
        if self._net[0] != len(rows):
            self._net = (len(rows), _compute_running_sums(rows))
        total = self._run.country.ordinary_balances.compute_balance(account, time)
        if account in self._net[1]:
            times, sums = self._net[1][account]
            total += int(sums[np.searchsorted(times, time, side="right")])
        return total

    def list_holds(self) -> list[TrueHold]:
        """Every hold and block carried out so far."""
        return [
            TrueHold(
                order_id,
                made.account,
                made.is_whole_account,
                made.start,
                made.end if made.ended else self._run.now,
                made.ended,
                self._run.holding.sum_stolen(made),
                made.own,
                self.is_innocent(made.account, made.start),
                made.is_intake,
            )
            for order_id, made in self._run.holding.measures.items()
            if made.ended != "empty"
        ]

    def map_warned_accounts(self) -> dict[int, bool]:
        """Account that payers are warned of -> whether it was innocent when the warning began."""
        return {
            account: self.is_innocent(account, time)
            for account, time in self._run.flow.warned.iter_first_warnings()
        }

    def count_warned_honest(self, gangs: bool | None = None) -> WarnedHonest:
        """What warnings cost honest payers so far; of payments to accounts that are in a gang's hands at any time, or, where
        `gangs` is false, to all others."""
        payees = np.ones(len(self._run.country.accounts), bool)
        if gangs is not None:
            payees[self._run.country.underworld.mules.account] = False
            payees ^= gangs
        return measure_warned_honest(self._run.country, self._run.flow.warned, self._run.now, payees)

    def list_listings(self) -> list[TrueListing]:
        """Every listing carried out so far."""
        run = self._run
        holders = run.country.accounts.holder
        out = []
        for made in run.flow.listed.by_order.values():
            accounts = tuple(np.flatnonzero(holders == made.holder).tolist())
            innocent = all(self.is_innocent(account, made.start) for account in accounts)
            end = min(made.end, run.now)
            out.append(
                TrueListing(made.order.order_id, made.holder, accounts, made.start, end, made.ended, innocent)
            )
        return out

    def find_refused_payments(self) -> dict[int, Unpaid]:
        """By account: ordinary payments so far to holders who were listed."""
        spans: dict[int, list[tuple[int, int]]] = {}
        for each in self.list_listings():
            for account in each.accounts:
                spans.setdefault(account, []).append((each.start, each.end))
        return find_unpaid_payments(self._run.country, spans, self._run.now)

    def find_waiting_hours(self) -> dict[str, float]:
        """By order of each intake: hours x share of the balance that waited, of what was paid honestly while it stood."""
        spans = [
            WaitingSpan(intake.order_id, intake.account, intake.start, intake.end)
            for intake in self.list_holds()
            if intake.intake
        ]
        crime = [
            (row[3], row[1], row[4])
            for row in self._run.flow.rows
            if TYPOLOGIES[row[8]] not in WORK and row[2] != row[3]
        ]
        return measure_waiting_hours(self._run.country, spans, crime, self.compute_balance)

    def find_lost_sales(self) -> dict[int, Unpaid]:
        """By account of an innocent shop or company: ordinary payments so far while all of it stood still."""
        country, spans = self._run.country, dict[int, list[tuple[int, int]]]()
        kind = country.holders.kind[country.accounts.holder]
        for each in self.list_holds():
            if each.whole and each.innocent and kind[each.account] in (SHOP, COMPANY):
                spans.setdefault(each.account, []).append((each.start, each.end))
        return find_unpaid_payments(country, spans, self._run.now)

    def find_returned_money(self) -> ReturnedMoney:
        """What of the money that was taken over for its victims reaches them, however long it takes."""
        return draw_returned_money(
            self._run.country.nation.seed, self._run.holding.sum_taken_over(self._run.now)
        )

    def sum_kept_by_gangs(self) -> dict[int, float]:
        """case -> satang that gangs keep: stolen, less what their ways cost them, less what is held of victims who report."""
        held, costs = self.sum_held_of_reporters(), self._run.strategy.budget
        return {case: loss * (1 - costs) - held.get(case, 0) for case, loss in self.sum_losses().items()}

    def sum_held(self) -> dict[int, int]:
        """case -> stolen money that is held or kept now, whether or not its victim reported."""
        out: dict[int, int] = {}
        for (_, case), amount in self._run.holding.sum_held().items():
            out[case] = out.get(case, 0) + amount
        return out

    def sum_bound_by_holds(self) -> dict[tuple[int, int], int]:
        """(account, case) -> stolen money that holds of amounts bound and that is held or kept."""
        out: dict[tuple[int, int], int] = {}
        for made in self._run.holding.measures.values():
            if made.order.kind == "hold" and made.ended in ("", "expired"):
                for parcel, amount in made.bound:
                    key = made.account, self._run.flow.p_case[parcel]
                    out[key] = out.get(key, 0) + amount
        return out

    def sum_held_of_reporters(self) -> dict[int, int]:
        """case -> stolen money that is held or kept now, of cases whose victim reports, by now or later: what nobody ever asks for
        goes back to the gang when its suspension ends."""
        ever = set(self._run.cases.values())
        return {case: amount for case, amount in self.sum_held().items() if case in ever}

    def sum_saved(self) -> dict[int, int]:
        """case -> stolen money that is held or kept now, of cases whose victim reported."""
        known = self._run.holding.reported_cases
        return {case: amount for case, amount in self.sum_held().items() if case in known}

    def sum_reported(self) -> dict[int, int]:
        """case -> what its victim paid so far, of cases whose victim reported."""
        known = self._run.holding.reported_cases
        return {case: amount for case, amount in self.sum_losses().items() if case in known}

    def sum_money(self) -> dict[str, int]:
        """As of now: stolen from all victims; reported, of those who reported; held; saved, held of those who reported;
        there, in mules' accounts; prevented, of cases that did not happen; never_sent, what victims who turned back at
        a payee warning would have paid by now. Of those who were called again nothing is never sent: what they pay
        later is stolen, and what they have not paid yet is neither."""
        run = self._run
        cases = run.country.underworld.cases
        losses = self.sum_losses()
        return {
            "stolen": sum(losses.values()),
            "reported": sum(amount for case, amount in losses.items() if case in run.holding.reported_cases),
            "held": sum(run.holding.sum_held().values()),
            "saved": sum(self.sum_saved().values()),
            "there": sum(run.flow.p_left),
            "prevented": sum(int(cases.loss[case]) for case, true in enumerate(run.flow.happens) if not true),
            "never_sent": sum(self.sum_never_sent().values()),
        }

    def sum_never_sent(self) -> dict[int, int]:
        """case -> what its victim, who turned back at a payee warning for good, would have paid by now."""
        return dict(self._run.flow.victims.never_paid)

    def sum_losses(self) -> dict[int, int]:
        """case -> what its victim paid so far."""
        out: dict[int, int] = {}
        for row in self._run.flow.rows:
            if row[8] == 0:
                out[row[9]] = out.get(row[9], 0) + row[4]
        return out

    def sum_exits(self) -> dict[int, dict[str, int]]:
        """case -> satang by the way it left: cash, crypto, abroad, goods, spend, bait_refund."""
        straight = self._run.flow.straight
        way = {row[0]: TYPOLOGIES[straight.get(row[0], row[8])] for row in self._run.flow.rows}
        parts = self.build_payment_parts()
        out: dict[int, dict[str, int]] = {}
        for uid, case, amount in zip(
            parts.uid.tolist(), parts.case.tolist(), parts.amount.tolist(), strict=True
        ):
            if way[uid] not in NOT_OUT:
                ways = out.setdefault(case, {})
                ways[way[uid]] = ways.get(way[uid], 0) + amount
        return out

    def list_organisers(self) -> dict[int, tuple[int, ...]]:
        """syndicate -> its organisers' holder numbers."""
        persons = self._run.country.underworld.persons
        out: dict[int, tuple[int, ...]] = {}
        for row in np.flatnonzero(persons.role == ORGANISER).tolist():
            syndicate = int(persons.syndicate[row])
            out[syndicate] = (*out.get(syndicate, ()), int(persons.holder[row]))
        return out

    def list_account_prices(self) -> AccountPrices:
        """The market of accounts at each midnight so far."""
        prices, start = self._run.flow.prices, self._run.country.nation.start
        times = range(start, self._run.now + 1, DAY)
        return AccountPrices(
            np.array(times, np.int64),
            np.array([prices.compute_price(time) for time in times], np.int64),
            np.array([prices.compute_share_lost(time) for time in times], np.float64),
        )

    def count_charges(self) -> dict[str, int]:
        """People charged rightly and wrongly, and met as victims, among holders of accounts and leaders of gangs."""
        police = self._run.police
        rightly = sum(police.charged.values())
        return {"rightly": rightly, "wrongly": len(police.charged) - rightly, "met": len(police.met)}


def _compute_running_sums(rows: Sequence[tuple[int, ...]]) -> dict[int, tuple[Array, Array]]:
    """account -> (times, running sums of crime payments, 0 first)."""
    changes: dict[int, list[tuple[int, int]]] = {}
    for row in rows:
        changes.setdefault(row[2], []).append((row[1], -row[4]))
        changes.setdefault(row[3], []).append((row[1], row[4]))
    out = {}
    for account, made in changes.items():
        times = np.array([time for time, _ in made])
        out[account] = (times, np.concatenate([[0], np.cumsum([amount for _, amount in made])]))
    return out
