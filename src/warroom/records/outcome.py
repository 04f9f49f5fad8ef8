"""What columns of a file say of its rows beside what becomes ours: whether a payment went through, and whose side is whose.

A bank lists payments that failed, and payments that were taken back, beside those that went through. Only the words that a
mapping names as paid make a payment; every other row waits in quarantine with what it says.
"""

from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from warroom.bilingual.texts import Texts
from warroom.records.flaws import Flaw, flaw
from warroom.records.mapping import Mapping, Status
from warroom.records.plan import Field
from warroom.records.table import Column
from warroom.records.texts import mask_of, tidy

SIDES = (("payer_bank", "payee_bank"), ("payer", "payee"))
"""What changes places in a row that is turned."""

Source = AnyMapping[str, pa.Array]


def find_unpaid(mapping: Mapping, source: Source) -> list[tuple[Field, Flaw]]:
    """Rows that are no payment by [status], with the field that names its column."""
    found: list[tuple[Field, Flaw]] = []
    for name, rule in mapping.status.items():
        field = Field(Column("status", "text", "", "", Texts("สถานะ", "status")), name)
        found += [(field, each) for each in _flaws_of(rule, _words(source[name]))]
    return found


def turn_sides(
    mapping: Mapping, fields: Sequence[Field], arrays: Sequence[pa.Array], source: Source
) -> list[pa.Array]:
    """The columns of a table, with payer and payee exchanged in the rows that [turned] names."""
    at = {field.column.name: index for index, field in enumerate(fields)}
    turned = list(arrays)
    pairs = [(at[one], at[other]) for one, other in SIDES if one in at and other in at]
    for name, words in mapping.turned.items():
        mask = _is_any(_words(source[name]), words)
        for one, other in pairs:
            payer, payee = turned[one], turned[other]
            turned[one], turned[other] = pc.if_else(mask, payee, payer), pc.if_else(mask, payer, payee)
    return turned


def _flaws_of(rule: Status, words: pa.Array) -> list[Flaw]:
    back = _is_any(words, rule.back)
    unpaid = pc.invert(pc.or_(back, _is_any(words, rule.paid)))
    return flaw("taken_back", mask_of(back)) + flaw("unpaid", mask_of(unpaid))


def _words(array: pa.Array) -> pa.Array:
    """Words as they are compared: in small letters, the empty one for nothing."""
    return pc.fill_null(pc.utf8_lower(tidy(array)), "")


def _is_any(words: pa.Array, named: Sequence[str]) -> pa.Array:
    return pc.is_in(words, pa.array([word.lower() for word in named], pa.string()))
