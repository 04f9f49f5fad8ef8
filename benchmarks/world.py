"""What a synthetic country costs: building, feeding it in as it arrives, and scoring: `python -m benchmarks.world [--quick | --full]`.

Every measurement is a process of its own. Beside wall time stands the time of the process itself (user and system),
which other work on the machine does not lengthen. `--full` builds a province and a nation too.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.figures import Figure, show
from warroom_lab.world.drawing.sizes import SIZES, Size

if TYPE_CHECKING:
    from warroom.lake.terms import IngestJob

GIB = 2**30
HALF, QUARTER = Size("half", 25_000, 30, 500_000, 20), Size("quarter", 12_500, 30, 250_000, 20)
CURVE = (QUARTER, HALF, SIZES["small"], Size("double", 100_000, 30, 2_000_000, 20))
"""Four sizes from a quarter of small to twice small, alike in all but people."""
LINEAR = 1.1
"""The exponent of cost over events that still counts as linear."""
EVALUATED = "none,practice-2026,practice-2025,plan-bound,warroom"


def main(arguments: list[str]) -> int:
    quick, full = "--quick" in arguments, "--full" in arguments
    with tempfile.TemporaryDirectory(prefix="warroom-world-") as name:
        folder = Path(name)
        _build(SIZES["tiny"], folder)
        figures = _named("tiny", 3, 1, folder)
        if not quick:
            figures += _curve(folder)
        else:
            figures += _named("small", 20, 1, folder)
        if full:
            figures += _named("province", 600, 8, folder) + _named("national", 1_800, 8, folder)
        figures.append(_replay(folder))
        if not quick:
            figures.append(_evaluated())
    show("World", figures)
    return 0 if all(figure.holds for figure in figures) else 1


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
        Figure(f"Build {name}", done.wall, "s", seconds, more=False, beside=beside),
        Figure(f"Build {name}, peak memory", done.peak / GIB, "GiB", gib, more=False),
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
        Figure("Exponent of cost over events", exponent, "", LINEAR, more=False, beside=beside),
    ]


def _exponent(events: list[int], cost: list[float]) -> float:
    import numpy as np

    slope, _ = np.polyfit(np.log(events), np.log(cost), 1)
    return float(slope)


def _build(size: Size, folder: Path) -> Built:
    started = time.perf_counter()
    said = json.loads(_run("build", json.dumps(asdict(size)), str(folder / "country")))
    return Built(wall=time.perf_counter() - started, **said)


def _replay(folder: Path) -> Figure:
    done = json.loads(_run("replay", str(folder / "replay")))
    beside = (
        f"{done['events']:,} payments in {done['commits']} commits, {done['cpu']:.1f} s of the processor, "
        f"{done['events'] / done['cpu']:,.0f} rows a second of it"
    )
    return Figure(
        "Replay small as it arrives", done["events"] / done["wall"], "rows/s", 100_000, beside=beside
    )


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
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    subprocess.run([*command, "--json"], cwd=_root(), check=True, stdout=subprocess.DEVNULL)
    wall = time.perf_counter() - started
    beside = f"{_spent(resource.getrusage(resource.RUSAGE_CHILDREN)) - _spent(before):.0f} s of the processor"
    return Figure("Evaluate one seed of small, five policies", wall, "s", 90, more=False, beside=beside)


def _spent(used: resource.struct_rusage) -> float:
    return used.ru_utime + used.ru_stime


def _root() -> Path:
    return Path(__file__).resolve().parents[1]


def _run(*arguments: str) -> str:
    command = [sys.executable, "-m", "benchmarks.world", "--child", *arguments]
    return subprocess.run(command, cwd=_root(), check=True, stdout=subprocess.PIPE, text=True).stdout


def _child_build(size: Size, folder: Path) -> None:
    import shutil

    from warroom_lab.world.build import build

    built = build(size, 7, folder)
    shutil.rmtree(folder)
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(
        json.dumps({"events": sum(built.rows.values()), "cpu": _spent(used), "peak": used.ru_maxrss * 1024})
    )


def _child_replay(folder: Path) -> None:
    """Every payment of small, each day's in the order in which it was received, into a lake that is empty at first."""
    from warroom.home import open_home
    from warroom.lake.lake import Lake

    folder.mkdir()
    lake, commits = Lake.open(open_home(folder / "home")), _deliveries(folder)
    before = _spent(resource.getrusage(resource.RUSAGE_SELF))
    started = time.perf_counter()
    accepted = sum(done.accepted for jobs in commits for done in lake.ingest(jobs))
    wall = time.perf_counter() - started
    cpu = _spent(resource.getrusage(resource.RUSAGE_SELF)) - before
    print(json.dumps({"events": accepted, "commits": len(commits), "wall": wall, "cpu": cpu}))


def _deliveries(folder: Path) -> list[list["IngestJob"]]:
    """One list of files a day, a file a bank."""
    import numpy as np
    import pyarrow.parquet as pq

    from warroom.lake.terms import IngestJob
    from warroom_lab.world.delivery import columns
    from warroom_lab.world.delivery.feeds import received
    from warroom_lab.world.drawing.columns import BANKS, DAY, Transfers
    from warroom_lab.world.play.run import Run
    from warroom_lab.world.population.country import found

    country = found(SIZES["small"], 7)
    run, days = Run(country), country.nation.size.days
    crime = run.advance(country.nation.start + days * DAY).transfers
    rows = Transfers.joined([crime, *(country.day(number) for number in range(days))])
    bank = country.accounts.bank
    arrival = received(bank[rows.payer], rows.time, rows.uid)
    order = np.argsort(arrival, kind="stable")
    rows, arrival = rows.take(order), arrival[order]
    day = (arrival - country.nation.start) // DAY
    commits = []
    for number in np.unique(day).tolist():
        jobs = []
        for at, code in enumerate(BANKS):
            mine = np.flatnonzero((day == number) & (bank[rows.payer] == at))
            if len(mine):
                path = folder / f"{code}-{number}.parquet"
                pq.write_table(columns.transfers(rows.take(mine), bank, arrival[mine]), path)
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
    sys.exit(main(sys.argv[1:]))
