"""Files put into the drop folder: each taken whole, or refused with a sentence, once."""

import errno
import os
import zipfile
from collections.abc import Sequence
from datetime import timedelta

import pytest

from tests.lake.files import csv_of, seen, transfer
from tests.lake.streams.pushing import BANK
from warroom import clock
from warroom.errors import HomeBusy, HomeError
from warroom.home import Home
from warroom.lake import lake as lake_module
from warroom.lake.lake import Lake
from warroom.lake.streams import folder
from warroom.lake.streams.folder import STILL_SECONDS, DropFolder
from warroom.lake.streams.lag import list_lags
from warroom.lake.terms import IngestJob, IngestSummary


class Looks:
    """A folder that is looked at, and the seconds that pass between two looks."""

    def __init__(self, home: Home) -> None:
        self.lake, self.seconds = Lake.open(home), 0.0
        self.folder = DropFolder(self.lake, timer=lambda: self.seconds)
        self.place = home.drop / BANK
        self.place.mkdir(parents=True)

    def look(self, seconds: float = STILL_SECONDS) -> list[str]:
        """The names of the files that were taken in or refused at this look."""
        self.seconds += seconds
        return [one.dropped.path.name for one in self.folder.take_settled_files()]

    def names(self, folder: str = "") -> set[str]:
        place = self.place / folder
        return {path.name for path in place.iterdir() if path.is_file()} if place.is_dir() else set()


@pytest.fixture
def looks(home: Home) -> Looks:
    return Looks(home)


def test_a_file_is_taken_when_it_lies_still_and_moves_to_done(looks: Looks) -> None:
    csv_of(looks.place / "a.csv", map(transfer, range(3)))
    assert looks.look() == []
    assert looks.look(STILL_SECONDS / 2) == []
    assert looks.look() == ["a.csv"]
    assert set(seen(looks.lake)) == {"T0", "T1", "T2"}
    assert (looks.names(), looks.names("done")) == (set(), {"a.csv"})


def test_a_file_that_still_grows_is_left_alone(looks: Looks) -> None:
    path = csv_of(looks.place / "a.csv", map(transfer, range(3)))
    looks.look()
    with path.open("a") as more:
        more.write(path.read_text().splitlines()[1].replace("T0,", "T9,") + "\n")
    assert looks.look() == []
    assert looks.look() == ["a.csv"]
    assert len(seen(looks.lake)) == 4


def test_unfinished_names_are_never_taken_until_they_are_renamed(looks: Looks) -> None:
    part = csv_of(looks.place / "a.csv.part", map(transfer, range(3)))
    csv_of(looks.place / ".hidden.csv", map(transfer, range(3)))
    assert looks.look() + looks.look() + looks.look() == []
    part.rename(looks.place / "a.csv")
    assert looks.look() + looks.look() == ["a.csv"]


def test_a_file_that_cannot_be_read_is_refused_with_a_sentence_beside_it(looks: Looks) -> None:
    (looks.place / "bad.csv").write_text("when,what\n1,2\n")
    (looks.place / "empty.csv").touch()
    os.symlink("/etc/hostname", looks.place / "link.csv")
    csv_of(looks.place / "good.csv", [transfer(1)])
    looks.look()
    assert sorted(looks.look()) == ["bad.csv", "empty.csv", "good.csv", "link.csv"]
    refused = {"bad.csv", "empty.csv", "link.csv"}
    assert looks.names("refused") == refused | {f"{name}.problem" for name in refused}
    assert "no column 'time'" in (looks.place / "refused" / "bad.csv.problem").read_text()
    assert "no plain file" in (looks.place / "refused" / "link.csv.problem").read_text()
    assert looks.names("done") == {"good.csv"}
    assert looks.look() + looks.look() == []


def test_a_refused_file_comes_again_under_its_name_and_both_are_kept(looks: Looks) -> None:
    for _ in range(2):
        (looks.place / "bad.csv").write_text("nothing\n")
        looks.look()
        looks.look()
    assert looks.names("refused") == {"bad.csv", "bad.csv.problem", "bad-2.csv", "bad-2.csv.problem"}


