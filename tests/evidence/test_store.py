"""Files as they come in: hashed before anybody looks, kept whole or not at all, and never more than bytes."""

import errno
import hashlib
import io
import os
import stat
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import psutil
import pytest

from tests.evidence.conftest import Cupboard, keys
from tests.killing import running
from warroom.errors import HomeError, NotAllowed, NotFound, NotPossible, TooLarge
from warroom.evidence import file_names, queries, store
from warroom.evidence.check import check_evidence
from warroom.evidence.decisions import intake
from warroom.home import Home, open_home
from warroom.ledger.ledger import Ledger

MIB = 1 << 20


def stored(home: Home) -> list[Path]:
    return sorted(path for path in store.get_files_folder(home).rglob("*") if path.is_file())


def test_a_file_lies_under_its_hash_private_and_the_same_content_once(cupboard: Cupboard) -> None:
    first, second = cupboard.add(b"twice", "one.txt"), cupboard.add(b"twice", "two.txt")
    sha256 = hashlib.sha256(b"twice").hexdigest()
    assert (first.item.sha256, first.item.size, second.item.sha256) == (sha256, 5, sha256)
    assert first.item.id != second.item.id
    (path,) = stored(cupboard.scene.home)
    assert (path.name, path.read_bytes()) == (sha256, b"twice")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_an_empty_file_is_evidence_too(cupboard: Cupboard) -> None:
    assert cupboard.add(b"").item.size == 0
    assert check_evidence(cupboard.scene.ledger).ok


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "../../etc/passwd"),
        ("/absolute\\path", "/absolute\\\\path"),
        ("a\x00b\nc\r\x1b[31m", "a\\u0000b\\u000ac\\u000d\\u001b[31m"),
        ("gnp.\u202eexe", "gnp.\\u202eexe"),
        ("ใบเสร็จ.pdf", "ใบเสร็จ.pdf"),
        ("\ud800", "\\ud800"),
        ("", "?"),
        ("a" * 300, "a" * 254 + "…"),
    ],
)
def test_a_name_is_text_that_looks_like_what_it_is(name: str, shown: str) -> None:
    assert file_names.escape_name(name) == shown


def test_a_name_never_becomes_a_path(cupboard: Cupboard) -> None:
    before = set(cupboard.scene.home.root.parent.iterdir())
    for name in ("../x", "a\x00b", "x\n../y", "\u202egpj.exe"):
        page = cupboard.add(name.encode("utf-8", "replace"), name)
        given = queries.download_evidence(
            cupboard.scene.ledger, cupboard.kan, page.item.id, now=cupboard.scene.now
        )
        assert given.name == f"{page.item.number}.bin"
    assert {len(path.name) for path in stored(cupboard.scene.home)} == {64}
    assert set(cupboard.scene.home.root.parent.iterdir()) == before


