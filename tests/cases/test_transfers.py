"""Transfers looked up by their ids: the last days first, and all that is asked for wherever it lies."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.signals.made import MULE, Payments, at
from warroom import clock
from warroom.cases.transfers import look_up, look_up_lately
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.lake.view import Days

WEEK = timedelta(days=7)


def test_what_is_looked_up_lately_is_what_is_looked_up(home: Home) -> None:
    made = Payments()
    made.ordinary()
    made.mule(MULE, 19)
    lake, _ = made.write(home)
    last, first = [row["record_id"] for row in made.rows[-9:]], made.rows[0]["record_id"]
    for names in (last, [first], [*last, first, "nothing"], ["nothing"], []):
        for as_of in (clock.get_now(), at(10), at(-1)):
            assert look_up_lately(lake, names, as_of, WEEK) == look_up(lake, names, as_of)
    assert set(look_up_lately(lake, [*last, first], clock.get_now(), WEEK).by_id) == {*last, first}


def test_no_other_days_are_read_where_all_is_found_lately(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Payments()
    made.ordinary()
    lake, _ = made.write(home)
    asked, rows = [], Lake.query_rows

    def counted(self: Lake, table: str, as_of: datetime | None = None, days: Days | None = None) -> Any:
        asked.append(days)
        return rows(self, table, as_of, days)

    monkeypatch.setattr(Lake, "query_rows", counted)
    newest = made.rows[-1]
    look_up_lately(lake, [newest["record_id"]], clock.get_now(), WEEK)
    assert asked == [((newest["time"] - WEEK).date(), newest["time"].date())]
