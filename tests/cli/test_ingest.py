"""The commands that take files in and look at what is there, as a person at a terminal meets them."""

import io
import json
import os
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from tests.lake.files import csv_of, transfer
from tests.records import workbooks
from tests.records.exports import MEANING, THAI, csv, rows_of, sheet_row, thai, workbook
from warroom.cli.app import main


@dataclass(frozen=True)
class Said:
    """What a command said."""

    stdout: str
    stderr: str


class Terminal:
    """Runs commands in a home of their own, and in this process: most of a short command's time is what it loads.

    That a command is a process, with its exit code and its pipes, is looked at in `test_faults`, `test_given` and `test_help`.
    """

    def __init__(self, home: Path) -> None:
        self._home = home

    def run(self, *words: object, code: int = 0) -> Said:
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in "12")
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            patch.setenv("WARROOM_HOME", str(self._home))
            # By it the command line tells that a test calls it, and warns of words that are not handed over.
            patch.delenv("PYTEST_VERSION", raising=False)
            patch.setattr(sys, "argv", ["warroom", *map(str, words)])
            ended = _exit_code()
        done = Said(*(stream.buffer.getvalue().decode() for stream in (out, err)))
        assert ended == code, done.stderr
        assert "Traceback" not in done.stderr
        return done

    def json(self, *words: object, code: int = 0) -> dict[str, Any]:
        lines = self.run(*words, "--json", code=code).stdout.splitlines()
        assert len(lines) == 1, "standard output is one line"
        answer: dict[str, Any] = json.loads(lines[0])
        return answer


def _exit_code() -> object:
    """Run the command that `sys.argv` names; what it would have ended its process with."""
    mask = os.umask(0o022)
    try:
        main()
    except SystemExit as ended:
        return ended.code or 0
    finally:
        os.umask(mask)
    return 0


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path / "home")


def zoned(path: Path) -> Path:
    path.write_text('[time]\nzone = "Asia/Bangkok"\n')
    return path


def test_ingest_answers_with_the_counts_and_again_with_duplicates(terminal: Terminal, tmp_path: Path) -> None:
    path = csv_of(tmp_path / "a.csv", map(transfer, range(20)))
    first = terminal.json("ingest", "transfers", path, "--source", "BANKA")
    names = ("table", "accepted", "duplicates", "corrections", "quarantined")
    assert [first[name] for name in names] == ["transfers", 20, 0, 0, 0]
    assert first["seconds"] > 0
    again = terminal.run("ingest", "transfers", path, "--source", "BANKA")
    assert "0 accepted, 20 duplicates" in again.stdout
    assert "Nothing new" in again.stdout


def test_mixed_formats_with_pairs_and_a_mapping_file(terminal: Terminal, tmp_path: Path) -> None:
    rows = [{**transfer(n), "baht": f"{n + 1}.00", "time": f"2026-10-01 08:00:{n:02}"} for n in range(6)]
    for row in rows:
        del row["amount"]
    first = csv_of(tmp_path / "a.csv", rows[:3])
    second = tmp_path / "b.parquet"
    text = pyarrow.csv.ConvertOptions(column_types={"time": "string", "baht": "string"})
    pq.write_table(pyarrow.csv.read_csv(csv_of(tmp_path / "b.csv", rows[3:]), convert_options=text), second)
    mapping = zoned(tmp_path / "zone.toml")
    said = terminal.json("ingest", "transfers", first, second, "--map", "amount=baht", "--mapping", mapping)
    assert (said["accepted"], [file["file"] for file in said["files"]]) == (6, ["a.csv", "b.parquet"])
    found = terminal.json("lake", "find", "transfers", "--record_id", "T4")["rows"]
    assert [row["amount"] for row in found] == ["5.00"]


