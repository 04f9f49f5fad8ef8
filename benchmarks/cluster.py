"""The same bulk queries by DuckDB and by Spark: `python -m benchmarks.cluster [--quick | --full] [--rows N] [--spark sc://HOST:15002]`.

Without an address the Spark is the tests' double, Sail, in this process: it shows what asking over Spark Connect costs,
not what a cluster can do. On one small machine DuckDB wins; a cluster is for what one machine cannot hold.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from benchmarks.harness import Figure, at_least, measure_time, open_folder, start_run
from benchmarks.trace import START, count, fill
from warroom.home import Home, open_home
from warroom.lake.lake import Lake
from warroom.money.trace.opening import open_source
from warroom.money.trace.tracing import trace

REPORTS = 3
QUICK, ROWS, FULL = 500_000, 1_000_000, 5_000_000
"""Transfers of a quick run, of any, and of `--full`: a hop costs the double a reading of the whole lake."""
LONG = 10.0
"""Seconds after which a question is not asked again."""
Ask = Callable[[Lake], int]


def questions(home: Home, seeds: list[str]) -> dict[str, Ask]:
    """Each gives a number that must be the same from every engine."""

    def followed(lake: Lake) -> int:
        source = open_source(home, lake)
        return sum(trace(lake, source, [seed], hops=5).still_there for seed in seeds[:REPORTS])

    def counted(lake: Lake) -> int:
        return int(lake.query_rows("transfers").count().to_pyarrow().as_py())

    def one_account(lake: Lake) -> int:
        rows = lake.query_rows("transfers")
        return int(rows.filter(rows.payer == "0000000001").to_pyarrow().num_rows)

    return {
        "count of all transfers": counted,
        "transfers of one account": one_account,
        f"traces of {REPORTS} reports, five hops": followed,
    }


@contextmanager
def spark(address: str | None) -> Iterator[tuple[str, str]]:
    """The name and address of the Spark to ask."""
    if address:
        yield "Spark", address
        return
    from pysail.spark import SparkConnectServer

    server = SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    host, port = server.listening_address
    yield "Sail", f"sc://{host}:{port}"
    server.stop()


def seconds(ask: Ask, lake: Lake) -> tuple[float, int]:
    """The better of two runs, or the one that took long, and the answer."""
    times: list[float] = []
    answer = 0
    while len(times) < 2 and not (times and times[0] > LONG):
        with measure_time() as spent:
            answer = ask(lake)
        times.append(spent.wall)
    return min(times), answer


def compare_engines(home: Home, seeds: list[str], peers: list[tuple[str, str]]) -> list[Figure]:
    lakes: dict[str, Lake] = {}
    for name, address in peers:
        os.environ["WARROOM_ENGINE"] = address
        lakes[name] = Lake.open(home)
    figures = []
    for label, ask in questions(home, seeds).items():
        found = {name: seconds(ask, lake) for name, lake in lakes.items()}
        same = len({answer for _, answer in found.values()}) == 1
        beside = ", ".join(f"{name} {took:.2f} s" for name, (took, _) in found.items())
        figures.append(at_least(f"engines that agree on: {label}", len(found) if same else 0, "engines", len(found), beside))  # fmt: skip
    return figures


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rows", type=count)
    parser.add_argument("--spark")


def main(arguments: Sequence[str] | None = None) -> int:
    run = start_run(__doc__, arguments, options=add_options)
    rows = run.given.rows or (QUICK if run.is_quick else FULL if run.given.full else ROWS)
    with open_folder(None) as scratch, spark(run.given.spark) as (name, address):
        os.environ.update(WARROOM_HOME=f"{scratch}/home", WARROOM_ENGINE="duckdb")
        home = open_home()
        seeds = fill(Lake.open(home), scratch, rows)
        figures = compare_engines(home, seeds, [("DuckDB", "duckdb"), (name, address)])
    return run.finish(f"Engines over {rows / 1e6:g} M transfers from {START:%B %Y}", figures)


if __name__ == "__main__":
    sys.exit(main())
