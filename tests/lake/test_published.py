"""Publishing the lake: nothing twice, nothing half, nothing that was erased, and nobody else let in."""

import json
import os
import random
import signal
import stat
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from deltalake import DeltaTable

from tests.cli.test_ingest import Terminal
from tests.killing import MOMENTS
from tests.lake.files import csv_of, opened, take, transfer
from warroom import clock
from warroom.cli.checks import OK, WARN, DoctorCheck, run_checks
from warroom.errors import HomeBusy, LakeError
from warroom.home import Home, open_home
from warroom.lake.lake import Lake
from warroom.lake.published import publish
from warroom.ledger.audit import reading
from warroom.ledger.ledger import Ledger
from warroom.records.mapping import DeliveryTerms

THEN = transfer(0)["time"]


@pytest.fixture
def lake(home: Home, tmp_path: Path) -> Lake:
    made = Lake.open(home)
    take(made, csv_of(tmp_path / "first.csv", map(transfer, range(20))))
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "open-lake"


def records(folder: Path, version: int | None = None) -> list[str]:
    """The numbers of the published transfers, every version of them."""
    rows = DeltaTable(str(folder / "transfers"), version=version).to_pyarrow_table(columns=["record_id"])
    return sorted(rows["record_id"].to_pylist())


def versions(folder: Path) -> dict[str, int]:
    return {
        path.name: DeltaTable(str(path)).version()
        for path in folder.iterdir()
        if path.is_dir() and path.name != "quarantine"
    }


def checked(home: Home, monkeypatch: pytest.MonkeyPatch) -> DoctorCheck:
    monkeypatch.setenv("WARROOM_HOME", str(home.root))
    return next(check for check in run_checks() if check.name == "published")


def test_publishing_again_adds_what_came_and_changes_nothing_else(
    lake: Lake, folder: Path, tmp_path: Path
) -> None:
    first = publish(lake, folder)
    assert (first.added, first.removed) == (first.files, 0)
    before = versions(folder)
    again = publish(lake, folder)
    assert (again.added, again.removed) == (0, 0)
    assert versions(folder) == before, "no new version where nothing is new"
    take(lake, csv_of(tmp_path / "second.csv", [transfer(3, amount="7.00"), transfer(500)]))
    more = publish(lake, folder)
    assert (more.added, more.removed) == (3, 0), (
        "a correction, a new transfer, and the delivery that brought them"
    )
    moved = {name for name, version in versions(folder).items() if version != before[name]}
    assert moved == {"transfers", "deliveries"}
    assert len(records(folder)) == 22


def test_no_row_is_copied_and_the_private_modes_stay(lake: Lake, folder: Path) -> None:
    publish(lake, folder)
    held = [path for path in folder.rglob("*.parquet") if path.parent.name.startswith("written_as=")]
    assert {path.resolve() for path in held} == {file.path.resolve() for file in lake.state.files.values()}
    assert all(path.is_symlink() for path in held)
    folders = [folder, *(path for path in folder.rglob("*") if path.is_dir())]
    assert {stat.S_IMODE(path.stat().st_mode) for path in folders} == {0o700}
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*.json")} == {0o600}


def test_what_is_erased_is_gone_at_once_from_every_version(lake: Lake, folder: Path, tmp_path: Path) -> None:
    due = DeliveryTerms(retention_until=clock.get_now() + timedelta(days=1))
    take(lake, csv_of(tmp_path / "due.csv", map(transfer, range(100, 110))), source="BANKZ", terms=due)
    publish(lake, folder)
    lake.erase_expired(clock.get_now() + timedelta(days=2))
    with pytest.raises(FileNotFoundError):
        records(folder)
    publish(lake, folder)
    assert records(folder) == sorted(f"T{number}" for number in range(20))
    with pytest.raises(FileNotFoundError):
        records(folder, version=0)
    assert all(path.exists() for path in folder.rglob("*.parquet")), "no link leads nowhere"
    log = "".join(path.read_text() for path in (folder / "transfers" / "_delta_log").glob("*.json"))
    assert "1002" not in log.replace(str(clock.get_real_now().year), ""), (
        "no value of a row stands in the log"
    )


def test_joined_files_are_taken_in_place_of_the_many(lake: Lake, folder: Path, tmp_path: Path) -> None:
    take(lake, csv_of(tmp_path / "second.csv", [transfer(700, time=THEN)]))
    publish(lake, folder)
    assert lake.compact_files() > 0
    done = publish(lake, folder)
    assert (done.added, done.removed) == (2, 4)
    assert len(records(folder)) == 21


def test_many_versions_are_summed_up_by_a_checkpoint(lake: Lake, folder: Path, tmp_path: Path) -> None:
    for number in range(12):
        take(lake, csv_of(tmp_path / f"{number}.csv", [transfer(1000 + number, time=THEN)]))
        publish(lake, folder)
    assert list((folder / "transfers" / "_delta_log").glob("*.checkpoint.parquet"))
    assert len(records(folder)) == 32


def test_links_that_somebody_took_away_are_there_again(lake: Lake, folder: Path) -> None:
    publish(lake, folder)
    next((folder / "transfers").glob("day=*/*/*.parquet")).unlink()
    publish(lake, folder)
    assert len(records(folder)) == 20


