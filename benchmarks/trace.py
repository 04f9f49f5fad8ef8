"""Traces through a synthetic country's transfers: `python -m benchmarks.trace [--quick | --full] [--rows 10M]
[--keep DIR]`.

The graph is heavy-tailed: a few accounts, businesses among them, make most payments, and most people pay the same few
others. Mule chains lie in it: a victim's payment, two to five hops with two to six onward payments each, minutes
apart, cut into sums below 50,000 baht, and exits by cash, crypto and shops.
"""

import argparse
import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.figures import Figure, show
from warroom.heap import set_aside
from warroom.home import Home, open_home
from warroom.lake.lake import Lake
from warroom.lake.terms import IngestJob
from warroom.money.index.account_index import Index
from warroom.money.index.opening import open_index
from warroom.money.trace.tracing import trace
from warroom.records.mapping import Mapping, Terms

START = datetime(2026, 9, 1, tzinfo=UTC)
DAYS = 60
DAY = 86_400_000_000
MINUTE = 60_000_000
BANKS = 21
CHUNK = 2_000_000
REPORTS = 1000
SCAN = {100: 0.9, 500: 9.2}
"""Seconds of a plain scan a hop, by the bar of the size: over 10 and over 100 million."""
FULL = 100_000_000
CHANNELS = ["transfer", "qr", "card", "cash", "crypto", "goods"]


def chains(rng: np.random.Generator, accounts: int, count: int) -> dict[str, np.ndarray]:
    """Victims' payments and what the mules did with them; `seed` marks the payments the victims report."""
    out: list[tuple[int, int, int, int, int, int]] = []
    for _ in range(count):
        t = int(rng.integers(DAY, (DAYS - 9) * DAY))
        amount = int(min(max(rng.lognormal(15.9, 1.0), 300_000), 500_000_000))
        victim, mule = rng.integers(0, accounts, 2).tolist()
        out.append((t, victim, mule, amount, 0, 1))
        layer = [(mule, amount, t)]
        for hop in range(int(rng.integers(2, 6))):
            after = []
            for account, money, came in layer:
                dwell = (
                    rng.lognormal(np.log(4), 1.0) if rng.random() < 0.65 else rng.lognormal(np.log(51), 2.1)
                )
                went = came + int(min(dwell, 14 * 1440) * MINUTE)
                parts = int(rng.integers(2, 5)) if hop < 2 else 1
                for _ in range(parts):
                    share = int(money * rng.uniform(0.9, 1.0) / parts)
                    if share < 10_000 or went > (DAYS - 1) * DAY:
                        continue
                    payee = int(rng.integers(0, accounts))
                    channel = int(rng.choice([0, 3, 4, 5], p=[0.4, 0.2, 0.3, 0.1])) if hop > 1 else 0
                    out.append((went, account, payee, share, channel, 0))
                    if channel == 0:
                        after.append((payee, share, went))
                    went += int(rng.exponential(2) * MINUTE)
            layer = after
    columns = np.array(out, np.int64).T
    return dict(zip(("t", "payer", "payee", "amount", "channel", "seed"), columns, strict=True))


