"""Why an account is on the trail: what its records show, never who its holder is.

How often or to how many an account pays is no reason to hold anything (the freezes of September 2025 taught that);
each reason here speaks of the traced money or of what is unusual around it.
"""

from typing import NamedTuple

import numpy as np

from warroom.money.index.references import DAY
from warroom.money.index.transfer_graph import CHANNELS, NEVER
from warroom.money.trace.findings import DraftReason, TraceFindings
from warroom.money.trace.history import MINUTE
from warroom.money.trace.movements import NEWEST, AccountPast
from warroom.money.trace.spellings import find_other_spelling, find_proxy_kind

YOUNG_DAYS = 30
"""An account opened fewer days before the money came is new: 30 % of closed mule accounts were newly opened
(Bank of Thailand criteria, June 2024)."""
SILENT_DAYS = 30
"""So many days without a movement are a silence."""
LIMIT = 5_000_000
"""Satang: from 50,000 baht a transfer asks for a scan of the face (Bank of Thailand, 2023)."""
JUST_UNDER = 500_000
"""Satang below the limit that count as just under it."""
# Transfers just under the limit that make a reason; chosen: one or two may be chance.
TIMES = 3
# Minutes within which money passed on counts as quick; chosen.
QUICK_MINUTES = 60
# Share of the money that must have gone on for that; chosen.
QUICK_SHARE = 0.5
RELAY_MINUTES = 30
"""Minutes within which the account before sends money on to count as a relay of it; chosen on countries that no figure is of."""
CONTROLLED = 2
"""So many other accounts ordered from the same device: someone else may hold the phone."""


def find_hold_reasons(scene: TraceFindings, row: int, past: AccountPast) -> list[DraftReason]:
    """The reasons for the account in a row of the flow, the traced money first."""
    account, first = int(scene.flow.account[row]), int(scene.flow.first[row])
    drafts = [
        _find_received_reason(scene, row),
        _find_passed_on_reason(scene, row),
        _find_came_through_reason(scene, row),
        _find_opened_reason(scene, account, first),
        _find_woke_up_reason(past),
    ]
    drafts += [
        _under_limit(scene, account),
        _other_reports(scene, account),
        _find_device_reason(scene, account),
    ]
    drafts[1:1] = [_written_otherwise(scene, row), _counted_twice(scene, account)]
    kept = [draft for draft in drafts if draft is not None]
    return kept + _propose_screening(scene, account, kept)


def _find_received_reason(scene: TraceFindings, row: int) -> DraftReason:
    flow, start = scene.flow, int(scene.reported.seeds.t[0])
    into = scene.steps_into(int(flow.account[row]))
    followed = into[flow.steps.end[into] == 0]
    params = {
        "amount": int(scene.received[row]) / 100,
        "hops": int(flow.hops[row]),
        "minutes": (int(flow.first[row]) - start) / MINUTE,
        **scene.currency_param,
    }
    return DraftReason("received_from_victim", params, flow.steps.transfer[followed].tolist())


def _written_otherwise(scene: TraceFindings, row: int) -> DraftReason | None:
    """Money that seems to stay may have moved on under another spelling of the account."""
    account, first = int(scene.flow.account[row]), int(scene.flow.first[row])
    as_of = scene.world.as_of
    if not scene.flow.still_there[row] or account in scene.victim_accounts:
        return None
    mine = scene.account_names[account]
    # An account that goes on paying is known to its bank by this number.
    if not scene.index.has_paid_since(account, as_of, first):
        if (other := find_other_spelling(scene.index, account, as_of)) is not None:
            params = {"bank": mine.bank, "other_bank": other.account.bank, "account": other.account.number}
            return DraftReason("same_number_elsewhere" if other.is_other_bank else "looks_like", params)
        if (proxy := find_proxy_kind(mine.number)) and scene.index.has_paying_accounts(mine.bank):
            return DraftReason(f"promptpay_{proxy}", {"bank": mine.bank})
    # The confidence stays: it says how mixed the money was on its way here, which a spelling does not change.
    sends, names = scene.index.find_own_bank_reports(account, mine.bank, as_of)
    return DraftReason("written_otherwise", {"bank": mine.bank}) if sends and not names else None


def _counted_twice(scene: TraceFindings, account: int) -> DraftReason | None:
    """Payments of an account that two sources sent without a reference in common may be the same ones."""
    pairs = [pair for pair in scene.possible_duplicates if account in pair.accounts]
    if not pairs:
        return None
    params = {
        "count": len(pairs),
        "amount": sum(pair.amount for pair in pairs) / 100,
        "one": ", ".join(sorted({pair.sources[0] for pair in pairs})),
        "other": ", ".join(sorted({pair.sources[1] for pair in pairs})),
        **scene.currency_param,
    }
    return DraftReason("counted_twice", params, [transfer for pair in pairs for transfer in pair.transfers])


def _find_passed_on_reason(scene: TraceFindings, row: int) -> DraftReason | None:
    flow = scene.flow
    if not flow.passed_on[row]:
        return None
    out = scene.steps_out(int(flow.account[row]))
    minutes = (int(flow.steps.t[out].max()) - int(flow.first[row])) / MINUTE
    percent = 100 * int(flow.passed_on[row]) / int(flow.tainted_in[row])
    ways = sorted({CHANNELS[int(code)] for code in flow.steps.channel[out]})
    params = {"percent": percent, "minutes": minutes, "ways": ", ".join(ways)}
    return DraftReason("passed_on", params, flow.steps.transfer[out].tolist())


