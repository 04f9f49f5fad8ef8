"""The reasons of a mule signal: the facts that raised its score, each with the payments that show it."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from warroom.money.index.references import DAY
from warroom.money.index.transfer_graph import ABROAD, CASH, CHANNELS, CRYPTO, NEVER, Array, Ints
from warroom.money.trace.findings import DraftReason
from warroom.money.trace.history import MINUTE
from warroom.money.trace.movements import SHOWN
from warroom.money.trace.reasons_for import (
    CONTROLLED,
    JUST_UNDER,
    LIMIT,
    QUICK_SHARE,
    SILENT_DAYS,
    YOUNG_DAYS,
)
from warroom.signals.mules.account_features import BURST, QUICK, RELAY, WINDOW
from warroom.signals.mules.counterparts import PART
from warroom.signals.mules.scoring import ScoredAccounts

LARGE = 3
"""Times the usual payment in, from which on a payment is called larger. This and the next are chosen, not
measured.
"""
STRETCH = 10
"""Times a payer's usual payment, from which on a payment is called larger than that."""
PASSING = 0.5
"""Share of what came in, from which on an account is said to pass money on."""
HARDLY = 2
"""Payments in a week, up to which an account is called hardly used."""
REASONS = 6
"""Reasons that a signal gives at most: an officer checks them in ten seconds."""


class AccountLook(NamedTuple):
    """One account of a scoring: its row of facts, and its payments in the window, in and out, by their positions."""

    found: ScoredAccounts
    account: int
    facts: Array
    into: Ints
    out: Ints

    def list_transfers(self, rows: Ints) -> list[int]:
        """The index's numbers of payments, at most as many as a reason shows."""
        return self.found.book.payments.transfer[rows[:SHOWN]].tolist()  # type: ignore[no-any-return]


def look_at_account(found: ScoredAccounts, place: int) -> AccountLook:
    """The account at a position of the scoring."""
    account, book = int(found.accounts[place]), found.book
    lately = found.until - WINDOW
    into, out = (side.list_rows(account) for side in (book.into, book.out_of))
    t = book.payments.t
    return AccountLook(found, account, found.facts[place], into[t[into] >= lately], out[t[out] >= lately])


def list_reasons(account_look: AccountLook, weights: Mapping[str, float]) -> list[DraftReason]:
    """The reasons of an account, the one that moved its score most first; `weights` by fact or code, any scale."""
    moved = {code: sum(weights.get(name, 0.0) for name in names) for code, (names, _) in _SAID.items()}
    order = sorted((code for code in moved if moved[code] > 0), key=lambda code: -moved[code])
    drafts = [draft for code in order if (draft := _SAID[code][1](account_look)) is not None]
    # A model may find an account likely by what no sentence says; an officer still needs one thing to check.
    kept = (
        drafts[:REASONS]
        or [draft for _, say in _SAID.values() if (draft := say(account_look)) is not None][:1]
    )
    # In any case: no fact of the score is about reports, and an officer has to know of them.
    named = _draft_named_in_reports(account_look)
    return [*kept, *([named] if named else []), *_draft_screening(account_look)]


def _draft_passes_on(account_look: AccountLook) -> DraftReason | None:
    # A tenth: less would be a poor reason to give, whatever it added to the score.
    if account_look.facts["passed"] < 0.1:
        return None
    params = {
        "amount": float(account_look.facts["came"]) / 100,
        "payers": int(account_look.facts["payers"]),
        "percent": 100 * float(account_look.facts["passed"]),
        # Of a stay of seconds a sentence says one minute, since none would read as an error.
        "minutes": max(1.0, float(account_look.facts["minutes"])),
    }
    return DraftReason("passes_on", params, account_look.list_transfers(_find_quick_departures(account_look)))


def _find_quick_departures(account_look: AccountLook, within: int = QUICK) -> Ints:
    """Departures within the hour (or so many microseconds) of an arrival, with that arrival, the largest first."""
    payments = account_look.found.book.payments
    # The newest arrival at or before each departure; -1 where nothing came before it.
    before = np.searchsorted(payments.t[account_look.into], payments.t[account_look.out], "right") - 1
    kept = before >= 0
    arrival_rows, out = account_look.into[before[kept]], account_look.out[kept]
    quick = payments.t[out] - payments.t[arrival_rows] <= within
    arrival_rows, out = arrival_rows[quick], out[quick]
    order = np.argsort(-payments.amount[out], kind="stable")
    return np.array(
        list(dict.fromkeys(np.column_stack([arrival_rows, out])[order].ravel().tolist())), np.int64
    )


