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
class CheckedReport:
    """What was found out about a report. `paid`: the transfer it speaks of is in the records; `about`: one of nearly that
    sum is; `known`: the account it names is paid; `share`: of reports of money lately, how many the records bear out;
    `sent`, `borne_out`: reports of its network before it today, and those of them that the records bear out; `alike`, `usual`: reports
    that are of one wave with it, and how many would be if its network were as all others.
    """

    has_payment: bool = False
    has_similar_payment: bool = False
    is_account_known: bool = False
    share: float = 0.0
    sent: int = 0
    borne_out: int = 0
    alike_count: int = 0
    expected_alike: float = 0.0


def rank_of(kind: str, fields: Mapping[str, Any] | None, files: int, checked: CheckedReport) -> float:
    """Between 0 and 1: how likely a report is true as far as that can be checked. What could not be opened is 0."""
    if fields is None:
        return 0.0
    odds = _score_money(fields, checked) if kind == "money_left" else _score_words(fields, checked)
    odds += 0.6 * min(files, 2)
    usual = checked.expected_alike + 2 * math.sqrt(checked.expected_alike)
    odds -= 1.5 * max(0.0, math.log((checked.alike_count + CHANCE) / (usual + CHANCE)))
    if not checked.has_payment:
        # Slowly: a telephone company's customers share a network.
        odds -= 0.1 * math.log2(1 + max(0, checked.sent - VOUCHES * checked.borne_out))
    return 1 / (1 + math.exp(-odds))


def _score_money(fields: Mapping[str, Any], checked: CheckedReport) -> float:
    account = re.sub(r"[^0-9]", "", str(fields.get("to", "")))
    # Among all payments of a bank some sum that was guessed is found; among those into one account seldom.
    if checked.has_payment:
        odds = 4.0 if account else 3.0
    else:
        odds = 1.0 if checked.has_similar_payment else _score_unknown_payment(fields, account, checked)
    if account:
        # Whoever slanders somebody names an account that is there.
        odds += 0.2 * checked.is_account_known
        odds -= 0.0 if ACCOUNT.fullmatch(account) or checked.is_account_known else 1.0
    odds += 0.3 * bool(fields.get("bank"))
    # Not to know the sum is no lie.
    return odds - (0.0 if not fields.get("amount") or LEAST <= _parse_baht(fields) <= MOST else 1.5)


def _score_unknown_payment(said: Mapping[str, Any], account: str, checked: CheckedReport) -> float:
    """What it says that the records know of no such payment: nothing where too little was said to look for one."""
    if not (account and said.get("amount")):
        return -0.5
    return max(LEAST_ODDS, math.log(1 - checked.share))


def _score_words(fields: Mapping[str, Any], checked: CheckedReport) -> float:
    text = " ".join(str(value) for value in fields.values() if isinstance(value, str))
    odds = 0.4 if len(text) >= ENOUGH else -0.6
    # One sign over and over, or one word, says nothing however long it is.
    odds -= 1.2 if len(text) >= ENOUGH and len(set(text)) < 12 else 0.0
    names = re.sub(r"[^0-9]", "", str(fields.get("about", "")))
    odds += 0.7 * bool(ACCOUNT.search(names) or _ADDRESS.search(str(fields.get("about", ""))))
    odds += 0.4 * bool(fields.get("place"))
    # That an account is there says little: whoever slanders somebody names one that is.
    return odds + 0.2 * checked.is_account_known


def _parse_baht(said: Mapping[str, Any]) -> Decimal:
    try:
        return Decimal(str(said.get("amount") or "0"))
    except InvalidOperation:
        return Decimal(0)
