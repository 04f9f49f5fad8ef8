"""Days and hours on the public pages are those of anyone who reads them."""

from datetime import UTC, datetime

import pytest

from warroom.web.public.days import format_day, format_moment

EVENING = datetime(2026, 12, 31, 17, 5, tzinfo=UTC)


@pytest.mark.parametrize("at", [EVENING, EVENING.isoformat(), "01/01/2027 00:05"])
def test_thai_readers_count_buddhist_years_by_thai_clocks(at: str | datetime) -> None:
    assert (format_moment("th", at), format_day("th", at)) == ("01/01/2570 00:05", "01/01/2570")
    assert (format_moment("en", at), format_day("my", at)) == ("01/01/2027 00:05", "01/01/2027")


def test_what_is_no_moment_is_said_as_it_stands() -> None:
    assert format_moment("th", "") == ""
