"""Where each baht of a case's loss is, from the trail and from what banks answered.

A bank that says that less was there than its records showed is believed: what it could not hold has left, though no
record says whereto. So a trail's sums are never shown alone where a bank has spoken since.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
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
    """A statement about an amount (satang) on an account: who says it follows from `says`. `row` names the hold or
    proposal that it is about.
    """

    place: Place
    says: Say
    amount: int
    row: str = ""


@dataclass(frozen=True, slots=True)
class LossPart:
    """Satang of a loss, of one kind of `LossStanding`. `row`: the hold (h1), proposal (p1) or way out (cash) that it
    belongs to; `place`: the account, where it is on one.
    """

    kind: str
    amount: int
    row: str = ""
    place: Place | None = None


def reconcile_loss(
    loss: int, lying: Mapping[Place, int], gone: int, spent: int, words: Iterable[AmountStatement]
) -> LossStanding:
    """The parts of a loss, which add up to it; all amounts in satang.

    `lying` is what the trail says is still on each account, `gone` and `spent` what it says left and reached honest
    shops. What is none of these is not known. The amount that a bank says it holds is never reduced: where
    its account should not have had so much, that comes out of what should have left.
    """
    ended = [LossPart("gone", gone), LossPart("spent", spent)]
    return sum_parts(loss, _cut_to_loss(loss, [*_list_known_parts(lying, words), *ended]))


def sum_parts(loss: int, parts: Iterable[LossPart]) -> LossStanding:
    """The standing of a loss (satang) of these parts, none of them of the kind `unknown`."""
    sums = dict.fromkeys(LEAST_KNOWN, 0)
    for part in parts:
        sums[part.kind] += part.amount
    return LossStanding(loss=loss, unknown=loss - sum(sums.values()), **sums)


def _list_known_parts(lying: Mapping[Place, int], words: Iterable[AmountStatement]) -> list[LossPart]:
    """What is said of each amount, and what nobody speaks of."""
    pools, parts = dict(lying), []
    for word in sorted(words, key=lambda word: ORDER.index(word.says)):
        # Each statement takes from what the trail says is there, so that no baht is counted twice.
        got = min(word.amount, pools.get(word.place, 0))
        pools[word.place] = pools.get(word.place, 0) - got
        amount = word.amount if word.says == "held" else got
        parts.append(LossPart(word.says, amount, word.row, word.place))
    return parts + [LossPart("rest", amount, "", place) for place, amount in pools.items() if amount]


def _cut_to_loss(loss: int, parts: list[LossPart]) -> list[LossPart]:
    """The same parts, no more than the loss: the excess is taken from the least certain, there from the largest."""
    over = max(0, sum(part.amount for part in parts) - loss)
    order = sorted(
        range(len(parts)), key=lambda at: (LEAST_KNOWN.index(parts[at].kind), -parts[at].amount, at)
    )
    for at in order:
        cut = min(over, parts[at].amount)
        parts[at], over = replace(parts[at], amount=parts[at].amount - cut), over - cut
        if not over:
            break
    return parts


def compute_standing(
    loss: int,
    trail: Mapping[str, Any] | None,
    holds: Iterable[HoldView],
    proposals: Iterable[ProposalView],
) -> LossStanding:
    """The standing of a case, from its trail, holds and proposals. A trail in another currency says nothing
    of a loss in baht.
    """
    return sum_parts(loss, list_loss_parts(loss, trail, holds, proposals))


def list_loss_parts(
    loss: int,
    trail: Mapping[str, Any] | None,
    holds: Iterable[HoldView],
    proposals: Iterable[ProposalView],
) -> list[LossPart]:
    """What is known of each part of a loss (satang), by hold, proposal, account and way out; the rest is not known."""
    if trail is None or (trail.get("currency") or HOME_CURRENCY) != HOME_CURRENCY:
        return []
    lying: dict[Place, int] = {}
    for account_row in trail["accounts"]:
        place = (account_row["account"]["bank"], account_row["account"]["number"])
        lying[place] = lying.get(place, 0) + account_row["still_there"]
    parts = [*_list_known_parts(lying, _iter_statements(holds, proposals)), *_list_ended_parts(trail)]
    return _cut_to_loss(loss, parts)


def _list_ended_parts(trail: Mapping[str, Any]) -> list[LossPart]:
    """What left by each way, and what reached each shop; the sums of the trail are of all, its lists of the largest."""
    parts = [
        LossPart(
            "gone" if end["kind"] == "exited" else "spent",
            end["amount"],
            end["channel"],
            (end["account"]["bank"], end["account"]["number"]),
        )
        for end in trail["ends"]
        if end["kind"] in ("exited", "spent")
    ]
    listed = dict.fromkeys(("gone", "spent"), 0)
    for part in parts:
        listed[part.kind] += part.amount
    rest = {"gone": trail["exited"] - listed["gone"], "spent": trail["spent"] - listed["spent"]}
    return parts + [LossPart(kind, amount) for kind, amount in rest.items() if amount > 0]


def _iter_statements(
    holds: Iterable[HoldView], proposals: Iterable[ProposalView]
) -> Iterable[AmountStatement]:
    for hold in holds:
        place = (hold.bank, hold.account)
        row = f"h{hold.id}"
        yield AmountStatement(place, "left", hold.left_by_word, row)
        if hold.state in ASKED:
            yield AmountStatement(place, "asked", hold.amount, row)
        elif hold.state in ENDED:
            # What its bank said it held; of a hold that ended before the bank had answered, all of it.
            yield AmountStatement(place, "freed", hold.held or hold.amount, row)
        else:
            yield AmountStatement(place, "held", hold.held, row)
    for proposal in proposals:
        if proposal.state in ("open", "declined"):
            says: Say = "undecided" if proposal.state == "open" else "declined"
            place = (proposal.bank, proposal.account)
            yield AmountStatement(place, says, proposal.amount, f"p{proposal.id}")
