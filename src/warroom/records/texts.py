"""Texts, flags and lists: trimmed, checked, translated; empty is null."""

import json
import re
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from warroom.records.currencies import CODES
from warroom.records.flaws import Flaw, get_max_length, group_flaws, make_flaw
from warroom.records.table import TableColumn
from warroom.subjects import spelled_columns
from warroom.subjects.spelled_columns import Data, has_any_byte

CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
SHORTENED = r"^[0-9](?:[.,][0-9]+[Ee]\+?|[Ee]\+)[0-9]+$"
"""What a spreadsheet makes of a number of many digits: 1.23457E+11."""
# What files write where they know no account, and in rows of totals; and zeros, of which no bank has an account.
_WORDS = """
N/A NA N.A. NAN NIL NONE NULL UNDEFINED UNKNOWN NOTPROVIDED NOTAVAILABLE NOTAPPLICABLE TRUE FALSE ไม่ทราบ ไม่ระบุ ไม่มี TOTAL SUBTOTAL GRANDTOTAL SUM ALL รวม ยอดรวม รวมทั้งสิ้น - -- --- . /
"""
_NOBODY = pa.array(
    sorted({spelled for word in _WORDS.split() for spelled in (word, word.lower(), word.title())})
    + ["0" * length for length in range(1, 41)]
)
# Placeholders here would tie together the payments of people who have nothing to do with each other.
REFERENCES = ("uetr", "end_to_end_id")
"""Columns that both banks' copies of a payment share: what fills them where there is none would make copies of strangers' payments."""
_NO_REFERENCE = pa.array(
    [*(word.upper() for word in _WORDS.split()), *("NOT PROVIDED", "NONREF", "NOREF", "NO REF")]
    + ["0" * length for length in range(1, 36)]
)
_MASKED = (
    r"[*#\x{2022}\x{2026}\x{25cf}\p{No}]|\.\.|^[\[{]|^[-0-9Xx ]*[Xx][- ]*[Xx][-0-9Xx ]*$|[0-9][Xx]{4,}[0-9]"
)
"""Digits behind stars, dots or X's, small ones of footnotes, faults of a spreadsheet (#N/A), and what JSON has that is no text."""
_SEVERAL = (
    r"[^\s][ \t]*[\r\n\x{2028}\x{2029}]|(?:[0-9]-?){7,}[\s\x{a0}]+(?:[0-9]-?){7,}"
    r"|(?:[0-9][- .]?){4,}\s*(?:[/,;|&+\x{ff0c}\x{ff0f}\x{3001}]|และ|กับ|หรือ|ແລະ|និង|နှင့်|(?i:\b(?:and|or|to)\b))\s*(?:[0-9][- .]?){4,}"
)
"""Two lines, or two whole numbers with a space, a sign or a word between them: joined they would be the number of a third."""
_PARTED = (
    r"[0-9].*[/,;|&\x{ff0c}\x{ff0f}\x{3001}]|[/,;|&\x{ff0c}\x{ff0f}\x{3001}].*[0-9]"
    r"|(?:[0-9]-?){6,}[0-9][\s\p{Z}\p{Pd}]*[^\p{L}\p{M}\p{N}\p{Z}\p{Pd}\p{Cf}\s._*#]+[\s\p{Z}\p{Pd}]*(?:[0-9]-?){6,}[0-9]"
)
"""What parts two things, and is no part of a number."""
_JOINED = r"[0-9]{9,}[\p{Pd}._][0-9]{9,}"
"""Two whole numbers with a sign between them that parts the groups of one number elsewhere; no number has groups so long."""
SHORTEST_PAIR = 19
"""Bytes of two such numbers and the sign between them."""
SHORTEST_EXTENDED = 13
"""Bytes of a whole number, a hyphen and two digits."""
_NAMED = (
    r"(?:\p{Thai}|\p{Lao}|\p{Khmer}|\p{Myanmar}|\p{Han}|\p{Arabic}|\p{Cyrillic}|\p{Devanagari}|\p{Hangul}|\p{Tamil}|\p{Bengali}"
    r"|\p{Hiragana}|\p{Katakana}).*(?:[0-9][-\s]*){5}|(?:[0-9][-\s]*){5}.*(?:\p{Thai}|\p{Lao}|\p{Khmer}|\p{Myanmar}|\p{Han}|\p{Arabic}"
    r"|\p{Cyrillic}|\p{Devanagari}|\p{Hangul}|\p{Tamil}|\p{Bengali}|\p{Hiragana}|\p{Katakana})"
    r"|(?:^|[\s(])\p{Latin}[\p{Latin}.]*[)]?\s.*(?:[0-9][-\s]*){6}|(?:[0-9][-\s]*){6}.*[\s(]\p{Latin}[\p{Latin}.]*(?:[\s)]|$)"
)
"""Words next to an account number: a name joined with the number would make a different account."""
_LETTERED = (
    r"^(?:[0-9][- .]?)+[OoIl][- .]?(?:[0-9OoIl][- .]?){4,}$"
    r"|^(?:[0-9][- .]?){5,}[OoIl](?:[- .]?[0-9OoIl])*$|^[OoIl](?:[0-9][- .]?){9,}$"
)
"""A number with letters that look like digits among them: another account than the one that was meant."""
_EXTENDED = r"^[0-9]{10,}\p{Pd}[0-9]{2,3}$"
"""A whole number with a short one behind a hyphen, such as a sub-account's: joined they are another account."""
_IBAN = r"^[A-Za-z]{2}[0-9]{2}(?: ?[A-Za-z0-9]){11,30}$"
LONGEST_NUMBER = 34
"""Digits of an account, as ISO 20022 and the IBAN have it."""
_LONG = f"^[0-9]{{{LONGEST_NUMBER + 1},}}$"
_MARKED = r"^(?:'([0-9- ]+)|=\"([0-9- ]+)\"|([0-9]{1,15})\.0)$"
_MARKING = np.frombuffer(b"'=.", dtype=np.uint8)
_PARTING = np.frombuffer(b"+,.", dtype=np.uint8)
_WORDY = np.frombuffer(b":;<=>?@[\\]^`", dtype=np.uint8)
_MASKING = np.frombuffer(b"#*.Xx[{", dtype=np.uint8)
# Words that need no mapping; a file's own words for yes and no go by its [values].
TRUE = ("true", "t", "yes", "y", "1")
FALSE = ("false", "f", "no", "n", "0")
_SEPARATORS = re.compile(r"[;|,\s]+")

