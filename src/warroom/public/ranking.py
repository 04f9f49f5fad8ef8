"""The rank of a report: how likely it is true, from checks at intake. It sorts the inbox and drops nothing.

Each check has a weight in log odds, by its cost for a liar and its failure rate for honest reports. A payment that matches
the records is hard to invent; an existing account, a similar amount, texts and pictures are easy. The absence of a
payment from the records weighs by the share of reports that match now: while banks' records are late it means little. A network
is not penalised for many reports that match the records, and a matching report keeps its rank whatever its network sends.
Similar texts lower each other's rank, and so do payments from one network into one account that other networks name less.
The weights were chosen by reasoning and checked on simulated floods (seeds 1 to 5 of `benchmarks/public_flood.py`); they are not
fitted to a real one.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from warroom.public.matching import list_accounts

LEAST, MOST = Decimal(20), Decimal(20_000_000)
"""Plausible amounts of a payment, in baht. Chosen, not measured."""
ACCOUNT = re.compile(r"[0-9]{8,16}")
_ADDRESS = re.compile(r"[\w-]+(?:\.[\w-]+)+|@[\w.-]{3,}")
ENOUGH = 30
"""Characters, without which a text says little. Chosen, not measured."""
FITS, LITTLE = 0.75, 0.25
"""Ranks from which on a report is shown as matching the records, and below which as matching little. Chosen."""
BORNE_OUT = 0.95
"""The rank from which on a report of money counts as matching the records: only a matched payment reaches it."""
VOUCHES = 2
"""Reports of a network that each matching report excuses, itself included. Chosen, not measured."""
CHANCE = 2
"""Similar reports above the expected number before a wave counts: short texts about one place resemble each other. Chosen."""
LEAST_ODDS = -2.5
"""The lowest log odds for a payment that is not in the records, even if nearly all other reports match. Chosen."""


@dataclass(frozen=True, slots=True)
class CheckedReport:
    """The checks of a report. `has_payment`: its transfer is in the records; `has_similar_payment`: one of a similar amount is;
    `is_account_known`: the named account receives payments; `share`: the share of recent money reports that match the records;
    `sent`, `borne_out`: earlier reports of its network today, and those of them that match the records; `alike_count`,
    `expected_alike`: reports in the same wave, and the number expected if its network were like all others.
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
    """The rank between 0 and 1: the estimated probability that a report is true; 0 where it could not be decrypted."""
    if fields is None:
        return 0.0
    odds = _score_money(fields, checked) if kind == "money_left" else _score_words(fields, checked)
    odds += 0.6 * min(files, 2)
    usual = checked.expected_alike + 2 * math.sqrt(checked.expected_alike)
    odds -= 1.5 * max(0.0, math.log((checked.alike_count + CHANCE) / (usual + CHANCE)))
    if not checked.has_payment:
        # Logarithmic: a mobile operator's customers share a network (carrier-grade NAT).
        odds -= 0.1 * math.log2(1 + max(0, checked.sent - VOUCHES * checked.borne_out))
    return 1 / (1 + math.exp(-odds))


def _score_money(fields: Mapping[str, Any], checked: CheckedReport) -> float:
    account = "".join(list_accounts(fields.get("to", ""))[:1])
    # A guessed amount is often found among all payments of a bank, but seldom among those into one account.
    if checked.has_payment:
        odds = 4.0 if account else 3.0
    else:
        odds = 1.0 if checked.has_similar_payment else _score_unknown_payment(fields, account, checked)
    if account:
        # Little weight: a slanderer also names an existing account.
        odds += 0.2 * checked.is_account_known
        odds -= 0.0 if ACCOUNT.fullmatch(account) or checked.is_account_known else 1.0
    odds += 0.3 * bool(fields.get("bank"))
    # A missing amount is no sign of a lie; an implausible one is.
    return odds - (0.0 if not fields.get("amount") or LEAST <= _parse_baht(fields) <= MOST else 1.5)


def _score_unknown_payment(said: Mapping[str, Any], account: str, checked: CheckedReport) -> float:
    """Log odds for a payment that is not in the records; a small constant where account or amount is missing."""
    if not (account and said.get("amount")):
        return -0.5
    return max(LEAST_ODDS, math.log(1 - checked.share))


def _score_words(fields: Mapping[str, Any], checked: CheckedReport) -> float:
    text = " ".join(str(value) for value in fields.values() if isinstance(value, str))
    odds = 0.4 if len(text) >= ENOUGH else -0.6
    # Fewer than 12 different characters: one character or word repeated says nothing, however long it is.
    odds -= 1.2 if len(text) >= ENOUGH and len(set(text)) < 12 else 0.0
    names = re.sub(r"[^0-9]", "", str(fields.get("about", "")))
    odds += 0.7 * bool(ACCOUNT.search(names) or _ADDRESS.search(str(fields.get("about", ""))))
    odds += 0.4 * bool(fields.get("place"))
    # Little weight for a known account here too, for the same reason as in `_score_money`.
    return odds + 0.2 * checked.is_account_known


def _parse_baht(said: Mapping[str, Any]) -> Decimal:
    try:
        return Decimal(str(said.get("amount") or "0"))
    except InvalidOperation:
        return Decimal(0)
