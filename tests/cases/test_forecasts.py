"""What is likely to leave of a case within the hour, until when it must be decided, and who is silent."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.cases.scenes import Scene, hour
from tests.speed import allow_seconds
from warroom.cases import answer_times
from warroom.cases.decisions.cases import close_case
from warroom.cases.decisions.hold_release import release_hold
from warroom.cases.decisions.holds import approve_holds, decline_proposals
from warroom.cases.forecasts import refresh_forecasts
from warroom.cases.queries.case_list import read_board
from warroom.cases.views import BoardRow
from warroom.ledger.ledger import Ledger
from warroom.money.trail import Trail
from warroom.orders import outbox
from warroom.runtime.handlers import ORDER_HANDLERS
from warroom.unwell import list_noted


def slow(scene: Scene, minutes: int) -> None:
    """Bank B02 took so long with its last thirty orders."""
    scene.sql(
        "INSERT INTO orders (order_id, place, about, about_id, hold_id, kind, bank, subject, amount, currency, until, reason,"
        " exercise, facts, notice_th, notice_en, state, attempts, made_at, sent_at, acknowledged_at, last_error, leaves_at)"
        " SELECT 'SLOW' || n, 100 + n, about, about_id, hold_id, kind, 'B02', subject, amount,"
        " currency, until, reason, exercise, facts, notice_th, notice_en, 'acknowledged', 1, made_at, made_at,"
        " made_at + make_interval(mins => :minutes), '', made_at FROM orders, generate_series(1, 30) n",
        minutes=minutes,
    )


def _copy(scene: Scene, table: str, first: str, second: str, given: str, times: str, drawn: str = "") -> None:
    """A table's rows of the first case again, under other numbers."""
    names = scene.sql(
        "SELECT column_name FROM information_schema.columns WHERE table_name = :table AND is_generated = 'NEVER'",
        table=table,
    )
    left = {*given.split(", "), drawn}
    kept = ", ".join(name for (name,) in names if name not in left)
    values = ", ".join(one for one in (first, second) if one)
    scene.sql(f"INSERT INTO {table} ({given}, {kept}) SELECT {values}, {kept} FROM {table}, {times}")


def refreshed(scene: Scene, minutes: float = 0.0) -> BoardRow:
    """The case some minutes from now, as the server's step left it."""
    refresh_forecasts(scene.ledger, scene.now + timedelta(minutes=minutes))
    return scene.page().row


def test_money_still_there_is_expected_to_leave_within_a_band(scene: Scene) -> None:
    row = scene.case().row
    assert 0 < row.leaves < 45_000_00
    assert row.leaves_low <= row.leaves <= row.leaves_high <= 45_000_00
    assert row.forecast_at is not None
    assert row.decide_by is not None


def test_a_declined_amount_and_one_that_the_bank_holds_leave_no_more(scene: Scene) -> None:
    page = scene.case()
    before = page.row.leaves
    decline_proposals(
        scene.ledger, scene.anna, "C-1", [page.proposals[1].id], "A shop of forty years.", now=scene.now
    )
    declined = scene.page().row.leaves
    assert 0 < declined < before
    hold = approve_holds(
        scene.ledger, scene.anna, "C-1", [page.proposals[0].id], page.snapshot, "key", now=scene.now
    )[0]
    asked = scene.page().row
    assert asked.leaves == pytest.approx(declined, rel=0.05)
    assert (asked.asked_since, asked.decide_by) == (scene.now, None)
    order = hold.orders[0].order_id
    with scene.ledger.open_session() as session:
        outbox.mark_sent(session, ORDER_HANDLERS, order, scene.now)
    scene.answer(order, "done")
    held = scene.page().row
    assert (held.leaves, held.leaves_high, held.asked_since, held.decide_by) == (0, 0, None, None)


def test_a_released_hold_is_no_money_at_risk(scene: Scene) -> None:
    hold = scene.in_effect()
    page = scene.page()
    decline_proposals(scene.ledger, scene.anna, "C-1", [page.proposals[1].id], "A shop.", now=scene.now)
    release_hold(scene.ledger, scene.boon, hold.id, "The holder was right.", now=scene.now + hour(1))
    assert scene.page().row.leaves == 0


def test_a_trickle_never_sets_the_clock_of_the_large_amount(scene: Scene) -> None:
    scene.money.amounts = {("B02", "2002"): 90_000_00, ("B03", "3003"): 200_00}
    alone = scene.case().row.decide_by
    # The trickle came later and would leave sooner.
    scene.sql("UPDATE proposals SET arrived_at = arrived_at + interval '119 minutes' WHERE account = '3003'")
    assert refreshed(scene).decide_by == alone


def test_what_must_be_decided_sooner_is_what_lies_at_the_slower_bank(scene: Scene) -> None:
    page = scene.case()
    usual = page.row.decide_by
    assert usual is not None
    approve_holds(
        scene.ledger, scene.anna, "C-1", [page.proposals[1].id], page.snapshot, "key", now=scene.now
    )
    slow(scene, 50)
    later = refreshed(scene, 2).decide_by
    assert later is not None
    assert usual - later > timedelta(minutes=15)


