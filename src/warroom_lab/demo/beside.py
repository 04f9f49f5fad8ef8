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
from warroom_lab.demo.journal import Journal
from warroom_lab.demo.place import folder_of
from warroom_lab.demo.plan import Plan
from warroom_lab.evaluation import rehearsal
from warroom_lab.evaluation.background import settle_country
from warroom_lab.evaluation.foreseen import foreseen
from warroom_lab.world.population.country import found

PATIENT = 5
"""Niceness: the server and its pages come first."""


def play_again(folder: Path, ended: int) -> None:
    """Score everybody whose file is not there yet, the room first."""
    plan, journal = Plan.read(folder / "plan.json"), Journal(folder / "journal.jsonl")
    hours = rehearsal.Hours(plan.opens, plan.begins, ended)
    country = found(plan.size, plan.seed)
    # The room first, since people wait for their own score; it needs no index of
    # ordinary life, as the policies do.
    if "room" in (missing := _missing(folder)):
        told = [(entry.time, entry.orders) for entry in journal.entries]
        _keep(folder, "room", rehearsal.of_room(country, told, hours))
    if missing == ["room"] or not missing:
        return
    background = settle_country(country)
    if not (folder / FOLDER / FORESEEN).exists():
        told = [(entry.time, entry.orders) for entry in journal.entries]
        seen = foreseen(background, told, hours)
        files.write(folder / FOLDER / FORESEEN, json.dumps(asdict(seen)).encode())
    for name in _missing(folder):
        _keep(folder, name, rehearsal.of_policy(background, name, hours))


def _missing(folder: Path) -> list[PlayerName]:
    return [name for name in PLAYERS if not (folder / FOLDER / f"{name}.json").exists()]


def _keep(folder: Path, name: PlayerName, score: rehearsal.Score) -> None:
    files.write(folder / FOLDER / f"{name}.json", json.dumps(asdict(score)).encode())


def main(root: str, ended: str) -> None:
    """Play at a lower priority, and only in a home that holds an exercise."""
    os.nice(PATIENT)
    play_again(folder_of(open_home(Path(root), create=None)), int(ended))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
