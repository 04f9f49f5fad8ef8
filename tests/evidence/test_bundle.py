"""The court bundle: an outside expert checks it with its own program, and every kind of tampering is named."""

import io
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdf
import pytest

from tests.evidence.conftest import Cupboard
from warroom.cases.decisions.cases import state_purpose
from warroom.errors import HomeError, LedgerError, NotAllowed
from warroom.evidence.bundle import expert
from warroom.evidence.bundle import make as making
from warroom.evidence.bundle.make import make_bundle
from warroom.evidence.bundle.verify import verify_bundle
from warroom.evidence.bundle.write import BundleWriter
from warroom.evidence.store import get_file_path
from warroom.evidence.views import BundleReport
from warroom.ledger.audit import checkpoints

REASON = "for the Criminal Court"


@pytest.fixture
def filled(cupboard: Cupboard) -> Cupboard:
    """A case with a hold, two files, a phone that changed hands, a destroyed file, and something of a survivor's."""
    scene = cupboard.scene
    scene.in_effect()
    phone = cupboard.thing("phone", seal="S-1")
    image = cupboard.add(b"image of the phone" * 1000, "phone.img", part_of=phone.item.id)
    cupboard.add("ใบเสร็จ".encode(), "‮../../x\n.pdf")
    cupboard.hand_over(phone, cupboard.kan, cupboard.nid)
    cupboard.do("open_copy", cupboard.kan, image, "nid", "for examination")
    gone = cupboard.add(b"to be destroyed")
    cupboard.do("destroy_item", cupboard.kan, gone, "Criminal Court", "D 12/2569", "judgment is final")
    cupboard.add(b"her diary", "diary", by=cupboard.suda, protected=True)
    return cupboard


def make(cupboard: Cupboard, target: Path) -> BundleReport:
    return make_bundle(cupboard.scene.ledger, cupboard.nid, "C-1", target, REASON, now=cupboard.scene.now)


@pytest.fixture
def unpacked(filled: Cupboard, tmp_path: Path) -> Path:
    """The bundle as the expert unpacked it, elsewhere."""
    make(filled, tmp_path / "C-1.zip")
    folder = tmp_path / "expert"
    with zipfile.ZipFile(tmp_path / "C-1.zip") as given:
        given.extractall(folder)
    return folder


