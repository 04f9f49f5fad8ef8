"""How likely a report is true, from what can be checked when it comes in; it orders what is read first and drops nothing.

What is checked: that the transfer it speaks of is in the records, that the account it names takes payments, that numbers are
such as numbers are, how much was said, how often this network sent today, and how many reports are wordings of the same text.
Whoever floods the room pays for it with the place in the order. Weights are set by what each check costs a liar to pass, and were
changed after looking at two drawn floods (seeds 1 and 2 of `benchmarks/public_flood.py`).
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

LEAST, MOST = Decimal(20), Decimal(20_000_000)
"""Baht between which what somebody says of a payment is plausible."""
ACCOUNT = re.compile(r"[0-9]{8,16}")
_ADDRESS = re.compile(r"[\w-]+(?:\.[\w-]+)+|@[\w.-]{3,}")
ENOUGH = 30
"""Signs of a text that says something."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found out about a report. `paid`: the transfer it speaks of is in the records; `about`: one of nearly that
    sum is; `known`: the account it names is paid;
    `sent`: reports of its network before it today; `alike`: reports of whatever network that are of one wave with it.
    """

    paid: bool = False
    about: bool = False
    known: bool = False
    sent: int = 0
    alike: int = 0


def rank_of(kind: str, said: Mapping[str, Any] | None, files: int, checked: Checked) -> float:
    """Between 0 and 1: how likely a report is true as far as that can be checked. What could not be opened is 0."""
    if said is None:
        return 0.0
    odds = _money(said, checked) if kind == "money_left" else _words(said, checked)
    odds += 0.6 * min(files, 2)
    # A telephone company's customers share a network: how much one sends counts little, how alike it is much.
    odds -= 0.1 * math.log2(1 + checked.sent) + 0.9 * math.log2(1 + checked.alike)
    return 1 / (1 + math.exp(-odds))


def _money(said: Mapping[str, Any], checked: Checked) -> float:
    account = re.sub(r"[^0-9]", "", str(said.get("to", "")))
    odds = 3.0 if checked.paid else 1.0 if checked.about else -0.5
    if account:
        odds += 1.0 if checked.known else -1.0
        odds += 0.0 if ACCOUNT.fullmatch(account) or checked.known else -1.0
    odds += 0.3 * bool(said.get("bank"))
    # Not to know the sum is no lie.
    return odds - (0.0 if not said.get("amount") or LEAST <= _baht(said) <= MOST else 1.5)


def _words(said: Mapping[str, Any], checked: Checked) -> float:
    text = " ".join(str(value) for value in said.values() if isinstance(value, str))
    odds = 0.4 if len(text) >= ENOUGH else -0.6
    # One sign over and over, or one word, says nothing however long it is.
    odds -= 1.2 if len(text) >= ENOUGH and len(set(text)) < 12 else 0.0
    names = re.sub(r"[^0-9]", "", str(said.get("about", "")))
    odds += 0.7 * bool(ACCOUNT.search(names) or _ADDRESS.search(str(said.get("about", ""))))
    odds += 0.4 * bool(said.get("place"))
    # That an account is there says little: whoever slanders somebody names one that is.
    return odds + 0.2 * checked.known


def _baht(said: Mapping[str, Any]) -> Decimal:
    try:
        return Decimal(str(said.get("amount") or "0"))
    except InvalidOperation:
        return Decimal(0)
