"""A backup brings a destroyed home back, and a damaged one is never restored."""

import hashlib
import io
import json
import shutil
import stat
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cases.scenes import Scene
from tests.lake.streams.pushing import pushing, rows
from tests.matches.conftest import bring
from warroom.access.officers import list_officers
from warroom.cases.decisions.holds import approve_holds
from warroom.cases.queries.case_page import case_page
from warroom.errors import HomeError, HomeVersion
from warroom.home import Home, open_home
from warroom.lake.lake import Lake
from warroom.ledger.backup import write_backup
from warroom.ledger.ledger import Ledger
from warroom.ledger.verify import verify_audit
from warroom.runtime.restore import restore_home
from warroom.subjects.resolution.saved import load_register


@pytest.fixture
def lived(home: Home, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The backup of a home with a case, a hold, a message and evidence; the home itself is destroyed.

    It is restored into a home with a server of its own.
    """
    target = tmp_path / "night.tar"
    with Ledger.open(home) as ledger:
        scene = Scene(home, ledger, Lake.open(home))
        page = scene.case()
        approve_holds(ledger, scene.anna, "C-1", [page.proposals[0].id], page.snapshot, "k", now=scene.now)
        (home.outbox / "order.xml").write_text("<order/>")
        (home.evidence / "payslip.pdf").write_bytes(b"pdf")
        (home.root / "banks.toml").write_text("[banks]")
        bring(home, tmp_path)
        with pushing(home) as room:
            room.taken("key-0001", rows(1))
            room.push("key-0002", rows(2, 3))
            report = write_backup(home, ledger, target)
    assert report.parts > 5
    shutil.rmtree(home.root)
    monkeypatch.delenv("WARROOM_DATABASE_URL")
    monkeypatch.delenv("WARROOM_DATABASE_OWNER_URL")
    return target


def test_a_destroyed_home_comes_back_whole(home: Home, lived: Path) -> None:
    assert stat.S_IMODE(lived.stat().st_mode) == 0o600
    report = restore_home(lived, home.root)
    assert report.faults == ()
    again = open_home(home.root)
    assert again.kind == "exercise"
    assert (again.outbox / "order.xml").read_text() == "<order/>"
    assert (again.evidence / "payslip.pdf").read_bytes() == b"pdf"
    assert (again.root / "banks.toml").read_text() == "[banks]"
    assert len(load_register(again.subjects / "person").register) == 5
    lake = Lake.open(again)
    assert lake.verify() == []
    assert lake.query_rows("transfers").count().to_pyarrow().as_py() == 2
    with Ledger.open(again) as ledger:
        officer = list_officers(ledger)[0]
        page = case_page(ledger, officer, "C-1")
        assert [(action.amount, action.state) for action in page.actions] == [(30_000_00, "approved")]
        assert verify_audit(ledger).ok
        with ledger.open_session() as session, pytest.raises(Exception, match="denied"):
            session.connection().exec_driver_sql("DELETE FROM audit")


def test_a_restored_lake_still_knows_what_it_has(home: Home, lived: Path) -> None:
    restore_home(lived, home.root)
    again = open_home(home.root)
    row = Lake.open(again).query_rows("reports").to_pyarrow().to_pylist()[0]
    told = {name: row[name] for name in ("record_id", "time", "scam_type", "transfer_ids", "loss", "channel")}
    assert Lake.open(again).write_rows("reports", [told], source="hotline").duplicates == 1


def test_what_was_answered_for_and_not_yet_in_the_lake_comes_into_the_restored_one(
    home: Home, lived: Path
) -> None:
    restore_home(lived, home.root)
    with pushing(open_home(home.root)) as room:
        assert room.push("key-0001", rows(1)).number == 1, "keys are known as before"
        assert room.front.drain_journal() == 1
        assert room.lake.query_rows("transfers").count().to_pyarrow().as_py() == 4


def test_a_changed_byte_is_found_before_anything_is_written(home: Home, lived: Path) -> None:
    content = bytearray(lived.read_bytes())
    place = content.index(b"<order/>")
    content[place + 1] ^= 1
    lived.write_bytes(content)
    with pytest.raises(HomeError, match=r"damaged: 'outbox/order\.xml'"):
        restore_home(lived, home.root)
    assert not home.root.exists()


def test_a_backup_without_its_end_is_refused(home: Home, lived: Path) -> None:
    content = lived.read_bytes()
    lived.write_bytes(content[: len(content) // 2])
    with pytest.raises(HomeError, match=r"cannot be read|whole backup"):
        restore_home(lived, home.root)


def test_a_backup_with_a_part_that_leads_outside_is_refused(home: Home, tmp_path: Path) -> None:
    trap = tmp_path / "trap.tar"
    with tarfile.open(trap, "w") as tar:
        tar.add(Path(__file__), "../outside.txt")
    with pytest.raises(HomeError, match="no backup has"):
        restore_home(trap, home.root.with_name("other"))


def test_a_home_that_is_not_empty_is_left_alone(home: Home, lived: Path) -> None:
    open_home(home.root, "exercise")
    before = sorted(home.root.rglob("*"))
    with pytest.raises(HomeError, match="not empty"):
        restore_home(lived, home.root)
    assert sorted(home.root.rglob("*")) == before


def test_a_backup_of_another_version_is_refused_with_the_way_out(
    home: Home, lived: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warroom.runtime.restore.FORMAT", 2)
    with pytest.raises(HomeVersion, match="with that version"):
        restore_home(lived, home.root)


def test_a_backup_is_never_written_over(home: Home, ledger: Ledger, tmp_path: Path) -> None:
    target = tmp_path / "kept.tar"
    target.write_text("an earlier backup")
    with pytest.raises(HomeError, match="not overwritten"):
        write_backup(home, ledger, target)
    assert target.read_text() == "an earlier backup"


def rewritten(source: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The same backup after somebody changed its parts and wrote the list of parts again."""
    with tarfile.open(source) as tar:
        parts = {entry.name: tar.extractfile(entry).read() for entry in tar if entry.isreg()}  # type: ignore[union-attr]
    change(parts)
    target = source.with_name("rewritten.tar")
    with tarfile.open(target, "w") as tar:
        for name, content in parts.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return target


def test_an_added_part_is_refused_also_where_the_list_of_parts_names_it(home: Home, lived: Path) -> None:
    def add(parts: dict[str, bytes]) -> None:
        parts["banks.toml"] = b"[banks.EVIL]"
        manifest = json.loads(parts["manifest.json"])
        digest = hashlib.sha256(parts["banks.toml"]).hexdigest()
        manifest["members"]["banks.toml"] = {"bytes": len(parts["banks.toml"]), "sha256": digest}
        parts["manifest.json"] = json.dumps(manifest, sort_keys=True).encode()

    with pytest.raises(HomeError, match="not what its home signed"):
        restore_home(rewritten(lived, add), home.root)
    assert not home.root.exists()


def test_a_backup_of_before_lists_were_signed_is_restored_and_says_so(home: Home, lived: Path) -> None:
    def unsign(parts: dict[str, bytes]) -> None:
        manifest = json.loads(parts["manifest.json"])
        del manifest["signature"]
        parts["manifest.json"] = json.dumps(manifest).encode()

    report = restore_home(rewritten(lived, unsign), home.root)
    assert (report.signed, report.faults) == (False, ())


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE])
def test_a_backup_with_a_link_is_refused(home: Home, tmp_path: Path, kind: bytes) -> None:
    trap = tmp_path / "trap.tar"
    with tarfile.open(trap, "w") as tar:
        entry = tarfile.TarInfo("keys/link")
        entry.type, entry.linkname = kind, "/etc/passwd"
        tar.addfile(entry)
    with pytest.raises(HomeError, match="no backup has"):
        restore_home(trap, home.root.with_name("other"))


