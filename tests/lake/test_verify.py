"""Anyone who changes a byte of the lake is found out."""

import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.lake.files import csv_of, opened, seen, take, transfer
from warroom import clock
from warroom.errors import LakeDamaged
from warroom.home import Home, open_home
from warroom.lake.lake import Lake
from warroom.lake.log import CommitLog
from warroom.lake.verify import verify
from warroom.records.mapping import DeliveryTerms


@pytest.fixture
def lake(home: Home, tmp_path: Path) -> Lake:
    made = Lake.open(home)
    for number in range(3):
        take(made, csv_of(tmp_path / f"{number}.csv", map(transfer, range(number * 5, number * 5 + 5))))
    return made


def kinds(lake: Lake) -> list[tuple[str, str]]:
    return [(fault.kind, fault.path) for fault in opened(lake.home).verify()]


def test_a_lake_as_it_was_written_has_no_fault(lake: Lake) -> None:
    assert lake.verify() == []


class Meanwhile:
    """Everything, and the first question is met by a commit and a joining of files."""

    def __init__(self, write: Callable[[], object]) -> None:
        self.write, self.asked = write, False

    def __contains__(self, name: object) -> bool:
        if not self.asked:
            self.asked = True
            self.write()
        return True


class Listed(CommitLog):
    """A log in which a commit is made just after its commits were listed."""

    write: Callable[[], object]

    def list_commit_numbers(self) -> list[int]:
        found = super().list_commit_numbers()
        self.write()
        return found


def test_what_is_written_while_the_lake_is_verified_is_no_fault(lake: Lake, tmp_path: Path) -> None:
    serving = Lake.open(lake.home)

    def write() -> None:
        take(serving, csv_of(tmp_path / "later.csv", [transfer(99)]))
        serving.compact_files()

    assert lake.verify(Meanwhile(write)) == []
    log = Listed(lake.home)
    log.write = lambda: take(serving, csv_of(tmp_path / "last.csv", [transfer(100)]))
    assert verify(lake.home, log, 1) == []


@pytest.mark.parametrize("place", [0, 0.5, 1])
def test_a_changed_byte_is_found_and_its_file_named(lake: Lake, place: float) -> None:
    file = lake.list_files("transfers")[1]
    content = bytearray(file.path.read_bytes())
    content[int(place * (len(content) - 1))] ^= 1
    file.path.write_bytes(content)
    assert kinds(lake) == [("changed", file.name)]


def test_a_byte_more_is_found(lake: Lake) -> None:
    file = lake.list_files("transfers")[0]
    file.path.write_bytes(file.path.read_bytes() + b"\0")
    assert kinds(lake) == [("changed", file.name)]


def test_a_missing_file_is_found(lake: Lake) -> None:
    file = lake.list_files("transfers")[0]
    file.path.unlink()
    assert kinds(lake) == [("missing", file.name)]


def test_a_file_that_no_commit_names_is_found_and_its_rows_are_not_seen(lake: Lake) -> None:
    file = lake.list_files("transfers")[0]
    smuggled = file.path.with_name("00000009-00001.parquet")
    smuggled.write_bytes(file.path.read_bytes())
    assert kinds(lake) == [("extra", str(smuggled.relative_to(lake.home.lake)))]
    assert len(seen(opened(lake.home))) == 15


def test_a_forged_manifest_is_found_and_refused(lake: Lake) -> None:
    path = lake.log.path_of(2)
    tree = json.loads(path.read_bytes())
    tree["added"][0]["rows"] += 1
    path.write_text(json.dumps(tree))
    assert kinds(lake)[0] == ("forged", "commits/00000002.json")
    with pytest.raises(LakeDamaged, match=r"00000002\.json"):
        seen(opened(lake.home))


def test_a_commit_taken_out_of_the_middle_is_found(lake: Lake) -> None:
    lake.log.path_of(2).unlink()
    assert ("missing", "commits/00000002.json") in kinds(lake)