def test_a_lake_that_went_on_from_a_backup_is_shown_as_it_is(
    lake: Lake, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name of a file comes a second time with other rows in it."""
    newest = csv_of(tmp_path / "lost.csv", [transfer(800, time=THEN)])
    take(lake, newest)
    publish(lake, folder)
    lost = [file for file in lake.state.files.values() if file.seq == lake.head]
    for path in (lake.log.path_of(lake.head), lake.home.run / "lake.head", *(file.path for file in lost)):
        path.unlink()
    other = opened(lake.home)
    take(other, csv_of(tmp_path / "instead.csv", [transfer(801, time=THEN)]))
    assert {file.name for file in lost} <= set(other.state.files)
    assert checked(lake.home, monkeypatch).state == WARN
    publish(other, folder)
    assert {"T800", "T801"} & set(records(folder)) == {"T801"}
    assert checked(lake.home, monkeypatch).state == OK


@pytest.mark.parametrize("where", ["lake", "", ".."])
def test_the_data_folder_itself_is_refused(lake: Lake, where: str) -> None:
    with pytest.raises(LakeError, match="or the other way round"):
        publish(lake, lake.home.root / where)


def test_a_folder_of_somebody_else_is_refused_and_left_alone(
    lake: Lake, folder: Path, tmp_path: Path
) -> None:
    folder.mkdir()
    (folder / "letter.txt").write_text("mine")
    with pytest.raises(LakeError, match="did not publish"):
        publish(lake, folder)
    assert os.listdir(folder) == ["letter.txt"]
    (folder / "letter.txt").unlink()
    publish(lake, folder)
    with pytest.raises(LakeError, match="did not publish"):
        publish(Lake.open(open_home(tmp_path / "other", "exercise")), folder)


def test_a_folder_that_cannot_be_written_is_said_in_one_sentence(lake: Lake, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LakeError, match=r"could not be updated .*publish again"):
        publish(lake, tmp_path / "file" / "open-lake")


def test_two_do_not_publish_at_once_and_a_writer_is_not_waited_for(lake: Lake, folder: Path) -> None:
    with lake.home.take_lock("lake"):
        publish(lake, folder)
    with lake.home.take_lock("publish"), pytest.raises(HomeBusy):
        publish(lake, folder)


def test_doctor_says_which_folder_is_behind(
    lake: Lake, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(lake, folder)
    assert checked(lake.home, monkeypatch).state == OK
    take(lake, csv_of(tmp_path / "second.csv", [transfer(600, time=THEN)]))
    late = checked(lake.home, monkeypatch)
    assert (late.state, late.text) == (WARN, f"{folder} shows commit 1 of 2")
    assert late.todo == f"Run: warroom lake publish {folder}"
    publish(lake, folder)
    assert checked(lake.home, monkeypatch).state == OK


def test_the_command_says_whom_it_lets_in_and_the_log_has_it(
    home: Home, ledger: Ledger, lake: Lake, folder: Path
) -> None:
    terminal = Terminal(home.root)
    done = terminal.run("lake", "publish", folder, "--json")
    assert json.loads(done.stdout)["rows"] == 21
    assert "reads every row unmasked" in done.stderr
    row = reading.list_rows(ledger, limit=1)[0]
    assert (row.verb, row.detail) == ("lake.published", {"folder": str(folder), "commit": 1})
    assert {
        stat.S_IMODE(path.lstat().st_mode) & 0o077 for path in folder.rglob("*") if not path.is_symlink()
    } == {0}


PUBLISH = """
import sys
from pathlib import Path
from warroom.home import open_home
from warroom.lake.lake import Lake
from warroom.lake.published import publish
lake = Lake.open(open_home(Path(sys.argv[1])))
print("ready", flush=True)
while True:
    publish(lake, Path(sys.argv[2]))
"""


@pytest.mark.slow
def test_killed_at_any_moment_beside_a_writer_every_version_is_whole(
    lake: Lake, folder: Path, tmp_path: Path
) -> None:
    chance, program = random.Random(20_261_127), tmp_path / "program.py"
    program.write_text(PUBLISH)
    for moment in range(MOMENTS):
        words = [sys.executable, program, lake.home.root, folder]
        with subprocess.Popen(words, stdout=subprocess.PIPE) as running:
            assert running.stdout
            running.stdout.readline()
            base = 1000 * (moment + 1)
            take(
                lake,
                csv_of(tmp_path / f"{moment}.csv", (transfer(n, time=THEN) for n in range(base, base + 60))),
            )
            if moment % 2:
                lake.compact_files()
            time.sleep(chance.uniform(0, 0.2))
            running.send_signal(signal.SIGKILL)
        publish(lake, folder)
        assert len(records(folder)) == len(set(records(folder))) == 20 + 60 * (moment + 1)
        assert not list(folder.rglob(".*.draft"))


@pytest.mark.parametrize(
    "part", ["transfers", "transfers/_delta_log", "transfers/{day}", "transfers/{day}/written_as=new"]
)
def test_a_folder_that_is_a_link_is_refused_and_what_it_leads_to_stays(
    lake: Lake, folder: Path, tmp_path: Path, part: str
) -> None:
    publish(lake, folder)
    day = next((folder / "transfers").glob("day=*")).name
    link, elsewhere = folder / part.format(day=day), tmp_path / "elsewhere"
    link.rename(elsewhere)
    mine = elsewhere / "mine.txt"
    mine.write_text("somebody's own")
    link.symlink_to(elsewhere)
    with pytest.raises(LakeError, match="is a symbolic link"):
        publish(lake, folder)
    assert mine.read_text() == "somebody's own"


def test_a_file_that_somebody_put_among_the_links_is_not_taken_away(lake: Lake, folder: Path) -> None:
    publish(lake, folder)
    mine = next((folder / "transfers").glob("day=*/*")) / "mine.txt"
    mine.write_text("somebody's own")
    publish(lake, folder)
    assert mine.read_text() == "somebody's own"
