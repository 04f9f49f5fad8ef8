"""Why an account is signalled: the facts that moved its score, said plainly, each with the payments that show it."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from warroom.money.index.references import DAY
from warroom.money.index.transfer_graph import ABROAD, CASH, CHANNELS, CRYPTO, NEVER, Array, Ints
from warroom.money.trace.findings import Draft
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
from warroom.signals.mules.scoring import Scored

LARGE = 3
"""Times the usual payment in from which one is said to be larger."""
STRETCH = 10
"""Times what a payer usually paid from which a payment is said to be more than that."""
PASSING = 0.5
"""Share of what came from which an account is said to pass on what comes."""
HARDLY = 2
"""Payments in a week up to which an account is said to have been hardly used."""
REASONS = 6
"""Reasons that a signal gives at most: an officer checks them in ten seconds."""


class Look(NamedTuple):
    """One account of a scoring: its row of facts, and its payments in the window, in and out, by their positions."""

    found: Scored
    account: int
    facts: Array
    into: Ints
    out: Ints

    def transfers(self, rows: Ints) -> list[int]:
        """The index's numbers of payments, at most as many as a reason shows."""
        return self.found.book.payments.transfer[rows[:SHOWN]].tolist()  # type: ignore[no-any-return]


def look(found: Scored, place: int) -> Look:
    """The account at a position of the scoring."""
    account, book = int(found.accounts[place]), found.book
    lately = found.until - WINDOW
    into, out = (side.of_one(account) for side in (book.into, book.out_of))
    t = book.payments.t
    return Look(found, account, found.facts[place], into[t[into] >= lately], out[t[out] >= lately])


def reasons(one: Look, weights: Mapping[str, float]) -> list[Draft]:
    """The reasons of an account, the one that moved its score most first; `weights` by fact or code, any scale."""
    moved = {code: sum(weights.get(name, 0.0) for name in names) for code, (names, _) in _SAID.items()}
    order = sorted((code for code in moved if moved[code] > 0), key=lambda code: -moved[code])
    drafts = [draft for code in order if (draft := _SAID[code][1](one)) is not None]
    # A model may find an account likely by what no sentence says; an officer still needs one thing to check.
    kept = drafts[:REASONS] or [draft for _, say in _SAID.values() if (draft := say(one)) is not None][:1]
    # Told in any case: no fact of the score speaks of reports, and an officer has to know of them.
    named = _reported(one)
    return [*kept, *([named] if named else []), *_screening(one)]


def _passed(one: Look) -> Draft | None:
    if one.facts["passed"] < 0.1:
        return None
    params = {
        "amount": float(one.facts["came"]) / 100,
        "payers": int(one.facts["payers"]),
        "percent": 100 * float(one.facts["passed"]),
        # Of a stay of seconds a sentence says one minute, since none would read as an error.
        "minutes": max(1.0, float(one.facts["minutes"])),
    }
    return Draft("passes_on", params, one.transfers(_quick(one)))


def _quick(one: Look, within: int = QUICK) -> Ints:
    """Departures within the hour (or so many microseconds) of an arrival, with that arrival, the largest first."""
    each = one.found.book.payments
    # The newest arrival at or before each departure; -1 where nothing came before it.
    before = np.searchsorted(each.t[one.into], each.t[one.out], "right") - 1
    kept = before >= 0
    came, out = one.into[before[kept]], one.out[kept]
    quick = each.t[out] - each.t[came] <= within
    came, out = came[quick], out[quick]
    order = np.argsort(-each.amount[out], kind="stable")
    return np.array(list(dict.fromkeys(np.column_stack([came, out])[order].ravel().tolist())), np.int64)


def _relayed(one: Look) -> Draft | None:
    if one.facts["relays"] < 1:
        return None
    params = {"amount": float(one.facts["relayed"]) / 100, "count": int(one.facts["relays"])}
    return Draft("sums_alike", params, one.transfers(_quick(one, RELAY)))


def _large(one: Look) -> Draft | None:
    usual, largest = float(one.facts["usual_in"]), float(one.facts["largest_in"])
    if not usual or largest < LARGE * usual:
        return None
    amount = one.found.book.payments.amount
    rows = one.into[np.argsort(-amount[one.into], kind="stable")][:1]
    return Draft(
        "larger_than_usual",
        {"amount": largest / 100, "times": largest / usual, "usual": usual / 100},
        one.transfers(rows),
    )


def _hardly_used(one: Look) -> Draft | None:
    count = int(one.facts["before"])
    if count > HARDLY:
        return None
    return Draft("hardly_used", {"count": count}, one.transfers(one.into[:1]))


