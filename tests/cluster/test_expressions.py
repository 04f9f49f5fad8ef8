"""Every question to bulk tables has the same answer from DuckDB and from a cluster: all rows, exact types."""

import ast
import cProfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import warroom
from tests.cluster.asked import ASKED, plain
from tests.cluster.conftest import Open
from tests.cluster.country import fill
from warroom.home import Home, open_home

SOURCE = Path(warroom.__file__).parent
ENGINES = SOURCE / "lake" / "engine"
EXECUTED = {"to_pyarrow", "to_pyarrow_batches", "execute", "query_rows", "query_stored_rows"}
Where = tuple[str, str]


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = open_home(tmp_path_factory.mktemp("country") / "home", "exercise")
    fill(home)
    return home


@pytest.mark.parametrize("name", ASKED)
def test_a_cluster_answers_as_duckdb_does(country: Home, opened: Open, name: str) -> None:
    here = plain(ASKED[name](opened(country, "duckdb")))
    assert plain(ASKED[name](opened(country, "spark"))) == here
    assert here not in ([], {}, ()), "a question that nothing answers compares nothing"


def test_no_expression_of_the_program_is_left_out(country: Home, opened: Open) -> None:
    lake, profile = opened(country, "duckdb"), cProfile.Profile()
    with profile:
        for name, ask in ASKED.items():
            if not name.startswith("every row of") or name.endswith("transfers"):
                plain(ask(lake))
    ran = {
        (one.code.co_filename, one.code.co_name) for one in profile.getstats() if hasattr(one.code, "co_name")
    }
    assert sorted(set(expressions()) - ran) == [], "add a question to tests/cluster/asked.py"


def expressions() -> Iterator[Where]:
    """Every function that makes or runs an expression: it says so by its type, or asks a lake for rows."""
    for path in sorted(SOURCE.rglob("*.py")):
        if ENGINES in path.parents:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            # What a protocol declares, nobody executes.
            if (
                isinstance(node, ast.FunctionDef)
                and ast.unparse(node.body[-1]) != "..."
                and (_says(node) or _asks(node))
            ):
                yield str(path), node.name


def _says(function: ast.FunctionDef) -> bool:
    notes = [function.returns, *(argument.annotation for argument in function.args.args)]
    return any(note is not None and "ir." in ast.unparse(note) for note in notes)


def _asks(function: ast.FunctionDef) -> bool:
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in EXECUTED:
            owner = ast.unparse(node.func.value)
            if node.func.attr.startswith("to_") or owner.endswith("lake"):
                return True
    return False