Result = tuple[pa.Array, list[Flaw]]


def trim_texts(array: pa.Array) -> pa.Array:
    """Any array as trimmed texts; empty ones are null."""
    if pa.types.is_dictionary(array.type):
        array = array.cast(array.type.value_type)
    if array.type != pa.string():
        array = _cast_to_text(array)
    array = pc.utf8_trim_whitespace(array)
    # Lengths in bytes need no decoding of the text.
    empty = pc.equal(pc.binary_length(array), 0)
    return pc.if_else(empty, None, array) if pc.any(empty).as_py() else array


def _cast_to_text(array: pa.Array) -> pa.Array:
    """A whole float is written as the integer it is: an account 123.0 is the account 123."""
    if pa.types.is_floating(array.type):
        try:
            # Spreadsheets and pandas make floats of account numbers in a column with one empty cell.
            return array.cast(pa.int64()).cast(pa.string())
        except pa.ArrowInvalid:
            return array.cast(pa.string())
    if pa.types.is_nested(array.type):
        return pa.array(
            [None if item is None else json.dumps(item, default=str) for item in array.to_pylist()]
        )
    if pa.types.is_binary(array.type) or pa.types.is_large_binary(array.type):
        return _decode_bytes(array)
    return array.cast(pa.string())


def _decode_bytes(array: pa.Array) -> pa.Array:
    """Bytes as texts. Where some are no UTF-8 a control character stands for them, so that their row waits in quarantine
    and the others go on.
    """
    try:
        return array.cast(pa.string())
    except pa.ArrowInvalid:
        texts = [None if cell is None else cell.decode("utf-8", "replace") for cell in array.to_pylist()]
        return pa.array([cell and cell.replace("\ufffd", "\x00") for cell in texts], pa.string())


def to_mask(array: pa.Array) -> npt.NDArray[np.bool_]:
    """A Boolean array as numpy, null as false."""
    mask: npt.NDArray[np.bool_] = pc.fill_null(array, False).to_numpy(zero_copy_only=False)
    return mask


def convert_texts(array: pa.Array, column: TableColumn, values: Mapping[str, str] | None = None) -> Result:
    """Texts of a column, with its closed list, its length and without control characters."""
    column_flaws = _find_rounded_floats(array) if _is_id_column(column) else []
    array = trim_texts(array)
    if values:
        array = _translate_values(array, values)
    if column.values:
        return _check_choices(array, column)
    if column.name in REFERENCES:
        array = _normalize_references(array, column)
    if has_any_byte(array, _may_have_controls):
        column_flaws += make_flaw("control", to_mask(pc.match_substring_regex(array, CONTROL)))
    if _is_id_column(column) and has_any_byte(array, _may_be_shortened):
        column_flaws += make_flaw("shortened", to_mask(pc.match_substring_regex(array, SHORTENED)))
    # In bytes, which cost nothing to ask; letters are counted only where some text has too many bytes.
    most = pc.max(pc.binary_length(array)).as_py() or 0
    if most > get_max_length(column):
        column_flaws += make_flaw(
            "too_long", to_mask(pc.greater(pc.utf8_length(array), get_max_length(column)))
        )
    return array, column_flaws


