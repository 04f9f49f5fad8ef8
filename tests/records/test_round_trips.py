"""Whatever a spreadsheet program would write, the same rows come back."""

import csv
import io
import re
from decimal import Decimal
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.records.reading import read
from warroom.records import lines
from warroom.records.mapping import FileMapping

WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=12)
TEXTS = st.one_of(
    WORDS, st.sampled_from(['"', ",", ";", "a\nb", "a\r\nb", '"x","y"', "ค่าสินค้า", "|", "\t|", "'", "é"])
)
ROWS = st.lists(st.tuples(TEXTS, st.integers(1, 10**17)), min_size=1, max_size=30)
HEADER = ["record_id", "time", "payer_bank", "payer", "payee_bank", "payee", "purpose", "amount"]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=ROWS,
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    end=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be"]),
    chunk=st.sampled_from([64, 1000, 16 << 20]),
)
def test_rows_written_in_any_dialect_come_back(
    tmp_path: Path, rows, delimiter, quoting, end, encoding, chunk
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=end)
    writer.writerow(HEADER)
    for number, (purpose, satang) in enumerate(rows):
        amount = str(Decimal(satang) / 100)
        writer.writerow([f"T{number}", "2026-11-20T10:00:00Z", "A", "1", "B", "2", purpose, amount])
    path = tmp_path / "file.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    whole, lines.CHUNK = lines.CHUNK, chunk
    try:
        found = read(path, mapping=FileMapping(delimiter=delimiter, encoding=encoding))
    finally:
        lines.CHUNK = whole
    assert found.rejects == []
    assert [item or "" for item in found.column("purpose")] == [purpose.strip() for purpose, _ in rows]
    assert found.column("amount") == [Decimal(satang) / 100 for _, satang in rows]
    assert found.column("record_id") == [f"T{number}" for number in range(len(rows))]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(st.sampled_from('ab1,";\n\r\t\0 ก'), max_size=20), min_size=1, max_size=20))
@example([' "\r"', "", ",\0"])
def test_no_line_is_lost_whatever_is_written(tmp_path: Path, rows: list[str]) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(("registration,name\n" + "\n".join(rows) + "\n").encode())
    found = read(path, "companies", FileMapping(delimiter=",", encoding="utf-8"))
    seen = set(found.column("line")) | {each.line for each in found.rejects}
    # A footer below the records is told and no record.
    seen |= {
        int(told[1]) for note in found.notes if (told := re.match(r"Line (\d+) is a (?:footer|total)", note))
    }
    written = ("registration,name\n" + "\n".join(rows) + "\n").split("\n")
    kept = "\n".join(str(row["name"]) + str(row["registration"]) for row in found.rows)
    kept += "\n".join(each.raw for each in found.rejects)
    for number, line in enumerate(written, 1):
        if number > 1 and line.strip() and number not in seen:
            # the line continues a quoted value that began above
            assert all(letter in kept for letter in set(line) & set("ab1ก"))
            assert seen
            assert min(seen) < number
    assert len(found.rows) + len(found.rejects) <= len(written)
