"""How likely a report is true, from what can be checked when it comes in; it orders what is read first and drops nothing.

Each check weighs by what it costs a liar to pass and how rarely an honest report fails it, as logarithms of odds. That the records
bear a payment out is dear to invent; an account that is paid, a sum near one that was paid, words and pictures are cheap. That the records
know nothing of a payment weighs by how many they know something of now: while banks' records are late it says little. A network is
no worse for sending much where the records bear its reports out, and what they bear out stands whatever its network sends. Wordings of one text stand
behind each other, and so do payments of one network into one account where other networks name it less.

The weights were set by reasoning and looked at on drawn floods (seeds 1 to 5 of `benchmarks/public_flood.py`); nobody has fitted them to a real one.
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
FITS, LITTLE = 0.75, 0.25
"""From here on a report is told as fitting the records, and below here as one of which little fits."""
BORNE_OUT = 0.95
"""From here on a report of money is one that the records bear out."""
VOUCHES = 2
"""So many reports of its network are vouched for by each that the records bear out, itself among them."""
CHANCE = 2
"""So many more than usual are of one wave before it counts: short stories about one place resemble each other."""
LEAST_ODDS = -2.5
"""That nearly all are borne out and this one is not says no more than this."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found out about a report. `paid`: the transfer it speaks of is in the records; `about`: one of nearly that
    sum is; `known`: the account it names is paid; `share`: of reports of money lately, how many the records bear out;
    `sent`, `borne_out`: reports of its network before it today, and those of them that the records bear out; `alike`, `usual`: reports
    that are of one wave with it, and how many would be if its network were as all others.
    """

    paid: bool = False
    about: bool = False
    known: bool = False
    share: float = 0.0
    sent: int = 0
    borne_out: int = 0
    alike: int = 0
    usual: float = 0.0


def rank_of(kind: str, said: Mapping[str, Any] | None, files: int, checked: Checked) -> float:
    """Between 0 and 1: how likely a report is true as far as that can be checked. What could not be opened is 0."""
    if said is None:
        return 0.0
    odds = _money(said, checked) if kind == "money_left" else _words(said, checked)
    odds += 0.6 * min(files, 2)
    usual = checked.usual + 2 * math.sqrt(checked.usual)
    odds -= 1.5 * max(0.0, math.log((checked.alike + CHANCE) / (usual + CHANCE)))
    if not checked.paid:
        # Slowly: a telephone company's customers share a network.
        odds -= 0.1 * math.log2(1 + max(0, checked.sent - VOUCHES * checked.borne_out))
    return 1 / (1 + math.exp(-odds))


def _money(said: Mapping[str, Any], checked: Checked) -> float:
    account = re.sub(r"[^0-9]", "", str(said.get("to", "")))
    # Among all payments of a bank some sum that was guessed is found; among those into one account seldom.
    if checked.paid:
        odds = 4.0 if account else 3.0
    else:
        odds = 1.0 if checked.about else _unknown(said, account, checked)
    if account:
        # Whoever slanders somebody names an account that is there.
        odds += 0.2 * checked.known
        odds -= 0.0 if ACCOUNT.fullmatch(account) or checked.known else 1.0
    odds += 0.3 * bool(said.get("bank"))
    # Not to know the sum is no lie.
    return odds - (0.0 if not said.get("amount") or LEAST <= _baht(said) <= MOST else 1.5)


def _unknown(said: Mapping[str, Any], account: str, checked: Checked) -> float:
    """What it says that the records know of no such payment: nothing where too little was said to look for one."""
    if not (account and said.get("amount")):
        return -0.5
    return max(LEAST_ODDS, math.log(1 - checked.share))


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
