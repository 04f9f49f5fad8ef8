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
from warroom_lab.demo.after import (
    PLAYERS,
    AfterAction,
    ForecastReview,
    Harmed,
    Player,
    PlayerFigures,
    PlayerName,
)
from warroom_lab.demo.looking_back import RoomHistory, Score, review_missed_cases
from warroom_lab.demo.origins import OrderedHold, map_orders_to_holds, map_reports_to_cases
from warroom_lab.demo.plan import ExercisePlan
from warroom_lab.evaluation.courses import load_courses

FOLDER = "looking-back"
FORESEEN = "foreseen.json"
TRIES = 2


class Debriefing:
    """The scores of one exercise, as far as they are there."""

    def __init__(self, home: Home, folder: Path, plan: ExercisePlan) -> None:
        self._home, self._plan = home, plan
        self._folder = folder / FOLDER
        self._process: subprocess.Popen[bytes] | None = None
        self._tries = 0

    def ensure_process(self, ended: int) -> None:
        """Start the process that plays, unless it runs, has been tried twice, or everything is there."""
        if self._process is not None and self._process.poll() is None:
            return
        # A play that failed twice will fail again, and would take a core from the pages each time.
        if self._tries == TRIES or all(self._find_score(name) for name in PLAYERS):
            return
        self._tries += 1
        self._folder.mkdir(mode=0o700, exist_ok=True)
        command = [sys.executable, "-m", "warroom_lab.demo.beside", str(self._home.root), str(ended)]
        with (self._folder / "log").open("ab") as log:
            # A process of its own: playing takes a core for minutes, and the
            # interpreter's lock would stall the pages.
            self._process = subprocess.Popen(command, stdout=log, stderr=log)

    def stop_process(self) -> None:
        """End the process with the server."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(timeout=10)

    def build_after_action(self, ended: int, ledger: Ledger | None) -> AfterAction:
        """What came of it, with the room's own cases named."""
        scores = {name: self._find_score(name) for name in PLAYERS}
        foreseen, room = self._find_forecast_scores(), scores["room"]
        after_action = AfterAction(
            started_at=clock.from_micros(self._plan.begins),
            ended_at=clock.from_micros(ended),
            reports=room["reports"] if room else 0,
            loss=room["loss"] if room else 0,
            players=tuple(self._build_player(name, scores[name]) for name in PLAYERS),
            ready=room is not None,
            foreseen=_to_forecast_review(foreseen) if foreseen else None,
        )
        if room is None or ledger is None:
            return after_action
        orders = map_orders_to_holds(ledger)
        places = foreseen["places"] if foreseen else {}
        lived = RoomHistory(
            map_reports_to_cases(ledger), load_courses(ledger), self._plan.begins, ended, places
        )
        back = review_missed_cases(scores, lived)
        return replace(
            after_action,
            harmed=tuple(
                _to_harmed(harmed_holder, orders)
                for harmed_holder in room["harmed"]
                if harmed_holder["order_id"] in orders
            ),
            missed=back.missed,
            reachable=sum(missed_case["reachable"] for missed_case in room["missed"]),
            summary=back.summary,
            minutes=back.minutes,
        )

    def _find_forecast_scores(self) -> Score | None:
        path = self._folder / FORESEEN
        found: Score | None = json.loads(path.read_text()) if path.exists() else None
        return found

    def _build_player(self, name: PlayerName, score: Score | None) -> Player:
        if score is not None:
            return Player(
                name, PlayerFigures(**{key: score[key] for key in PlayerFigures.__dataclass_fields__})
            )
        return Player(name, None, self._find_waiting_reason(name))

    def _find_waiting_reason(self, name: PlayerName) -> Literal["waiting", "playing", "failed"]:
        running = self._process is not None and self._process.poll() is None
        if not running and self._tries == TRIES:
            return "failed"
        first = next(one for one in PLAYERS if not (self._folder / f"{one}.json").exists())
        return "playing" if first == name else "waiting"

    def _find_score(self, name: PlayerName) -> Score | None:
        path = self._folder / f"{name}.json"
        found: Score | None = json.loads(path.read_text()) if path.exists() else None
        return found


def _to_harmed(one: Score, orders: dict[str, OrderedHold]) -> Harmed:
    held = orders[one["order_id"]]
    return Harmed(held.case, held.bank, held.account, one["amount"], one["hours"], one["standing"])


def _to_forecast_review(found: Score) -> ForecastReview:
    return ForecastReview(**{key: found[key] for key in ForecastReview.__dataclass_fields__})
