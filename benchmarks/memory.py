"""What a running server or exercise takes of memory over time, as figures and a line: its own process, its PostgreSQL, and all.

Counted is the share (PSS) of the whole tree of processes, PostgreSQL's among them: a page that several of them have, as those of
shared buffers and of libraries, counts once. Of what other programs on the machine have open too it has only its part, so that
the most is measured where none runs.

python -m benchmarks.memory PID --minutes 10 --every 15
"""

import argparse
import time
from pathlib import Path

WIDTH = 60


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


def megabytes(pid: int) -> float:
    """Its share of memory (PSS): pages that several processes have count once among them; 0 for one that has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:"))
    except (OSError, StopIteration):
        return 0.0


def main() -> None:
    """Print one line a look until the time is over or the process has ended."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("pid", type=int)
    asked.add_argument("--minutes", type=float, default=10)
    asked.add_argument("--every", type=float, default=15, help="seconds between two looks")
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
        time.sleep(given.every)


if __name__ == "__main__":
    main()
