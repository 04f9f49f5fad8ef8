"""How messages of ISO 20022 are described to the reader: their entries, and which elements are which of our
columns.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from warroom.bilingual.texts import Texts

Cells = Mapping[str, pa.Array]
"""The texts of the payments in some entries, by the names of their paths; empty where there is no such element."""


@dataclass(frozen=True, slots=True)
class MessageFacts:
    """What a header, and the group around the entries, state for all of them.

    `texts_by_name` has an empty text where they state nothing.
    """

    created_at: str | None = None
    is_batch: bool = False
    texts_by_name: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MessageColumns:
    """The columns of a table from some payments.

    `passed_over` says why a payment is no row of the table, which is only counted; `refusal_codes` why one
    must be reviewed (a code of REFUSED). Both are null for accepted payments. `day_only_count` is how many
    have a day and no time.
    """

    columns: Mapping[str, pa.Array]
    passed_over: pa.Array | None = None
    refusal_codes: pa.Array | None = None
    day_only_count: int = 0


@dataclass(frozen=True, eq=False)
class MessageSpec:
    """How one message is read as one table.

    `paths` name the cells of an entry by XPath (prefix m); `columns_given` are the table's columns that the
    message gives. `header` and `extra_header` are elements that apply to the entries after them, `groups`
    those around the entries that do; `around_paths` are paths of facts in all three. `payment_path` is the
    XPath of the payments within an entry where it may have several. `ignored_element` repeats like the entry
    and is not read. `passed_over_note` explains the payments that were passed over. `missing_flaw` is the
    flaw of a missing bank or account.
    """

    name: str
    table: str
    entry: str
    paths: Mapping[str, str]
    read_cells: Callable[[Cells, MessageFacts], MessageColumns]
    columns_given: tuple[str, ...]
    header: str = "GrpHdr"
    groups: tuple[str, ...] = ()
    around_paths: Mapping[str, str] = field(default_factory=dict)
    payment_path: str = ""
    extra_header: str = ""
    ignored_element: str = ""
    passed_over_note: Texts | None = None
    missing_flaw: str = "no_account"


REFUSED = {
    "between_banks": "flaws.between-banks",
    "back": "flaws.back",
    "our_order": "flaws.our-order",
    "own_bank": "flaws.own-bank",
    "pending": "flaws.pending",
    "mixed": "flaws.mixed",
}
"""Why a payment is set aside whatever the mapping says."""


def make_account_paths(name: str, path: str) -> dict[str, str]:
    """The paths of an account in an element such as DbtrAcct, by cell: NAME_other and NAME_iban."""
    at = f"{path}/m:Id"
    # UPIC, BBAN and PrtryAcct are what the first versions call it.
    return {
        f"{name}_other": f"{at}/m:Othr/m:Id|{at}/m:PrtryAcct/m:Id|{at}/m:BBAN|{at}/m:UPIC",
        f"{name}_iban": f"{at}/m:IBAN",
    }


def make_bank_paths(name: str, path: str) -> dict[str, str]:
    """The paths of a bank in an element such as DbtrAgt, by cell: NAME_member and NAME_bic."""
    at = f"{path}/m:FinInstnId"
    member, bic = "m:ClrSysMmbId/*[self::m:MmbId or self::m:Id]", "*[self::m:BICFI or self::m:BIC]"
    return {
        f"{name}_member": f"{at}/{member}|{at}/m:CmbndId/{member}",
        f"{name}_bic": f"{at}/{bic}|{at}/m:CmbndId/{bic}",
    }


def pick_account(cells: Cells, name: str) -> pa.Array:
    """The account of `make_account_paths`; a bank's own number goes before the IBAN."""
    return coalesce_texts(cells[f"{name}_other"], cells[f"{name}_iban"])


def pick_bank(cells: Cells, name: str) -> pa.Array:
    """The bank of `make_bank_paths`; its number in the clearing goes before its BIC."""
    return coalesce_texts(cells[f"{name}_member"], cells[f"{name}_bic"])


def coalesce_texts(*choices: pa.Array | str) -> pa.Array:
    """The first text that is not empty, row by row."""
    first, *others = choices
    for other in others:
        first = pc.if_else(pc.equal(first, ""), other, first)
    return first


def clean_reference(end_to_end: pa.Array) -> pa.Array:
    """An end-to-end id; null where it is the text that the standard has for none.

    As a reference that text would tie all such payments together.
    """
    return pc.if_else(pc.equal(end_to_end, "NOTPROVIDED"), None, end_to_end)


def repeat_text(text: str | None, size: int) -> pa.Array:
    """One text for all rows."""
    return pa.repeat(pa.scalar(text, pa.string()), size)
