"""Transfers looked up by their ids: the last days first, and all that is asked for wherever it lies."""

from datetime import timedelta

from tests.signals.made import MULE, Payments, at
from warroom import clock
from warroom.home import Home
from warroom.operations.transfers import look_up, look_up_lately

WEEK = timedelta(days=7)


def test_what_is_looked_up_lately_is_what_is_looked_up(home: Home) -> None:
    made = Payments()
    made.ordinary()
    made.mule(MULE, 19)
    lake, _ = made.write(home)
    last, first = [row["record_id"] for row in made.rows[-9:]], made.rows[0]["record_id"]
    for names in (last, [first], [*last, first, "nothing"], ["nothing"], []):
        for as_of in (clock.now(), at(10), at(-1)):
            assert look_up_lately(lake, names, as_of, WEEK) == look_up(lake, names, as_of)
    assert set(look_up_lately(lake, [*last, first], clock.now(), WEEK).by_id) == {*last, first}
