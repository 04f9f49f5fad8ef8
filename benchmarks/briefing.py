"""The briefing with 10,000 cases: `python -m benchmarks.briefing [--quick]`.

The room is the one of `benchmarks.pages`: the demo's cases copied, `warroom serve` on that home with its background
work, one officer who asks for a week and for a year.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

import httpx

from benchmarks.figures import Figure, show
from benchmarks.pages import fill, percentile, served, sign_in, times
from warroom.home import open_home

BAR_MS = 1_000.0
PAPER_MS = 3_000.0


def figures(address: str, cases: int, rounds: int) -> list[Figure]:
    year = "?from=1/1/2569&until=31/12/2569"
    with httpx.Client(base_url=address, follow_redirects=True, timeout=120) as client:
        sign_in(client)
        week = times(client, ["/briefing"] * rounds)
        whole = times(client, [f"/briefing{year}"] * rounds)
        paper = times(client, [f"/briefing.pdf{year}"] * max(4, rounds // 4))
    return [
        Figure(
            f"briefing of a week, {cases:,} cases, 95th percentile",
            percentile(week, 0.95),
            "ms",
            BAR_MS,
            False,
        ),
        Figure("briefing of a year, 95th percentile", percentile(whole, 0.95), "ms", BAR_MS, False),
        Figure("briefing of a year as PDF, median", percentile(paper, 0.5), "ms", PAPER_MS, False),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="1,000 cases")
    parser.add_argument("--soak", action="store_true", help="as without")
    parser.add_argument("--full", action="store_true", help="as without")
    given = parser.parse_args()
    cases, rounds = (1_000, 12) if given.quick else (10_000, 40)
    with tempfile.TemporaryDirectory(prefix="warroom-briefing-") as folder:
        home = open_home(Path(folder) / "home", "demo")
        fill(home, cases)
        with served(home) as (address, _):
            time.sleep(10)  # until the background work has had its first turns
            found = figures(address, cases, rounds)
    show("Briefing", found)
    return int(not all(figure.holds for figure in found))


if __name__ == "__main__":
    sys.exit(main())
