"""`warroom evidence` as people type it: in, listed, checked, bundled, verified."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cases.scenes import PASSWORD, Scene
from warroom.cli.app import app
from warroom.errors import HomeError, NotPossible
from warroom.evidence import store
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.ledger.ledger import Ledger

Run = Callable[..., str]


@pytest.fixture
def run(
    home: Home, ledger: Ledger, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Runs a command as kan, a custodian, and returns what it printed; the case is C-1."""
    scene = Scene(home, ledger, Lake.open(home))
    scene.case()
    scene.officer("kan", "custodian", "officer")
    monkeypatch.setenv("WARROOM_HOME", str(home.root))

    def one(*words: str, as_kan: bool = True) -> str:
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
        given = ("--officer", "kan", "--password-stdin") if as_kan else ()
        app(["evidence", *words, *given], result_action="return_value")
        return capsys.readouterr().out

    return one


def test_from_a_file_to_a_verified_bundle(run: Run, tmp_path: Path) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"\xff\xd8\xff a photograph")
    said = json.loads(run("add", "C-1", str(photo), "--reason", "handed in", "--seal", "S-1", "--json"))
    assert [(item["number"], item["seal"], item["source"]) for item in said["items"]] == [
        ("E-1", "S-1", "file")
    ]
    assert "photo.jpg" in run("list", "C-1")
    assert "1 items, 1 files" in run("check", as_kan=False)
    target = tmp_path / "C-1.zip"
    made = json.loads(run("bundle", "C-1", "--out", str(target), "--json"))
    found = json.loads(
        run("verify", str(target), "--fingerprint", made["fingerprint"], "--json", as_kan=False)
    )
    assert (found["ok"], found["counts"]["items"], found["faults"]) == (True, 1, [])
    assert "everything holds" in run("verify", str(target), as_kan=False)


def test_what_does_not_hold_is_named_and_the_exit_code_says_so(run: Run, tmp_path: Path, home: Home) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"a photograph")
    item = json.loads(run("add", "C-1", str(photo), "--reason", "handed in", "--json"))["items"][0]
    target = tmp_path / "C-1.zip"
    run("bundle", "C-1", "--out", str(target))
    content = bytearray(target.read_bytes())
    content[content.index(b"a photograph")] ^= 1
    target.write_bytes(content)
    store.get_file_path(home, item["sha256"]).write_bytes(b"another one")
    for words in (("check",), ("verify", str(target)), ("verify", str(target), "--json")):
        with pytest.raises(SystemExit) as ended:
            run(*words, as_kan=False)
        assert ended.value.code == 1


def test_what_cannot_be_read_is_a_sentence(run: Run, tmp_path: Path) -> None:
    with pytest.raises(HomeError, match="is no file that can be read"):
        run("add", "C-1", str(tmp_path), "--reason", "handed in")
    with pytest.raises(NotPossible, match="reason"):
        run("add", "C-1", __file__, "--reason", " ")


def test_an_investigator_says_why_and_reads_the_list(run: Run, scene: Scene, tmp_path: Path) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"a photograph")
    run("add", "C-1", str(photo), "--reason", "handed in")
    scene.officer("ines", "investigator")
    ines = ("--officer", "ines", "--password-stdin")
    with pytest.raises(NotPossible, match="--reason"):
        run("list", "C-1", *ines, as_kan=False)
    assert "photo.jpg" in run("list", "C-1", *ines, "--reason", "exhibits for the trial", as_kan=False)
    assert "photo.jpg" in run("list", "C-1", *ines, as_kan=False)
    assert scene.sql("SELECT purpose, text FROM purposes WHERE text LIKE 'exhibits%'") == [
        ("investigation", "exhibits for the trial")
    ]
