"""The process that founds a demo home: `python -m warroom_lab.demo.found HOME SEED SPEED` says how many cases stand on the board.

Taking in a week's records takes hundreds of megabytes that a process never wholly gives back; they go with this one.
"""

import gc
import importlib
import os
import subprocess
import sys
from pathlib import Path

from warroom.errors import WarroomError
from warroom.home import Home, open_home
from warroom_lab.demo.plan import ExercisePlan

DELIVERED = "delivered\n"
"""Said once all records are in; the next line is how many cases stand on the board."""


def found_in_process(home: Home, seed: int, speed: int) -> int:
    """Empty a demo home and found it again in a process of its own; how many cases stand on the board.

    Where that ends without a founded home, for a reason it has told on standard error, this process ends as it did.
    """
    command = [sys.executable, "-m", "warroom_lab.demo.found", str(home.root), str(seed), str(speed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as founding:
        assert founding.stdout is not None
        if founding.stdout.readline() == DELIVERED:
            _load_server()
        opened = founding.stdout.read()
    if founding.returncode:
        sys.exit(founding.returncode)
    return int(opened)


def _load_server() -> None:
    """Load what serves while cases are opened. Not sooner: with a country and its records in the other process, both together
    would take more memory than anything later does.
    """
    importlib.import_module("warroom.web.server")
    importlib.import_module("warroom_lab.demo.exercise")


def main(root: str, seed: str, speed: str) -> None:
    """Found it, with the home held as a server holds it: it may go on after anyone who asked for it was killed."""
    from warroom_lab.demo.founding import (  # in this process alone: it loads all that reads records
        build_demo_home,
        clear_demo_home,
    )

    os.umask(0o077)
    home = open_home(Path(root), create=None)
    try:
        clear_demo_home(home)
        with home.take_lock("serve"):
            opened = build_demo_home(
                home,
                ExercisePlan(seed=int(seed)),
                int(speed),
                delivered=_tell_delivered,
            )
    except WarroomError as problem:
        print(f"warroom: {problem.sentence}", file=sys.stderr)
        sys.exit(problem.exit_code)
    print(opened)


def _tell_delivered() -> None:
    """Give the country back, which nobody here needs any more, and say that the records are in."""
    from warroom.lake import memory

    gc.collect()
    memory.release_memory()
    print(DELIVERED, end="", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
