"""Files of records to resolve: CSV in UTF-8 or Parquet, a record a row."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv
import pyarrow.parquet as pq

from warroom.errors import RecordsError
from warroom.subjects.resolution.columns import Holds, guess_content

RECORD_ID, SOURCE = "record_id", "source"
_NOT_COMPARED = (RECORD_ID, SOURCE, "delivery_id", "received_at")


@dataclass(frozen=True)
class RecordsFile:
    """Records of a file: whom they come from and their numbers, the columns as they were written, and what each holds."""

    sources: pa.StringArray
    record_ids: pa.StringArray
    written: Mapping[str, pa.Array]
    contents: Mapping[str, Holds]


def read_records_file(path: Path, declared_holds: Mapping[str, str]) -> RecordsFile:
    """Read a file. `declared_holds` names what columns hold where their headers do not say it. Columns of names in parts (given name, surname) are
    one name. Raises RecordsError.
    """
    table = _read_table(path)
    if not table.num_rows:
        raise RecordsError("resolution.no-rows", file=path.name)
    texts = {name.strip(): _trim_texts(table.column(name)) for name in table.column_names}
    record_ids = texts.get(RECORD_ID)
    # Without a number of its own a record could not be recognised when the file comes again.
    if record_ids is None or record_ids.null_count or len(pc.unique(record_ids)) < len(record_ids):
        raise RecordsError("resolution.no-record-id", file=path.name)
    holds = _decide_contents(path, [name for name in texts if name not in _NOT_COMPARED], declared_holds)
    if not holds:
        raise RecordsError("resolution.no-columns", file=path.name)
    sources = texts.get(SOURCE, pa.array([path.stem] * len(record_ids), pa.string()))
    written, held = _join_name_parts({name: texts[name] for name in holds}, holds)
    return RecordsFile(pc.fill_null(sources, path.stem), record_ids, written, held)


def _read_table(path: Path) -> pa.Table:
    try:
        if path.suffix.lower() == ".parquet":
            return pq.read_table(path)
        # Every column a text: a number would lose the zeros it begins with.
        with path.open(encoding="utf-8-sig") as lines:
            header = lines.readline()
        # A header may quote commas, so it is parsed as CSV and not split.
        names = next(iter(_parse_header(header)), [])
        return pcsv.read_csv(
            path,
            convert_options=pcsv.ConvertOptions(
                column_types={name: pa.string() for name in names}, strings_can_be_null=True, null_values=[""]
            ),
        )
    except (OSError, UnicodeDecodeError, pa.ArrowException) as problem:
        raise RecordsError("resolution.unreadable", file=path.name, problem=str(problem)[:200]) from problem


def _parse_header(header: str) -> list[list[str]]:
    import csv

    return list(csv.reader([header]))


def _trim_texts(column: pa.ChunkedArray) -> pa.Array:
    texts = pc.utf8_trim_whitespace(column.cast(pa.string()).combine_chunks())
    texts = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    return pc.if_else(pc.equal(texts, ""), None, texts)


def _decide_contents(path: Path, names: list[str], declared_holds: Mapping[str, str]) -> dict[str, Holds]:
    choices = get_args(Holds)
    for column, held in declared_holds.items():
        if column not in names or held not in choices:
            raise RecordsError(
                "resolution.column-unfit",
                column=column,
                file=path.name,
                holds=held,
                choices=", ".join(choices),
            )
    return {name: declared_holds.get(name, guess_content(name)) for name in names}  # type: ignore[misc]


def _join_name_parts(
    written: dict[str, pa.Array], holds: dict[str, Holds]
) -> tuple[dict[str, pa.Array], dict[str, Holds]]:
    parts = [name for name, held in holds.items() if held == "name"]
    if len(parts) < 2:
        return written, holds
    whole = pc.binary_join_element_wise(*(written[name] for name in parts), " ", null_handling="skip")
    columns = {"name": pc.if_else(pc.equal(whole, ""), None, whole)}
    columns |= {name: array for name, array in written.items() if name not in parts}
    return columns, {"name": "name", **{name: held for name, held in holds.items() if name not in parts}}
