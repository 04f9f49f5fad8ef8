"""Names and numbers in one spelling: account numbers without dashes, telephones from 0 or +66, domains
without www.

Each becomes a form that begins with its kind: `#` a number or a name, `p` a telephone, `d` a domain, `r` a
record's number as written. Arrow turns columns into forms, a hundred thousand rows at a time.
"""

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from warroom.lake.texts.declared import SearchedColumns
from warroom.lake.texts.fold import ROW, THAI_DIGITS

Rows = npt.NDArray[np.int64]
SHORTEST = 3
"""A name of fewer letters and digits names too much."""

# Words that may contain numbers: 081-234 5678, +66 81 234 5678; and names on the internet.
NUMBER_IN_TEXT = re.compile(r"\+?[0-9](?:[ \-.]?[0-9]){6,19}")
DOMAIN_IN_TEXT = re.compile(
    r"(?<![a-z0-9\-.@])(?:[a-z0-9](?:[a-z0-9\-]{0,62})\.){1,6}[a-z]{2,24}(?![a-z0-9\-])"
)
_NOT_SAID = r"[^\p{L}\p{N}\p{Mn}]|[\x{0e47}-\x{0e4e}]"
# 0066, 66 and 660 all mean the leading 0 of a number dialled in Thailand.
_THAI_PHONE = "^(?:00)?660?([1-9][0-9]{7,8})$"
_LEADS = (r"^[a-z][a-z0-9+.-]*://", r"^www\.", r"[/:?#\s].*$", r"\.$")


def normalize_names(texts: pa.Array) -> pa.Array:
    """Letters and digits alone, small, without tone marks."""
    small = pc.utf8_lower(pc.utf8_normalize(texts, form="NFKC"))
    return pc.replace_substring_regex(small, pattern=_NOT_SAID, replacement="")


def normalize_phones(texts: pa.Array) -> pa.Array:
    """Telephones as dialled in Thailand, others with their country's code; of `normalize_names` texts."""
    return pc.replace_substring_regex(texts, pattern=_THAI_PHONE, replacement=r"0\1")


def normalize_domains(texts: pa.Array) -> pa.Array:
    """The host of an address, without www."""
    found = pc.utf8_lower(pc.utf8_trim_whitespace(texts))
    for pattern in _LEADS:
        found = pc.replace_substring_regex(found, pattern=pattern, replacement="")
    return found


def make_row_forms(table: pa.Table, searched: SearchedColumns) -> tuple[pa.Array, Rows]:
    """Every form that the rows of a table name, and the row of each, in no order."""
    parts = [
        _add_sort_prefix("r", *_flatten_column(table["record_id"])),
        *_make_forms(*_flatten_column(table["record_id"]), "number"),
    ]
    for name, sort in searched.names.items():
        parts += _make_forms(*_flatten_column(table[name]), sort)
    return pa.concat_arrays([texts for texts, _ in parts]), np.concatenate([rows for _, rows in parts])


def _flatten_column(column: pa.ChunkedArray) -> tuple[pa.Array, Rows]:
    """The texts of a column that are there, lists opened, and the row of each."""
    array = column.combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        array = array.chunk(0) if array.num_chunks else pa.array([], array.type)
    rows = np.arange(len(array), dtype=np.int64)
    if pa.types.is_list(array.type):
        rows = pc.list_parent_indices(array).to_numpy(zero_copy_only=False).astype(np.int64)
        array = pc.list_flatten(array)
    there = array.is_valid().to_numpy(zero_copy_only=False)
    return array.filter(pa.array(there)).cast(pa.string()), rows[there]


def _make_forms(texts: pa.Array, rows: Rows, sort: str) -> list[tuple[pa.Array, Rows]]:
    if sort == "domain":
        return [_add_sort_prefix("d", normalize_domains(texts), rows)]
    bare = normalize_names(texts)
    if sort == "phone":
        return [_add_sort_prefix("p", normalize_phones(bare), rows)]
    made = [_add_sort_prefix("#", bare, rows)]
    if sort == "any":
        digits = pc.match_substring_regex(bare, "^[0-9]{7,15}$")
        made.append(_add_sort_prefix("p", *_filter_texts(normalize_phones(bare), rows, digits)))
        made.append(
            _add_sort_prefix(
                "d", *_filter_texts(normalize_domains(texts), rows, pc.match_substring(texts, "."))
            )
        )
    return made


def _filter_texts(texts: pa.Array, rows: Rows, mask: pa.Array) -> tuple[pa.Array, Rows]:
    return texts.filter(mask), rows[mask.to_numpy(zero_copy_only=False)]


def _add_sort_prefix(sort: str, texts: pa.Array, rows: Rows) -> tuple[pa.Array, Rows]:
    long = pc.greater_equal(pc.utf8_length(texts), 1 if sort == "r" else SHORTEST)
    texts, rows = _filter_texts(texts, rows, long)
    return pc.binary_join_element_wise(pa.array([sort] * len(texts), pa.string()), texts, ""), rows


def find_forms_in_texts(folded: list[str]) -> tuple[pa.Array, Rows]:
    """The numbers and domains in folded texts, and the text of each."""
    numbers: list[str] = []
    domains: list[str] = []
    of_number: list[int] = []
    of_domain: list[int] = []
    for row, text in enumerate(folded):
        for number_text in NUMBER_IN_TEXT.findall(text):
            numbers.append(number_text)
            of_number.append(row)
        if "." in text:
            for domain_text in DOMAIN_IN_TEXT.findall(text):
                domains.append(domain_text)
                of_domain.append(row)
    made = _make_forms(pa.array(numbers, pa.string()), np.array(of_number, np.int64), "any")
    made.append(
        _add_sort_prefix(
            "d", normalize_domains(pa.array(domains, pa.string())), np.array(of_domain, np.int64)
        )
    )
    return pa.concat_arrays([texts for texts, _ in made]), np.concatenate([rows for _, rows in made])


def make_text_forms(said: Sequence[str]) -> list[tuple[str, int]]:
    """The forms that each of some texts may stand for, and which text it was."""
    array = pa.array([text.replace(ROW, " ").translate(THAI_DIGITS) for text in said], pa.string())
    made = _make_forms(array, np.arange(len(array), dtype=np.int64), "any")
    found = [pair for forms, rows in made for pair in zip(forms.to_pylist(), rows.tolist(), strict=True)]
    other = [(form, row) for text, row in found if text[0] == "d" for form in _make_idna_forms([text])]
    return list(dict.fromkeys([*found, *other]))


def _make_idna_forms(written_forms: list[str]) -> list[str]:
    """A domain in another script is written in two ways."""
    made = []
    for name in (form[1:] for form in written_forms if form[0] == "d"):
        try:
            made.append(
                "d" + (name.encode().decode("idna") if "xn--" in name else name.encode("idna").decode())
            )
        except UnicodeError:
            continue
    return made
