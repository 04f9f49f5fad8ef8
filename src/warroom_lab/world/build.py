"""Builds a country into a folder: what partners would send if nobody acted, and the truth in a folder of its own.

Everything is written into a folder beside the one asked for, which is renamed when all of it is there: whatever stops
a build, nothing half written is left under the name.
"""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from warroom.errors import WorldError
from warroom_lab.world.beside import told
from warroom_lab.world.delivery import truth
from warroom_lab.world.delivery.folder import MANIFEST, Folder
from warroom_lab.world.delivery.post import Post
from warroom_lab.world.drawing.columns import DAY, Transfers
from warroom_lab.world.drawing.params import POLICE_2018, scenario_named
from warroom_lab.world.drawing.sizes import Size
from warroom_lab.world.play.run import Run
from warroom_lab.world.population.country import Country, found

VERSION = 6
"""Of the country's rules: another version gives another country for the same seed."""

OnDay = Callable[[int, int], None]
"""Called with the days done and the days there are."""


@dataclass(frozen=True, slots=True)
class Built:
    """What a build wrote: rows of every table, faulty rows included, and how many of those will be refused."""

    folder: Path
    rows: dict[str, int]
    refused: int
    files: int
    bytes: int


def build(
    size: Size, seed: int, out: Path, on_day: OnDay | None = None, *, scenario: str = POLICE_2018
) -> Built:
    """Build a country; raises WorldError for an unknown scenario, where `out` cannot be used, or the disk is full."""
    scenario_named(scenario)
    _check_free(out)
    making = out.with_name(f".{out.name}.making")
    # What a killed build left.
    shutil.rmtree(making, ignore_errors=True)
    try:
        making.mkdir(parents=True)
        built = _write(size, seed, scenario, making, on_day)
        if out.exists():
            # Empty, as `_check_free` has seen; where something came into it meanwhile, this fails and keeps
            # it.
            out.rmdir()
        making.rename(out)
    except OSError as problem:
        raise WorldError(
            f"{out} cannot be written: {problem.strerror or problem}; nothing was kept. Make room or choose another folder."
        ) from None
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return Built(out, *built)


def version_of(folder: Path) -> int | None:
    """The version of the world in a folder; None where there is none."""
    try:
        tree = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return int(tree["world"]["version"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _check_free(out: Path) -> None:
    if out.is_file():
        raise WorldError(f"{out} is a file; name a folder that does not exist yet.")
    if not out.exists() or not any(out.iterdir()):
        return
    found_version = version_of(out)
    if found_version is None:
        raise WorldError(f"{out} is not empty; name a folder that does not exist yet.")
    if found_version != VERSION:
        raise WorldError(
            f"{out} holds a world of version {found_version}, this program builds version {VERSION}; "
            "remove it or name another folder."
        )
    raise WorldError(f"{out} already holds a world; remove it or name another folder.")


def about(size: Size, seed: int, start: int, scenario: str = POLICE_2018) -> dict[str, object]:
    """What every manifest says of the country it belongs to."""
    # Said only where it is not the usual one: countries that were built before there were two keep their bytes.
    other = {} if scenario == POLICE_2018 else {"scenario": scenario}
    return {
        "exercise": True,
        "note": "Everything here is invented: no person, bank, telco, place or number exists. "
        f"Crime is {size.density:g} times as dense as in the country it is modelled on.",
        "world": {
            "version": VERSION,
            "size": size.name,
            "seed": seed,
            "start": start,
            "people": size.people,
            "days": size.days,
            "crime_density": size.density,
            **other,
        },
    }


def _write(
    size: Size, seed: int, scenario: str, making: Path, on_day: OnDay | None
) -> tuple[dict[str, int], int, int, int]:
    country = found(size, seed, scenario)
    folder = Folder(making, seed, about(size, seed, country.nation.start, scenario))
    try:
        post = Post(folder, country.accounts, country.nation.start)
        post.customers(country.holders)
        for each in told.parts(country.sides):
            post.others(*each)
        run = _play(country, post, on_day)
        dirt = folder.finish()
    finally:
        folder.abandon()
    truth.write(making / "truth", country, run, dirt + post.skews)
    files = [path for path in making.rglob("*") if path.is_file()]
    refused = sum(not each.accepted for each in dirt)
    return folder.rows(), refused, len(files), sum(path.stat().st_size for path in files)


def _play(country: Country, post: Post, on_day: OnDay | None) -> Run:
    """Day by day: ordinary life and crime together, and what was reported."""
    run = Run(country)
    nation = country.nation
    for number in range(nation.size.days):
        news = run.advance(nation.start + (number + 1) * DAY)
        post.payments(_sorted([country.day(number), news.transfers]))
        post.reports(news.reports)
        if on_day:
            on_day(number + 1, nation.size.days)
    post.flush()
    return run


def _sorted(parts: list[Transfers]) -> Transfers:
    """The parts as one, in order of (time, uid); they are let go of at once, a nation's day is half a gigabyte."""
    rows = Transfers.joined(parts)
    parts.clear()
    return rows.take(np.lexsort((rows.uid, rows.time)))