def bomb() -> bytes:
    """Ten megabytes of zeros in ten kilobytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("../../bomb", bytes(10 * MIB))
    return out.getvalue()


def test_a_zip_bomb_is_kept_as_bytes_and_never_unpacked(cupboard: Cupboard) -> None:
    content = bomb()
    page = cupboard.add(content, "photos.zip")
    assert (page.item.media, page.item.size) == ("application/zip", len(content))
    assert sum(path.stat().st_size for path in stored(cupboard.scene.home)) == len(content)


@pytest.mark.parametrize(
    ("content", "media"),
    [
        (b"%PDF-1.7 ...", "application/pdf"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b'<?xml version="1.0"?><svg onload="alert(1)"/>', "image/svg+xml"),
        (b"<!DOCTYPE html><script>", "text/html"),
        (b"MZ\x90", "application/x-msdownload"),
        ("ข้อความ".encode() * 100, "text/plain"),
        (b"\x00\x01\x02", "application/octet-stream"),
        (b"", "application/octet-stream"),
    ],
)
def test_the_kind_of_file_is_told_by_its_bytes_and_not_its_name(content: bytes, media: str) -> None:
    assert file_names.guess_media_type(content[: file_names.SNIFFED]) == media


def test_an_upload_that_ends_early_leaves_nothing(cupboard: Cupboard) -> None:
    with pytest.raises(NotPossible, match="3 bytes came and 10 were announced"):
        cupboard.add(b"abc", declared=10)

    def broken() -> Iterator[bytes]:
        yield b"abc"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        cupboard.add(broken())
    assert stored(cupboard.scene.home) == []
    assert cupboard.scene.sql("SELECT 1 FROM evidence_items") == []


def test_a_file_that_is_too_large_is_refused_before_and_while_it_comes(
    cupboard: Cupboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WARROOM_EVIDENCE_MAX_MB", "1")
    with pytest.raises(TooLarge, match="larger than 1 MiB"):
        cupboard.add(b"", declared=MIB + 1)
    with pytest.raises(TooLarge):
        cupboard.add(bytes(MIB // 2) for _ in range(3))
    assert stored(cupboard.scene.home) == []


def test_a_full_disk_is_a_sentence_and_nothing_is_kept(
    cupboard: Cupboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = __import__("shutil").disk_usage(cupboard.scene.home.root)
    monkeypatch.setattr(store.shutil, "disk_usage", lambda path: usage._replace(free=300 * MIB))
    with pytest.raises(HomeError, match="300 MiB left, and 356 MiB are needed"):
        cupboard.add(b"", declared=100 * MIB)
    cupboard.add(b"small enough")

    def full(self: object, path: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(HomeError, match="disk under the evidence is full"):
        cupboard.add(b"no room for it")
    assert len(stored(cupboard.scene.home)) == 1


def test_a_stranger_fills_no_disk(cupboard: Cupboard) -> None:
    def never() -> Iterator[bytes]:
        raise AssertionError("read before the officer was known to be allowed")
        yield b""

    with pytest.raises(NotAllowed):
        cupboard.add(never(), by=cupboard.scene.officer("root", "admin"))
    cupboard.case = "C-99"
    with pytest.raises(NotFound):
        cupboard.add(never())


def large(mebibytes: int) -> Iterator[bytes]:
    block = bytes(MIB)
    return (block for _ in range(mebibytes))


@pytest.mark.slow
def test_a_large_file_takes_one_block_of_memory(cupboard: Cupboard) -> None:
    cupboard.add(b"warm")
    tracemalloc.start()
    before = psutil.Process().memory_info().rss
    page = cupboard.add(large(300), "disk.img", declared=300 * MIB)
    grown = psutil.Process().memory_info().rss - before
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert page.item.size == 300 * MIB
    assert peak < 8 * MIB
    assert grown < 64 * MIB


def add_for_ever(root: Path, tell: Connection) -> None:
    """A program that takes in a file until it is killed."""
    with Ledger.open(open_home(root)) as ledger:
        from warroom.access.officers import list_officers

        officer = next(one for one in list_officers(ledger) if one.username == "kan")

        def blocks() -> Iterator[bytes]:
            for number in range(400):
                yield os.urandom(1 << 16)
                if number == 5:
                    tell.send("writing")
                time.sleep(0.001)

        while True:
            given = intake.Particulars("image", "reason")
            intake.add_file(ledger, officer, "C-1", blocks(), given, os.urandom(8).hex())


@pytest.mark.slow
def test_killed_in_the_middle_no_half_file_counts(cupboard: Cupboard) -> None:
    assert cupboard.kan
    for pause in (0.0, 0.3):
        with running(add_for_ever, cupboard.scene.home.root):
            time.sleep(pause)
    assert any(path.name.startswith(store.DRAFT) for path in stored(cupboard.scene.home))
    assert [fault for fault in check_evidence(cupboard.scene.ledger).faults if fault.kind != "stray"] == []
    cupboard.add(b"afterwards")
    assert not any(path.name.startswith(store.DRAFT) for path in stored(cupboard.scene.home))


def test_a_draft_that_is_being_written_is_not_swept(home: Home) -> None:
    with store.EvidenceDraft(home) as draft:
        draft.write(b"half")
        assert store.remove_stale_drafts(home) == 0
        draft.write(b" and half")
        draft.finish()
        draft.place_file()
    assert store.get_file_path(home, draft.sha256).read_bytes() == b"half and half"


def test_a_flipped_bit_in_the_store_is_found_and_never_given_out(cupboard: Cupboard) -> None:
    page = cupboard.add(b"a photograph")
    assert check_evidence(cupboard.scene.ledger).ok
    path = store.get_file_path(cupboard.scene.home, page.item.sha256 or "")
    path.write_bytes(b"a phot0graph")
    (fault,) = check_evidence(cupboard.scene.ledger).faults
    assert (fault.item, fault.kind) == ("E-1", "changed")
    with pytest.raises(HomeError, match="not what was received"):
        queries.download_evidence(cupboard.scene.ledger, cupboard.kan, page.item.id, now=cupboard.scene.now)
    with pytest.raises(HomeError, match="not what was received"):
        cupboard.do("open_copy", cupboard.kan, page, "kan", "to read it")
    path.unlink()
    (fault,) = check_evidence(cupboard.scene.ledger).faults
    assert (fault.item, fault.kind) == ("E-1", "missing")


def test_a_stray_file_and_a_changed_step_are_found(
    cupboard: Cupboard, by_superuser: Callable[[str], None]
) -> None:
    cupboard.add()
    (store.get_files_folder(cupboard.scene.home) / "planted").write_text("by somebody")
    by_superuser("UPDATE custody_events SET reason = 'another reason' WHERE item_id = 1")
    found = {(fault.item, fault.kind) for fault in check_evidence(cupboard.scene.ledger).faults}
    assert found == {("", "stray"), ("E-1", "custody")}


def test_a_destruction_cut_off_before_its_file_went_is_finished_by_the_check(
    cupboard: Cupboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = cupboard.add(b"to be destroyed")
    with monkeypatch.context() as patch:
        patch.setattr("warroom.evidence.kept.remove_unneeded_file", lambda *_: False)
        cupboard.do("destroy_item", cupboard.kan, page, "Criminal Court", "D 12/2569", "judgment is final")
    assert len(stored(cupboard.scene.home)) == 1
    assert check_evidence(cupboard.scene.ledger).ok
    assert stored(cupboard.scene.home) == []


def test_a_ledger_that_fails_leaves_no_file(cupboard: Cupboard, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise NotPossible("the ledger is gone")

    monkeypatch.setattr("warroom.evidence.repository.log_step", fails)
    with pytest.raises(NotPossible):
        cupboard.add(b"almost")
    assert stored(cupboard.scene.home) == []


def test_the_same_upload_sent_twice_is_one_item(cupboard: Cupboard) -> None:
    first, again = cupboard.add(b"once", key="sent-twice"), cupboard.add(b"once", key="sent-twice")
    assert first.item.id == again.item.id
    with pytest.raises(NotPossible, match="another decision"):
        cupboard.add(b"other", key="sent-twice")
    assert check_evidence(cupboard.scene.ledger).ok


def test_a_frozen_trail_and_a_message_are_taken_in_byte_for_byte(cupboard: Cupboard) -> None:
    scene = cupboard.scene
    action = scene.hold()
    order_id = action.orders[0].order_id
    with pytest.raises(NotPossible, match="not gone out yet"):
        intake.add_order(
            scene.ledger, cupboard.kan, "C-1", order_id, "for the file", next(keys), now=scene.now
        )
    (scene.home.outbox / f"{order_id}.xml").write_bytes(b"<order/>")
    message = intake.add_order(
        scene.ledger, cupboard.kan, "C-1", order_id, "for the file", next(keys), now=scene.now
    )
    assert message.item.sha256 == hashlib.sha256(b"<order/>").hexdigest()
    trail = intake.add_snapshot(scene.ledger, cupboard.kan, "C-1", "for the file", next(keys), now=scene.now)
    assert trail.item.sha256 == scene.page().snapshot
    with pytest.raises(NotFound, match="no order"):
        intake.add_order(scene.ledger, cupboard.kan, "C-1", "../x", "for the file", next(keys), now=scene.now)