class _Relay(NamedTuple):
    """A transfer of traced money `minutes` after such money had come to the account that made it, which has sent `percent` of
    all that came on.
    """

    minutes: float
    percent: float
    bank: str
    transfer: int


def _find_came_through_reason(scene: TraceFindings, row: int) -> DraftReason | None:
    """The account before sent the victim's money on within minutes, and most of it: anyone who leads money through accounts has
    it where it lies now, too.
    """
    steps = scene.flow.steps
    into = scene.steps_into(int(scene.flow.account[row]))
    relays = [_find_relay(scene, int(step)) for step in into[steps.end[into] == 0]]
    quick = sorted(relay for relay in relays if relay is not None)
    if not quick:
        return None
    params = {"minutes": quick[0].minutes, "percent": quick[0].percent, "bank": quick[0].bank}
    return DraftReason("came_through", params, [relay.transfer for relay in quick])


def _find_relay(scene: TraceFindings, step: int) -> _Relay | None:
    flow, steps, payer = scene.flow, scene.flow.steps, int(scene.flow.steps.payer[step])
    row = scene.rows_by_account.get(payer)
    if row is None or payer in scene.victim_accounts:
        return None
    arrivals = steps.t[scene.steps_into(payer)]
    before = arrivals[arrivals <= steps.t[step]]
    if not len(before) or flow.passed_on[row] < QUICK_SHARE * flow.tainted_in[row]:
        return None
    minutes = (int(steps.t[step]) - int(before.max())) / MINUTE
    if minutes > RELAY_MINUTES:
        return None
    percent = 100 * int(flow.passed_on[row]) / int(flow.tainted_in[row])
    return _Relay(minutes, percent, scene.account_names[payer].bank, int(steps.transfer[step]))


def _find_opened_reason(scene: TraceFindings, account: int, first: int) -> DraftReason | None:
    rows = [
        fact
        for fact in scene.index.facts.list_rows_known_at(account, scene.world.as_of)
        if fact["opened"] != NEVER
    ]
    if not rows:
        return None
    latest = min(rows, key=lambda fact: int(fact["opened"]))
    days = (first - int(latest["opened"])) / DAY
    if days < 0 or days >= YOUNG_DAYS:
        return None
    return DraftReason("opened_recently", {"days": int(days)}, records=[latest["record_id"]])


def _find_woke_up_reason(past: AccountPast) -> DraftReason | None:
    days = (past.first - past.newest) / DAY
    if days < SILENT_DAYS:
        return None
    return DraftReason("woke_up", {"days": int(days)}, past.get_transfers_of_kind(NEWEST))


def _under_limit(scene: TraceFindings, account: int) -> DraftReason | None:
    if scene.currency_param:
        return None  # the limit is one of baht
    steps = scene.flow.steps
    rows = np.concatenate([scene.steps_into(account), scene.steps_out(account)])
    under = rows[(steps.amount[rows] < LIMIT) & (steps.amount[rows] >= LIMIT - JUST_UNDER)]
    if len(under) < TIMES:
        return None
    return DraftReason(
        "just_under_limit", {"count": len(under), "limit": LIMIT / 100}, steps.transfer[under].tolist()
    )


def _other_reports(scene: TraceFindings, account: int) -> DraftReason | None:
    """Reports that name other transfers into this account: those of this trace speak for themselves."""
    rows = scene.index.reports.list_rows_known_at(account, scene.world.as_of)
    seeds = set(scene.reported.seeds.transfer.tolist())
    mine = {row["record_id"] for row in rows if row["transfer"] in seeds} | set(scene.reported.reports)
    others = sorted({row["record_id"] for row in rows} - mine)
    if not others:
        return None
    return DraftReason("other_reports", {"count": len(others)}, records=others)


def _accounts_sharing_device(scene: TraceFindings, account: int) -> set[int]:
    others = [accounts for accounts in scene.payers_by_device.values() if account in accounts]
    return set().union(*others) - {account}


def _find_device_reason(scene: TraceFindings, account: int) -> DraftReason | None:
    others = _accounts_sharing_device(scene, account)
    if not others:
        return None
    steps = scene.flow.steps
    rows = [int(row) for other in sorted({account, *others}) for row in scene.steps_out(other)[:3]]
    return DraftReason("shared_device", {"count": len(others)}, steps.transfer[rows].tolist())


def _propose_screening(scene: TraceFindings, account: int, drafts: list[DraftReason]) -> list[DraftReason]:
    """Signs that someone else runs the account: its holder may have been tricked or forced, and should be asked."""
    if account in scene.victim_accounts:
        return []
    codes = {draft.code: draft for draft in drafts}
    many = len(_accounts_sharing_device(scene, account)) >= CONTROLLED
    quick = "passed_on" in codes and codes["passed_on"].params["minutes"] <= QUICK_MINUTES
    quick = quick and codes["passed_on"].params["percent"] >= 100 * QUICK_SHARE
    fresh = bool({"opened_recently", "woke_up"} & codes.keys())
    if not (many or (quick and fresh)):
        return []
    shown = [n for code in ("shared_device", "passed_on") if code in codes for n in codes[code].transfers[:5]]
    return [DraftReason("propose_screening", {}, shown)]