def test_rows_that_cannot_be_read_are_quarantined_and_the_file_is_done(looks: Looks) -> None:
    csv_of(looks.place / "a.csv", [transfer(1), transfer(2, amount="much")])
    looks.look()
    looks.look()
    assert (set(seen(looks.lake)), looks.lake.list_quarantined_rows().num_rows) == ({"T1"}, 1)
    assert looks.names("done") == {"a.csv"}


def test_files_of_other_tables_lie_in_a_folder_of_the_tables_name(looks: Looks) -> None:
    (looks.place / "tips").mkdir()
    (looks.place / "tips" / "t.jsonl").write_text(
        '{"record_id": "1", "time": "2026-10-01T03:00:00Z", "kind": "call"}\n'
    )
    looks.look()
    assert looks.look() == ["t.jsonl"]
    assert looks.lake.query_rows("tips").count().to_pyarrow().as_py() == 1
    assert looks.names("done") == {"t.jsonl"}


def test_a_crash_between_the_commit_and_the_move_doubles_nothing(
    looks: Looks, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    csv_of(looks.place / "a.csv", [{**transfer(n), "record_id": ""} for n in range(3)])
    looks.look()
    with monkeypatch.context() as patch:
        patch.setattr(folder, "_put_away", _dies)
        with pytest.raises(KeyboardInterrupt):
            looks.look()
    assert (looks.names(), looks.lake.head) == ({"a.csv"}, 1)
    assert looks.look() == ["a.csv"]
    assert (len(seen(looks.lake)), looks.names("done")) == (3, {"a.csv"})


def _dies(*_: object) -> None:
    raise KeyboardInterrupt


def test_while_the_lake_is_written_to_the_file_waits_and_the_lag_says_so(
    looks: Looks, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lake_module, "PATIENCE", 0.1)
    path = csv_of(looks.place / "a.csv", [transfer(1)])
    looks.look()
    with home.take_lock("lake"), pytest.raises(HomeBusy):
        looks.look()
    before = (clock.get_real_now() - timedelta(hours=1)).timestamp()
    os.utime(path, (before, before))
    (lag,) = list_lags(home, {})
    assert (lag.stream, lag.source, lag.waiting, lag.unit) == ("folder", BANK, 1, "files")
    assert lag.is_late(clock.get_real_now())
    looks.look()
    assert looks.look() == ["a.csv"]
    assert list_lags(home, {}) == []


def test_done_files_go_after_a_week(looks: Looks) -> None:
    csv_of(looks.place / "a.csv", [transfer(1)])
    looks.look()
    looks.look()
    (done,) = (looks.place / "done").iterdir()
    old = (clock.get_real_now() - timedelta(days=8)).timestamp()
    os.utime(done, (old, old))
    looks.look()
    assert looks.names("done") == set()
    assert set(seen(looks.lake)) == {"T1"}


def test_a_folder_whose_name_is_no_sources_is_refused(home: Home, looks: Looks) -> None:
    place = home.drop / "bank a;"
    place.mkdir()
    csv_of(place / "a.csv", [transfer(1)])
    looks.look()
    assert looks.look() == ["a.csv"]
    assert "no name of a source" in (place / "refused" / "a.csv.problem").read_text()


LONG = "ก" * 83 + ".csv"


@pytest.mark.parametrize("name", [LONG, "a." + "b" * 250, "c" * 255], ids=["thai", "suffix", "plain"])
def test_a_file_with_a_long_name_is_put_away_under_a_shorter_one(looks: Looks, name: str) -> None:
    for _ in range(2):
        (looks.place / name).write_text("nothing\n")
        csv_of(looks.place / "z.csv", [transfer(1)])
        looks.look()
        assert set(looks.look()) == {name, "z.csv"}
    assert looks.names() == set()
    refused = looks.names("refused")
    assert len(refused) == 4, "both, each with its problem"
    assert all(short.startswith(name[:1]) for short in refused)
    csv_of(looks.place / LONG, [transfer(2)])
    looks.look()
    assert looks.look() == [LONG]
    assert set(seen(looks.lake)) == {"T1", "T2"}


def test_where_done_is_a_plain_file_other_sources_are_taken(home: Home, looks: Looks) -> None:
    (looks.place / "done").mkdir()
    (looks.place / "done" / "theirs").mkdir()
    old = (clock.get_real_now() - timedelta(days=8)).timestamp()
    os.utime(looks.place / "done" / "theirs", (old, old))
    other = home.drop / "BANKA1"
    other.mkdir()
    (other / "done").touch()
    csv_of(other / "a.csv", [transfer(1)])
    csv_of(looks.place / "b.csv", [transfer(2)])
    looks.look()
    looks.look()
    assert set(seen(looks.lake)) >= {"T2"}
    assert "b.csv" in looks.names("done")


def test_a_file_that_breaks_the_program_stays_and_is_tried_again_later(
    looks: Looks, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ingest = looks.lake.ingest

    def breaking(jobs: Sequence[IngestJob]) -> list[IngestSummary]:
        if jobs[0].path.name == "a.csv":
            raise ZeroDivisionError
        return ingest(jobs)

    with monkeypatch.context() as patch:
        patch.setattr(looks.lake, "ingest", breaking)
        csv_of(looks.place / "a.csv", [transfer(1)])
        csv_of(looks.place / "b.csv", [transfer(2)])
        looks.look()
        assert looks.look() == ["a.csv", "b.csv"]
        assert "ZeroDivisionError" in caplog.text
        assert (looks.names(), looks.names("done")) == ({"a.csv"}, {"b.csv"})
    assert looks.look() == [], "not every few seconds"
    assert looks.look(folder.AGAIN_SECONDS) == ["a.csv"]
    assert set(seen(looks.lake)) == {"T1", "T2"}


def test_a_name_that_is_no_text_is_refused_with_a_sentence(looks: Looks) -> None:
    path = looks.place / os.fsdecode(b"\xa1.csv")
    csv_of(path, [transfer(1)])
    looks.look()
    looks.look()
    (problem,) = (looks.place / "refused").glob("*.problem")
    assert "not valid UTF-8" in problem.read_text()


@pytest.mark.parametrize("lacks", ["the key", "room"])
def test_what_the_house_itself_lacks_is_no_files_fault_and_all_come_in_once_it_is_back(
    looks: Looks, lacks: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    csv_of(looks.place / "a.csv", [transfer(1)])
    looks.look()
    looks.look()
    key = looks.lake.home.keys / "lake.secret"
    kept = key.read_bytes()
    again = DropFolder(Lake.open(looks.lake.home), timer=lambda: looks.seconds)
    for name, number in (("b.csv", 2), ("c.csv", 3)):
        csv_of(looks.place / name, [transfer(number)])
    again.take_settled_files()
    looks.seconds += STILL_SECONDS
    with monkeypatch.context() as patch:
        if lacks == "the key":
            key.unlink()
        else:
            patch.setattr(again._lake, "ingest", no_room)
        with pytest.raises((HomeError, OSError)):
            again.take_settled_files()
    key.write_bytes(kept)
    looks.seconds += 1
    assert [one.dropped.path.name for one in again.take_settled_files()] == ["b.csv", "c.csv"]
    assert looks.names("done") == {"a.csv", "b.csv", "c.csv"}


def no_room(jobs: Sequence[IngestJob]) -> list[IngestSummary]:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_file_that_takes_long_lets_the_others_go_first_and_ends_the_turn(
    home: Home, looks: Looks, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = csv_of(looks.place / "a.csv", map(transfer, range(3_000)))
    with zipfile.ZipFile(looks.place / "b.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.write(large, "more.csv")
    csv_of(looks.place / "z.csv", [transfer(9_000)])
    other = home.drop / "ZBANK"
    other.mkdir()
    csv_of(other / "z.csv", [transfer(9_001)])
    taken = looks.lake.ingest

    def slow(jobs: Sequence[IngestJob]) -> list[IngestSummary]:
        looks.seconds += folder.TURN_SECONDS / 2 + 1
        return taken(jobs)

    monkeypatch.setattr(looks.lake, "ingest", slow)
    looks.look()
    assert looks.look() == ["z.csv", "z.csv"]
    assert looks.look(0) == ["a.csv", "b.zip"]
