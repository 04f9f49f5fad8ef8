"""Traces through a synthetic country's transfers: `python -m benchmarks.trace [--quick | --full] [--rows 10M]
[--keep DIR]`.

The graph is heavy-tailed: a few accounts, businesses among them, make most payments, and most people pay the same few
others. Mule chains lie in it: a victim's payment, two to five hops with two to six onward payments each, minutes
apart, cut into sums below 50,000 baht, and exits by cash, crypto and shops.
"""

import argparse
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.harness import (
    Figure,
    Spent,
    add_keep,
    at_least,
    at_most,
    measure_time,
    open_folder,
    peak_bytes,
    start_run,
    time_seconds,
)
from warroom.heap import freeze_garbage
from warroom.home import Home, open_home
from warroom.lake.lake import Lake
from warroom.lake.terms import IngestJob
from warroom.money.index.account_index import Index
from warroom.money.index.opening import open_index
from warroom.money.trace.tracing import trace
from warroom.records.mapping import DeliveryTerms, FileMapping

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
        lake.ingest([IngestJob("transfers", path, FileMapping(), "bench", DeliveryTerms())])
        path.unlink()
    return seeds


def measure(lake: Lake, index: Index, seeds: list[str], label: str, bar: int) -> list[Figure]:
    """One report at a time with five hops, warm; then a thousand as the board would."""
    seeds = seeds[:REPORTS]

    def time_one(seed: str) -> Spent:
        with measure_time() as spent:
            trace(lake, index, [seed], hops=5)
        return spent

    for seed in seeds:
        time_one(seed)
    freeze_garbage()  # as the server does after its first turn
    times = [time_one(seed) for seed in seeds]
    each = np.array([spent.wall for spent in times]) * 1000
    processor = max(spent.cpu for spent in times)
    median, high, worst = np.percentile(each, [50, 95, 100])
    beside = f"plain scan: {SCAN[bar]:.1f} s a hop"
    return [
        at_most(f"trace of one report, {label}, median", float(median), "ms", bar, beside),
        at_most(f"trace of one report, {label}, 95th percentile", float(high), "ms", bar, beside),
        at_most(
            f"trace of one report, {label}, slowest",
            float(worst),
            "ms",
            bar,
            f"{1000 * processor:.0f} ms of processor time at most",
        ),
        at_most(f"{len(seeds)} reports, {label}", float(each.sum()) / 1000, "s", 30),
    ]


def trace_index(home: Home, work: Path, rows: int) -> list[Figure]:
    lake = Lake.open(home)
    keep = work / f"seeds-{rows}.txt"
    if keep.exists():
        seeds = keep.read_text().split()
    else:
        took = time_seconds(lambda: keep.write_text("\n".join(fill(lake, work, rows))))
        print(f"ingested {rows:,} transfers in {took:.0f} s", file=sys.stderr)
        seeds = keep.read_text().split()
    shutil.rmtree(home.index, ignore_errors=True)
    with measure_time() as spent:
        index = open_index(home, lake)
    built = spent.wall
    size = sum(path.stat().st_size for path in home.index.rglob("*") if path.is_file())
    label = f"{rows / 1e6:g} M transfers"
    peak = peak_bytes() / 2**30
    bar = 100 if rows < FULL else 500
    return [
        at_least(f"index of {label}", rows / built, "rows/s", 500_000, f"{built:.1f} s"),
        at_most(f"index of {label}, on disk", size / rows, "B/row", 120),
        at_most(f"index of {label}, peak memory of the process", peak, "GiB", 8),
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


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rows", type=count, default=10_000_000)
    add_keep(parser)


def main(arguments: Sequence[str] | None = None) -> int:
    run = start_run(__doc__, arguments, quick="a million rows", options=add_options)
    given, figures = run.given, []
    sizes = [1_000_000 if run.is_quick else given.rows] + [FULL] * (given.full and not run.is_quick)
    with open_folder(given.keep) as work:
        for rows in sizes:
            if lacking := _lacking(work, rows):
                print(f"{rows / 1e6:g} M transfers left out: {lacking}.", file=sys.stderr)
                continue
            os.environ["WARROOM_HOME"] = str(work / f"home-{rows}")
            figures += trace_index(open_home(), work, rows)
    if not given.full:
        print("The figures over 100 M transfers take 15 GB and a quarter of an hour more: make bench FULL=1.")
    return run.finish("Trace", figures)


if __name__ == "__main__":
    sys.exit(main())