def test_quarantined_rows_end_with_code_2_and_can_be_listed_exported_and_read_again(
    terminal: Terminal, tmp_path: Path
) -> None:
    rows = [transfer(n, time="2026-10-01 08:00:00") for n in range(3)]
    path = csv_of(tmp_path / "a.csv", [*rows, transfer(9)])
    said = terminal.json("ingest", "transfers", path, "--source", "BANKA", code=2)
    assert (said["accepted"], said["quarantined"]) == (1, 3)
    listed = terminal.json("quarantine")
    assert listed["rows"] == 3
    assert listed["groups"][0]["column"] == "time"
    assert terminal.run("quarantine", "list").stdout.endswith("3 rows wait in the quarantine.\n")
    assert len(terminal.json("quarantine", "show", "--limit", 2)["shown"]) == 2
    for ending in ("csv", "parquet", "jsonl"):
        assert terminal.json("quarantine", "export", tmp_path / f"out.{ending}")["rows"] == 3
    assert pq.read_table(tmp_path / "out.parquet")["line"].to_pylist() == [2, 3, 4]
    again = terminal.json("quarantine", "reingest", "--mapping", zoned(tmp_path / "zone.toml"))
    assert (again["accepted"], again["quarantined"], again["resolved"]) == (3, 0, 3)
    assert terminal.json("quarantine")["rows"] == 0


def test_rows_of_one_file_that_correct_each_other_end_with_code_2(terminal: Terminal, tmp_path: Path) -> None:
    path = csv_of(tmp_path / "a.csv", [transfer(1, amount=f"{n}.50") for n in range(60)])
    done = terminal.run("ingest", "transfers", path, "--source", "BANKA", code=2)
    assert "LOOK: 59 rows of a.csv correct other rows of this same file" in done.stderr
    terminal.run("ingest", "transfers", path, "--source", "BANKA")


def test_a_shortened_number_of_many_payments_replaces_none_of_them(
    terminal: Terminal, tmp_path: Path
) -> None:
    path = csv_of(tmp_path / "a.csv", [transfer(n, record_id="2025", payer=f"3{n:03}") for n in range(60)])
    done = terminal.run("ingest", "transfers", path, "--source", "BANKA", code=2)
    assert "LOOK: 59 rows of a.csv have record numbers that BANKA gave to other records" in done.stderr
    thai = terminal.run("ingest", "transfers", path, "--source", "BANKA", "--language", "th", code=2)
    assert "แถวของ a.csv มีเลขระเบียนที่ BANKA เคยใช้กับระเบียนอื่น" in thai.stderr
    assert terminal.json("quarantine")["rows"] == 59


def test_an_overlapping_export_ends_with_code_2_and_is_taken_in_after_a_look(
    terminal: Terminal, tmp_path: Path
) -> None:
    rows = [{name: value for name, value in transfer(n).items() if name != "record_id"} for n in range(4)]
    terminal.run("ingest", "transfers", csv_of(tmp_path / "a.csv", rows[:3]), "--source", "BANKA")
    later = csv_of(tmp_path / "b.csv", rows)
    done = terminal.run("ingest", "transfers", later, "--source", "BANKA", code=2)
    assert "LOOK: 3 rows of b.csv look the same as rows that BANKA sent before, in a.csv (3)" in done.stderr
    assert terminal.json("quarantine", "reingest", code=2)["quarantined"] == 3
    assert terminal.json("quarantine", "reingest", "--again")["accepted"] == 3


@pytest.mark.parametrize(
    ("content", "th", "en"),
    [
        (b"%PDF-1.7 something", "เป็น PDF", "is a PDF"),
        (b"", "เป็นไฟล์ว่าง", "is empty"),
        (b"PAR1 and no more", "ไม่ครบหรือเสียหาย", "is cut off or damaged"),
        (b"a,b\n1,2\n", "ไม่มีคอลัมน์", "has no column"),
        (b'{"rows": [{"a": 1}]}', "เป็นออบเจกต์ JSON เดียว", "is one JSON object"),
        (
            b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"/>',
            "เป็น camt.053 (รายการเดินบัญชี)",
            "is camt.053 (a statement)",
        ),
    ],
)
def test_a_file_that_is_refused_as_a_whole_is_refused_in_the_language_asked_for(
    terminal: Terminal, tmp_path: Path, content: bytes, th: str, en: str
) -> None:
    path = tmp_path / "a"
    path.write_bytes(content)
    assert en in terminal.run("ingest", "reports", path, code=1).stderr
    told = terminal.run("ingest", "reports", path, "--language", "th", code=1).stderr
    assert th in told
    assert en not in told


