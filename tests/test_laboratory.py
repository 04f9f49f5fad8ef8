"""pytest leaves the laboratory's tests out unless it is asked for them, and every unit of files is there."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests import sharing

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize(("words", "is_collected"), [([], False), (["--lab"], True)])
def test_pytest_leaves_them_out_unless_it_is_asked_for_them(words: list[str], is_collected: bool) -> None:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-n",
        "0",
        "-q",
        "--collect-only",
        "-p",
        "no:cacheprovider",
        *words,
    ]
    # Of all tests one small folder of the laboratory's is enough to see it.
    rest = [f"--ignore-glob=tests/{names}" for names in ("[!l]*", "la[!b]*", "lab/[!p]*")]
    done = subprocess.run([*command, *rest, "tests"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ("tests/lab/protocol/" in done.stdout) == is_collected, done.stdout + done.stderr


def test_every_unit_of_several_files_names_files_that_are_there() -> None:
    named = [path for unit in sharing.UNITS for path in unit]
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_folders_that_decide_about_long_tests_are_there() -> None:
    named = dict(re.findall(r"^(LAB|DRAWN) := (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(named) == {"LAB", "DRAWN"}
    paths = [path for said in named.values() for path in said.split() if "$" not in path]
    assert [path for path in paths if not (ROOT / path).exists()] == []
