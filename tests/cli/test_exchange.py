"""`warroom export`, `import` and `collection` as people type them, each file read by a reader of its standard."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cases.scenes import PASSWORD, Scene
from tests.exchange.standards.test_reports import SCHEMA
from tests.partners.readers import register_readers
from warroom.access import agencies
from warroom.cli.app import app
from warroom.errors import ExchangeError, HomeError, NotPossible
from warroom.exchange.standards.record_standards import BY_NAME
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.ledger.ledger import Ledger

Run = Callable[..., str]


@pytest.fixture
def run(
    home: Home, ledger: Ledger, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Runs a command as anna of the fraud desk, and returns what it printed; the case is C-1."""
    scene = Scene(home, ledger, Lake.open(home))
    scene.case()
    scene.officer("nok", "officer")
    agencies.seed_exercise(ledger)
    register_readers(scene, "B01")
    monkeypatch.setenv("WARROOM_HOME", str(home.root))

    def run_words(*words: str, as_nok: bool = True) -> str:
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
        given = ("--officer", "nok", "--password-stdin") if as_nok else ()
        app([*words, *given], result_action="return_value")
        read = capsys.readouterr()
        return read.out + read.err

    return run_words


def test_a_case_leaves_in_each_standard_and_comes_back(run: Run, tmp_path: Path) -> None:
    schema = tmp_path / "unit.xsd"
    schema.write_bytes(SCHEMA)
    for standard in ("stix", "misp", "case", "ftm", "amlo", "goaml", "graphml"):
        out = tmp_path / f"C-1.{standard}"
        more = ("--schema", str(schema), "--set", "entity=42") if standard == "goaml" else ()
        assert f"C-1 as {standard}" in run("export", standard, "C-1", "--out", str(out), *more)
        read = BY_NAME[standard].parse if standard in BY_NAME else None
        if read is None:
            assert out.stat().st_size > 100
            continue
        record = read(out.read_bytes()).record
        assert {thing.kind for thing in record.things} >= {"account"}
        assert standard == "ftm" or record.is_exercise
    with pytest.raises(HomeError):
        run("export", "stix", "C-1", "--out", str(tmp_path / "C-1.stix"))


def test_what_a_partner_gives_is_kept_whole_and_put_out_again(run: Run, tmp_path: Path) -> None:
    run("collection", "add", "received", "--reader", "B01", as_nok=False)
    assert "read by B01; written by nobody" in run("collection", "list", as_nok=False)
    for standard in ("stix", "misp"):
        out = tmp_path / f"given.{standard}"
        run("export", standard, "C-1", "--out", str(out))
        words = ("import", standard, str(out), "--partner", "ABROAD", "--into", "received")
        with pytest.raises(NotPossible, match="legal basis"):
            run(*words, "--basis", " ")
        report = json.loads(run(*words, "--basis", "agreement of 3 May", "--json"))
        assert report["new"] > 3
        assert report["things"]["account"] > 0
        assert json.loads(run(*words, "--basis", "agreement of 3 May", "--json"))["new"] == 0
    assert "in received" in run("export", "stix", "C-1", "--into", "received")


def test_what_cannot_be_done_is_a_sentence(run: Run, tmp_path: Path) -> None:
    out = str(tmp_path / "out")
    with pytest.raises(ExchangeError, match="no standard 'sticks'"):
        run("export", "sticks", "C-1", "--out", out)
    with pytest.raises(ExchangeError, match="--schema"):
        run("export", "goaml", "C-1", "--out", out)
    with pytest.raises(HomeError, match="--out"):
        run("export", "stix", "C-1")
    run("collection", "add", "open", "--mark", "green", as_nok=False)
    with pytest.raises(NotPossible, match="TLP:AMBER"):
        run("export", "stix", "C-1", "--into", "open")
    with pytest.raises(HomeError, match="no file"):
        run("import", "stix", out, "--partner", "ABROAD", "--basis", "x", "--into", "open")
