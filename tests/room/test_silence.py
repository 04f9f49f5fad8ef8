"""Every place that says whether a bank is silent says the same, at any moment and at any pace: one rule, by the exercise's clock."""

from datetime import datetime, timedelta

import pytest

from tests.cases.scenes import Scene
from warroom.cases.answer_times import LEAST_SILENCE, get_answer_times
from warroom.cases.forecasts import refresh_forecasts
from warroom.cases.queries.case_list import read_board
from warroom.cases.queries.case_page import case_page
from warroom.ledger.officers import Officer
from warroom.room.briefing import queries as service
from warroom.room.briefing.period import Period
from warroom.room.queue.queries import read_queue
from warroom.room.today.queries import read_today, read_wall
from warroom.room.worklist import order_list
from warroom.web.cases.rows import find_row_sort

MINUTE = timedelta(minutes=1)


def _get_commander(scene: Scene) -> Officer:
    return scene.officer("dao", "commander", "officer")


def find_silent_places(scene: Scene, now: datetime) -> dict[str, bool]:
    """What each place says of the bank at a moment of the house's clock, without any job of the server in between."""
    officer = _get_commander(scene)
    with scene.home.turn_clock(lambda: now):
        row = read_queue(scene.ledger, officer).rows[0]
        today, wall = read_today(scene.ledger, officer, room=True), read_wall(scene.ledger)
        owed = order_list.list_owed_by_banks(scene.ledger, officer)
        (line,), _ = order_list.list_orders_with_answers(scene.ledger, officer, state="sent")
        page = case_page(scene.ledger, officer, "C-1")
        late = read_queue(scene.ledger, officer, "late")
        act = service.read_briefing(scene.ledger, officer, Period(now - timedelta(hours=6), now)).story.act
        board = read_board(scene.ledger, officer, filter="silent")
    assert today.room is not None
    assert line.silent_from is not None
    return {
        "pill of the queue": row.pill.kind == "silent",
        "the case's row": find_row_sort(page.actions[0], now) == "silent",
        "commander's panel": [bank.bank for bank in today.room.silent] == ["B02"],
        "the board's line": [bank.bank for bank in today.silent] == ["B02"],
        "the wall": [bank.bank for bank in wall.silent] == ["B02"],
        "banks by minutes": [bank.bank for bank in owed.silent] == ["B02"],
        "the order's clock": line.silent_from <= now,
        "late in the queue": bool(late.rows),
        "cases with a silent bank": board.total == 1,
        "the morning's first act": (act.code, act.partner) == ("silent", "B02"),
    }


def send_one(scene: Scene) -> datetime:
    """One order to B02, which alone waits, and from when on that bank is silent about it."""
    hold = scene.sent()
    scene.sql("UPDATE proposals SET state = 'declined', decided_at = now() WHERE state = 'open'")
    # What is undecided or records that end would come before the bank in the row's clock.
    refresh_forecasts(scene.ledger, scene.now)
    silent_from = scene.hold_now(hold.id).silent_from
    assert silent_from is not None
    return silent_from


@pytest.mark.parametrize("minutes", [-30.0, -1.0, 0.0, 1.0, 26 * 60.0])
def test_every_place_agrees_on_silence(scene: Scene, minutes: float) -> None:
    """Fresh, past its usual answer, at the very moment, after it, and silent for a whole day; nothing ran in between, as where the
    exercise is paused or runs at 300 times life.
    """
    silent_from = send_one(scene)
    said = find_silent_places(scene, silent_from + minutes * MINUTE)
    assert said == dict.fromkeys(said, minutes >= 0)
    # Asked again at the same moment, as in a paused exercise, nothing has changed.
    assert find_silent_places(scene, silent_from + minutes * MINUTE) == said


def test_the_alert_comes_when_the_bank_is_silent_and_not_sooner(scene: Scene) -> None:
    silent_from = send_one(scene)
    for at, alerts in ((silent_from - MINUTE, []), (silent_from + MINUTE, ["silence"])):
        scene.run((at - scene.now) / timedelta(hours=1))
        assert scene.alerts() == alerts
        assert all(silent == bool(alerts) for silent in find_silent_places(scene, at).values())


