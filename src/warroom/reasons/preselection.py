"""Reasons that keep a proposed hold from being preselected: an officer looks first, and may still hold."""

from collections.abc import Iterable, Mapping
from typing import Any

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


def is_blocking_preselection(*reasons: Iterable[Mapping[str, Any]]) -> bool:
    """Whether any of these reasons (as `Reason.as_json` returns them) blocks preselection."""
    return any(reason["code"] in BLOCKING for listed in reasons for reason in listed)