def test_commits_in_another_order_are_found(lake: Lake) -> None:
    second, third = lake.log.path_of(2), lake.log.path_of(3)
    content = second.read_bytes()
    second.write_bytes(third.read_bytes())
    third.write_bytes(content)
    assert kinds(lake)[0] == ("chain", "commits/00000002.json")


def test_a_log_cut_off_at_its_end_is_found(lake: Lake) -> None:
    lake.log.path_of(3).unlink()
    for file in lake.state.files.values():
        if file.seq == 3:
            file.path.unlink()
    assert kinds(lake) == [("rolled-back", "commits/00000003.json")]


def test_the_log_of_another_home_is_not_believed(lake: Lake, tmp_path: Path) -> None:
    other = Lake.open(open_home(tmp_path / "another", "exercise"))
    other.log.path_of(1).write_bytes(lake.log.path_of(1).read_bytes())
    with pytest.raises(LakeDamaged):
        _ = other.head


def test_many_commits_open_from_a_checkpoint_and_verify_from_the_beginning(lake: Lake) -> None:
    for number in range(64):
        lake.write_rows("answers", [{"record_id": f"{number}", "order_id": f"O{number}"}], source="BANKA")
    assert [path.name for path in lake.log.checkpoints.iterdir()] == ["00000064.json"]
    other = opened(lake.home)
    assert other.head == 67
    assert other.state == lake.state
    assert other.verify() == []
    (lake.log.checkpoints / "00000064.json").write_text("{}")
    assert opened(lake.home).state == lake.state, "a checkpoint that is not signed is not used"
    assert kinds(lake) == [("forged", "checkpoints/00000064.json")]


def forge(lake: Lake) -> str:
    """Another amount in a file of the lake, as Parquet as good as any; the file's name."""
    file = lake.list_files("transfers")[0]
    rows = pq.read_table(file.path, partitioning=None)
    place = rows.schema.get_field_index("amount")
    forged = pa.array([Decimal("1.00")] * rows.num_rows, rows.schema.field("amount").type)
    pq.write_table(rows.set_column(place, rows.schema.field(place), forged), file.path)
    return file.name


def test_a_forged_amount_is_not_laundered_by_joining_files(lake: Lake) -> None:
    name = forge(lake)
    with pytest.raises(LakeDamaged, match=name):
        opened(lake.home).compact_files()
    assert kinds(lake) == [("changed", name)], "nothing was signed over it, and nothing is left behind"


def test_a_forged_amount_is_not_laundered_by_an_erasure(home: Home, tmp_path: Path) -> None:
    lake = Lake.open(home)
    take(
        lake,
        csv_of(tmp_path / "a.csv", map(transfer, range(5))),
        terms=DeliveryTerms(retention_until=clock.get_now() + timedelta(days=1)),
    )
    name = forge(lake)
    with pytest.raises(LakeDamaged, match=name):
        opened(home).erase_expired(clock.get_now() + timedelta(days=2))
    assert kinds(lake) == [("changed", name)]


def test_rows_in_quarantine_are_read_again_only_where_they_are_what_was_kept(
    lake: Lake, tmp_path: Path
) -> None:
    take(lake, csv_of(tmp_path / "torn.csv", [transfer(50), transfer(51, amount="much")]))
    (file,) = lake.list_files("quarantine")
    pq.write_table(pq.read_table(file.path, partitioning=None), file.path, compression="gzip")
    with pytest.raises(LakeDamaged, match=file.name):
        opened(lake.home).reingest_quarantine()


def test_a_missing_file_stops_the_joining_with_its_name(lake: Lake) -> None:
    file = lake.list_files("transfers")[0]
    file.path.unlink()
    with pytest.raises(LakeDamaged, match=file.name):
        opened(lake.home).compact_files()


def test_a_log_that_was_cut_off_is_never_continued(lake: Lake, tmp_path: Path) -> None:
    lake.log.path_of(3).unlink()
    other = opened(lake.home)
    with pytest.raises(LakeDamaged, match=r"Commit 3 .* ends at 2"):
        take(other, csv_of(tmp_path / "next.csv", [transfer(90)]))
    assert ("rolled-back", "commits/00000003.json") in kinds(lake)
    assert opened(lake.home).head == 2
