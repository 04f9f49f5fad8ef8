"""Run every benchmark in a process of its own: `python -m benchmarks [--quick | --full] [NAME ...]`."""

import subprocess
import sys
import time
from pathlib import Path

from benchmarks.outside import LEFT_OUT

BENCHMARKS = (
    "ingest",
    "trace",
    "pages",
    "board",
    "events",
    "search",
    "map",
    "chart",
    "briefing",
    "world",
    "log",
    "evidence",
    "actions",
    "cluster",
    "payee",
    "payments",
    "signals",
    "mules",
    "resolution",
    "messages",
    "external",
    "adverts",
    "copies",
    "forecast",
    "plans",
    "dismantling",
    "groups",
    "played_room",
    "exchange",
    "public_check",
    "matching",
)
SOAKS = ("stream", "night", "public_load", "public_flood")
"""Those that take half an hour each."""


def main(arguments: list[str]) -> int:
    flags = [word for word in arguments if word.startswith("--")]
    every = [*BENCHMARKS, *SOAKS] if "--soak" in flags else [*BENCHMARKS]
    names = [word for word in arguments if not word.startswith("--")] or every
    failed = 0
    for name in names:
        command = [sys.executable, "-m", f"benchmarks.{name}", *flags]
        began = time.monotonic()
        ended = subprocess.run(command, cwd=Path(__file__).resolve().parents[1], check=False).returncode
        failed |= 0 if ended == LEFT_OUT else ended
        print(f"({name}: {time.monotonic() - began:,.0f} s)", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