def _draft_sums_alike(one: AccountLook) -> DraftReason | None:
    if one.facts["relays"] < 1:
        return None
    params = {"amount": float(one.facts["relayed"]) / 100, "count": int(one.facts["relays"])}
    return DraftReason("sums_alike", params, one.list_transfers(_find_quick_departures(one, RELAY)))


def _draft_larger_than_usual(account_look: AccountLook) -> DraftReason | None:
    usual, largest = float(account_look.facts["usual_in"]), float(account_look.facts["largest_in"])
    if not usual or largest < LARGE * usual:
        return None
    amount = account_look.found.book.payments.amount
    rows = account_look.into[np.argsort(-amount[account_look.into], kind="stable")][:1]
    return DraftReason(
        "larger_than_usual",
        {"amount": largest / 100, "times": largest / usual, "usual": usual / 100},
        account_look.list_transfers(rows),
    )


def _draft_hardly_used(one: AccountLook) -> DraftReason | None:
    count = int(one.facts["before"])
    if count > HARDLY:
        return None
    return DraftReason("hardly_used", {"count": count}, one.list_transfers(one.into[:1]))


def _draft_many_payers(look: AccountLook) -> DraftReason | None:
    # Two payers within six hours are nothing unusual.
    if look.facts["burst"] < 3:
        return None
    t, payer = look.found.book.payments.t[look.into], look.found.book.payments.payer[look.into]
    ends = [len(np.unique(payer[(t >= end - BURST) & (t <= end)])) for end in t.tolist()]
    rows = look.into[(t >= t[int(np.argmax(ends))] - BURST) & (t <= t[int(np.argmax(ends))])]
    return DraftReason(
        "many_payers", {"count": max(ends), "hours": BURST // (60 * MINUTE)}, look.list_transfers(rows)
    )


def _draft_strangers_pay(one: AccountLook) -> DraftReason | None:
    if one.facts["new_payers"] < 1:
        return None
    params = {"new": int(one.facts["new_payers"]), "count": int(one.facts["payers"])}
    return DraftReason("strangers_pay", params, one.list_transfers(one.into))


def _draft_pays_strangers(one: AccountLook) -> DraftReason | None:
    if one.facts["new_payees"] < 2:
        return None
    params = {"new": int(one.facts["new_payees"]), "count": int(one.facts["payees"])}
    return DraftReason("pays_strangers", params, one.list_transfers(one.out))


def _draft_device_of_many(one: AccountLook) -> DraftReason | None:
    if one.facts["others"] < 1:
        return None
    shared = one.found.book.others[one.out]
    rows = one.out[np.argsort(-shared, kind="stable")][: int((shared > 0).sum())]
    return DraftReason("device_of_many", {"count": int(one.facts["others"])}, one.list_transfers(rows))


def _draft_stays_under(one: AccountLook) -> DraftReason | None:
    rows = np.concatenate([one.into, one.out])
    amount = one.found.book.payments.amount[rows]
    rows = rows[(amount < LIMIT) & (amount >= LIMIT - JUST_UNDER)]
    if not len(rows):
        return None
    return DraftReason("stays_under", {"count": len(rows), "limit": LIMIT / 100}, one.list_transfers(rows))


def _draft_leaves_the_banks(one: AccountLook) -> DraftReason | None:
    if one.facts["exits"] < 0.1:
        return None
    channel = one.found.book.payments.channel[one.out]
    gone = np.isin(channel, (CASH, CRYPTO, ABROAD))
    ways = ", ".join(sorted({CHANNELS[int(code)] for code in channel[gone]}))
    params = {"percent": 100 * float(one.facts["exits"]), "ways": ways}
    return DraftReason("leaves_the_banks", params, one.list_transfers(one.out[gone]))


def _draft_paid_by_passing(one: AccountLook) -> DraftReason | None:
    return _draft_passing(one, "paid_by_those_who_pass_on", one.into, one.found.book.payments.payer)


def _draft_pays_passing(one: AccountLook) -> DraftReason | None:
    return _draft_passing(one, "pays_those_who_pass_on", one.out, one.found.book.payments.payee)


def _draft_passing(one: AccountLook, code: str, rows: Ints, other: Array) -> DraftReason | None:
    """A reason with the payments of counterparties that pass on most of what they receive; None without any."""
    habit = one.found.habits.passed
    rows = rows[(other[rows] >= 0) & (habit[other[rows]] >= PASSING * PART)]
    if not len(rows):
        return None
    largest = rows[np.argsort(-one.found.book.payments.amount[rows], kind="stable")]
    return DraftReason(code, {"count": len(np.unique(other[rows]))}, one.list_transfers(largest))


def _draft_larger_than_payers(account_look: AccountLook) -> DraftReason | None:
    """The payment in that is the largest for its payer, by what that one used to pay."""
    payments, habits = account_look.found.book.payments, account_look.found.habits
    payer = payments.payer[account_look.into]
    known = payer >= 0
    # Only payers with earlier payments have a usual sum.
    known[known] = habits.payments[payer[known]] > 0
    rows, payer = account_look.into[known], payer[known]
    if not len(rows):
        return None
    usual = np.exp(habits.paid[payer] / habits.payments[payer] / PART)
    most = int(np.argmax(payments.amount[rows] / usual))
    amount, times = float(payments.amount[rows[most]]), float(payments.amount[rows[most]] / usual[most])
    if times < STRETCH:
        return None
    params = {"amount": amount / 100, "times": times, "usual": float(usual[most]) / 100}
    return DraftReason("larger_than_payers_usual", params, account_look.list_transfers(rows[most : most + 1]))


def _draft_silent_before(one: AccountLook) -> DraftReason | None:
    days = int(one.facts["silent_days"])
    if days < SILENT_DAYS:
        return None
    first = min((int(rows[0]) for rows in (one.into, one.out) if len(rows)), default=-1)
    return DraftReason("silent_before", {"days": days}, one.list_transfers(np.array([first], np.int64)))


def _draft_opened_lately(account_look: AccountLook) -> DraftReason | None:
    """Registers say that it was opened shortly before these payments."""
    index = account_look.found.index
    rows = [
        row
        for row in index.facts.list_rows_known_at(account_look.account, account_look.found.as_of)
        if row["opened"] != NEVER
    ]
    if not rows or not len(account_look.into):
        return None
    oldest = min(rows, key=lambda row: int(row["opened"]))
    days = (int(account_look.found.book.payments.t[account_look.into[0]]) - int(oldest["opened"])) // DAY
    if not 0 <= days < YOUNG_DAYS:
        return None
    # The register's record is the evidence: no payment shows the opening.
    return DraftReason("opened_lately", {"days": int(days)}, records=[oldest["record_id"]])


def _draft_named_in_reports(one: AccountLook) -> DraftReason | None:
    rows = one.found.index.reports.list_rows_known_at(one.account, one.found.as_of)
    records = sorted({row["record_id"] for row in rows})
    return DraftReason("named_in_reports", {"count": len(records)}, records=records) if records else None


def _draft_screening(one: AccountLook) -> list[DraftReason]:
    """Signs that someone else runs the account, as on a trail: its holder may have been tricked or forced."""
    # A new or revived account that passes money on at once is often run by somebody else.
    fresh = _draft_opened_lately(one) is not None or _draft_silent_before(one) is not None
    quick = one.facts["passed"] >= QUICK_SHARE
    if one.facts["others"] < CONTROLLED and not (quick and fresh):
        return []
    return [DraftReason("propose_screening", {}, one.list_transfers(one.out)[:5])]


_SAID: dict[str, tuple[tuple[str, ...], Callable[[AccountLook], DraftReason | None]]] = {
    "passes_on": (("passed", "minutes", "came", "went"), _draft_passes_on),
    "sums_alike": (("relayed", "relays", "relay_minutes"), _draft_sums_alike),
    "larger_than_usual": (
        ("largest_in", "mean_in", "usual_in", "largest_out", "mean_out", "usual_out"),
        _draft_larger_than_usual,
    ),
    "hardly_used": (("before",), _draft_hardly_used),
    "many_payers": (("burst", "came_count", "payers"), _draft_many_payers),
    "strangers_pay": (("new_payers",), _draft_strangers_pay),
    "pays_strangers": (("new_payees", "payees", "went_count"), _draft_pays_strangers),
    "device_of_many": (("others",), _draft_device_of_many),
    "stays_under": (("under",), _draft_stays_under),
    "leaves_the_banks": (("exits",), _draft_leaves_the_banks),
    "paid_by_those_who_pass_on": (("from_passing", "from_passing_twice"), _draft_paid_by_passing),
    "pays_those_who_pass_on": (
        ("to_passing", "to_passing_twice", "beside_passing", "payees_mean"),
        _draft_pays_passing,
    ),
    "larger_than_payers_usual": (("stretch",), _draft_larger_than_payers),
    "silent_before": (("silent_days",), _draft_silent_before),
    "opened_lately": (("opened_days",), _draft_opened_lately),
}
"""By code of a reason: the facts it explains, and the function that drafts it."""
