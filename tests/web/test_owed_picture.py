"""Banks by minutes: what each owes an answer to, drawn by how long it has waited."""

from datetime import UTC, datetime, timedelta

from warroom.cases.silent_banks import OwedAnswer, SilentBank
from warroom.web.orders.picture import WIDTH, draw_owed_answers

NOW = datetime(2026, 3, 9, 7, tzinfo=UTC)


def owed(bank: str, minutes: float, baht: int = 1_000) -> OwedAnswer:
    sent_at = NOW - timedelta(minutes=minutes)
    return OwedAnswer(
        f"WR{bank}{minutes}",
        bank,
        True,
        baht * 100,
        sent_at,
        sent_at + timedelta(minutes=28),
        sent_at + timedelta(minutes=42),
        "C-1",
    )


def silent(bank: str) -> SilentBank:
    return SilentBank(bank, True, "000-555-0118", 1, 100, NOW, NOW)


def test_a_bank_stands_at_its_minutes_and_the_silent_ones_come_first() -> None:
    picture = draw_owed_answers([owed("B01", 15), owed("B02", 30), owed("B03", 45)], [silent("B03")], NOW)
    assert picture
    assert [row.bank for row in picture.rows] == ["B03", "B02", "B01"]
    assert picture.minutes == 60
    assert [round(row.dots[0].x) for row in picture.rows] == [
        WIDTH * 45 / 60,
        WIDTH * 30 / 60,
        WIDTH * 15 / 60,
    ]
    assert [row.dots[0].late for row in picture.rows] == [True, False, False]
    assert picture.rows[0].late is not None
    assert round(picture.rows[1].usual) == round(WIDTH * 28 / 60)


def test_what_waits_for_days_stands_at_the_end_of_the_axis_and_says_so() -> None:
    picture = draw_owed_answers([owed("B01", 3 * 1440), owed("B02", 5)], [], NOW)
    assert picture
    assert picture.minutes == 480
    dots = {row.bank: row.dots[0] for row in picture.rows}
    assert (dots["B01"].x, dots["B01"].beyond, dots["B02"].beyond) == (WIDTH, True, False)


def test_orders_of_one_minute_do_not_hide_each_other_and_the_largest_is_largest() -> None:
    picture = draw_owed_answers([owed("B01", 10, baht) for baht in (100, 90_000, 2_000)], [], NOW)
    assert picture
    (row,) = picture.rows
    assert len({(dot.x, dot.y) for dot in row.dots}) == 3
    assert row.dots[0].size == max(dot.size for dot in row.dots)
    assert (row.orders, row.amount) == (3, 92_100_00)


def test_where_no_bank_owes_anything_nothing_is_drawn() -> None:
    assert draw_owed_answers([], [], NOW) is None
