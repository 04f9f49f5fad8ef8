"""`make test` leaves the laboratory's tests out only where nothing of what they test has changed since they passed."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests import sharing

ROOT = Path(__file__).resolve().parents[1]
TREES = ("src/warroom_lab", "src/warroom/money", "src/warroom/signals", "tests/lab")


def asked(root: Path, *words: str) -> tuple[str, str]:
    """What scripts/laboratory.py says of a repository: on standard output, and on standard error."""
    command = [sys.executable, "scripts/laboratory.py", "--root", str(root), *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip(), done.stderr.strip()


@pytest.fixture
def passed(tmp_path: Path) -> Path:
    """A repository whose laboratory's tests have passed."""
    for tree in TREES:
        (tmp_path / tree).mkdir(parents=True)
        (tmp_path / tree / "file.py").write_text("one = 1\n")
    asked(tmp_path, "--passed", asked(tmp_path, "--digest")[0])
    return tmp_path


def test_without_a_change_they_are_left_out_and_one_line_says_so(passed: Path) -> None:
    options, said = asked(passed)
    assert options == ""
    assert said.startswith("The laboratory's tests are left out: nothing of what they test has changed")
    assert "\n" not in said


@pytest.mark.parametrize("tree", TREES)
def test_a_change_in_any_of_the_trees_runs_them(passed: Path, tree: str) -> None:
    (passed / tree / "file.py").write_text("one = 2\n")
    assert asked(passed)[0] == "--lab"
    (passed / tree / "file.py").write_text("one = 1\n")
    assert asked(passed)[0] == ""


def test_a_file_that_is_new_gone_or_has_another_name_runs_them(passed: Path) -> None:
    file = passed / "src/warroom/money/file.py"
    added = file.with_name("more.toml")
    added.write_text("")
    assert asked(passed)[0] == "--lab"
    added.unlink()
    file.rename(file.with_name("other.py"))
    assert asked(passed)[0] == "--lab"
    file.with_name("other.py").unlink()
    assert asked(passed)[0] == "--lab"


def test_where_they_have_never_passed_they_run(passed: Path) -> None:
    (passed / "tests/lab/passed.txt").unlink()
    assert asked(passed)[0] == "--lab"


def test_what_a_run_leaves_behind_and_other_files_change_nothing(passed: Path) -> None:
    for path in (
        "src/warroom/money/__pycache__/file.pyc",
        "tests/lab/.pytest_cache/x",
        "src/warroom/web/a.py",
    ):
        (passed / path).parent.mkdir(parents=True)
        (passed / path).write_text("left")
    assert asked(passed)[0] == ""


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
