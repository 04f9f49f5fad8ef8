"""The briefing with 10,000 cases: `python -m benchmarks.briefing [--quick]`.

The room is the one of `benchmarks.pages`: the demo's cases copied, `warroom serve` on that home with its background
work, one officer who asks for a week and for a year.
"""

import sys
import time
from collections.abc import Sequence

from benchmarks.harness import Figure, at_percentile, open_scratch_home, start_run
from benchmarks.pages import fill
from benchmarks.served_room import open_client, serve_home, time_pages

BAR_MS = 1_000.0
PAPER_MS = 3_000.0


def time_briefings(address: str, cases: int, rounds: int) -> list[Figure]:
    year = "?from=1/1/2569&until=31/12/2569"
    with open_client(address, timeout_seconds=120) as client:
        week = time_pages(client, ["/briefing"] * rounds)
        whole = time_pages(client, [f"/briefing{year}"] * rounds)
        paper = time_pages(client, [f"/briefing.pdf{year}"] * max(4, rounds // 4))
    return [
        at_percentile(f"briefing of a week, {cases:,} cases", week, 0.95, BAR_MS),
        at_percentile("briefing of a year", whole, 0.95, BAR_MS),
        at_percentile("briefing of a year as PDF", paper, 0.5, PAPER_MS),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    run = start_run(__doc__, arguments, quick="1,000 cases")
    cases, rounds = (1_000, 12) if run.is_quick else (10_000, 40)
    with open_scratch_home("demo") as home:
        fill(home, cases)
        with serve_home(home) as (address, _):
            time.sleep(10)  # until the background work has had its first turns
            figures = time_briefings(address, cases, rounds)
    return run.finish("Briefing", figures)


if __name__ == "__main__":
    sys.exit(main())