def _normalize_references(array: pa.Array, column: TableColumn) -> pa.Array:
    """References without what stands for none, digits of every script as 0 to 9; a uetr in small letters, as its standard has it
    (RFC 4122).
    """
    if array.null_count == len(array):
        return array
    array = spelled_columns.spell_digits(array)
    nothing = pc.is_in(pc.ascii_upper(array), _NO_REFERENCE)
    if pc.any(nothing).as_py():
        array = pc.if_else(nothing, None, array)
    return pc.ascii_lower(array) if column.name == "uetr" else array


def _may_have_controls(data: Data) -> bool:
    return bool(data.min() < 0x20 or (data.max() >= 0x7F and (data == 0x7F).any()))


def _may_be_shortened(data: Data) -> bool:
    return bool(data.min() <= 0x2E and np.isin(data, _PARTING).any())


def _find_rounded_floats(array: pa.Array) -> list[Flaw]:
    """Floats so large that not every whole number has one of its own: there a number is its neighbour's too."""
    if not pa.types.is_floating(array.type):
        return []
    # 2 ** (mantissa + 1) is the first whole number whose successor a float of this type cannot hold.
    sizes = np.abs(pc.fill_null(array, 0).to_numpy())
    return make_flaw("rounded", sizes >= 2 ** (np.finfo(sizes.dtype).nmant + 1))


def _is_id_column(column: TableColumn) -> bool:
    """Whether its texts are identifiers, so that a missing digit would merge two things."""
    return bool(column.subject) or column.name.endswith("_id")


def convert_accounts(
    array: pa.Array, column: TableColumn, values: Mapping[str, str] | None = None, strip: str | None = None
) -> Result:
    """Account numbers in one spelling, without the signs of `strip` (None: the usual ones)."""
    array, column_flaws = convert_texts(array, column, values)
    unmarked = spelled_columns.spell_digits(_strip_spreadsheet_marks(array))
    if has_any_byte(unmarked, _may_have_words):
        column_flaws += _find_mixed_accounts(unmarked, strip)
    # Lengths first: they cost nothing, and short columns need none of the patterns below.
    longest_cell = pc.max(pc.binary_length(unmarked)).as_py() or 0
    if strip is None and longest_cell >= SHORTEST_PAIR:
        column_flaws += make_flaw("several", to_mask(pc.match_substring_regex(unmarked, _JOINED)))
    if strip is None and longest_cell >= SHORTEST_EXTENDED and has_any_byte(unmarked, _may_have_hyphens):
        column_flaws += make_flaw("extended", to_mask(pc.match_substring_regex(unmarked, _EXTENDED)))
    if has_any_byte(unmarked, lambda data: bool(data.max() >= 0x49)):
        column_flaws += make_flaw("lettered", to_mask(pc.match_substring_regex(unmarked, _LETTERED)))
    array = spelled_columns.spell_account_numbers(unmarked, strip)
    if (pc.max(pc.binary_length(array)).as_py() or 0) > LONGEST_NUMBER:
        column_flaws += make_flaw("long_number", to_mask(pc.match_substring_regex(array, _LONG)))
    return array, column_flaws + make_flaw("placeholder", _find_placeholders(array))


def _find_mixed_accounts(array: pa.Array, strip: str | None) -> list[Flaw]:
    """Cells with several accounts, or with a name next to the number."""
    several = to_mask(pc.match_substring_regex(array, _SEVERAL))
    if strip is None:
        # A bank that declares its signs may have them in its numbers.
        several |= to_mask(pc.match_substring_regex(array, _PARTED))
    named = to_mask(pc.match_substring_regex(array, _NAMED))
    if named.any():
        # An IBAN has letters beside its digits and is one number all the same.
        named &= ~several & ~to_mask(pc.match_substring_regex(array, _IBAN))
    return make_flaw("several", several) + make_flaw("named", named)


def _may_have_hyphens(data: Data) -> bool:
    return bool(data.min() <= 0x2D or data.max() >= 0x80)


def _may_have_words(data: Data) -> bool:
    least, greatest = data.min(), data.max()
    if least < 0x2D or greatest >= 0x7B:
        return True
    return (greatest > 0x39 and bool(np.isin(data, _WORDY).any())) or bool((data == 0x2F).any())


