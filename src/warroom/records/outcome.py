"""Columns of a file that become none of ours and decide about its rows: whether a payment was made, and who
paid whom.

A bank also lists payments that failed and payments that were reversed. Only the words that a mapping names as
paid make a payment; every other row waits in quarantine with what it says.
"""

from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from warroom.bilingual.texts import Texts
from warroom.records.flaws import Flaw, make_flaw
from warroom.records.mapping import FileMapping, StatusRule
from warroom.records.plan import PlannedColumn
from warroom.records.table import TableColumn
from warroom.records.texts import to_mask, trim_texts

SIDES = (("payer_bank", "payee_bank"), ("payer", "payee"))
"""What changes places in a row that is turned."""

Source = AnyMapping[str, pa.Array]


def find_unpaid_rows(mapping: FileMapping, source: Source) -> list[tuple[PlannedColumn, Flaw]]:
    """Rows that are no payment by [status], with the field that names its column."""
    found: list[tuple[PlannedColumn, Flaw]] = []
    for name, rule in mapping.status.items():
        # A column that no table has, so that a rejected row can name it as any other.
        field = PlannedColumn(TableColumn("status", "text", "", "", Texts("สถานะ", "status")), name)
        found += [(field, each) for each in _find_status_flaws(rule, _normalize_words(source[name]))]
    return found


def swap_sides(
    mapping: FileMapping, fields: Sequence[PlannedColumn], arrays: Sequence[pa.Array], source: Source
) -> list[pa.Array]:
    """The columns of a table, with payer and payee exchanged in the rows that [turned] names."""
    at = {field.column.name: index for index, field in enumerate(fields)}
    turned = list(arrays)
    pairs = [
        (at[payer_column], at[other]) for payer_column, other in SIDES if payer_column in at and other in at
    ]
    for name, words in mapping.turned.items():
        mask = _is_any_word(_normalize_words(source[name]), words)
        for payer_index, other in pairs:
            payer, payee = turned[payer_index], turned[other]
            turned[payer_index], turned[other] = (
                pc.if_else(mask, payee, payer),
                pc.if_else(mask, payer, payee),
            )
    return turned


def _find_status_flaws(rule: StatusRule, words: pa.Array) -> list[Flaw]:
    back = _is_any_word(words, rule.back)
    unpaid = pc.invert(pc.or_(back, _is_any_word(words, rule.paid)))
    return make_flaw("taken_back", to_mask(back)) + make_flaw("unpaid", to_mask(unpaid))


def _normalize_words(array: pa.Array) -> pa.Array:
    """Words as they are compared: in small letters, the empty one for nothing."""
    return pc.fill_null(pc.utf8_lower(trim_texts(array)), "")


def _is_any_word(words: pa.Array, named: Sequence[str]) -> pa.Array:
    return pc.is_in(words, pa.array([word.lower() for word in named], pa.string()))