STAGED = """
import sys, time
from pathlib import Path
from warroom.home import open_home
with open_home(Path(sys.argv[1])).open_stage(sys.argv[2]) as stage:
    (stage / "ledger.dump").write_text("names")
    print(stage, flush=True)
    time.sleep(600)
"""


@pytest.mark.parametrize("kind", ["backup", "bundle"])
def test_what_a_killed_backup_left_goes_with_the_next_and_one_at_work_is_left_alone(
    home: Home, ledger: Ledger, tmp_path: Path, kind: str
) -> None:
    def begun() -> tuple["subprocess.Popen[str]", Path]:
        command = [sys.executable, "-c", STAGED, str(home.root), kind]
        program = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert program.stdout is not None
        return program, Path(program.stdout.readline().strip())

    def end(program: "subprocess.Popen[str]") -> None:
        program.kill()
        program.communicate()

    killed, left = begun()
    end(killed)
    assert (left / "ledger.dump").exists()
    at_work, stage = begun()
    try:
        assert not left.exists()
        home.remove_killed_stages("backup", "bundle")
        assert (stage / "ledger.dump").exists()
    finally:
        end(at_work)
    (tmp_path / ".old.tar.0123456789abcdef.backup-draft").write_text(
        "a killed backup's copy of the whole home"
    )
    write_backup(home, ledger, tmp_path / "new.tar")
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["new.tar"]
    home.remove_killed_stages("bundle")
    assert not stage.exists()