def _burst(one: Look) -> Draft | None:
    if one.facts["burst"] < 3:
        return None
    t, payer = one.found.book.payments.t[one.into], one.found.book.payments.payer[one.into]
    ends = [len(np.unique(payer[(t >= end - BURST) & (t <= end)])) for end in t.tolist()]
    rows = one.into[(t >= t[int(np.argmax(ends))] - BURST) & (t <= t[int(np.argmax(ends))])]
    return Draft("many_payers", {"count": max(ends), "hours": BURST // (60 * MINUTE)}, one.transfers(rows))


def _strangers(one: Look) -> Draft | None:
    if one.facts["new_payers"] < 1:
        return None
    params = {"new": int(one.facts["new_payers"]), "count": int(one.facts["payers"])}
    return Draft("strangers_pay", params, one.transfers(one.into))


def _spread(one: Look) -> Draft | None:
    if one.facts["new_payees"] < 2:
        return None
    params = {"new": int(one.facts["new_payees"]), "count": int(one.facts["payees"])}
    return Draft("pays_strangers", params, one.transfers(one.out))


def _device(one: Look) -> Draft | None:
    if one.facts["others"] < 1:
        return None
    shared = one.found.book.others[one.out]
    rows = one.out[np.argsort(-shared, kind="stable")][: int((shared > 0).sum())]
    return Draft("device_of_many", {"count": int(one.facts["others"])}, one.transfers(rows))


def _under(one: Look) -> Draft | None:
    rows = np.concatenate([one.into, one.out])
    amount = one.found.book.payments.amount[rows]
    rows = rows[(amount < LIMIT) & (amount >= LIMIT - JUST_UNDER)]
    if not len(rows):
        return None
    return Draft("stays_under", {"count": len(rows), "limit": LIMIT / 100}, one.transfers(rows))


def _ways(one: Look) -> Draft | None:
    if one.facts["exits"] < 0.1:
        return None
    channel = one.found.book.payments.channel[one.out]
    gone = np.isin(channel, (CASH, CRYPTO, ABROAD))
    ways = ", ".join(sorted({CHANNELS[int(code)] for code in channel[gone]}))
    params = {"percent": 100 * float(one.facts["exits"]), "ways": ways}
    return Draft("leaves_the_banks", params, one.transfers(one.out[gone]))


def _from_passing(one: Look) -> Draft | None:
    return _passing(one, "paid_by_those_who_pass_on", one.into, one.found.book.payments.payer)


def _to_passing(one: Look) -> Draft | None:
    return _passing(one, "pays_those_who_pass_on", one.out, one.found.book.payments.payee)


def _passing(one: Look, code: str, rows: Ints, other: Array) -> Draft | None:
    """The payments of accounts that pass on most of what comes to them."""
    habit = one.found.habits.passed
    rows = rows[(other[rows] >= 0) & (habit[other[rows]] >= PASSING * PART)]
    if not len(rows):
        return None
    largest = rows[np.argsort(-one.found.book.payments.amount[rows], kind="stable")]
    return Draft(code, {"count": len(np.unique(other[rows]))}, one.transfers(largest))


def _stretch(one: Look) -> Draft | None:
    """The payment in that is the largest for its payer, by what that one used to pay."""
    each, habits = one.found.book.payments, one.found.habits
    payer = each.payer[one.into]
    known = payer >= 0
    known[known] = habits.payments[payer[known]] > 0
    rows, payer = one.into[known], payer[known]
    if not len(rows):
        return None
    usual = np.exp(habits.paid[payer] / habits.payments[payer] / PART)
    most = int(np.argmax(each.amount[rows] / usual))
    amount, times = float(each.amount[rows[most]]), float(each.amount[rows[most]] / usual[most])
    if times < STRETCH:
        return None
    params = {"amount": amount / 100, "times": times, "usual": float(usual[most]) / 100}
    return Draft("larger_than_payers_usual", params, one.transfers(rows[most : most + 1]))


def _woke(one: Look) -> Draft | None:
    days = int(one.facts["silent_days"])
    if days < SILENT_DAYS:
        return None
    first = min((int(rows[0]) for rows in (one.into, one.out) if len(rows)), default=-1)
    return Draft("silent_before", {"days": days}, one.transfers(np.array([first], np.int64)))


def _young(one: Look) -> Draft | None:
    """Registers say that it was opened shortly before these payments."""
    index = one.found.index
    rows = [row for row in index.facts.of(one.account, one.found.as_of) if row["opened"] != NEVER]
    if not rows or not len(one.into):
        return None
    oldest = min(rows, key=lambda row: int(row["opened"]))
    days = (int(one.found.book.payments.t[one.into[0]]) - int(oldest["opened"])) // DAY
    if not 0 <= days < YOUNG_DAYS:
        return None
    return Draft("opened_lately", {"days": int(days)}, records=[oldest["record_id"]])


def _reported(one: Look) -> Draft | None:
    rows = one.found.index.reports.of(one.account, one.found.as_of)
    records = sorted({row["record_id"] for row in rows})
    return Draft("named_in_reports", {"count": len(records)}, records=records) if records else None


def _screening(one: Look) -> list[Draft]:
    """Signs that someone else runs the account, as on a trail: its holder may have been tricked or forced."""
    fresh = _young(one) is not None or _woke(one) is not None
    quick = one.facts["passed"] >= QUICK_SHARE
    if one.facts["others"] < CONTROLLED and not (quick and fresh):
        return []
    return [Draft("propose_screening", {}, one.transfers(one.out)[:5])]


_SAID: dict[str, tuple[tuple[str, ...], Callable[[Look], Draft | None]]] = {
    "passes_on": (("passed", "minutes", "came", "went"), _passed),
    "sums_alike": (("relayed", "relays", "relay_minutes"), _relayed),
    "larger_than_usual": (
        ("largest_in", "mean_in", "usual_in", "largest_out", "mean_out", "usual_out"),
        _large,
    ),
    "hardly_used": (("before",), _hardly_used),
    "many_payers": (("burst", "came_count", "payers"), _burst),
    "strangers_pay": (("new_payers",), _strangers),
    "pays_strangers": (("new_payees", "payees", "went_count"), _spread),
    "device_of_many": (("others",), _device),
    "stays_under": (("under",), _under),
    "leaves_the_banks": (("exits",), _ways),
    "paid_by_those_who_pass_on": (("from_passing", "from_passing_twice"), _from_passing),
    "pays_those_who_pass_on": (
        ("to_passing", "to_passing_twice", "beside_passing", "payees_mean"),
        _to_passing,
    ),
    "larger_than_payers_usual": (("stretch",), _stretch),
    "silent_before": (("silent_days",), _woke),
    "opened_lately": (("opened_days",), _young),
}
"""By code: the facts it speaks of, and what says it."""
