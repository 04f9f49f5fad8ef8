"""Evidence in the rows against a proposal: a balance that would move the wrong way, afternoons read as
mornings, satang read as baht, masked accounts, repeated rows, a part of the file for failed payments.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pyarrow as pa

from warroom.records import numbers
from warroom.records.currencies import NO_HUNDREDTHS
from warroom.records.guess.clocks import TimeStyle, parse_hours
from warroom.records.guess.doubts import Doubt, make_doubt, quote_names
from warroom.records.guess.matching import KEPT, ProfiledFile, is_money_column
from warroom.records.guess.outcomes import has_failure_words
from warroom.records.guess.profile import Profile
from warroom.records.guess.units import WRITE, find_currency_above
from warroom.records.guess.words import parse_heading, score_heading

LEAST_ROWS = 6
"""Rows from which on what all of them have in common is no accident."""
SHORTEST = 6
"""Digits that an account has at least, where it is whole."""
LONGEST_PART = 8
"""Digits that an account has at most, where its branch stands apart."""
_ACCOUNT_LINE = re.compile(r"(?:บัญชี|account|a/c|acct)[^0-9]{0,25}[0-9][0-9 -]{5,20}[0-9]", re.IGNORECASE)
_WHOLE = re.compile(r"^\d{1,3}(?:,\d{3})+$|^\d+$")
_COVERED = re.compile(r"^0{4,}\d+$|^\d+0{5,}$")
_MINOR_ROUND = {"LAK", "KHR", "MMK", "IDR", *NO_HUNDREDTHS.to_pylist()}
"""Currencies whose amounts are written without hundredths."""


def ask_about_afternoons(theirs: str, values: Sequence[str], how: TimeStyle) -> list[Doubt]:
    """A question where all hours are those of a clock of twelve, early and late ones, and nothing says AM or PM."""
    hours = parse_hours(values, how)
    if len(hours) < LEAST_ROWS or min(hours) < 1 or max(hours) > 12:
        return []
    # Hours of 1 to 6 and of 8 to 12 in one file: on a clock of 24 these would be nights without any
    # afternoon.
    if not (any(hour < 7 for hour in hours) and any(hour > 7 for hour in hours)):
        return []
    return [make_doubt("time.format", "guess.hours-of-twelve", theirs=theirs, example=values[0])]


def ask_about_whole_amounts(profile: Profile, currencies: Sequence[str]) -> list[Doubt]:
    """A question where no amount has decimals and most end in odd figures, as satang do, or where zeros fill them up in front."""
    if len(profile.values) < LEAST_ROWS or not all(_WHOLE.match(text) for text in profile.values):
        return []
    # More than half of the values: single ones may be references that happen to be in the column.
    padded = sum(len(text) > 1 and text[0] == "0" for text in profile.values) * 2 > len(profile.values)
    odd = sum(text[-1] != "0" for text in profile.values) * 2 > len(profile.values)
    if not padded and not (odd and not set(currencies) & _MINOR_ROUND):
        return []
    words = quote_names(list(profile.counts_by_value), 4)
    return [make_doubt("amount.unit", "guess.whole-amounts", WRITE, theirs=profile.name, words=words)]


def ask_about_short_accounts(slot: str, profile: Profile) -> list[Doubt]:
    """A question about a column of accounts that are a part of their digits, or covered by zeros."""
    digits = [sum(map(str.isdigit, text)) for text in profile.values]
    part = sum(0 < count < SHORTEST for count in digits)
    covered = sum(bool(_COVERED.match(text)) for text in profile.values)
    if len(digits) < LEAST_ROWS or max(part, covered) * 2 <= len(digits):
        return []
    return [
        make_doubt(
            slot,
            "guess.short-accounts",
            theirs=profile.name,
            words=quote_names(list(profile.counts_by_value), 4),
        )
    ]


def ask_about_lines_between(beside: Sequence[str]) -> list[Doubt]:
    """A question about lines among the records that say something of the rows below them: that they failed, whose they are, or in
    which currency.
    """
    telling_lines = [
        text
        for text in beside
        if has_failure_words(text) or find_currency_above([text])[0] or _ACCOUNT_LINE.search(text)
    ]
    return (
        [make_doubt("columns", "guess.lines-between", words=quote_names(telling_lines, 3))]
        if telling_lines
        else []
    )


def ask_about_lost_zeros(file: ProfiledFile, accounts: Sequence[str]) -> list[Doubt]:
    """A question where the columns of accounts have one number with its leading zero and without it."""
    texts = [re.sub(r"[ -]", "", text) for name in accounts for text in file.get_column(name).counts_by_value]
    known = set(texts)
    both = [text for text in dict.fromkeys(texts) if text.startswith("0") and text.lstrip("0") in known]
    if not both:
        return []
    return [
        make_doubt(
            "columns.payee",
            "guess.zeros-lost",
            theirs=quote_names(list(accounts)),
            words=quote_names(both, 3),
        )
    ]


def ask_about_branches(file: ProfiledFile, accounts: Sequence[str], unused: Sequence[str]) -> list[Doubt]:
    """A question where a branch's number stands before a short number of an account: together they may be the account."""
    places = {profile.position: profile for profile in file.columns}
    doubts = []
    for profile in map(file.get_column, accounts):
        branch = places.get(profile.position - 1)
        # The number left of the account: exports write branch and account in this order.
        if branch is None or branch.name not in unused or "branch" not in parse_heading(branch.name).concepts:
            continue
        most = max(sum(map(str.isdigit, text)) for text in profile.values or [""])
        if branch.plain_number_share > 0.9 and most <= LONGEST_PART:
            asked = make_doubt("columns.payer", "guess.branch-apart", theirs=profile.name, branch=branch.name)
            doubts.append(asked)
    return doubts


