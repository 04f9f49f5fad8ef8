"""The table of partners: told, acknowledged, answered, late and open."""

from datetime import timedelta

import pytest

from tests.requests.conftest import Desk
from warroom.requests.response_times import list_partner_times


def test_percentiles_interpolate_over_what_was_answered(desk: Desk) -> None:
    for hours in (1, 2, 3, 4):
        _, order = desk.told()
        desk.says(order, "received", hours / 2)
        desk.says(order, "done", hours)
    (row,) = list_partner_times(desk.ledger, desk.sup, now=desk.now + timedelta(days=1))
    assert (row.partner, row.told, row.open, row.late_share) == ("T1", 4, 0, 0.0)
    assert row.answered.count == 4
    assert row.answered.median == pytest.approx(2.5 * 3600)
    assert row.acknowledged.median == pytest.approx(1.25 * 3600)


def test_of_a_few_no_high_percentile_is_said(desk: Desk) -> None:
    _, order = desk.told()
    desk.says(order, "done", 1)
    (row,) = list_partner_times(desk.ledger, desk.sup, now=desk.now + timedelta(days=1))
    assert row.few
    assert (row.answered.p90, row.answered.p95) == (None, None)


def test_of_twenty_every_percentile_is_said(desk: Desk) -> None:
    for hours in range(1, 21):
        _, order = desk.told()
        desk.says(order, "done", hours)
    (row,) = list_partner_times(desk.ledger, desk.sup, now=desk.now + timedelta(days=2))
    assert not row.few
    # percentile_cont: 0.9 and 0.95 of the way from the 1st to the 20th.
    assert row.answered.p90 == pytest.approx(18.1 * 3600)
    assert row.answered.p95 == pytest.approx(19.05 * 3600)


def test_silence_counts_as_late_once_it_is_and_what_was_never_sent_does_not_count(desk: Desk) -> None:
    desk.told()
    _, order = desk.told()
    desk.says(order, "done", 1)
    desk.approved()  # waits in the outbox: the partner was not told
    (early,) = list_partner_times(desk.ledger, desk.sup, now=desk.now + timedelta(days=1))
    assert (early.told, early.open, early.late_share) == (2, 1, 0.0)
    (late,) = list_partner_times(desk.ledger, desk.sup, now=desk.now + timedelta(days=8))
    assert (late.open, late.late_share) == (1, 0.5)


def test_holds_count_beside_requests_and_can_be_looked_at_alone(desk: Desk) -> None:
    action = desk.hold()
    order = desk.deliver()
    desk.answer(order.order_id, "done", minutes=3)
    request_row = desk.told(partner="B02")
    assert request_row[0].state == "sent"
    (row,) = list_partner_times(desk.ledger, desk.sup, partner=action.bank, now=desk.now + timedelta(hours=1))
    assert (row.partner, row.told, row.open) == ("B02", 2, 1)
    (holds,) = list_partner_times(desk.ledger, desk.sup, scope="hold", now=desk.now + timedelta(hours=1))
    assert (holds.told, holds.open) == (1, 0)
    assert holds.answered.median == pytest.approx(180)


def test_a_partner_whose_clock_runs_behind_is_no_faster_than_at_once(desk: Desk) -> None:
    _, order = desk.told()
    desk.says(order, "done", -2)
    (row,) = list_partner_times(desk.ledger, desk.sup, now=desk.now + timedelta(hours=1))
    assert row.answered.median == 0


def test_of_fewer_than_five_nothing_is_said_to_whom_a_case_is_sealed(desk: Desk) -> None:
    action = desk.hold()
    desk.deliver()
    for _ in range(5):
        desk.told()
    seal = (
        "INSERT INTO case_access (case_id, agency, officer_id, at) SELECT id, 'OTHER', :o, now() FROM cases"
    )
    later = desk.now + timedelta(hours=1)
    assert {row.told for row in list_partner_times(desk.ledger, desk.sup, now=later)} == {1, 5}
    desk.sql(seal, o=desk.sup.id)
    few, many = list_partner_times(desk.ledger, desk.sup, now=later)
    assert (few.partner, few.told, few.open, few.late_share) == (action.bank, None, None, None)
    assert (few.answered.count, few.acknowledged.median, few.few) == (None, None, True)
    assert (many.partner, many.told, many.open) == ("T1", 5, 5)
