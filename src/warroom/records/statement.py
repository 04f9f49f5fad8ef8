"""The rows of an account's statement as transfers: who paid whom, and how much.

A statement knows one account and the way money went. The other side is what its columns name; cash has none, and is paid out
or in at the account's own bank, as the account CASH.
"""

from collections.abc import Mapping
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from warroom.records.flaws import Flaw, flaw
from warroom.records.mapping import Direction
from warroom.records.plan import stated
from warroom.records.texts import mask_of, tidy
from warroom.records.written import bare

CASH = "CASH"
_NOTHING = r"^[-+]?[0๐.,]*$"

Source = Mapping[str, pa.Array]


class Way(NamedTuple):
    """Whether money went out in each row (null: nobody knows), how much, and what is wrong with it."""

    out: pa.Array
    amount: pa.Array
    found: list[Flaw]


def transfers_of(
    rule: Direction, amount: str, channel: pa.Array, source: Source
) -> tuple[dict[str, pa.Array], list[Flaw]]:
    """The columns of transfers that follow from a statement, by `plan.stated`, and rows whose way is not known. `amount` is
    the column of signed or plain amounts where there is one.
    """
    size = len(channel)
    way = _way(rule, amount, source)
    bank = pa.repeat(pa.scalar(rule.bank), size)
    own = (
        tidy(source[rule.account_column]) if rule.account_column else pa.repeat(pa.scalar(rule.account), size)
    )
    other, other_bank = (_named(name, source, size) for name in (rule.counterparty, rule.counterparty_bank))
    at_desk = pc.and_(pc.equal(channel, "cash"), pc.is_null(other))
    other, other_bank = pc.if_else(at_desk, CASH, other), pc.if_else(at_desk, bank, other_bank)
    sides = {
        "payer_bank": pc.if_else(way.out, bank, other_bank),
        "payer": pc.if_else(way.out, own, other),
        "payee_bank": pc.if_else(way.out, other_bank, bank),
        "payee": pc.if_else(way.out, other, own),
        "amount": way.amount,
    }
    return {stated(name): array for name, array in sides.items()}, way.found


def _named(column: str | None, source: Source, size: int) -> pa.Array:
    return tidy(source[column]) if column else pa.nulls(size, pa.string())


def _way(rule: Direction, amount: str, source: Source) -> Way:
    if rule.two_columns:
        return _by_columns(source[rule.out[0]], source[rule.into[0]])
    if rule.sign is not None:
        return _by_sign(source[amount], minus_is_out=rule.sign == "minus is out")
    return _by_words(rule, source[rule.column or ""], source[amount])


def _by_columns(out: pa.Array, into: pa.Array) -> Way:
    if out.type != into.type or not _numeric(out):
        out, into = bare(tidy(out))[0], bare(tidy(into))[0]
    went, came = _said(out), _said(into)
    unclear = pc.equal(went, came)
    amount = pc.if_else(went, out, into)
    return Way(pc.if_else(unclear, None, went), amount, flaw("one_way", mask_of(unclear)))


def _said(amounts: pa.Array) -> pa.Array:
    """Whether there is an amount: a nought, a dash or nothing in a column says that money went the other way."""
    if _numeric(amounts):
        return pc.fill_null(pc.not_equal(amounts, pa.scalar(0).cast(amounts.type)), False)
    return pc.fill_null(pc.invert(pc.match_substring_regex(amounts, _NOTHING)), False)


def _by_sign(amounts: pa.Array, *, minus_is_out: bool) -> Way:
    if _numeric(amounts):
        minus, amounts = pc.less(amounts, pa.scalar(0).cast(amounts.type)), pc.abs(amounts)
    else:
        texts = bare(tidy(amounts))[0]
        minus, amounts = pc.starts_with(texts, "-"), pc.utf8_ltrim(texts, characters="-")
    return Way(minus if minus_is_out else pc.invert(minus), amounts, [])


def _by_words(rule: Direction, words: pa.Array, amounts: pa.Array) -> Way:
    said = pc.utf8_lower(tidy(words))
    out, into = (pc.is_in(said, pa.array([word.lower() for word in of])) for of in (rule.out, rule.into))
    known = pc.or_(out, into)
    return Way(pc.if_else(known, out, None), amounts, flaw("direction", mask_of(pc.invert(known))))


def _numeric(array: pa.Array) -> bool:
    kind = array.type
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))