def test_the_same_file_from_another_source_needs_a_word(terminal: Terminal, tmp_path: Path) -> None:
    path = csv_of(tmp_path / "a.csv", [transfer(1)])
    terminal.run("ingest", "transfers", path, "--source", "BANKA")
    refused = terminal.run("ingest", "transfers", path, "--source", "BANKB", code=1)
    assert "came from BANKA on" in refused.stderr
    manifest = {"files": [{"table": "transfers", "file": "a.csv", "source": "BANKB"}]}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    terminal.run("ingest", "--folder", tmp_path, code=1)
    manifest["files"][0]["again"] = True  # type: ignore[assignment]
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    # Taken in as asked, and told: without a reference in common the payment counts for each source.
    taken = json.loads(terminal.run("ingest", "--folder", tmp_path, "--json", code=2).stdout)
    assert (taken["accepted"], taken["alike"]) == (1, 1)
    once_more = terminal.run("ingest", "transfers", path, "--source", "BANKC", "--again", "--json", code=2)
    assert json.loads(once_more.stdout)["accepted"] == 1


def test_a_folder_is_taken_in_by_its_manifest_in_one_commit(terminal: Terminal, tmp_path: Path) -> None:
    folder = tmp_path / "delivery"
    folder.mkdir()
    csv_of(folder / "transfers.csv", [transfer(n, time="2026-10-01 08:00:00") for n in range(4)])
    csv_of(folder / "accounts.csv", [{"record_id": "A1", "bank": "BANKA", "account": "1000"}])
    zoned(folder / "zone.toml")
    files = [
        {"table": "transfers", "file": "transfers.csv", "mapping": "zone.toml", "legal_basis": "section 4"},
        {"table": "accounts", "file": "accounts.csv", "retention_days": 30},
    ]
    (folder / "manifest.json").write_text(json.dumps({"files": [{**f, "source": "BANKA"} for f in files]}))
    said = terminal.json("ingest", "--folder", folder)
    assert (said["accepted"], said["quarantined"]) == (5, 0)
    assert [(one["table"], one["accepted"]) for one in said["tables"]] == [("transfers", 4), ("accounts", 1)]
    lake = terminal.json("lake")
    assert lake["commit"] == 1
    assert {table["table"]: table["rows"] for table in lake["tables"]} == {
        "accounts": 1,
        "deliveries": 2,
        "transfers": 4,
    }


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("ingest",), "Name a table and a file"),
        (("ingest", "transfer", "a.csv"), "There is no table 'transfer'"),
        (("ingest", "transfers", "absent.csv"), "absent.csv cannot be read"),
        (("ingest", "--folder", "absent"), "manifest.json cannot be read"),
        (("ingest", "transfers", "a.csv", "--map", "amount"), "is no mapping"),
        (("ingest", "transfers", "a.csv", "--retain-until", "soon"), "is not a time"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    terminal: Terminal, words: tuple[str, ...], sentence: str, tmp_path: Path
) -> None:
    said = terminal.run(*words, code=1).stderr
    assert sentence in said
    assert len(said.splitlines()) == 1


def test_verify_names_the_changed_file_and_ends_with_code_1(terminal: Terminal, tmp_path: Path) -> None:
    terminal.run(
        "ingest", "transfers", csv_of(tmp_path / "a.csv", map(transfer, range(5))), "--source", "BANKA"
    )
    assert terminal.json("lake", "verify") == {"ok": True, "faults": []}
    (file,) = (tmp_path / "home" / "lake" / "data" / "transfers").rglob("*.parquet")
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    (fault,) = terminal.json("lake", "verify", code=1)["faults"]
    assert (fault["kind"], Path(fault["path"]).name) == ("changed", file.name)


