"""The log's page: a line a reading session with its rows, filters in the address, names with links."""

import re
from collections.abc import Callable

from tests.web.conftest import Night, Visitor


def test_reads_are_one_line_and_their_rows_stand_under_it(
    anna: Visitor, night: Night, enter: Callable[..., Visitor]
) -> None:
    for _ in range(3):
        anna.page("/cases/C-1")
    auditor = enter("dara")
    page = auditor.page("/audit?officer=anna&kind=case.read")
    assert page.count(">case read</a>") == 1
    hashes = night.sql("SELECT encode(hash, 'hex') FROM audit WHERE verb = 'case.read' AND officer = 'anna'")
    assert len(hashes) >= 3
    assert f"{len(hashes)} times" in page
    assert all(f'title="{digest}"' in page for (digest,) in hashes)
    assert '<a href="/cases/C-1">case C-1</a>' in page
    assert "case:C-1" not in page


def test_filters_are_in_the_address_and_lead_on(
    anna: Visitor, night: Night, enter: Callable[..., Visitor]
) -> None:
    anna.page("/cases/C-1")
    auditor = enter("dara")
    page = auditor.page("/audit?case=c-1")
    cells = re.findall(r"<td><a href=\"/audit\?case=C-1\">C-1</a></td>", page)
    assert cells
    assert "officer=anna&amp;case=C-1" in page, "another filter keeps the one that is set"
    assert "No row of the log is like this." in auditor.page("/audit?officer=nobody")
    assert "No row of the log is like this." in auditor.page("/audit?day=1999-01-01")
    assert "officer=anna" in auditor.page("/audit?day=never"), "what is no day narrows nothing"


def test_a_strip_shows_who_read_how_much(anna: Visitor, enter: Callable[..., Visitor]) -> None:
    anna.page("/cases/C-1")
    page = enter("dara").page("/audit")
    assert "Who read how much, and when" in page
    assert re.search(r'officer=anna&amp;day=\d{4}-\d\d-\d\d">anna</a><svg', page)
