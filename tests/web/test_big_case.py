"""A case of 5,000 accounts opens: its pages stay under a stated size, number of rows and number of queries, whatever is unfolded."""

import operator
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from tests.web.conftest import Night, Visitor
from tests.web.trails import cell

ACCOUNTS = 5_000
LANE = re.compile(r"<g class=\"lane")


@contextmanager
def count_queries() -> Iterator[list[str]]:
    """The statements that requests run in the block; what runs beside them asks too, and by its own clock."""
    statements: list[str] = []

    def note(connection: object, cursor: object, statement: str, *more: object) -> None:
        if threading.current_thread().name.startswith("AnyIO"):
            statements.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    yield statements
    sa.event.remove(sa.Engine, "before_cursor_execute", note)


# Of each page: KiB of HTML, lanes of the river, rows of tables, and queries of the ledger. Measured, and a fifth more.
BARS = {
    "/": (20, 0, 0, 32),
    "/cases": (20, 0, 0, 16),
    "/cases/C-1": (310, 55, 275, 130),
    "/cases/C-1/now": (300, 55, 275, 140),
    "/cases/C-1?opened=passed,more,small": (880, 500, 275, 130),
    "/cases/C-1/chart": (95, 0, 125, 20),
    "/cases/C-1/chart?shown=1000&each=1": (1_140, 0, 125, 20),
    "/cases/C-1/timeline": (140, 0, 0, 35),
    "/search?q=C-1": (310, 55, 275, 165),
}


@pytest.fixture
def anna(night: Night, enter: Callable[..., Visitor]) -> Visitor:
    """An officer with one such case, 4,364 amounts of which nobody has decided on."""
    night.golden = lambda lake, index, ids, *, as_of: cell(as_of, ids, ACCOUNTS)  # type: ignore[method-assign]
    night.case()
    return enter("anna")


def test_the_pages_of_a_case_of_5000_accounts_stay_small(anna: Visitor, night: Night) -> None:
    assert night.sql("SELECT count(*) FROM proposals WHERE state = 'open'")[0][0] > 4_000
    too_much = []
    for path, bars in BARS.items():
        anna.get(path)
        with count_queries() as statements:
            answer = anna.get(path)
        assert answer.status_code == 200, path
        assert statements, "the server's threads have another name"
        page = answer.text
        counted = (len(answer.content) / 1024, len(LANE.findall(page)), page.count("<tr"), len(statements))
        too_much += [f"{path}: {counted} over {bars}"] if any(map(operator.gt, counted, bars)) else []
    assert not too_much, "\n".join(too_much)


def test_one_more_case_asks_no_more_of_the_ledger(night: Night, enter: Callable[..., Visitor]) -> None:
    """A list asks once for all of its rows, not once for each of them."""
    night.case()
    anna = enter("anna")
    asked = {}
    for cases in (1, 5):
        for number in range(2, cases + 1):
            night.transfer(f"T{number}", 20_000_00)
            night.report(f"R{number}", [f"T{number}"], loss=20_000_00)
        night.sync()
        for path in ("/", "/cases", "/work", "/search?q=C"):
            anna.get(path)
            with count_queries() as statements:
                anna.get(path)
            asked[path, cases] = statements
    more = {
        path: sorted(set(asked[path, 5]) - set(asked[path, 1]))
        for path, cases in asked
        if cases == 5 and len(asked[path, 5]) > len(asked[path, 1]) + 2
    }
    assert more == {}
