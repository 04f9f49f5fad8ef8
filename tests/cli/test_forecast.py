"""`warroom forecast` as a person at a terminal meets it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.cli.test_ingest import Terminal

START = datetime(2026, 3, 1, 3, tzinfo=UTC)
REPORTS = 60


def test_without_any_history_it_says_so_and_what_ships_stays_in_use(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path / "home")
    said = terminal.run("forecast", "train", code=1).stderr
    assert "0 amounts of reported money are in the lake to learn from, and it takes 30" in said
    assert not (tmp_path / "home" / "models").exists()


def test_a_home_learns_its_own_pace_and_keeps_the_better_forecast(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path / "home")
    terminal.run("ingest", "--folder", _written(tmp_path / "sent"), "--json")
    body = json.loads(terminal.run("forecast", "train", "--json").stdout)
    assert body["made"]["episodes"] >= REPORTS // 2
    assert Path(body["path"]).exists()
    assert Path(body["path"]).with_suffix(".md").exists()
    # Money left after five hours to the minute, which the world's pace knows nothing of.
    assert body["worth"]["brier"] <= body["in_use"]["worth"]["brier"]
    assert Path(body["path"]).name == "leaving.forecast"
    said = terminal.run("forecast", "use", "shipped").stdout
    assert "goes by shipped" in said
    models = tmp_path / "home" / "models"
    assert not (models / "leaving.forecast").exists()
    (kept,) = models.glob("leaving-*.forecast")
    terminal.run("forecast", "use", kept)
    assert (models / "leaving.md").read_text() == kept.with_suffix(".md").read_text()


def _written(folder: Path) -> Path:
    """Sixty victims; each one's money lies five hours and leaves for an exchange."""
    folder.mkdir()
    rows, told = [], []
    for number in range(REPORTS):
        at = START + timedelta(hours=7 * number)
        into = (f"T{number}", at, f"9{number:09d}", "B01", f"8{number:09d}", "transfer")
        out = (f"C{number}", at + timedelta(hours=5), f"8{number:09d}", "B02", "7700000011", "crypto")
        for name, when, payer, bank, payee, way in (into, out):
            rows.append(
                f"{name},{when.isoformat()},{when.isoformat()},B01,{payer},{bank},{payee},9000.00,THB,{way}"
            )
        later = (at + timedelta(minutes=30)).isoformat()
        told.append(f"R{number},{later},{later},job,T{number},9000.00,1441")
    given = {
        "transfers": "record_id,time,received_at,payer_bank,payer,payee_bank,payee,amount,currency,channel",
        "reports": "record_id,time,received_at,scam_type,transfer_ids,loss,channel",
    }
    for name, lines in (("transfers", rows), ("reports", told)):
        (folder / f"{name}.csv").write_text("\n".join([given[name], *lines, ""]))
    files = [{"table": one, "file": f"{one}.csv", "source": "B01", "backfill": True} for one in given]
    (folder / "manifest.json").write_text(json.dumps({"files": files}))
    return folder
