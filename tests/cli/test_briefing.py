"""`warroom briefing` as people type it."""

import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cases.scenes import PASSWORD, Scene, hour
from tests.exchange import pdf
from warroom.cli.app import app
from warroom.errors import HomeError, NotPossible
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.ledger.ledger import Ledger

Run = Callable[..., str]


@pytest.fixture
def run(
    home: Home, ledger: Ledger, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """What the command says to anna; one case is open."""
    scene = Scene(home, ledger, Lake.open(home))
    scene.now -= hour(1)
    scene.case()
    monkeypatch.setenv("WARROOM_HOME", str(home.root))

    def one(*words: str) -> str:
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
        given = ("--officer", "anna", "--password-stdin")
        app(["briefing", *words, *given], result_action="return_value")
        return capsys.readouterr().out

    return one


def test_the_paper_is_written_once_and_its_figures_told(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "week.pdf"
    found = json.loads(run("--out", str(out), "--json"))
    assert (found["bytes"], out.stat().st_mode & 0o777) == (out.stat().st_size, 0o600)
    opened = next(one for one in found["figures"] if (one["section"], one["code"]) == ("cases", "opened"))
    assert (opened["count"], opened["amount"]) == (1, 50_000_00)
    assert pdf.close("Open clocks, as of when it was made") in pdf.words(out.read_bytes())
    with pytest.raises(HomeError, match="exists already"):
        run("--out", str(out))


def test_without_a_file_the_figures_are_lines(run: Run) -> None:
    said = run()
    assert "Cases sealed to other agencies are left out" in said
    assert re.search(r"Opened, with the loss reported +1 +50,000.00 baht", said)


def test_a_date_that_cannot_be_read_is_said(run: Run) -> None:
    with pytest.raises(NotPossible, match="cannot be read"):
        run("--from", "yesterday")