def ordinary(rng: np.random.Generator, accounts: int, rows: int) -> Iterator[dict[str, np.ndarray]]:
    """Ordinary payments in order of time, some at a time."""
    business = rng.random(accounts) < 0.08
    activity = rng.lognormal(0, 1.1, accounts) * np.where(business, 8, 1)
    reach = np.cumsum(activity / activity.sum())
    circle = np.searchsorted(reach, rng.random((accounts, 6))).astype(np.int32).clip(0, accounts - 1)
    parts = max(1, rows // CHUNK)
    for part in range(parts):
        n = rows // parts
        hours = np.where(rng.random(n) < 0.85, rng.normal(14, 4.2, n) % 24, rng.uniform(0, 24, n))
        low, high = part * DAYS / parts, (part + 1) * DAYS / parts
        t = (rng.uniform(low, high, n).astype(np.int64) * 24 + hours) * 3600 * 1_000_000
        payer = np.searchsorted(reach, rng.random(n)).clip(0, accounts - 1)
        known = circle[payer, rng.integers(0, 6, n)]
        payee = np.where(
            rng.random(n) < 0.72, known, np.searchsorted(reach, rng.random(n)).clip(0, accounts - 1)
        )
        amount = rng.lognormal(5.3, 1.25, n) * np.where(business[payer], 500, 100)
        amount = np.maximum(np.where(rng.random(n) < 0.35, np.ceil(amount / 10_000) * 10_000, amount), 100)
        yield {
            "t": t.astype(np.int64),
            "payer": payer,
            "payee": payee,
            "amount": amount.astype(np.int64),
            "channel": rng.choice(3, n, p=[0.7, 0.25, 0.05]),
            "seed": np.zeros(n, np.int64),
        }


def table(rows: dict[str, np.ndarray], first: int) -> pa.Table:
    """Rows as a partner's file would bring them."""
    order = np.argsort(rows["t"], kind="stable")
    rows = {name: values[order] for name, values in rows.items()}
    n = len(order)
    amount = np.zeros((n, 2), np.int64)
    amount[:, 0] = rows["amount"]
    start = int(START.timestamp()) * 1_000_000
    banks = pa.array([f"B{bank:02}" for bank in range(BANKS)])

    def account(numbers: np.ndarray) -> pa.Array:
        return pc.utf8_lpad(pa.array(numbers.astype(np.int64)).cast(pa.string()), 10, "0")

    return pa.table(
        {
            "record_id": pc.utf8_lpad(pa.array(np.arange(first, first + n)).cast(pa.string()), 12, "0"),
            "time": pa.array(rows["t"] + start, pa.timestamp("us", "UTC")),
            "payer_bank": banks.take(pa.array(rows["payer"] * 7 % BANKS)),
            "payer": account(rows["payer"]),
            "payee_bank": banks.take(pa.array(rows["payee"] * 7 % BANKS)),
            "payee": account(rows["payee"]),
            "amount": pa.Array.from_buffers(pa.decimal128(18, 2), n, [None, pa.py_buffer(amount)]),
            "channel": pa.array(CHANNELS).take(pa.array(rows["channel"])),
            "seed": pa.array(rows["seed"]),
        }
    )


def fill(lake: Lake, folder: Path, count: int) -> list[str]:
    """Ingest about `count` transfers; the record ids of the victims' payments."""
    rng = np.random.default_rng(20261124)
    accounts = max(1000, count // 30)
    crime = chains(rng, accounts, max(REPORTS, count // 10_000))
    seeds: list[str] = []
    first = 0
    for part, rows in enumerate(ordinary(rng, accounts, count)):
        here = np.array_split(np.arange(len(crime["t"])), max(1, count // CHUNK))[part]
        made = table({name: np.concatenate([rows[name], crime[name][here]]) for name in rows}, first)
        first += made.num_rows
        seeds += made.filter(pc.equal(made["seed"], 1))["record_id"].to_pylist()
        path = folder / f"{part}.parquet"
        pq.write_table(made.drop_columns(["seed"]), path)
        lake.ingest([IngestJob("transfers", path, Mapping(), "bench", Terms())])
        path.unlink()
    return seeds


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def timed_both(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the clock and on the processor: apart where the machine is shared."""
    busy = time.process_time()
    wall = timed(work)
    return wall, time.process_time() - busy


def measure(lake: Lake, index: Index, seeds: list[str], label: str, bar: int) -> list[Figure]:
    """One report at a time with five hops, warm; then a thousand as the board would."""
    seeds = seeds[:REPORTS]

    def one(seed: str) -> object:
        return trace(lake, index, [seed], hops=5)

    for seed in seeds:
        one(seed)
    set_aside()  # as the server does after its first turn
    times = [timed_both(partial(one, seed)) for seed in seeds]
    each = np.array([wall for wall, _ in times]) * 1000
    processor = max(busy for _, busy in times)
    median, high, worst = np.percentile(each, [50, 95, 100])
    beside = f"plain scan: {SCAN[bar]:.1f} s a hop"
    return [
        Figure(
            f"trace of one report, {label}, median",
            float(median),
            "ms",
            bar,
            more=False,
            beside=beside,
        ),
        Figure(
            f"trace of one report, {label}, 95th percentile",
            float(high),
            "ms",
            bar,
            more=False,
            beside=beside,
        ),
        Figure(
            f"trace of one report, {label}, slowest",
            float(worst),
            "ms",
            bar,
            more=False,
            beside=f"{1000 * processor:.0f} ms of processor time at most",
        ),
        Figure(f"{len(seeds)} reports, {label}", float(each.sum()) / 1000, "s", 30, more=False),
    ]


def run(home: Home, work: Path, rows: int) -> list[Figure]:
    lake = Lake.open(home)
    keep = work / f"seeds-{rows}.txt"
    if keep.exists():
        seeds = keep.read_text().split()
    else:
        took = timed(lambda: keep.write_text("\n".join(fill(lake, work, rows))))
        print(f"ingested {rows:,} transfers in {took:.0f} s", file=sys.stderr)
        seeds = keep.read_text().split()
    shutil.rmtree(home.index, ignore_errors=True)
    start = time.perf_counter()
    index = open_index(home, lake)
    built = time.perf_counter() - start
    size = sum(path.stat().st_size for path in home.index.rglob("*") if path.is_file())
    label = f"{rows / 1e6:g} M transfers"
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    bar = 100 if rows < FULL else 500
    return [
        Figure(f"index of {label}", rows / built, "rows/s", 500_000, beside=f"{built:.1f} s"),
        Figure(f"index of {label}, on disk", size / rows, "B/row", 120, more=False),
        Figure(f"index of {label}, peak memory of the process", peak, "GiB", 8, more=False),
        *measure(lake, index, seeds, label, bar),
    ]


def count(text: str) -> int:
    scale = {"k": 1000, "M": 1_000_000}.get(text[-1], 1)
    return int(float(text.rstrip("kM")) * scale)


def _lacking(work: Path, rows: int) -> str:
    """What this machine has too little of for so many rows, if anything."""
    disk, memory = shutil.disk_usage(work).free, os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    if disk < 200 * rows:
        return f"{disk / 1e9:.0f} GB free on disk, {200 * rows / 1e9:.0f} needed"
    if memory < 120 * rows:
        return f"{memory / 1e9:.0f} GB of memory, {120 * rows / 1e9:.0f} needed for a warm index"
    return ""


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=count, default=10_000_000)
    parser.add_argument("--quick", action="store_true", help="a million rows")
    parser.add_argument(
        "--full", action="store_true", help="100 million rows as well: 15 GB and a quarter of an hour"
    )
    parser.add_argument("--keep", type=Path, help="a folder that keeps the lake for the next run")
    options = parser.parse_args()
    sizes = [1_000_000 if options.quick else options.rows] + [FULL] * (options.full and not options.quick)
    figures = []
    with tempfile.TemporaryDirectory() as scratch:
        work = options.keep or Path(scratch)
        work.mkdir(parents=True, exist_ok=True)
        for rows in sizes:
            if lacking := _lacking(work, rows):
                print(f"{rows / 1e6:g} M transfers left out: {lacking}.", file=sys.stderr)
                continue
            os.environ["WARROOM_HOME"] = str(work / f"home-{rows}")
            figures += run(open_home(), work, rows)
    if not options.full:
        print("The figures over 100 M transfers take 15 GB and a quarter of an hour more: make bench FULL=1.")
    show("Trace", figures)
    return 0 if all(figure.holds for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
