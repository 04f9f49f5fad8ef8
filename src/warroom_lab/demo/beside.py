"""The process that plays an exercise again: `python -m warroom_lab.demo.beside HOME ENDED`. See `debriefing`."""

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from warroom import files
from warroom.home import open_home
from warroom_lab.demo.after import PLAYERS, PlayerName
from warroom_lab.demo.debriefing import FOLDER, FORESEEN
from warroom_lab.demo.journal import OrderJournal
from warroom_lab.demo.place import get_exercise_folder
from warroom_lab.demo.plan import ExercisePlan
from warroom_lab.evaluation import rehearsal
from warroom_lab.evaluation.background import add_stated_balances, build_background
from warroom_lab.evaluation.foreseen import measure_forecasts
from warroom_lab.world.population.country import plan_country

PATIENT = 5
"""Niceness: the server and its pages come first."""


def score_players(folder: Path, ended: int) -> None:
    """Score everybody whose file is not there yet, the room first."""
    plan, journal = ExercisePlan.load_plan(folder / "plan.json"), OrderJournal(folder / "journal.jsonl")
    hours = rehearsal.Hours(plan.opens, plan.begins, ended)
    country = plan_country(plan.size, plan.seed)
    # The room first, since people wait for their own score; it needs no index of
    # ordinary life, as the policies do.
    if "room" in (missing := _list_missing_players(folder)):
        timed_orders = [(entry.time, entry.orders) for entry in journal.entries]
        _save_score(folder, "room", rehearsal.score_room(country, timed_orders, hours))
    if missing == ["room"] or not missing:
        return
    background = build_background(country)
    add_stated_balances(background)
    if not (folder / FOLDER / FORESEEN).exists():
        timed_orders = [(entry.time, entry.orders) for entry in journal.entries]
        seen = measure_forecasts(background, timed_orders, hours)
        files.write_atomically(folder / FOLDER / FORESEEN, json.dumps(asdict(seen)).encode())
    for name in _list_missing_players(folder):
        _save_score(folder, name, rehearsal.score_policy(background, name, hours))


def _list_missing_players(folder: Path) -> list[PlayerName]:
    return [name for name in PLAYERS if not (folder / FOLDER / f"{name}.json").exists()]


def _save_score(folder: Path, name: PlayerName, score: rehearsal.Score) -> None:
    files.write_atomically(folder / FOLDER / f"{name}.json", json.dumps(asdict(score)).encode())


def main(root: str, ended: str) -> None:
    """Play at a lower priority, and only in a home that holds an exercise."""
    os.nice(PATIENT)
    score_players(get_exercise_folder(open_home(Path(root), create=None)), int(ended))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
