"""What every benchmark shares: its arguments, clocks and percentiles, figures with their bars, the printed table and the line of JSON."""

import argparse
import json
import math
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from warroom.home import Home, HomeKind, open_home

ROOT = Path(__file__).resolve().parents[1]
PERCENTILES = {0.5: "median", 0.95: "95th percentile", 0.99: "99th percentile"}


@dataclass(frozen=True)
class Figure:
    """`value` in `unit`; `bar` is what it should reach, `more` whether more is better; `beside` a peer, an interval or a condition."""

    name: str
    value: float
    unit: str
    bar: float
    more: bool = True
    beside: str = ""

    @property
    def holds(self) -> bool:
        return self.value >= self.bar if self.more else self.value <= self.bar


def at_least(name: str, value: float, unit: str, bar: float, beside: str = "") -> Figure:
    return Figure(name, value, unit, bar, True, beside)


def at_most(name: str, value: float, unit: str, bar: float, beside: str = "") -> Figure:
    return Figure(name, value, unit, bar, False, beside)


def at_percentile(
    name: str, taken_ms: Sequence[float], share: float, bar_ms: float, beside: str = ""
) -> Figure:
    """The percentile of times in milliseconds, at most `bar_ms`; its name says which percentile it is."""
    return at_most(f"{name}, {PERCENTILES[share]}", percentile(taken_ms, share), "ms", bar_ms, beside)


def percentile(values: Iterable[float], share: float) -> float:
    """The value below which `share` of all lie, without interpolation. Raises IndexError for no values."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


@dataclass
class Spent:
    """Seconds by the clock, and seconds of a processor that this process and the children it waited for have used."""

    wall: float = 0.0
    cpu: float = 0.0


@contextmanager
def measure_time() -> Iterator[Spent]:
    """What the block takes; set when it has ended."""
    spent, began, used = Spent(), time.perf_counter(), processor_seconds()
    yield spent
    spent.wall, spent.cpu = time.perf_counter() - began, processor_seconds() - used


def processor_seconds() -> float:
    """Seconds of a processor that this process and the children it waited for have used so far."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def time_seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def time_ms(work: Callable[[], object]) -> float:
    return time_seconds(work) * 1000


def peak_bytes() -> int:
    """The most memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def describe_machine() -> str:
    """Cores, memory and Python of this machine in one line, and the load of the last minute."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}"


def read_commit() -> str:
    """The commit that is measured; empty where this is no checkout."""
    command = ["git", "describe", "--always", "--dirty", "--exclude", "*"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()


@dataclass
class Run:
    """One run of a benchmark: what it was asked for, and the figures that it has shown."""

    given: argparse.Namespace
    figures: list[Figure] = field(default_factory=list)
    _began: float = field(default_factory=time.perf_counter)
    _used: float = field(default_factory=processor_seconds)

    @property
    def is_quick(self) -> bool:
        return bool(self.given.quick)

    def show(self, title: str, figures: Iterable[Figure]) -> None:
        """Print a table, where a missed bar is as plain as one that holds; with `--json FILE` also add it to the file as a line."""
        shown = list(figures)
        self.figures += shown
        print(f"\n{title} ({describe_machine()})")
        for figure in shown:
            print(_line_of(figure), flush=True)
        if self.given.json:
            with Path(self.given.json).open("a", encoding="utf-8") as file:
                file.write(json.dumps(self._record(title, shown), default=float) + "\n")

    def _record(self, title: str, shown: list[Figure]) -> dict[str, Any]:
        return {
            "title": title,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "commit": read_commit(),
            "machine": describe_machine(),
            "quick": self.is_quick,
            "wall_seconds": time.perf_counter() - self._began,
            "cpu_seconds": processor_seconds() - self._used,
            "figures": [asdict(figure) | {"holds": figure.holds} for figure in shown],
        }

    def finish(self, title: str, figures: Iterable[Figure]) -> int:
        """Show the last table. 0 where every figure that was shown holds its bar, 1 where one does not."""
        self.show(title, figures)
        return int(not all(figure.holds for figure in self.figures))


def start_run(
    about: str | None,
    arguments: Sequence[str] | None,
    quick: str = "a smaller form",
    options: Callable[[argparse.ArgumentParser], object] | None = None,
) -> Run:
    """Read the arguments that every benchmark takes, and `options` of its own. None: those of the process."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help=quick)
    parser.add_argument("--full", action="store_true", help="the longest form, where there is one")
    parser.add_argument("--soak", action="store_true", help="the long form, where there is one")
    parser.add_argument("--json", metavar="FILE", help="add each table to a file, a line of JSON a table")
    if options:
        options(parser)
    return Run(parser.parse_args(arguments))


@contextmanager
def open_scratch_home(kind: HomeKind) -> Iterator[Home]:
    """A home of its own in a folder that is deleted at the end."""
    with tempfile.TemporaryDirectory(prefix="warroom-benchmark-") as folder:
        yield open_home(Path(folder) / "home", kind)


@contextmanager
def open_folder(kept: Path | None) -> Iterator[Path]:
    """The folder to work in: `kept`, which stays for the next run, or one that is deleted at the end."""
    with tempfile.TemporaryDirectory(prefix="warroom-benchmark-") as scratch:
        folder = kept or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        yield folder


def add_keep(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--keep", type=Path, help="a folder that keeps what is made for the next run")


def add_folders(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folders", nargs="*", type=Path, help="more sets to measure")


def run_child(module: str, *arguments: str) -> str:
    """What `python -m benchmarks.MODULE --child ARGUMENTS` prints: a process of its own, so that its peak of memory is its own."""
    command = [sys.executable, "-m", f"benchmarks.{module}", "--child", *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


def _line_of(figure: Figure) -> str:
    verdict = "holds" if figure.holds else "BELOW THE BAR"
    sign = ">=" if figure.more else "<="
    value, bar = _format_number(figure.value), _format_number(figure.bar)
    return f"  {figure.name:<58} {value:>14} {figure.unit:<8} bar {sign} {bar:>12}  {verdict:<14} {figure.beside}"


def _format_number(value: float) -> str:
    """A number as a reader compares it: whole from a thousand on, three digits below ten."""
    if math.isnan(value):
        return "nan"
    places = 0 if value == int(value) or abs(value) >= 1_000 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{places if abs(value) >= 0.1 or not places else 3}f}"
