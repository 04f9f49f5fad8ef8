"""Lines of text from columns: numbers and times written as bytes, columns joined by Arrow, never a loop over rows."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warroom_lab.world.drawing.columns import DAY, SECOND, Array
from warroom_lab.world.drawing.numbers import to_digits, to_texts

LOCAL = 7 * 3600 * SECOND


def join_texts(*pieces: str | pa.Array) -> pa.Array:
    """One text a row, from texts that are the same in every row and columns; null is the empty text."""
    made: pa.Array = pc.binary_join_element_wise(
        *pieces, pa.scalar(""), null_handling="replace", null_replacement=""
    )
    return made


def as_one_chunk(column: pa.Array) -> pa.Array:
    """A column in one piece."""
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def format_iso_times(column: pa.Array, zone: str) -> pa.Array:
    """Times as 2026-03-02T08:15:00.250000 and the zone: Z, or +07:00 for local times."""
    micros = _to_micros(column) + (LOCAL if zone == "+07:00" else 0)
    letters = _format_clock(micros, "YYYY-MM-DDThh:mm:ss.ffffff")
    return _restore_nulls(join_texts(to_texts(letters), zone), column)


def format_local_times(column: pa.Array, layout: str, ahead: int = 0) -> pa.Array:
    """Local times as `layout` says (YYYY MM DD hh mm ss), the year `ahead`: 543 in the Buddhist calendar."""
    return _restore_nulls(to_texts(_format_clock(_to_micros(column) + LOCAL, layout, ahead)), column)


def quote_json(column: pa.Array) -> pa.Array:
    """Texts as JSON strings; null stays null."""
    text = column
    for mark, written in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t")):
        text = pc.replace_substring(text, mark, written)
    return pc.if_else(pc.is_valid(column), join_texts('"', text, '"'), "null")


def quote_csv(column: pa.Array, delimiter: str) -> pa.Array:
    """Texts as cells of CSV: quoted where they hold the delimiter, a quote or a line end; null is empty."""
    special = pc.match_substring_regex(column, f'[{delimiter}"\\r\\n]')
    if not pc.any(special).as_py():
        return pc.fill_null(column, "")
    whole = join_texts('"', pc.replace_substring(column, '"', '""'), '"')
    return pc.fill_null(pc.if_else(special, whole, column), "")


def to_line_bytes(lines: pa.Array) -> pa.Buffer | bytes:
    """The bytes of all lines, one after the other."""
    if not len(lines):
        return b""
    _, ends, data = lines.buffers()
    offsets = np.frombuffer(ends, np.int32)[lines.offset : lines.offset + len(lines) + 1]
    return data.slice(int(offsets[0]), int(offsets[-1] - offsets[0]))


def _to_micros(column: pa.Array) -> Array:
    found: Array = pc.fill_null(column.cast(pa.int64()), 0).to_numpy()
    return found


def _restore_nulls(texts: pa.Array, like: pa.Array) -> pa.Array:
    return texts if not like.null_count else pc.if_else(pc.is_valid(like), texts, None)


def _format_clock(micros: Array, layout: str, ahead: int = 0) -> Array:
    """The letters of each time (rows, len(layout))."""
    out = np.empty((len(micros), len(layout)), np.uint8)
    # The layout's own signs stay where no number is written over them.
    out[:] = np.frombuffer(layout.encode(), np.uint8)
    days, rest = np.divmod(micros, DAY)
    dates = days.astype("M8[D]")
    months = dates.astype("M8[M]")
    seconds, fraction = np.divmod(rest, SECOND)
    parts = {
        "YYYY": months.astype("M8[Y]").astype(np.int64) + 1970 + ahead,
        "MM": months.astype(np.int64) % 12 + 1,
        "DD": (dates - months.astype("M8[D]")).astype(np.int64) + 1,
        "hh": seconds // 3600,
        "mm": seconds // 60 % 60,
        "ss": seconds % 60,
        "ffffff": fraction,
    }
    for mark, numbers in parts.items():
        at = layout.find(mark)
        if at >= 0:
            out[:, at : at + len(mark)] = to_digits(numbers, len(mark))
    return out
