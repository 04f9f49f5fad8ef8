"""Mules: the protocol on five benchmark sets, the peer beside it, two threads, a nation's day.

The peer, snapml's GraphFeaturePreprocessor, is proprietary and wants Python 3.9 to 3.12: name one that has snapml,
pandas, pyarrow and psutil as WARROOM_PEER_PYTHON, else a venv is made for this run where pip finds it. Quality is the
mean over seeds; every other figure is of the first.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.harness import (
    Figure,
    add_keep,
    at_least,
    at_most,
    measure_time,
    open_folder,
    peak_bytes,
    start_run,
)
from benchmarks.outside import outside

if TYPE_CHECKING:
    from warroom.signals.payments.features.transfers import FeatureTransfers

MAKER = "bench/transfers.py"
SEEDS = (20261124, 1, 2, 3, 4)
PEER_QUIET = 40_000
"""Transfers a second of the peer on a quiet machine, where it cannot run here."""
TIMES = 25
DAY = 10_000_000
SLAB = 1 << 18
WARM = 20_000
ROUNDS = 5


def benchmark_set(work: Path, seed: int, accounts: int) -> Path:
    path = work / f"{seed}-{accounts}.parquet"
    if not path.exists():
        script = [sys.executable, str(outside(MAKER))]
        subprocess.run([*script, str(path), str(accounts), "60", str(seed)], check=True, capture_output=True)
    return path


def protocol(path: Path, threads: int = 1) -> dict[str, float]:
    """The command as anybody would run it, in a process of its own."""
    command = [sys.executable, "-m", "warroom", "bench", "mules", "--transfers", str(path), "--json"]
    done = subprocess.run([*command, "--threads", str(threads)], check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def peer(path: Path, work: Path) -> float | None:
    """The peer's transfers a second on one thread, None where it cannot run; then why is said."""
    python = os.environ.get("WARROOM_PEER_PYTHON") or _peer_python(work)
    if not python:
        return None
    script = [python, str(outside("bench/gfp.py")), str(path), "1", "0", "2048", "-", "nolc"]
    done = subprocess.run(script, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"The peer did not run: {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
        return None
    return float(json.loads(done.stdout)["edges_per_wall_s"])


def _peer_python(work: Path) -> str:
    """A venv with the peer, made with this Python; empty where pip has no wheel for it."""
    home = work / "peer"
    made = subprocess.run([sys.executable, "-m", "venv", str(home)], capture_output=True, check=False)
    wanted = ["snapml", "pandas", "pyarrow", "psutil"]
    pip = [str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", *wanted]
    if made.returncode or subprocess.run(pip, capture_output=True, check=False).returncode:
        print(
            "The peer cannot be installed here; set WARROOM_PEER_PYTHON to a Python with it.", file=sys.stderr
        )
        return ""
    return pip[0]


def speed(first: dict[str, float], path: Path, beside: float | None) -> list[Figure]:
    one, two, times = bare_speeds(path)
    said = (
        f"the peer, beside: {beside:,.0f}" if beside else "the peer did not run here; its quiet 40,000 stand"
    )
    bar = TIMES * (beside or PEER_QUIET)
    return [
        at_least("features, one thread, in the protocol", first["edges_per_s"], "/s", bar, said),
        at_least("features, one thread, alone", one, "/s", bar, f"the best of {ROUNDS}"),
        at_least(
            "features, two threads over one", two / one, "times", 1.7, f"{two:,.0f} /s; in turns {times}"
        ),
        at_most("one transfer, features and score, median", first["score_us_p50"], "us", 200),
        at_most("one transfer, 99th percentile", first["score_us_p99"], "us", 1000),
        at_most("the protocol's peak memory", first["peak_mb"], "MB", 8192),
        at_most("training", first["train_s"], "s", 600),
    ]


def bare_speeds(path: Path) -> tuple[float, float, str]:
    """Transfers a second of a window over the whole file on one thread and on two, and each turn's two over one.

    In turns, the best of each: others share the machine, and memory that is new to a process is slow once.
    """
    from warroom_lab.protocol.file import read_transfers

    transfers = read_transfers(path).transfers
    turns = [[_whole_file(transfers, threads) for threads in (1, 2)] for _ in range(ROUNDS)]
    one, two = (max(speeds) for speeds in zip(*turns, strict=True))
    return one, two, " ".join(f"{both / alone:.2f}" for alone, both in turns)


def _whole_file(transfers: "FeatureTransfers", threads: int) -> float:
    from warroom.signals.payments.features.columns import WIDTH
    from warroom.signals.payments.features.window import Window
    from warroom_lab.protocol.run import SLAB as HELD

    out = np.ones((HELD * threads, WIDTH), np.float32)
    Window().compute_and_remember(transfers[:WARM])
    window = Window(threads)
    with measure_time() as spent:
        for first in range(0, len(transfers), len(out)):
            part = transfers[first : first + len(out)]
            window.compute_and_remember(part, out=out[: len(part)])
    return len(transfers) / spent.wall


def quality(runs: list[dict[str, float]]) -> list[Figure]:
    seeds = f"mean of {len(runs)} seeds" if len(runs) > 1 else "one seed"
    bars = {"auprc": 0.93, "f1": 0.86, "p_at_200": 0.99}
    return [
        at_least(f"{name}, {seeds}, x 100", 100 * mean, "", 100 * bar, _each(runs, name))
        for name, bar in bars.items()
        for mean in [float(np.mean([run[name] for run in runs]))]
    ]


def _each(runs: list[dict[str, float]], name: str) -> str:
    return " ".join(f"{run[name]:.3f}" for run in runs)


def nation(rows: int, path: Path) -> list[Figure]:
    """A day of `rows` transfers among twice as many accounts: features and scores on two threads."""
    from warroom.signals.payments.features.columns import WIDTH
    from warroom.signals.payments.features.window import Window
    from warroom_lab.mules.fit import TrainingSplit, fit_model
    from warroom_lab.protocol.file import read_transfers

    labelled = read_transfers(path)
    known = Window().compute_and_remember(labelled.transfers)
    learn, total = len(known) * 6 // 10, len(known)
    model = fit_model(
        known, labelled.labels, Window().feature_names, TrainingSplit(slice(0, learn), slice(learn, total))
    )
    del known
    window, out = Window(threads=2), np.zeros((SLAB, WIDTH), np.float32)
    with measure_time() as spent:
        for part in day(rows):
            model.predict_probabilities(window.compute_and_remember(part, out=out[: len(part)]))
    label = f"a day of {rows / 1e6:g} M transfers"
    return [
        at_most(f"{label}, features and scores", spent.wall, "s", 600 * rows / DAY),
        at_most(f"{label}, memory of the window", window.nbytes / 2**30, "GiB", 8),
        at_most(f"{label}, peak memory of this process", peak_bytes() / 2**30, "GiB", 8),
        at_least(
            f"{label}, a second",
            rows / spent.wall,
            "/s",
            20_000,
            "one transfer at a time in the room is slower",
        ),
    ]


def day(rows: int) -> "Iterator[FeatureTransfers]":
    """Transfers of one day, few accounts doing much, most hardly anything."""
    from warroom.signals.payments.features.transfers import FeatureTransfers

    for first in range(0, rows, SLAB):
        size, random = min(SLAB, rows - first), np.random.default_rng((5, first))
        ends = (random.random((2, size)) ** 2 * 2 * rows).astype(np.int64)
        seconds = 1_790_000_000 + np.sort(random.integers(first, first + size, size)) * 86_400 // rows
        amount = np.round(np.exp(random.normal(6, 1.4, size)), 2).astype(np.float64)
        yield FeatureTransfers(seconds, ends[0], ends[1], amount)


def main(arguments: Sequence[str] | None = None) -> int:
    run = start_run(__doc__, arguments, quick="one small set and a tenth of a day", options=add_keep)
    outside(MAKER)
    accounts, seeds = (20_000, SEEDS[:1]) if run.is_quick else (60_000, SEEDS)
    with open_folder(run.given.keep) as work:
        paths = [benchmark_set(work, seed, accounts) for seed in seeds]
        beside = peer(paths[0], work)
        runs = [protocol(path) for path in paths]
        figures = speed(runs[0], paths[0], beside) + quality(runs)
        figures += nation(DAY // 10 if run.is_quick else DAY, paths[0])
    return run.finish("Mules", figures)


if __name__ == "__main__":
    sys.exit(main())
