"""Which proposed holds come ticked: those with a reason against the account and without a doubt.

All others an officer looks at first, and may still hold. The case page, the queue's button and the page of small cases
follow this one rule.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

BLOCKING = frozenset(
    {
        # What speaks for the holder weighs more than the reasons.
        "outweighs",
        # Only the payer's bank knows a payment that the payee's bank would have.
        "payer_bank_alone",
        "rests_on_payer_bank_alone",
        # The money may have left from the account's other spelling, and the bank may not know this one.
        "looks_like",
        "same_number_elsewhere",
        "promptpay_telephone",
        "promptpay_citizen",
        "written_otherwise",
    }
)
"""Codes of `sentences.toml`, among a hold's reasons or its innocent evidence."""
GROUNDS = frozenset(
    {
        "passed_on",
        "came_through",
        "opened_recently",
        "woke_up",
        "just_under_limit",
        "other_reports",
        "shared_device",
    }
)
"""Codes of reasons that say something against an account. That the victim's money came to it is none: it comes to shops
and to wage earners too. A list of what counts, so that a new code ticks nothing by itself.

Measured in six exercise countries (seeds 11 to 16, each case looked at once): of 438 holds that no doubt keeps unticked,
222 have no such reason. 84 of the 98 accounts of people who took no part in crime are among them, and 772,575 of
2,792,779 baht of stolen money (28 %), which an officer must tick. `came_through` came later: of 236 such holds in nine exercises it ticks
33 (30 on accounts that worked for a gang) and 389,601 of their 974,066 stolen baht (decision 64).
"""
NO_GROUND = "no_reason"
"""The doubt about a hold whose only reason is that money came."""
ALMOST_ALL = 0.9
"""Share of the balance from which a hold takes all that its holder has. Chosen, not measured."""

FOR_THE_HOLDER = "outweighs"
"""The doubt that what speaks for the holder outweighs the reasons."""

Listed = Iterable[Mapping[str, Any]]
"""Reasons as `Reason.as_json` returns them."""


def list_doubts(*reasons: Listed) -> list[str]:
    """Codes that keep a hold from coming ticked, from its reasons and its innocent evidence together; empty for none."""
    codes = {reason["code"] for listed in reasons for reason in listed}
    return sorted(codes & BLOCKING) + ([] if has_ground(codes) else [NO_GROUND])


def is_blocking_preselection(*reasons: Listed) -> bool:
    """Whether a hold comes unticked: a doubt speaks against it, or nothing but the money speaks for it."""
    return bool(list_doubts(*reasons))


def find_doubt(*reasons: Listed) -> Literal["", "look", "holder"]:
    """Why a hold comes unticked: "holder" where what speaks for its holder outweighs the reasons, "look" for any other doubt."""
    doubts = list_doubts(*reasons)
    if FOR_THE_HOLDER in doubts:
        return "holder"
    return "look" if doubts else ""


def has_ground(codes: Iterable[str]) -> bool:
    """Whether any of these codes says more against an account than that money came."""
    return not GROUNDS.isdisjoint(codes)


def is_almost_all(amount: int, balance: int) -> bool:
    """Whether a hold of this amount leaves its holder next to nothing; both in satang."""
    return balance > 0 and amount >= ALMOST_ALL * balance