def test_answers_that_come_later_move_nobodys_silence(scene: Scene) -> None:
    """A bank stays silent until it answers, whatever others or it itself answer meanwhile."""
    silent_from = send_one(scene)
    scene.sql(
        "INSERT INTO orders (order_id, place, about, about_id, hold_id, kind, bank, subject, amount, currency, until, reason,"
        " exercise, facts, notice_th, notice_en, state, attempts, made_at, sent_at, acknowledged_at, last_error, leaves_at)"
        " SELECT 'SLOW' || n, 100 + n, about, about_id, hold_id, 'hold', bank, subject, amount, currency, until, reason,"
        " exercise, facts, notice_th, notice_en, 'acknowledged', 1, made_at, sent_at, sent_at + make_interval(hours => 5), '', made_at"
        " FROM orders, generate_series(1, 30) n"
    )
    refresh_forecasts(scene.ledger, silent_from + MINUTE)
    with scene.ledger.open_session() as session:
        times = get_answer_times(session, silent_from + timedelta(hours=1))
        assert times.get_times("B02", silent_from).early > 200
        assert times.silent_from("B02", scene.now) == silent_from


def test_what_waits_at_a_silent_bank_is_counted_with_its_telephone(scene: Scene) -> None:
    silent_from = send_one(scene)
    scene.sql(
        "INSERT INTO agencies (code, name_th, name_en, kind, country, active, telephone)"
        " VALUES ('B02', 'ข', 'Bank two', 'bank', 'TH', true, '000-555-0118')"
        " ON CONFLICT (code) DO UPDATE SET telephone = excluded.telephone"
    )
    with scene.home.turn_clock(lambda: silent_from + 5 * MINUTE):
        (bank,) = read_today(scene.ledger, _get_commander(scene), room=False).silent
    assert (bank.telephone, bank.orders, bank.amount, bank.sent_at, bank.since) == (
        "000-555-0118",
        1,
        30_000_00,
        scene.now,
        silent_from,
    )


def test_a_bank_that_has_answered_owes_nothing(scene: Scene) -> None:
    silent_from = send_one(scene)
    order = scene.page().actions[0].orders[0].order_id
    minutes = (silent_from - scene.now) / MINUTE + 10
    scene.answer(order, "done", minutes=minutes)
    with scene.home.turn_clock(lambda: silent_from + 20 * MINUTE):
        owed = order_list.list_owed_by_banks(scene.ledger, _get_commander(scene))
        assert (owed.answers, owed.silent) == ((), ())
    assert scene.alerts() == []


def test_an_unconfirmed_release_is_called_for_apart_from_orders_to_hold(scene: Scene) -> None:
    """Somebody's money is still held: the bank is called, and no hold is said to wait."""
    from warroom.cases.decisions.hold_release import release_hold
    from warroom.orders import outbox
    from warroom.runtime.handlers import ORDER_HANDLERS

    hold = scene.in_effect()
    release_hold(scene.ledger, scene.boon, hold.id, "It was wages.", now=scene.now)
    (order,) = scene.waiting()
    with scene.ledger.open_session() as session:
        outbox.mark_sent(session, ORDER_HANDLERS, order.order_id, scene.now)
    with scene.home.turn_clock(lambda: scene.now + timedelta(hours=2)):
        today = read_today(scene.ledger, _get_commander(scene), room=True)
    (bank,) = today.silent
    assert (bank.bank, bank.asks, bank.orders, bank.amount) == ("B02", False, 1, order.amount)
    assert today.room is not None
    assert today.room.silent == ()


def test_no_bank_is_silent_within_the_least_time(scene: Scene) -> None:
    with scene.ledger.open_session() as session:
        times = get_answer_times(session, scene.now)
        assert times.silent_from("B77", scene.now) - scene.now >= LEAST_SILENCE * MINUTE
