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
from warroom_lab.world.delivery.folder import MANIFEST, PartnerFolders
from warroom_lab.world.delivery.post import PartnerPost
from warroom_lab.world.drawing.columns import DAY, TransferColumns
from warroom_lab.world.drawing.params import POLICE_2018, require_scenario
from warroom_lab.world.drawing.sizes import Size
from warroom_lab.world.play.run import CountryRun
from warroom_lab.world.population.country import Country, plan_country

VERSION = 6
"""Of the country's rules: another version gives another country for the same seed."""

OnDay = Callable[[int, int], None]
"""Called with the days done and the days there are."""


@dataclass(frozen=True, slots=True)
class BuildSummary:
    """What a build wrote: rows of every table, faulty rows included, and how many of those will be refused."""

    folder: Path
    rows: dict[str, int]
    refused: int
    files: int
    bytes: int


def build_country(
    size: Size, seed: int, out: Path, on_day: OnDay | None = None, *, scenario: str = POLICE_2018
) -> BuildSummary:
    """Build a country; raises WorldError for an unknown scenario, where `out` cannot be used, or the disk is full."""
    require_scenario(scenario)
    _check_free(out)
    making = out.with_name(f".{out.name}.making")
    # What a killed build left.
    shutil.rmtree(making, ignore_errors=True)
    try:
        making.mkdir(parents=True)
        built = _write_country(size, seed, scenario, making, on_day)
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
    return BuildSummary(out, *built)


def find_version(folder: Path) -> int | None:
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
    found_version = find_version(out)
    if found_version is None:
        raise WorldError(f"{out} is not empty; name a folder that does not exist yet.")
    if found_version != VERSION:
        raise WorldError(
            f"{out} holds a world of version {found_version}, this program builds version {VERSION}; "
            "remove it or name another folder."
        )
    raise WorldError(f"{out} already holds a world; remove it or name another folder.")


def describe_country(size: Size, seed: int, start: int, scenario: str = POLICE_2018) -> dict[str, object]:
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


def _write_country(
    size: Size, seed: int, scenario: str, making: Path, on_day: OnDay | None
) -> tuple[dict[str, int], int, int, int]:
    country = plan_country(size, seed, scenario)
    folder = PartnerFolders(making, seed, describe_country(size, seed, country.nation.start, scenario))
    try:
        post = PartnerPost(folder, country.accounts, country.nation.start)
        post.send_customers(country.holders)
        for part in told.iter_parts(country.sides):
            post.send_rows(*part)
        run = _play_days(country, post, on_day)
        dirt = folder.finish_files()
    finally:
        folder.abandon()
    truth.write_truth(making / "truth", country, run, dirt + post.skews)
    files = [path for path in making.rglob("*") if path.is_file()]
    refused = sum(not faulty_row.accepted for faulty_row in dirt)
    return folder.count_rows(), refused, len(files), sum(path.stat().st_size for path in files)


def _play_days(country: Country, post: PartnerPost, on_day: OnDay | None) -> CountryRun:
    """Day by day: ordinary life and crime together, and what was reported."""
    run = CountryRun(country)
    nation = country.nation
    for number in range(nation.size.days):
        news = run.advance_to(nation.start + (number + 1) * DAY)
        post.send_payments(_sort_payments([country.get_day(number), news.transfers]))
        post.send_reports(news.reports)
        if on_day:
            on_day(number + 1, nation.size.days)
    post.flush_payments()
    return run


def _sort_payments(parts: list[TransferColumns]) -> TransferColumns:
    """The parts as one, in order of (time, uid); they are let go of at once, a nation's day is half a gigabyte."""
    rows = TransferColumns.concat_parts(parts)
    parts.clear()
    return rows.select_rows(np.lexsort((rows.uid, rows.time)))
