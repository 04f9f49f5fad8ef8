"""Which tests stay together in one worker, and which of them begin first.

Two workers share the tests file by file, so that what a file's tests have made is not made again by the other worker;
files that share a served room, a country or a server are one unit. Long units begin first: neither worker waits for
the other at the end.

Marks of pytest-xdist (`xdist_group`) do not reach the scheduler under pytest 9.2: they change an id nobody reads.
"""

import pytest
from xdist.remote import Producer
from xdist.scheduler.loadscope import LoadScopeScheduling

UNITS: tuple[tuple[str, ...], ...] = (
    ("tests/browser/test_pages.py",),
    ("tests/browser/test_exercise.py",),
    # The demo that the browser visits, which ends with the last of them.
    ("tests/browser/",),
    ("tests/lab/evaluation/test_real_country.py",),
    # The countries of tests.lab.world.crime_play.
    (
        "tests/lab/world/test_adversary.py",
        "tests/lab/world/test_check.py",
        "tests/lab/world/test_crime.py",
        "tests/lab/world/test_harm.py",
        "tests/lab/world/test_run.py",
        "tests/lab/world/test_scenarios.py",
        "tests/lab/world/test_strategies.py",
        "tests/lab/world/test_twins.py",
        "tests/lab/world/test_warnings.py",
    ),
    # The countries of tests.lab.world.beside.
    (
        "tests/lab/world/test_jobs.py",
        "tests/lab/world/test_measures.py",
        "tests/lab/world/test_sides.py",
        "tests/lab/world/test_sites.py",
        "tests/lab/world/test_telephony.py",
    ),
    # The double of a Spark Connect server.
    ("tests/cluster/",),
    # Long files that would otherwise come among the last.
    ("tests/cli/test_printed_commands.py",),
    ("tests/test_wheel.py",),
    ("tests/public/test_ending.py",),
    ("tests/web/test_schema.py",),
    ("tests/web/test_access.py",),
    ("tests/web/test_board.py",),
)
"""Units of several files, and long ones; the longest first. Every other file is a unit of its own, after these."""


class FileByFile(LoadScopeScheduling):
    """Hands out whole units, in the order in which their tests were collected."""

    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid)[1]


def unit_of(nodeid: str) -> tuple[int, str]:
    """The place of a test's unit among all, and its name."""
    file = nodeid.partition("::")[0]
    for place, paths in enumerate(UNITS):
        if file.startswith(paths):
            return place, paths[0]
    return len(UNITS), file


def long_ones_first(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: unit_of(item.nodeid)[0])


def scheduling(config: pytest.Config, log: Producer) -> FileByFile:
    """The scheduler of this suite; its own way to sort goes by how many tests a unit has, not by how long they take."""
    config.option.loadscopereorder = False
    return FileByFile(config, log)