def _strip_spreadsheet_marks(array: pa.Array) -> pa.Array:
    """Numbers without what spreadsheets write around them: '0112, ="0112" and 112.0 are numbers with a mark of text or a point."""
    if not has_any_byte(array, _may_have_marks):
        return array
    return pc.replace_substring_regex(array, _MARKED, r"\1\2\3")


def _may_have_marks(data: Data) -> bool:
    return bool((data.min() < 0x30 or data.max() > 0x39) and np.isin(data, _MARKING).any())


def _find_placeholders(array: pa.Array) -> npt.NDArray[np.bool_]:
    """Which texts are no account's number: taken for one, they would make one account of many people's."""
    nobody = to_mask(pc.is_in(array, _NOBODY))
    if has_any_byte(array, _may_be_masked):
        nobody |= to_mask(pc.match_substring_regex(array, _MASKED))
    return nobody


def _may_be_masked(data: Data) -> bool:
    # Stars and dots stand before the digits, all others beyond the large letters' W.
    least, greatest = data.min(), data.max()
    if greatest < 0x58 and least > 0x2E:
        return False
    return bool(greatest >= 0x80 or np.isin(data, _MASKING).any())


def convert_banks(array: pa.Array, column: TableColumn, values: Mapping[str, str] | None = None) -> Result:
    """Banks' codes in one spelling."""
    array, found = convert_texts(array, column, values)
    return spelled_columns.spell_banks(array), found


def convert_currencies(
    array: pa.Array, column: TableColumn, values: Mapping[str, str] | None = None
) -> Result:
    """Codes of ISO 4217 in large letters; a word for a currency would be a pot of money of its own."""
    array, found = convert_texts(array, column, values)
    array = spelled_columns.spell_codes(array)
    known = pc.or_(pc.is_in(array, CODES), pc.is_null(array))
    return array, found if pc.all(known).as_py() else found + make_flaw("currency", ~to_mask(known))


def _translate_values(array: pa.Array, values: Mapping[str, str]) -> pa.Array:
    # A value without an entry keeps its own text, and is then checked as such.
    position = pc.index_in(array, pa.array(list(values), pa.string()))
    ours = pa.array(list(values.values()), pa.string()).take(position)
    return pc.coalesce(ours, array)


def _check_choices(array: pa.Array, column: TableColumn) -> Result:
    allowed = pa.array(column.values)
    if pc.all(pc.is_in(array, allowed)).as_py():
        return array, []
    # Only where some value does not fit as it stands: nearly every file spells a list as we do.
    lower = pc.utf8_lower(array)
    wrong = to_mask(pc.and_(pc.invert(pc.is_in(lower, allowed)), pc.is_valid(lower)))
    return lower, make_flaw("choice", wrong)


def convert_booleans(array: pa.Array, column: TableColumn, values: Mapping[str, str] | None = None) -> Result:
    """True and false, however they are written."""
    if pa.types.is_boolean(array.type):
        return array, []
    array = trim_texts(array)
    lower = pc.utf8_lower(_translate_values(array, values) if values else array)
    yes, no = pc.is_in(lower, pa.array(TRUE)), pc.is_in(lower, pa.array(FALSE))
    wrong = to_mask(pc.and_(pc.invert(pc.or_(yes, no)), pc.is_valid(lower)))
    return pc.if_else(yes, True, pc.if_else(no, False, None)), make_flaw("flag", wrong)


def convert_lists(array: pa.Array, column: TableColumn, values: Mapping[str, str] | None = None) -> Result:
    """Lists of texts: a list, a JSON list, or texts parted by semicolons, bars, commas or spaces."""
    kind = array.type
    if pa.types.is_list(kind) and (pa.types.is_string(kind.value_type) or pa.types.is_null(kind.value_type)):
        return array.cast(column.type), []
    lists: list[list[str] | None] = []
    wrong: list[tuple[int, str]] = []
    for row, item in enumerate(trim_texts(array).to_pylist()):
        parts = None if item is None else _parse_list(item)
        if item is not None and parts is None:
            wrong.append((row, "list"))
        lists.append(parts)
    return pa.array(lists, column.type), group_flaws(wrong)


def _parse_list(item: str) -> list[str] | None:
    # Only a text that begins like JSON is read as JSON: "a; b" is the more frequent form.
    if not item.startswith("["):
        return [part for part in _SEPARATORS.split(item) if part]
    try:
        parts = json.loads(item)
    except ValueError:
        return None
    plain = isinstance(parts, list) and all(isinstance(part, str | int) for part in parts)
    return [str(part) for part in parts] if plain else None
