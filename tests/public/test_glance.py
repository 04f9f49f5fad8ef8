"""Campaigns in a line on the board and on the briefing's sheet, and no line where there is nothing to say."""

from datetime import timedelta

from httpx import Client

from tests.public.campaigning import THURSDAY, last_week, released, weeks
from tests.web.conftest import PLAIN, Night, Visitor, _let_in, serving
from warroom import clock
from warroom.public.campaigns import glance
from warroom.room.briefing import paper, period, queries
from warroom.web.app import create_app


def test_the_line_says_what_is_out_and_what_rises_and_nothing_of_nothing(night: Night) -> None:
    assert glance.build_board_line(night.ledger, night.anna, 0) is None
    weeks(night)
    assert glance.count_rising(night.ledger, night.lake, THURSDAY) == 1
    released(night)
    line = glance.build_board_line(night.ledger, night.anna, 1)
    assert line is not None
    assert line.en == "1 alert out, 1 threat rises beyond its band"
    assert "1 เรื่อง" in line.th
    said = glance.build_briefing_lines(
        night.ledger, night.anna, 2, THURSDAY - timedelta(days=7), THURSDAY + timedelta(days=1), THURSDAY
    )
    assert [one.en for one in said] == ["1 alert out, 2 threats rise beyond their bands"]
    long_ago = (THURSDAY - timedelta(days=30), THURSDAY - timedelta(days=20))
    assert glance.build_briefing_lines(night.ledger, night.anna, 2, *long_ago, THURSDAY) == ()


def test_board_and_briefing_lead_to_campaigns(night: Night) -> None:
    now = clock.get_now()
    weeks(night, monday=last_week(now))
    app = create_app(night.home, night.ledger, background=False)
    with serving(app) as address, Client(base_url=address, timeout=60, verify=PLAIN) as client:
        anna = Visitor(client)
        _let_in(night, anna, "anna")
        assert '<a href="/campaigns">1 alert' not in anna.page("/")
        released(night, now=now)
        for path in ("/", "/briefing"):
            assert '<a href="/campaigns">1 alert out</a>' in anna.page(path)
    lines = glance.build_briefing_lines(
        night.ledger, night.anna, 0, now - timedelta(days=1), now + timedelta(1), now
    )
    asked = period.Period(now - timedelta(days=1), now)
    found, made = queries.export_briefing(night.ledger, night.anna, asked, lines=lines)
    assert paper.build_briefing_contents(found)["lines"] == [["มีประกาศเตือนประชาชน 1 เรื่อง", "1 alert out"]]
    assert made.startswith(b"%PDF")