def test_a_bank_without_answers_takes_what_is_published(scene: Scene) -> None:
    with scene.ledger.open_session() as session:
        times = answer_times.load_answer_times(session)
    found = times.get_times("B02", datetime(2026, 3, 9, 6, tzinfo=UTC))
    assert 25 < found.early < 35 < found.late < 50


def test_a_silent_bank_stays_silent_until_it_answers(scene: Scene) -> None:
    hold = scene.sent()
    # Known ahead: a look at any minute sees the same, and no server's turn comes between.
    silent = refreshed(scene, 10).silent_since
    assert silent is not None
    assert timedelta(minutes=15) <= silent - scene.now <= timedelta(minutes=60)
    assert refreshed(scene, 70).silent_since == silent
    # Nothing that others answer meanwhile makes it calm again.
    slow(scene, 300)
    assert refreshed(scene, 80).silent_since == silent
    scene.answer(hold.orders[0].order_id, "done", minutes=90)
    assert scene.page().row.silent_since is None


def test_what_a_bank_says_had_left_stays_until_the_trail_shows_it(scene: Scene) -> None:
    hold = scene.sent()
    scene.answer(hold.orders[0].order_id, "partly", 1_000_00)
    assert scene.page().row.part_left == 29_000_00
    # The records still say that it lies there: nobody has followed anything yet.
    scene.now += hour(1)
    scene.run(1)
    row = scene.page().row
    assert row.part_left == 29_000_00
    assert row.leaves < 15_000_00
    scene.money.amounts = {("B02", "2002"): 1_000_00, ("B03", "3003"): 15_000_00}
    scene.run(2)
    assert scene.page().row.part_left == 0


def test_a_refusal_that_names_no_amount_says_nothing_of_the_money(scene: Scene) -> None:
    hold = scene.sent()
    scene.answer(hold.orders[0].order_id, "refused")
    assert scene.page().row.part_left == 0


def test_money_of_another_currency_is_in_no_forecast(scene: Scene) -> None:
    told = scene.money.trace

    def foreign(*args: object, **more: object) -> Trail:
        return replace(told(*args, **more), currency="USD")  # type: ignore[arg-type]

    scene.money.trace = foreign  # type: ignore[method-assign]
    row = scene.case().row
    assert (row.leaves, row.leaves_high, row.decide_by) == (0, 0, None)


def test_the_same_case_has_the_same_band_on_every_page_and_server(scene: Scene) -> None:
    scene.case()
    # A change too small to be seen is not written: so each writes again.
    scene.sql("UPDATE cases SET forecast_at = NULL, leaves = 0")
    once = refreshed(scene, 5)
    with Ledger.open(scene.home) as other:
        scene.sql("UPDATE cases SET forecast_at = NULL, leaves = 0")
        refresh_forecasts(other, scene.now + timedelta(minutes=5))
    assert refreshed(scene, 5) == once


def test_a_closed_case_is_no_longer_at_risk(scene: Scene) -> None:
    scene.case()
    close_case(scene.ledger, scene.anna, "C-1", "Paid back.", now=scene.now)
    row = scene.page().row
    assert (row.leaves, row.decide_by, row.part_left) == (0, None, 0)


def test_a_damaged_forecast_is_told_and_the_one_that_ships_is_used(scene: Scene) -> None:
    path = scene.home.root / "models" / "leaving.forecast"
    path.parent.mkdir(exist_ok=True)
    path.write_text("warroom forecast 1 sha256:00\n{}")
    assert scene.case().row.leaves > 0
    assert [one.code for one in list_noted(scene.home)] == ["health.forecast-damaged"]
    path.unlink()
    refreshed(scene, 1)
    assert list_noted(scene.home) == ()


def test_equal_money_at_risk_is_in_the_order_of_its_reports(scene: Scene) -> None:
    scene.money.own_accounts = True
    for number in (1, 2, 3):
        scene.transfer(f"T{number}")
        scene.report(f"R{number}", [f"T{number}"])
    scene.sync()
    scene.sql(
        "UPDATE cases SET leaves = 100, decide_by = NULL, reported_at = :now - id * interval '1 hour'",
        now=scene.now,
    )
    assert [row.number for row in read_board(scene.ledger, scene.anna).rows] == ["C-3", "C-2", "C-1"]


def test_ten_thousand_open_cases_cost_less_than_two_seconds_a_minute(scene: Scene) -> None:
    scene.case()
    _copy(scene, "cases", "n", "'C-' || n", "id, number", "generate_series(2, 10000) n")
    _copy(scene, "proposals", "n", "", "case_id", "generate_series(2, 10000) n, generate_series(1, 3)", "id")
    scene.sql("ANALYZE")
    assert refresh_forecasts(scene.ledger, scene.now) >= 9_999
    began = time.process_time()
    refresh_forecasts(scene.ledger, scene.now + timedelta(minutes=1))
    assert time.process_time() - began < allow_seconds(2.0)
