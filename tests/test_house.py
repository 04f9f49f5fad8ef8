"""The house is measured as the page about it says, and nothing in it goes back up."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs/measurements/house.md"
FLOORS = """[importlinter:contract:floors]
containers =
    warroom
layers =
    web
    (cases) | orders
    clock
"""

RENEW = "the house has changed: run 'make docs' (or scripts/house.py --write docs/measurements/house.md)"


def run(*arguments: object) -> Any:
    """What scripts/house.py prints with `--json`."""
    done = subprocess.run(
        [sys.executable, "scripts/house.py", "--json", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the page, for the script to renew."""
    return Path(shutil.copy(PAGE, tmp_path_factory.mktemp("house")))


@pytest.fixture(scope="module")
def figures(page: Path) -> Any:
    return run("--write", page)


def test_the_page_says_of_the_house_what_is_measured(figures: Any, page: Path) -> None:
    renewed = page.read_text(encoding="utf-8")
    assert renewed == PAGE.read_text(encoding="utf-8"), RENEW


def test_no_import_goes_back_up_against_the_floors_and_no_package_is_without_one(figures: Any) -> None:
    assert figures["back_up"] == 0, "'python scripts/house.py' names the imports"
    assert figures["without_floor"] == []


def test_no_files_import_each_other_in_a_circle_not_even_for_types(figures: Any) -> None:
    assert figures["circles_with_types"]["files"] == 0, "'python scripts/house.py' names the circles"


KNOWN_IN_LABORATORY = 13
"""Subpackages of the laboratory's world that import each other; it only shrinks."""


def test_no_subpackages_import_each_other_in_a_circle(figures: Any) -> None:
    assert figures["subpackage_circles"] == [], "'python scripts/house.py' names the circles"
    (world,) = run("--package", "warroom_lab")["subpackage_circles"]
    assert len(world) <= KNOWN_IN_LABORATORY


def test_the_biggest_room_is_little_more_than_a_fifth_of_the_house(figures: Any) -> None:
    assert max(room["share"] for room in figures["packages"].values()) < 0.21


class Model:
    """A house of a few files."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / ".importlinter").write_text(FLOORS, encoding="utf-8")
        self.file("__init__.py")
        self.file("clock.py", "NOW = 0\n")

    def file(self, path: str, text: str = "") -> None:
        where = self.root / "src/warroom" / path
        where.parent.mkdir(parents=True, exist_ok=True)
        where.write_text(text, encoding="utf-8")

    def figures(self) -> Any:
        return run("--root", self.root)


@pytest.fixture
def model(tmp_path: Path) -> Model:
    return Model(tmp_path)


def test_comments_docstrings_and_blank_lines_are_no_code(model: Model) -> None:
    text = '"""What it is."""\n\n# Why.\nA = 1  # one\n"""Of A."""\nB = """\ntext\n"""\n\n\ndef f() -> None:\n    """Nothing."""\n'
    model.file("clock.py", text)
    counted = model.figures()
    assert (counted["lines"], counted["code_lines"], counted["comment_lines"]) == (12, 5, 2)
    assert counted["functions"] == {"count": 1, "median": 2, "p90": 2, "longest": 2}


def test_an_import_inside_a_function_closes_a_circle(model: Model) -> None:
    model.file("web/__init__.py")
    model.file("web/pages.py", "from warroom.web import board\n")
    model.file("web/board.py", "def show():\n    import warroom.web.pages\n")
    assert model.figures()["circles"] == {"count": 1, "files": 2, "largest": 2}


def test_a_package_that_imports_its_own_file_makes_a_circle_with_whoever_there_imports_from_it(
    model: Model,
) -> None:
    model.file("web/__init__.py", "from warroom.web.pages import A\n")
    model.file("web/pages.py", "from warroom.web.board import A\n")
    model.file("web/board.py", "from . import words\nA = 1\n")
    model.file("web/words.py")
    assert model.figures()["circles"] == {"count": 1, "files": 3, "largest": 3}


def test_whoever_enters_a_package_runs_what_it_imports(model: Model) -> None:
    model.file("web/__init__.py", "import warroom.orders.book\n")
    model.file("orders/__init__.py")
    model.file("orders/book.py", "from warroom.web.words import A\n")
    model.file("web/words.py", "A = 1\n")
    counted = model.figures()
    assert counted["circles"] == {"count": 1, "files": 2, "largest": 2}
    assert counted["back_up"] == 2


def test_an_import_for_types_alone_is_counted_apart(model: Model) -> None:
    model.file("web/__init__.py")
    model.file("web/pages.py", "import warroom.web.board\n")
    model.file(
        "web/board.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import warroom.web.pages\nelse:\n    import warroom.clock\n",
    )
    counted = model.figures()
    assert (counted["circles"]["files"], counted["circles_with_types"]["files"]) == (0, 2)
    assert counted["arrows"] == {"pairs": 1, "possible": 1, "imports": 1}


def test_two_folders_whose_files_make_no_circle_may_make_one_together(model: Model) -> None:
    model.file("web/__init__.py")
    for folder, text in {
        "kit": "import warroom.web.cases.words\n",
        "cases": "import warroom.web.kit.words\n",
    }.items():
        model.file(f"web/{folder}/__init__.py")
        model.file(f"web/{folder}/words.py")
        model.file(f"web/{folder}/pages.py", text)
    counted = model.figures()
    assert counted["circles"]["count"] == 0
    assert counted["subpackage_circles"] == [["warroom.web.cases", "warroom.web.kit"]]


def test_neighbours_of_a_floor_do_not_import_each_other(model: Model) -> None:
    model.file("orders.py", "import warroom.cases\n")
    model.file("cases.py", "from warroom import clock\n")
    assert model.figures()["back_up"] == 1


def test_a_package_that_no_floor_names_is_named(model: Model) -> None:
    model.file("attic.py")
    assert model.figures()["without_floor"] == ["attic"]
