"""No text that a stranger can write holds up a pattern or a reader: of every class of letters, and made from each pattern itself.

A catastrophic pattern does not fail, it never ends, and holds every thread meanwhile. So each runs in a process of its own with a bound.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.patterns import probing

ROOT = Path(__file__).parents[1]
SECONDS = 400
PARTS = 4


@pytest.mark.parametrize("part", range(PARTS))
def test_no_pattern_of_the_program_can_be_made_to_run_for_long(part: int) -> None:
    answer = probe("patterns", part)
    assert answer["patterns"] > 50
    assert answer["slow"] == []


@pytest.mark.parametrize("part", range(PARTS))
def test_every_reader_of_strangers_texts_answers_all_of_them_in_time(part: int) -> None:
    answer = probe("readers", part)
    assert answer["readers"] == len(probing.READERS)
    assert answer["slow"] == []
    assert answer["failed"] == []


def test_a_pattern_that_never_ends_would_be_named() -> None:
    answer = probe("hostile", 0)
    assert [line.split(" ")[0] for line in answer["slow"]] == ["hostile"]


def probe(what: str, part: int) -> dict[str, object]:
    """What `probing` finds in one part, run by itself; a part that did not end is a failure with the last thing it tried."""
    command = [sys.executable, "-m", "tests.patterns.probing", what, str(part), str(PARTS)]
    process = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert process.returncode == 0, process.stderr[-2000:]
    found: dict[str, object] = json.loads(process.stdout.splitlines()[-1])
    return found
