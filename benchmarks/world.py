"""What a synthetic country costs: building, feeding it in as it arrives, and scoring: `python -m benchmarks.world [--quick | --full]`.

Every measurement is a process of its own. Beside wall time stands the time of the process itself (user and system),
which other work on the machine does not lengthen. `--full` builds a province and a nation too.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.harness import (
    ROOT,
    Figure,
    at_least,
    at_most,
    measure_time,
    open_folder,
    peak_bytes,
    processor_seconds,
    run_child,
    start_run,
)
from warroom_lab.world.drawing.sizes import SIZES, Size

if TYPE_CHECKING:
    from warroom.lake.terms import IngestJob

GIB = 2**30
HALF, QUARTER = Size("half", 25_000, 30, 500_000, 20), Size("quarter", 12_500, 30, 250_000, 20)
CURVE = (QUARTER, HALF, SIZES["small"], Size("double", 100_000, 30, 2_000_000, 20))
"""Four sizes from a quarter of small to twice small, alike in all but people."""
LINEAR = 1.1
"""The exponent of cost over events that still counts as linear."""
EVALUATED = "none,practice-2026,practice-2025,warroom,knows-mules"


def main(arguments: Sequence[str] | None = None) -> int:
    run = start_run(__doc__, arguments)
    with open_folder(None) as folder:
        _build(SIZES["tiny"], folder)
        figures = _named("tiny", 3, 1, folder)
        if not run.is_quick:
            figures += _curve(folder)
        else:
            figures += _named("small", 20, 1, folder)
        if run.given.full:
            figures += _named("province", 600, 8, folder) + _named("national", 1_800, 8, folder)
        figures.append(_replay(folder))
        if not run.is_quick:
            figures.append(_evaluated())
    return run.finish("World", figures)


@dataclass(frozen=True)
class Built:
    """One build: rows of all tables, seconds on the wall and of the process, start-up included, and peak memory."""

    events: int
    wall: float
    cpu: float
    peak: int


def _named(name: str, seconds: float, gib: float, folder: Path) -> list[Figure]:
    return _beside(name, _build(SIZES[name], folder), seconds, gib)


def _beside(name: str, done: Built, seconds: float, gib: float) -> list[Figure]:
    beside = f"{done.cpu:.1f} s of the processor, {done.events:,} rows, {done.events / done.cpu:,.0f} rows/s"
    return [
        at_most(f"Build {name}", done.wall, "s", seconds, beside),
        at_most(f"Build {name}, peak memory", done.peak / GIB, "GiB", gib),
    ]


def _curve(folder: Path) -> list[Figure]:
    """Cost over four sizes, as a plot in text and as the exponent between the smallest and the largest."""
    done = [_build(size, folder) for size in CURVE]
    widest = max(each.cpu for each in done)
    print("\nProcessor seconds over rows of all tables")
    for size, each in zip(CURVE, done, strict=True):
        length = "#" * max(1, round(50 * each.cpu / widest))
        print(f"  {size.name:<8} {each.events:>10,} rows {each.cpu:>7.1f} s  {length}", flush=True)
    exponent = _exponent([each.events for each in done], [each.cpu for each in done])
    small = done[CURVE.index(SIZES["small"])]
    beside = ", ".join(f"{each.events / each.cpu:,.0f}" for each in done) + " rows/s"
    return [
        *_beside("small", small, 20, 1),
        at_most("Exponent of cost over events", exponent, "", LINEAR, beside),
    ]


def _exponent(events: list[int], cost: list[float]) -> float:
    import numpy as np

    slope, _ = np.polyfit(np.log(events), np.log(cost), 1)
    return float(slope)


def _build(size: Size, folder: Path) -> Built:
    with measure_time() as spent:
        measured = json.loads(run_child("world", "build", json.dumps(asdict(size)), str(folder / "country")))
    return Built(wall=spent.wall, **measured)


def _replay(folder: Path) -> Figure:
    done = json.loads(run_child("world", "replay", str(folder / "replay")))
    beside = (
        f"{done['events']:,} payments in {done['commits']} commits, {done['cpu']:.1f} s of the processor, "
        f"{done['events'] / done['cpu']:,.0f} rows a second of it"
    )
    return at_least("Replay small as it arrives", done["events"] / done["wall"], "rows/s", 100_000, beside)


def _evaluated() -> Figure:
    """One seed of small under five policies; twenty of them on two cores are to take 30 minutes."""
    command = [
        sys.executable,
        "-m",
        "warroom",
        "evaluate",
        "--size",
        "small",
        "--seeds",
        "31",
        "--policies",
        EVALUATED,
    ]
    with measure_time() as spent:
        subprocess.run([*command, "--json"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    beside = f"{spent.cpu:.0f} s of the processor"
    return at_most("Evaluate one seed of small, five policies", spent.wall, "s", 90, beside)


def _child_build(size: Size, folder: Path) -> None:
    import shutil

    from warroom_lab.world.build import build_country

    built = build_country(size, 7, folder)
    shutil.rmtree(folder)
    events = sum(built.rows.values())
    print(json.dumps({"events": events, "cpu": processor_seconds(), "peak": peak_bytes()}))


def _child_replay(folder: Path) -> None:
    """Every payment of small, each day's in the order in which it was received, into a lake that is empty at first."""
    from warroom.home import open_home
    from warroom.lake.lake import Lake

    folder.mkdir()
    lake, commits = Lake.open(open_home(folder / "home")), _deliveries(folder)
    with measure_time() as spent:
        accepted = sum(done.accepted for jobs in commits for done in lake.ingest(jobs))
    print(json.dumps({"events": accepted, "commits": len(commits), "wall": spent.wall, "cpu": spent.cpu}))


def _deliveries(folder: Path) -> list[list["IngestJob"]]:
    """One list of files a day, a file a bank."""
    import numpy as np
    import pyarrow.parquet as pq

    from warroom.lake.terms import IngestJob
    from warroom_lab.world.delivery import columns
    from warroom_lab.world.delivery.feeds import compute_received
    from warroom_lab.world.drawing.columns import BANKS, DAY, TransferColumns
    from warroom_lab.world.play.run import CountryRun
    from warroom_lab.world.population.country import plan_country

    country = plan_country(SIZES["small"], 7)
    run, days = CountryRun(country), country.nation.size.days
    crime = run.advance_to(country.nation.start + days * DAY).transfers
    rows = TransferColumns.concat_parts([crime, *(country.get_day(number) for number in range(days))])
    bank = country.accounts.bank
    arrival = compute_received(bank[rows.payer], rows.time, rows.uid)
    order = np.argsort(arrival, kind="stable")
    rows, arrival = rows.select_rows(order), arrival[order]
    day = (arrival - country.nation.start) // DAY
    commits = []
    for number in np.unique(day).tolist():
        jobs = []
        for at, code in enumerate(BANKS):
            mine = np.flatnonzero((day == number) & (bank[rows.payer] == at))
            if len(mine):
                path = folder / f"{code}-{number}.parquet"
                pq.write_table(columns.make_transfer_rows(rows.select_rows(mine), bank, arrival[mine]), path)
                jobs.append(IngestJob("transfers", path, None, code))
        commits.append(jobs)
    return commits


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        if sys.argv[2] == "build":
            _child_build(Size(**json.loads(sys.argv[3])), Path(sys.argv[4]))
        else:
            _child_replay(Path(sys.argv[3]))
        sys.exit(os.EX_OK)
    sys.exit(main())