def test_find_sees_a_record_as_it_was_known_then(terminal: Terminal, tmp_path: Path) -> None:
    terminal.run("ingest", "transfers", csv_of(tmp_path / "a.csv", [transfer(1)]), "--source", "BANKA")
    then = terminal.json("lake", "find", "transfers", "--record-id", "T1")["rows"][0]["received_at"]
    other = csv_of(tmp_path / "b.csv", [transfer(1, amount="9.00")])
    terminal.run("ingest", "transfers", other, "--source", "BANKA")
    find = ("lake", "find", "transfers", "--record_id", "T1")
    assert [row["amount"] for row in terminal.json(*find)["rows"]] == ["9.00"]
    assert [row["amount"] for row in terminal.json(*find, "--as-of", then)["rows"]] == ["101.50"]
    assert "no column nonsense" in terminal.run("lake", "find", "transfers", "--nonsense", "1", code=1).stderr
    early = terminal.run(*find, "--as-of", "2020-01-01T00:00:00Z")
    assert ("0 rows." in early.stdout, "1 such rows came later, the first at" in early.stderr) == (True, True)
    assert "came later" not in terminal.run(*find, "--as-of", then).stderr


def test_a_guess_takes_nothing_in_and_what_it_wrote_then_does(terminal: Terminal, tmp_path: Path) -> None:
    path, written = workbook(THAI, *rows_of(sheet_row))(tmp_path), tmp_path / "map.toml"
    said = terminal.json("ingest", "transfers", path, "--guess", "--write", written)
    assert said["columns"] == MEANING
    assert said["file"] == {"sheet": "Sheet", "header": 1, "encoding": None, "delimiter": None}
    assert said["time"] == {"zone": "Asia/Bangkok", "calendar": "gregorian", "format": None}
    assert said["values"]["channel"] == {"โอน": "transfer", "พร้อมเพย์": "transfer", "ถอนเงินสด": "cash"}
    assert (said["rows_read"], said["rows_refused"], len(said["doubts"])) == (60, 0, 2)
    assert not (tmp_path / "home").exists(), "not even a data folder"
    taken = terminal.json("ingest", "transfers", path, "--mapping", written, "--source", "KTB")
    assert (taken["accepted"], taken["quarantined"]) == (60, 0)
    again = terminal.run("ingest", "transfers", path, "--guess", "--write", written, code=1)
    assert "is there already and was not touched" in again.stderr


def test_a_guess_shows_ten_rows_in_columns_and_what_would_be_refused(
    terminal: Terminal, tmp_path: Path
) -> None:
    path = csv(THAI, *rows_of(thai), [*thai(99)[:6], "-5.00", "โอน"])(tmp_path)
    said = terminal.run("ingest", "transfers", path, "--guess").stdout.splitlines()
    shown = [line for line in said if line.startswith("  T0")]
    assert len(shown) == 10
    assert len({line.index(" KBANK") for line in shown if " KBANK" in line[:45]}) == 1, "in columns"
    assert "60 rows would be read, 1 refused; the first 10:" in said
    assert any("refused, line 62: amount is '-5.00'" in line for line in said)
    assert any("1. The times name no zone" in line for line in said)
    written = tmp_path / "map.toml"
    said = terminal.run("ingest", "transfers", path, "--guess", "--write", written).stdout.splitlines()
    assert said[-1].endswith(f"warroom ingest transfers {path} --mapping {written} --source NAME")
    assert "# ASK: Whose records are these?" in written.read_text()
    terminal.run("ingest", "transfers", "--guess", code=1)


def test_what_readers_notice_and_why_rows_wait_is_said_in_the_language_that_is_chosen(
    terminal: Terminal, tmp_path: Path
) -> None:
    path = workbooks.workbook(
        tmp_path / "a.xlsx",
        [workbooks.NAMES, workbooks.row(1), workbooks.row(2, amount=-5)],
        sheet="พ.ย.",
        more=add_sheet,
    )
    mapping = zoned(tmp_path / "zone.toml")
    said = terminal.run("ingest", "transfers", path, "--mapping", mapping, "--language", "th", code=2)
    assert "อ่านแผ่นงาน 'พ.ย.' ไม่ได้อ่าน 'More'" in said.stderr
    assert "ต้องมากกว่าศูนย์" in terminal.run("quarantine", "show", "--language", "th").stdout
    assert "it must be more than zero" in terminal.run("quarantine", "list").stdout


def add_sheet(book: Any, _: Any) -> None:
    book.create_sheet("More")["A1"] = 1
