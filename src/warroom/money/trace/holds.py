"""Which amounts may be held, in which order, and which may not and why.

A hold is an amount on an account, never the account: at most what is still there of the victim's money, and
at most the account's balance. Together the holds of one trace cannot exceed the loss, because what is still
there cannot.
"""

from collections.abc import Sequence
from dataclasses import replace

from warroom.money.index.rows import HOME_CURRENCY
from warroom.money.trail import HoldProposal, TracedAccount
from warroom.reasons.reason import Reason

LEAST = 10_000
"""Satang (100 baht): less is not worth a bank's and a holder's trouble."""

STRONG = ("known_shop", "known_agency", "shop_behaviour")
"""Evidence that alone speaks against a hold: a shop or public body was paid for something, not used as a
mule.
"""


def compute_hold_amount(still_there: int, balance: int) -> int:
    """Satang that may be held: what is still there, never more than what lies in the account."""
    return max(0, min(still_there, balance))


def compute_loss_per_minute(amount: int, minutes: float) -> float:
    """Satang that would be lost per minute of waiting: money still there against minutes to its likely exit."""
    # Under a minute all are equally late: without the bound a few baht that
    # leave in a second would come first.
    return amount / max(minutes, 1.0)


def estimate_amount_after(amount: int, minutes: float, wait: float) -> float:
    """Satang likely to be there still when an order given now is carried out in `wait` minutes.

    `minutes` is the half-life of the amount (`TracedAccount.minutes_to_exit`). Where orders are scarce this
    says which to give: what leaves before any bank can act is worth nothing, however urgent it looks.
    """
    return float(amount * 0.5 ** (wait / max(minutes, 1.0)))


ROOTED = ("old_account", "long_in_use", "regular_income", "known_company")
"""Evidence of ordinary use; mules have it too, so it never prevents a hold by itself."""


def is_outweighed(hold: HoldProposal) -> bool:
    """Whether what speaks for the holder outweighs the reasons, so that an exact amount should wait for an officer.

    Earlier custom between the same two, or a small part of the turnover of an account with a life of its own, unless
    the account has passed the victim's money on, others report it, or its phone orders for others too.
    """
    against = {reason.code for reason in hold.reasons} & {"passed_on", "other_reports", "shared_device"}
    known = {reason.code for reason in hold.innocent_evidence}
    custom = "earlier_custom" in known
    part = "small_part_of_turnover" in known and bool(known & set(ROOTED))
    return (custom or part) and not against


def propose_holds(
    accounts: Sequence[TracedAccount], currency: str = HOME_CURRENCY
) -> tuple[tuple[HoldProposal, ...], tuple[HoldProposal, ...]]:
    """Holds in the order in which to act, and the accounts that should not be held with the reason for each.

    An order states baht (camt.056, the notice and the rule it rests on), so an amount in another currency is not held:
    it would be an amount of something else. The order of equal ones is that of bank and account. Accounts where nothing is left are in neither list.
    """
    holds: list[tuple[TracedAccount, tuple[Reason, ...]]] = []
    spared: list[tuple[TracedAccount, tuple[Reason, ...]]] = []
    for account in accounts:
        if account.still_there <= 0:
            continue
        why_not = _list_not_held_reasons(account, currency)
        (spared if why_not else holds).append((account, why_not))
    holds.sort(key=lambda pair: _urgency_sort_key(pair[0]))
    spared.sort(key=lambda pair: _urgency_sort_key(pair[0]))
    return (
        tuple(_build_proposal(account, rank, (), held=True) for rank, (account, _) in enumerate(holds, 1)),
        tuple(
            _build_proposal(account, rank, why, held=False) for rank, (account, why) in enumerate(spared, 1)
        ),
    )


def _urgency_sort_key(account: TracedAccount) -> tuple[float, int, str, str]:
    amount = compute_hold_amount(account.still_there, account.balance)
    # Where nothing says when money leaves, the larger amount comes first.
    return (
        -compute_loss_per_minute(amount, account.minutes_to_exit),
        -amount,
        account.account.bank,
        account.account.number,
    )


def _list_not_held_reasons(account: TracedAccount, currency: str) -> tuple[Reason, ...]:
    amount = compute_hold_amount(account.still_there, account.balance)
    unit = {} if currency == HOME_CURRENCY else {"currency": currency}
    params = {"amount": account.still_there / 100, **unit}
    if account.victim:
        return (Reason("not_held_victim", params),)
    strong = [reason for reason in account.innocent_evidence if reason.code in STRONG]
    if strong:
        # As many as one reason carries (`movements.SHOWN`): a letter names examples,
        # not all of a shop's customers.
        evidence = tuple(record for reason in strong for record in reason.evidence)[:20]
        return (Reason("not_held_innocent", params, evidence),)
    if unit:
        return (Reason("not_held_currency", params),)
    if amount < LEAST:
        return (Reason("not_held_small", {"amount": amount / 100, "least": LEAST / 100}),)
    return ()


def _build_proposal(
    account: TracedAccount, rank: int, against: tuple[Reason, ...], *, held: bool
) -> HoldProposal:
    amount = compute_hold_amount(account.still_there, account.balance)
    proposal = HoldProposal(
        account=account.account,
        amount=amount if held else 0,
        rank=rank,
        minutes_to_exit=account.minutes_to_exit,
        reasons=against + account.reasons,
        innocent_evidence=account.innocent_evidence,
    )
    if held and is_outweighed(proposal):
        return replace(proposal, innocent_evidence=(Reason("outweighs"), *proposal.innocent_evidence))
    return proposal
