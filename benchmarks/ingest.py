"""How fast files come in, and how much memory that takes: `python -m benchmarks.ingest [--quick | --rows N]`.

Every measurement is a process of its own, on a fresh data folder, with numba's code already compiled.
"""

import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.harness import at_least, at_most, measure_time, open_folder, peak_bytes, run_child, start_run

FORMATS: dict[str, tuple[int, int, float]] = {
    "parquet": (4_000_000, 1_000_000, 600_000),
    "csv": (2_000_000, 500_000, 200_000),
    "pacs.008": (200_000, 50_000, 20_000),
    "xlsx": (500_000, 100_000, 50_000),
}
"""Format to rows, rows of a quick run, and the bar in rows/s."""

BIG = 10_000_000
GIB = 2**30
PACKED = ("gz", "zst")
SHARE = 80
"""Per cent of plain CSV's speed at which a packed file is read."""


def main(arguments: Sequence[str] | None = None) -> int:
    run = start_run(__doc__, arguments)
    figures = []
    with open_folder(None) as folder:
        _measure(folder, "parquet", 1_000)
        measured = {}
        for kind, (rows, few, bar) in FORMATS.items():
            done = measured[kind] = _measure(folder, kind, few if run.is_quick else rows)
            beside = f"{done.rows:,} rows, peak {done.peak / GIB:.2f} GiB, {done.stored} bytes a row stored"
            figures.append(at_least(f"Ingest {kind}", done.rows / done.seconds, "rows/s", bar, beside))
            figures.append(
                at_least(
                    f"Ingest {kind} again, all duplicates",
                    done.rows / done.again,
                    "rows/s",
                    bar,
                    "no bar of its own",
                )
            )
        plain = measured["csv"]
        for kind in PACKED:
            done = _measure(folder, kind, plain.rows)
            share = 100 * plain.seconds / done.seconds
            figures.append(
                at_least(
                    f"Ingest {kind} beside plain CSV",
                    share,
                    "%",
                    SHARE,
                    f"{done.rows / done.seconds:,.0f} rows/s",
                )
            )
        if not run.is_quick:
            done = _measure(folder, "parquet", BIG)
            figures.append(
                at_most("Ingest 10,000,000 rows, peak memory", done.peak / GIB, "GiB", 2, f"{done.rows / done.seconds:,.0f} rows/s")
            )  # fmt: skip
    return run.finish("Ingest", figures)


@dataclass(frozen=True)
class Measured:
    """What one process measured: seconds of the first and of the second ingest of the same file."""

    rows: int
    seconds: float
    again: float
    peak: int
    stored: int


def _measure(folder: Path, kind: str, rows: int) -> Measured:
    path = folder / f"transfers-{rows}.{kind.replace('.008', '.xml')}"
    run_child("ingest", "write", kind, str(rows), str(path))
    try:
        measured = run_child("ingest", "ingest", str(path), str(folder / f"home-{kind}-{rows}"))
    finally:
        path.unlink()
    return Measured(**json.loads(measured))


def _write(kind: str, rows: int, path: Path) -> None:
    from benchmarks.transfers import WRITERS

    writer: Callable[[Path, int], None] = WRITERS[kind]
    writer(path, rows)


def _ingest(path: Path, root: Path) -> None:
    from warroom.home import open_home
    from warroom.lake.lake import Lake
    from warroom.lake.terms import IngestJob
    from warroom.records.mapping import FileMapping, TimeRule

    lake = Lake.open(open_home(root))
    job = IngestJob("transfers", path, FileMapping(time=TimeRule(zone="Asia/Bangkok")), "bench")
    with measure_time() as spent:
        (first,) = lake.ingest([job])
    peak = peak_bytes()
    with measure_time() as repeated:
        (second,) = lake.ingest([job])
    assert (first.quarantined, second.accepted, second.duplicates) == (0, 0, first.accepted)
    size = sum(table.bytes for table in lake.list_table_stats() if table.table == "transfers")
    print(
        json.dumps(
            {
                "rows": first.accepted,
                "seconds": spent.wall,
                "again": repeated.wall,
                "peak": peak,
                "stored": size // first.accepted,
            }
        )
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        if sys.argv[2] == "write":
            _write(sys.argv[3], int(sys.argv[4]), Path(sys.argv[5]))
        else:
            _ingest(Path(sys.argv[3]), Path(sys.argv[4]))
        sys.exit(os.EX_OK)
    sys.exit(main())
