"""What a running server or exercise takes of memory over time, as figures and a line: its own process, its PostgreSQL, and all.

Counted is the share (PSS) of the whole tree of processes, PostgreSQL's among them: a page that several of them have, as those of
shared buffers and of libraries, counts once. Of what other programs on the machine have open too it has only its part, so that
the most is measured where none runs.

python -m benchmarks.memory PID --minutes 60 --every 30 --keep now.csv
python -m benchmarks.memory_drawn before.csv now.csv docs/images/memory.svg
"""

import argparse
import csv
import time
from pathlib import Path

WIDTH = 60
KEPT = ("minutes", "resident_mb", "private_mb", "database_mb")
"""What a line of the file to draw from holds: the resident size of the server's process, what of it no file has (Anonymous), and the
share of its PostgreSQL.
"""


def processes(pid: int) -> list[int]:
    """A process and all below it, whichever of its threads began them."""
    try:
        below = [path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/children")]
    except OSError:
        return []
    return [pid, *(one for child in " ".join(below).split() for one in processes(int(child)))]


def is_database(pid: int) -> bool:
    """Whether it is a process of PostgreSQL."""
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip() == "postgres"
    except OSError:
        return False


def megabytes(pid: int, what: str = "Pss") -> float:
    """Its share of memory (PSS): pages that several processes have count once among them; or `what` else its memory is counted by; 0
    for one that has ended.
    """
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{what}:"))
    except (OSError, StopIteration):
        return 0.0


def append_figures(path: Path, *figures: float) -> None:
    """Add a line to the file to draw from."""
    is_new = not path.exists()
    with path.open("a", newline="", encoding="ascii") as file:
        lines = csv.writer(file)
        if is_new:
            lines.writerow(KEPT)
        lines.writerow(f"{figure:.2f}" for figure in figures)


def main() -> None:
    """Print one line a look until the time is over or the process has ended."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("pid", type=int)
    asked.add_argument("--minutes", type=float, default=10)
    asked.add_argument("--every", type=float, default=15, help="seconds between two looks")
    asked.add_argument("--keep", type=Path, help="a file to draw from, for memory_drawn")
    asked.add_argument("--limit", type=float, default=600, help="MB at the right end of the line")
    given = asked.parse_args()
    began = time.monotonic()
    while (past := time.monotonic() - began) <= given.minutes * 60:
        taken = {one: megabytes(one) for one in processes(given.pid)}
        if not (whole := sum(taken.values())):
            return
        database = sum(taken[one] for one in taken if is_database(one))
        bar = "#" * min(WIDTH, round(whole / given.limit * WIDTH))
        own = taken[given.pid]
        print(
            f"{past / 60:6.1f} min  {own:5.0f} MB own  {database:4.0f} MB database  {whole:5.0f} MB all  {bar}",
            flush=True,
        )
        if given.keep is not None:
            resident, private = (megabytes(given.pid, what) for what in ("Rss", "Anonymous"))
            append_figures(given.keep, past / 60, resident, private, database)
        time.sleep(given.every)


if __name__ == "__main__":
    main()
