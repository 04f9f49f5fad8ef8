"""After the exercise: a process beside the server plays the same hours again, first this room's, then each policy's.

Each player's score is a file that appears whole; a server that is started again goes on with those that are missing.
"""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Literal

from warroom import clock
from warroom.home import Home
from warroom.ledger.ledger import Ledger
from warroom_lab.demo.after import PLAYERS, AfterAction, Figures, Foreseen, Harmed, Player, PlayerName
from warroom_lab.demo.looking_back import Lived, Score, looked_back
from warroom_lab.demo.origins import Held, cases_of_reports, holds_of_orders
from warroom_lab.demo.plan import Plan
from warroom_lab.evaluation.courses import courses

FOLDER = "looking-back"
FORESEEN = "foreseen.json"
TRIES = 2


class Debriefing:
    """The scores of one exercise, as far as they are there."""

    def __init__(self, home: Home, folder: Path, plan: Plan) -> None:
        self._home, self._plan = home, plan
        self._folder = folder / FOLDER
        self._process: subprocess.Popen[bytes] | None = None
        self._tries = 0

    def go_on(self, ended: int) -> None:
        """Start the process that plays, unless it runs, has been tried twice, or everything is there."""
        if self._process is not None and self._process.poll() is None:
            return
        # A play that failed twice will fail again, and would take a core from the pages each time.
        if self._tries == TRIES or all(self._score(name) for name in PLAYERS):
            return
        self._tries += 1
        self._folder.mkdir(mode=0o700, exist_ok=True)
        command = [sys.executable, "-m", "warroom_lab.demo.beside", str(self._home.root), str(ended)]
        with (self._folder / "log").open("ab") as log:
            # A process of its own: playing takes a core for minutes, and the
            # interpreter's lock would stall the pages.
            self._process = subprocess.Popen(command, stdout=log, stderr=log)

    def stop(self) -> None:
        """End the process with the server."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(timeout=10)

    def after(self, ended: int, ledger: Ledger | None) -> AfterAction:
        """What came of it, with the room's own cases named."""
        scores = {name: self._score(name) for name in PLAYERS}
        foreseen, room = self._foreseen(), scores["room"]
        found = AfterAction(
            started_at=clock.from_micros(self._plan.begins),
            ended_at=clock.from_micros(ended),
            reports=room["reports"] if room else 0,
            loss=room["loss"] if room else 0,
            players=tuple(self._player(name, scores[name]) for name in PLAYERS),
            ready=room is not None,
            foreseen=_foreseen(foreseen) if foreseen else None,
        )
        if room is None or ledger is None:
            return found
        orders = holds_of_orders(ledger)
        places = foreseen["places"] if foreseen else {}
        lived = Lived(cases_of_reports(ledger), courses(ledger), self._plan.begins, ended, places)
        back = looked_back(scores, lived)
        return replace(
            found,
            harmed=tuple(_harmed(one, orders) for one in room["harmed"] if one["order_id"] in orders),
            missed=back.missed,
            reachable=sum(one["reachable"] for one in room["missed"]),
            summary=back.summary,
            minutes=back.minutes,
        )

    def _foreseen(self) -> Score | None:
        path = self._folder / FORESEEN
        found: Score | None = json.loads(path.read_text()) if path.exists() else None
        return found

    def _player(self, name: PlayerName, score: Score | None) -> Player:
        if score is not None:
            return Player(name, Figures(**{key: score[key] for key in Figures.__dataclass_fields__}))
        return Player(name, None, self._why(name))

    def _why(self, name: PlayerName) -> Literal["waiting", "playing", "failed"]:
        running = self._process is not None and self._process.poll() is None
        if not running and self._tries == TRIES:
            return "failed"
        first = next(one for one in PLAYERS if not (self._folder / f"{one}.json").exists())
        return "playing" if first == name else "waiting"

    def _score(self, name: PlayerName) -> Score | None:
        path = self._folder / f"{name}.json"
        found: Score | None = json.loads(path.read_text()) if path.exists() else None
        return found


def _harmed(one: Score, orders: dict[str, Held]) -> Harmed:
    held = orders[one["order_id"]]
    return Harmed(held.case, held.bank, held.account, one["amount"], one["hours"], one["standing"])


def _foreseen(found: Score) -> Foreseen:
    return Foreseen(**{key: found[key] for key in Foreseen.__dataclass_fields__})