def ask_about_shared_numbers(file: ProfiledFile) -> list[Doubt]:
    """A question where a column called a number of records has one in several rows: of a payment that was changed, or its two sides."""
    record_id = file.table.by_name["record_id"]
    for profile in file.columns:
        again = [text for text, count in profile.counts_by_value.items() if count > 1]
        if not again or profile.filled_share < 0.9 or profile.distinct_share < 0.4 or profile.is_row_counter:
            continue
        if score_heading(profile.name, file.table, record_id) >= KEPT:
            words = quote_names(again, 3)
            return [make_doubt("columns.record_id", "guess.number-shared", theirs=profile.name, words=words)]
    return []


def ask_about_references(file: ProfiledFile, unused: Sequence[str]) -> list[Doubt]:
    """A question where a column names other rows of the file in a few rows: those take others back, or are made again."""
    doubts = []
    for profile in file.columns:
        if (
            profile.name not in unused
            or not profile.values
            or profile.filled_share > 0.5
            or profile.name in file.time_styles
        ):
            continue
        numbered = [
            other
            for other in file.columns
            if other is not profile and other.distinct_share > 0.9 and other.filled_share > 0.9 and len(other.counts_by_value) >= LEAST_ROWS
            and not is_money_column(other) and all(len(text) > 3 and text in other.counts_by_value for text in profile.counts_by_value)
        ]  # fmt: skip
        if numbered:
            words = quote_names(list(profile.counts_by_value), 3)
            doubts.append(
                make_doubt(
                    "columns", "guess.names-other-rows", theirs=profile.name, of=numbered[0].name, words=words
                )
            )
    return doubts


def ask_about_repeats(file: ProfiledFile, records: Sequence[Sequence[str]]) -> list[Doubt]:
    """A question about rows that are the same in every cell, although a column has another value in all others."""
    seen = set(map(tuple, records))
    count = len(records) - len(seen)
    if not count or len(seen) < LEAST_ROWS:
        return []
    apart = [
        profile.name
        for profile in file.columns
        if len(profile.counts_by_value) == len(seen)
        and not is_money_column(profile)
        and profile.name not in file.time_styles
    ]
    return (
        [make_doubt("columns.record_id", "guess.rows-again", count=count, theirs=quote_names(apart, 3))]
        if apart
        else []
    )


def reverse_by_balance(
    file: ProfiledFile, way: Mapping[str, Any], amount: str | None, decimal: str, *, is_newest_first: bool
) -> tuple[dict[str, Any], list[Doubt]] | None:
    """The way of the money turned round, with the question, where a running balance goes up by what is read as money out; None
    where it does not, or where there is none.
    """
    moves = _list_moves(file, way, amount, decimal)
    for profile in file.columns:
        concepts = parse_heading(profile.name).concepts
        # A balance before the movement belongs to the row above and would prove the opposite.
        if "balance" not in concepts or "before" in concepts or profile.number_share < 0.8:
            continue
        balances = _parse_amounts(file, profile.cells, decimal)
        with_it, against = (_count_matching_steps(balances, moves, sign, is_newest_first) for sign in (1, -1))
        # At least three steps and most of them: a few could be fees or a payment booked late.
        if against >= max(3, with_it + 1) and against * 2 > len(moves) - 1:
            turned = dict(way)
            if "sign" in way:
                turned["sign"] = "minus is in" if way["sign"] == "minus is out" else "minus is out"
            else:
                turned["out"], turned["in"] = way["in"], way["out"]
            return turned, [make_doubt("direction", "guess.turned-by-balance", theirs=profile.name)]
    return None


def _list_moves(
    file: ProfiledFile, way: Mapping[str, Any], amount: str | None, decimal: str
) -> list[Decimal | None]:
    """What each row does to the account, as the proposal reads it."""
    if isinstance(way.get("out"), str):
        out, into = (_parse_amounts(file, file.get_column(way[key]).cells, decimal) for key in ("out", "in"))
        return [
            abs(b or Decimal(0)) - abs(a or Decimal(0)) if (a or b) else None
            for a, b in zip(out, into, strict=True)
        ]
    if amount is None:
        return []
    amounts = _parse_amounts(file, file.get_column(amount).cells, decimal)
    if "sign" in way:
        return (
            amounts
            if way["sign"] == "minus is out"
            else [None if cell_amount is None else -cell_amount for cell_amount in amounts]
        )
    signs = {**dict.fromkeys(way.get("out", ()), -1), **dict.fromkeys(way.get("in", ()), 1)}
    words = file.get_column(way["column"]).cells
    return [
        None if cell_amount is None or word not in signs else cell_amount * signs[word]
        for cell_amount, word in zip(amounts, words, strict=True)
    ]


def _count_matching_steps(
    balances: Sequence[Decimal | None], moves: Sequence[Decimal | None], sign: int, is_newest_first: bool
) -> int:
    """How many steps of a balance are the moves with a sign: of the lower row, or of the upper one where the newest stands first."""
    steps = [None if a is None or b is None else b - a for a, b in pairwise(balances)]
    if is_newest_first:
        steps = [None if step is None else -step for step in steps]
    beside = moves if is_newest_first else moves[1:]
    return sum(step is not None and move == sign * step for step, move in zip(steps, beside, strict=False))


def _parse_amounts(file: ProfiledFile, cells: Sequence[str], decimal: str) -> list[Decimal | None]:
    found: list[Decimal | None] = numbers.convert_money(
        pa.array(cells, pa.string()), file.table.by_name["amount"], decimal
    )[0].to_pylist()
    return found
