"""The rows of an account's statement as transfers: who paid whom, and how much.

A statement knows one account and the way money went. The other side is what its columns name; cash has none, and is paid out
or in at the account's own bank, as the account CASH.
"""

from collections.abc import Mapping
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from warroom.records.flaws import Flaw, make_flaw
from warroom.records.mapping import DirectionRule
from warroom.records.plan import name_derived_column
from warroom.records.texts import to_mask, trim_texts
from warroom.records.written import parse_written_amounts

CASH = "CASH"
# Banks write a nought, a dash or nothing into the column of the other direction.
_NOTHING = r"^[-+]?[0๐.,]*$"

Source = Mapping[str, pa.Array]


class RowDirections(NamedTuple):
    """Whether money went out in each row (null: unknown), how much, and what is wrong with the row."""

    is_out: pa.Array
    amount: pa.Array
    flaws: list[Flaw]


def build_transfers(
    rule: DirectionRule, amount: str, channel: pa.Array, source: Source
) -> tuple[dict[str, pa.Array], list[Flaw]]:
    """The columns of transfers derived from a statement, named by `plan.name_derived_column`, and the flaws
    of its rows.

    `amount` is the file's column of signed or plain amounts, where there is one.
    """
    size = len(channel)
    way = _read_way(rule, amount, source)
    bank = pa.repeat(pa.scalar(rule.bank), size)
    own = (
        trim_texts(source[rule.account_column])
        if rule.account_column
        else pa.repeat(pa.scalar(rule.account), size)
    )
    other, other_bank = (
        _read_named_column(name, source, size) for name in (rule.counterparty, rule.counterparty_bank)
    )
    at_desk = pc.and_(pc.equal(channel, "cash"), pc.is_null(other))
    other, other_bank = pc.if_else(at_desk, CASH, other), pc.if_else(at_desk, bank, other_bank)
    sides = {
        "payer_bank": pc.if_else(way.is_out, bank, other_bank),
        "payer": pc.if_else(way.is_out, own, other),
        "payee_bank": pc.if_else(way.is_out, other_bank, bank),
        "payee": pc.if_else(way.is_out, other, own),
        "amount": way.amount,
    }
    return {name_derived_column(name): array for name, array in sides.items()}, way.flaws


def _read_named_column(column: str | None, source: Source, size: int) -> pa.Array:
    return trim_texts(source[column]) if column else pa.nulls(size, pa.string())


def _read_way(rule: DirectionRule, amount: str, source: Source) -> RowDirections:
    if rule.has_two_amount_columns:
        return _read_way_by_columns(source[rule.out[0]], source[rule.into[0]])
    if rule.sign is not None:
        return _read_way_by_sign(source[amount], minus_is_out=rule.sign == "minus is out")
    return _read_way_by_words(rule, source[rule.column or ""], source[amount])


def _read_way_by_columns(out: pa.Array, into: pa.Array) -> RowDirections:
    # Different types, as where one column is empty, are compared as texts.
    if out.type != into.type or not _is_numeric(out):
        out, into = parse_written_amounts(trim_texts(out))[0], parse_written_amounts(trim_texts(into))[0]
    is_outgoing, is_incoming = _has_amount(out), _has_amount(into)
    # Both or neither: a row that says two directions or none is rejected, never guessed.
    unclear = pc.equal(is_outgoing, is_incoming)
    amount = pc.if_else(is_outgoing, out, into)
    return RowDirections(
        pc.if_else(unclear, None, is_outgoing), amount, make_flaw("one_way", to_mask(unclear))
    )


def _has_amount(amounts: pa.Array) -> pa.Array:
    """Whether there is an amount: a nought, a dash or nothing in a column says that money went the other way."""
    if _is_numeric(amounts):
        return pc.fill_null(pc.not_equal(amounts, pa.scalar(0).cast(amounts.type)), False)
    return pc.fill_null(pc.invert(pc.match_substring_regex(amounts, _NOTHING)), False)


def _read_way_by_sign(amounts: pa.Array, *, minus_is_out: bool) -> RowDirections:
    if _is_numeric(amounts):
        minus, amounts = pc.less(amounts, pa.scalar(0).cast(amounts.type)), pc.abs(amounts)
    else:
        texts = parse_written_amounts(trim_texts(amounts))[0]
        minus, amounts = pc.starts_with(texts, "-"), pc.utf8_ltrim(texts, characters="-")
    return RowDirections(minus if minus_is_out else pc.invert(minus), amounts, [])


def _read_way_by_words(rule: DirectionRule, words: pa.Array, amounts: pa.Array) -> RowDirections:
    said = pc.utf8_lower(trim_texts(words))
    out, into = (pc.is_in(said, pa.array([word.lower() for word in of])) for of in (rule.out, rule.into))
    known = pc.or_(out, into)
    return RowDirections(
        pc.if_else(known, out, None), amounts, make_flaw("direction", to_mask(pc.invert(known)))
    )


def _is_numeric(array: pa.Array) -> bool:
    kind = array.type
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))