def expert_runs(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Plain Python without any package, in an empty environment, in another folder."""
    command = [sys.executable, "-I", "-S", str(folder / "verify.py"), *words]
    return subprocess.run(command, env={}, cwd="/", capture_output=True, text=True, encoding="utf-8")


def test_an_expert_verifies_the_bundle_with_nothing_but_python(unpacked: Path, filled: Cupboard) -> None:
    done = expert_runs(unpacked)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Result: everything holds" in done.stdout
    assert "ผล: ถูกต้องครบถ้วน" in done.stdout
    assert expert_runs(unpacked, str(unpacked.with_name("C-1.zip"))).returncode == 0
    assert verify_bundle(unpacked).counts["items"] == 4


def test_the_fingerprint_told_by_another_channel_is_compared(filled: Cupboard, unpacked: Path) -> None:
    told = make(filled, unpacked.with_name("again.zip")).fingerprint
    assert len(told.split()) == 16
    assert expert_runs(unpacked, "--fingerprint", told.lower()).returncode == 0
    wrong = expert_runs(unpacked, "--fingerprint", told[:-1] + ("0" if told[-1] != "0" else "1"))
    assert wrong.returncode == 1
    assert "does not have the fingerprint" in wrong.stdout


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


TAMPERING: dict[str, tuple[Callable[[Path], object], str]] = {
    "a file changed": (lambda place: flip(place / "evidence/E-2.bin"), "File evidence/E-2.bin was changed"),
    "a file missing": (
        lambda place: (place / "evidence/E-3.bin").unlink(),
        "File evidence/E-3.bin is missing",
    ),
    "a file added": (
        lambda place: (place / "evidence/E-9.bin").write_text("x"),
        "evidence/E-9.bin was added",
    ),
    "a link added": (lambda place: (place / "more").symlink_to("/etc"), "File more was added"),
    "a trail changed": (lambda place: flip(next((place / "snapshots").iterdir())), "snapshots/"),
    "an answer changed": (
        lambda place: edit(place / "orders.json", '"done"', '"refused"'),
        "orders.json was",
    ),
    "a reason of custody changed": (
        lambda place: edit(place / "evidence.json", "for examination", "for me"),
        "Custody of E-1: step 2",
    ),
    "a log row changed": (
        lambda place: edit(
            place / "audit.jsonl", '\\"verb\\":\\"hold.approved\\"', '\\"verb\\":\\"hold.declined\\"'
        ),
        "Log row",
    ),
    "a proof changed": (lambda place: _spoil_proof(place), "The proof of log row"),
    "the manifest changed": (
        lambda place: edit(place / "manifest.json", '"exercise": true', '"exercise": false'),
        "signature of manifest.json",
    ),
    "the checkpoint changed": (
        lambda place: edit(place / "checkpoint.txt", "warroom.example", "warroom.invalid"),
        "signature of checkpoint.txt",
    ),
    "the signature gone": (lambda place: (place / "manifest.sig").unlink(), "signature of manifest.json"),
    "the manifest gone": (lambda place: (place / "manifest.json").unlink(), "manifest.json cannot be read"),
    "a file of nonsense": (
        lambda place: (place / "audit.jsonl").write_bytes(b"\xff{"),
        "audit.jsonl was changed",
    ),
    "the check itself changed": (
        lambda place: edit(place / "verify.py", "does NOT hold", "does not hold"),
        "File verify.py was changed",
    ),
}


def _spoil_proof(place: Path) -> None:
    lines = (place / "audit.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    row = json.loads(lines[0])
    row["proof"][0] = "00" * 32
    lines[0] = json.dumps(row) + "\n"
    (place / "audit.jsonl").write_text("".join(lines), encoding="utf-8")


def test_every_kind_of_tampering_is_named(unpacked: Path, tmp_path: Path) -> None:
    for number, (name, (spoil, said)) in enumerate(TAMPERING.items()):
        folder = shutil.copytree(unpacked, tmp_path / f"spoilt-{number}")
        spoil(folder)
        done = expert_runs(folder)
        assert done.returncode == 1, name
        assert said in done.stdout, f"{name}: {done.stdout}"
        assert done.stderr == "", name


def resigned(
    filled: Cupboard, source: Path, target: Path, change: Callable[[dict[str, bytes]], None]
) -> Path:
    """A bundle that somebody with our key made of ours: every hash and signature is right again."""
    from warroom.keys import load_signing_key

    with zipfile.ZipFile(source) as given:
        parts = {name: given.read(name) for name in given.namelist()}
    facts = json.loads(parts.pop("manifest.json"))
    del parts["manifest.sig"], facts["files"]
    change(parts)
    with target.open("w+b") as out, BundleWriter(out) as writer:
        for name, content in parts.items():
            writer.add_part(name, [content])
        writer.sign_manifest(load_signing_key(filled.scene.home), facts)
    return target


def faults(path: Path) -> list[str]:
    return [expert.sentences(fault)[1] for fault in verify_bundle(path).faults]


def test_even_who_has_the_key_cannot_reorder_custody_or_slip_in_a_file(
    filled: Cupboard, tmp_path: Path
) -> None:
    source = tmp_path / "C-1.zip"
    make(filled, source)

    def rewritten(edit: Callable[[dict], None]) -> list[str]:  # type: ignore[type-arg]
        def change(parts: dict[str, bytes]) -> None:
            document = json.loads(parts["evidence.json"])
            edit(document)
            parts["evidence.json"] = json.dumps(document).encode()

        return faults(resigned(filled, source, tmp_path / "resigned.zip", change))

    def chained(item: dict) -> None:  # type: ignore[type-arg]
        before = expert.START
        for place, step in enumerate(item["custody"], 1):
            step["step"], step["before"] = place, before
            whole = {name: step[name] for name in step if name != "sha256"}
            step["sha256"] = before = __import__("hashlib").sha256(expert.canonical(whole)).hexdigest()

    def swap(document: dict) -> None:  # type: ignore[type-arg]
        steps = document["items"][0]["custody"]
        steps[0], steps[1] = steps[1], steps[0]

    def leave_out(document: dict) -> None:  # type: ignore[type-arg]
        del document["items"][0]["custody"][1]
        chained(document["items"][0])

    def invent(document: dict) -> None:  # type: ignore[type-arg]
        document["items"][0]["custody"][1]["reason"] = "invented"
        chained(document["items"][0])

    assert rewritten(lambda document: None) == []
    assert rewritten(swap) == ["Custody of E-1: step 1 is not what was written, or out of order."]
    assert rewritten(leave_out) == ["Custody of E-1: step 2 is not what was written, or out of order."]
    assert "Custody of E-1: step 2 is not in the log." in rewritten(invent)
    other = faults(
        resigned(
            filled, source, tmp_path / "other.zip", lambda parts: parts.update({"evidence/E-2.bin": b"other"})
        )
    )
    assert other == ["The file of E-2 does not have the hash it had when it came in."]


def test_even_who_has_the_key_cannot_leave_out_the_end_of_custody_or_a_whole_item(
    filled: Cupboard, tmp_path: Path
) -> None:
    make(filled, tmp_path / "C-1.zip")

    def shorten(parts: dict[str, bytes]) -> None:
        document = json.loads(parts["evidence.json"])
        del document["items"][0]["custody"][-2:], document["items"][1], parts["evidence/E-2.bin"]
        parts["evidence.json"] = json.dumps(document).encode()

    found = faults(resigned(filled, tmp_path / "C-1.zip", tmp_path / "short.zip", shorten))
    left_out = "Custody of {}: the log has a step that this bundle leaves out."
    assert found == [*[left_out.format("E-1")] * 2, *[left_out.format("E-2")] * 2]


def test_what_survivors_gave_is_withheld_and_that_is_said(filled: Cupboard, tmp_path: Path) -> None:
    target, scene = tmp_path / "C-1.zip", filled.scene
    state_purpose(scene.ledger, filled.suda, "C-1", "victim", "the girl in the diary", now=scene.now)
    report = make(filled, target)
    assert (report.items, report.withheld) == (4, 2)
    with zipfile.ZipFile(target) as given:
        everything = b"".join(given.read(name) for name in given.namelist() if not name.endswith(".pdf"))
        manifest = json.loads(given.read("manifest.json"))
        rows = [json.loads(line) for line in given.read("audit.jsonl").decode().splitlines()]
    assert b"diary" not in everything
    assert [held["what"] for held in manifest["withheld"]] == ["survivors", "audit rows"]
    assert all(held["th"] and held["en"] for held in manifest["withheld"])
    assert len([row for row in rows if "leaf" not in row and row["proof"]]) == 2


def test_the_index_is_read_in_both_languages_and_a_name_cannot_steer_it(
    filled: Cupboard, tmp_path: Path
) -> None:
    target = tmp_path / "C-1.zip"
    make(filled, target)
    with zipfile.ZipFile(target) as given:
        pages = pypdf.PdfReader(io.BytesIO(given.read("index.pdf"))).pages
    text = "\n".join(page.extract_text() for page in pages)
    for word in ("EXERCISE", "E-1", "phone.img", "hand-over offered", "S-1", "Withheld", "D 12/2569"):
        assert word in text
    assert "พยานหล" in text  # signs above and below letters come out of a PDF as they are drawn, not as typed
    assert "\u202e" not in text
    assert "\\u202e../../x\\u000a.pdf" in text


def test_the_same_state_at_the_same_moment_is_the_same_bytes(filled: Cupboard, tmp_path: Path) -> None:
    ledger, now = filled.scene.ledger, filled.scene.now
    found, note = making._load_state(ledger, filled.nid, "C-1", now)
    for name in ("one", "two"):
        with (tmp_path / name).open("w+b") as out:
            making._write_parts(ledger, out, found, note, now)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_bundle_is_whole_or_not_there(filled: Cupboard, tmp_path: Path) -> None:
    page = filled.add(b"spoilt in the store")
    flip(get_file_path(filled.scene.home, page.item.sha256 or ""))
    with pytest.raises(HomeError, match="not in the store as it was received"):
        make(filled, tmp_path / "C-1.zip")
    assert list(tmp_path.glob("*zip*")) == []
    (tmp_path / "kept.zip").write_text("an earlier bundle")
    with pytest.raises(HomeError, match="not overwritten"):
        make(filled, tmp_path / "kept.zip")


def test_a_changed_log_makes_no_bundle(
    filled: Cupboard, tmp_path: Path, by_superuser: Callable[[str], None]
) -> None:
    make(filled, tmp_path / "before.zip")
    by_superuser(
        "UPDATE audit SET leaf = '{}'::bytea, hash = sha256('\\x00'::bytea || '{}'::bytea) WHERE sequence = 2"
    )
    with pytest.raises(LedgerError, match="audit verify"):
        make(filled, tmp_path / "C-1.zip")
    assert not (tmp_path / "C-1.zip").exists()


def test_not_everybody_makes_bundles(cupboard: Cupboard, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        make_bundle(cupboard.scene.ledger, cupboard.scene.boon, "C-1", tmp_path / "C-1.zip", REASON)


def test_what_is_no_bundle_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "text.zip").write_text("no bundle")
    for name in ("text.zip", "absent"):
        with pytest.raises(HomeError, match="no bundle at"):
            verify_bundle(tmp_path / name)
    assert [fault[0] for fault in verify_bundle(tmp_path).faults] == ["unreadable"]


@pytest.mark.parametrize("steps", [1, 2])
def test_a_step_recorded_while_the_bundle_is_made_is_in_it_or_it_is_to_be_tried_again(
    cupboard: Cupboard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    item = cupboard.add(b"a photograph")
    signs, left = checkpoints.sign_checkpoint, iter(range(steps))

    def late(*words: Any, **more: Any) -> str:
        for number in left:
            cupboard.do("open_copy", cupboard.kan, item, "nid", f"examination {number}")
            break
        return str(signs(*words, **more))

    monkeypatch.setattr(checkpoints, "sign_checkpoint", late)
    target = tmp_path / "C-1.zip"
    if steps == 1:
        make(cupboard, target)
        assert verify_bundle(target).counts["steps"] == 2
    else:
        with pytest.raises(LedgerError, match="changed while its bundle was made"):
            make(cupboard, target)
        assert list(tmp_path.glob("*C-1*")) == []
