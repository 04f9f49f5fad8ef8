"""Commands in a home where an exercise is played go by its time."""

from datetime import UTC, datetime
from pathlib import Path

from tests.cli.test_ingest import Terminal
from warroom.access import agencies
from warroom.home import open_home
from warroom.ledger.ledger import Ledger
from warroom_lab.demo.pace import FILE, Pace
from warroom_lab.demo.place import get_exercise_folder

SHOWN = datetime(2026, 3, 9, 6, 0, tzinfo=UTC)


def test_a_banks_key_made_in_an_exercise_bears_the_exercises_time(tmp_path: Path, database: str) -> None:
    home = open_home(tmp_path / "home", "demo")
    with Ledger.open(home) as ledger:
        agencies.seed_exercise(ledger)
    get_exercise_folder(home).mkdir()
    Pace.create_clock(get_exercise_folder(home) / FILE, int(SHOWN.timestamp() * 1_000_000))
    terminal = Terminal(home.root)
    made = terminal.json("partner", "key", "add", "B01", "--scope", "payee-check")
    assert made["made_at"] == SHOWN.isoformat()
    ended = terminal.json("partner", "key", "revoke", made["prefix"])
    assert ended["revoked_at"] == SHOWN.isoformat()
