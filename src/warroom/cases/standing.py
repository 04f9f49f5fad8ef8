"""Where each baht of a case's loss is, from the trail and from what banks answered.

A bank that says that less was there than its records showed is believed: what it could not hold has left, though no
record says whereto. So a trail's sums are never shown alone where a bank has spoken since.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from warroom.cases.views import ASKED, HoldView, LossStanding, ProposalView
from warroom.money.index.rows import HOME_CURRENCY

Place = tuple[str, str]
Say = Literal["held", "left", "freed", "declined", "asked", "undecided"]
ORDER: tuple[Say, ...] = ("held", "left", "freed", "declined", "asked", "undecided")
"""The precedence of statements about an account: its bank, then officers, then the trail."""
LEAST_KNOWN = ("gone", "rest", "undecided", "asked", "declined", "freed", "left", "spent", "held")
"""From the least certain to the most: where the parts exceed the loss, the excess is taken from the first of
these.
"""
ENDED = ("released", "expired")


@dataclass(frozen=True, slots=True)
class AmountStatement:
    """A statement about an amount (satang) on an account: who says it follows from `says`."""

    place: Place
    says: Say
    amount: int


def reconcile_loss(
    loss: int, lying: Mapping[Place, int], gone: int, spent: int, words: Iterable[AmountStatement]
) -> LossStanding:
    """The parts of a loss, which add up to it; all amounts in satang.

    `lying` is what the trail says is still on each account, `gone` and `spent` what it says left and reached honest
    shops. What is none of these is not known. The amount that a bank says it holds is never reduced: where
    its account should not have had so much, that comes out of what should have left.
    """
    pools = dict(lying)
    parts: dict[str, int] = dict.fromkeys(ORDER, 0)
    for word in sorted(words, key=lambda word: ORDER.index(word.says)):
        # Each statement takes from what the trail says is there, so that no baht is counted twice.
        got = min(word.amount, pools.get(word.place, 0))
        pools[word.place] = pools.get(word.place, 0) - got
        parts[word.says] += word.amount if word.says == "held" else got
    all_of: dict[str, int] = {**parts, "gone": gone, "spent": spent, "rest": sum(pools.values())}
    for name in LEAST_KNOWN:
        all_of[name] -= min(all_of[name], max(0, sum(all_of.values()) - loss))
    return LossStanding(loss=loss, unknown=loss - sum(all_of.values()), **all_of)


def compute_standing(
    loss: int,
    trail: Mapping[str, Any] | None,
    holds: Iterable[HoldView],
    proposals: Iterable[ProposalView],
) -> LossStanding:
    """The standing of a case, from its trail, holds and proposals. A trail in another currency says nothing
    of a loss in baht.
    """
    if trail is None or (trail.get("currency") or HOME_CURRENCY) != HOME_CURRENCY:
        return reconcile_loss(loss, {}, 0, 0, ())
    lying: dict[Place, int] = {}
    for account_row in trail["accounts"]:
        place = (account_row["account"]["bank"], account_row["account"]["number"])
        lying[place] = lying.get(place, 0) + account_row["still_there"]
    return reconcile_loss(loss, lying, trail["exited"], trail["spent"], _iter_statements(holds, proposals))


def _iter_statements(
    holds: Iterable[HoldView], proposals: Iterable[ProposalView]
) -> Iterable[AmountStatement]:
    for hold in holds:
        place = (hold.bank, hold.account)
        yield AmountStatement(place, "left", hold.left_by_word)
        if hold.state in ASKED:
            yield AmountStatement(place, "asked", hold.amount)
        elif hold.state in ENDED:
            # What its bank said it held; of a hold that ended before the bank had answered, all of it.
            yield AmountStatement(place, "freed", hold.held or hold.amount)
        else:
            yield AmountStatement(place, "held", hold.held)
    for proposal in proposals:
        if proposal.state in ("open", "declined"):
            says: Say = "undecided" if proposal.state == "open" else "declined"
            yield AmountStatement((proposal.bank, proposal.account), says, proposal.amount)
