"""How holds take effect, lapse, are carried on, released and appealed, with chosen clocks."""

from datetime import timedelta

import pytest

from tests.cases.scenes import Scene, hour
from warroom.cases.decisions.appeals import answer_appeal
from warroom.cases.decisions.hold_extension import extend_hold
from warroom.cases.decisions.hold_release import release_hold
from warroom.cases.decisions.holds import approve_holds
from warroom.cases.queries.case_list import read_board
from warroom.errors import NotAllowed, NotFound, NotPossible
from warroom.orders import outbox
from warroom.public.appeals import load_public_hold, submit_appeal
from warroom.runtime.handlers import ORDER_HANDLERS


def test_a_hold_is_in_effect_only_when_the_bank_says_so(scene: Scene) -> None:
    hold = scene.sent()
    assert hold.state == "sent"
    assert scene.page().row.held == 0
    assert scene.answer(hold.orders[0].order_id, "received").effect == "noted"
    assert scene.hold_now(hold.id).state == "sent"
    assert scene.answer(hold.orders[0].order_id, "done").effect == "in_effect"
    assert (scene.hold_now(hold.id).state, scene.page().row.held) == ("in_effect", 30_000_00)


def test_a_bank_may_hold_a_part_or_refuse(scene: Scene) -> None:
    hold = scene.sent()
    assert scene.answer(hold.orders[0].order_id, "partly", 12_000_00).effect == "partly"
    assert scene.hold_now(hold.id).held == 12_000_00


def test_a_refused_hold_holds_nothing(scene: Scene) -> None:
    hold = scene.sent()
    assert scene.answer(hold.orders[0].order_id, "refused").effect == "refused"
    assert scene.hold_now(hold.id).state == "refused"
    assert {clock.state for clock in scene.hold_now(hold.id).clocks} == {"stopped"}


def test_the_same_answer_twice_changes_nothing(scene: Scene) -> None:
    hold = scene.sent()
    first = scene.answer(hold.orders[0].order_id, "done")
    before = scene.sql("SELECT count(*) FROM audit WHERE verb = 'answer.recorded'")
    assert scene.answer(hold.orders[0].order_id, "done") == first
    assert scene.sql("SELECT count(*) FROM audit WHERE verb = 'answer.recorded'") == before


def test_a_conflicting_answer_is_kept_and_raises_an_alert(scene: Scene) -> None:
    hold = scene.in_effect()
    assert scene.answer(hold.orders[0].order_id, "refused", minutes=9).effect == "conflict"
    assert scene.hold_now(hold.id).state == "in_effect"
    assert scene.alerts() == ["conflict"]
    assert "refused" in scene.page().alerts[0].text.en


def test_a_bank_that_holds_more_than_ordered_is_told_to_let_go(scene: Scene) -> None:
    hold = scene.sent()
    scene.answer(hold.orders[0].order_id, "done", 99_000_00)
    assert scene.hold_now(hold.id).held == 30_000_00
    assert scene.alerts() == ["excess"]


def test_a_bank_that_lifts_a_hold_by_itself_ends_it(scene: Scene) -> None:
    hold = scene.in_effect()
    assert scene.answer(hold.orders[0].order_id, "lifted", minutes=20).effect == "lifted"
    ended = scene.hold_now(hold.id)
    assert (ended.state, ended.ended_by, len(ended.orders)) == ("released", "bank", 1)


def test_an_answer_to_an_unknown_order_is_not_found(scene: Scene) -> None:
    scene.case()
    with pytest.raises(NotFound, match="no order"):
        scene.answer("WRNOTHING", "done")


def test_silence_of_the_bank_is_told_once_it_takes_longer_than_it_does(scene: Scene) -> None:
    hold = scene.sent()
    due = scene.hold_now(hold.id).silent_from
    assert due is not None
    minutes = (due - scene.now) / timedelta(minutes=1)
    # Not after some minutes that are the same for all: by its own answers, or those that are published.
    assert 35 < minutes < 50
    assert scene.run((minutes - 1) / 60).silent == 0
    assert scene.run((minutes + 1) / 60).silent == 1
    assert scene.alerts() == ["silence"]
    assert read_board(scene.ledger, scene.anna, filter="silent").total == 1
    scene.answer(scene.page().actions[0].orders[0].order_id, "done", minutes=minutes + 2)
    assert scene.alerts() == []


def test_a_hold_warns_before_it_lapses_and_then_ends_by_itself(scene: Scene) -> None:
    hold = scene.in_effect()
    assert scene.run(65.9).warned == 0
    assert scene.run(66.1).warned == 1
    assert scene.alerts() == ["lapse_warning"]
    assert scene.run(71.9).expired == 0
    assert scene.run(72.1).expired == 1
    ended = scene.hold_now(hold.id)
    assert (ended.state, ended.ended_by, ended.orders[-1].kind) == ("expired", "expiry", "expiry")
    assert scene.page().row.held == 0
    assert scene.run(72.2).expired == 0


def test_release_and_expiry_are_sent_until_the_bank_confirms(scene: Scene) -> None:
    hold = scene.in_effect()
    release_hold(scene.ledger, scene.anna, hold.id, "shown to be wages", now=scene.now)
    (order,) = scene.waiting()
    with scene.ledger.open_session() as session:
        outbox.mark_sent(session, ORDER_HANDLERS, order.order_id, scene.now)
    assert scene.waiting() == []
    assert [item.order_id for item in scene.waiting(0.3)] == [order.order_id]
    scene.answer(order.order_id, "received", minutes=1)
    assert [item.order_id for item in scene.waiting(0.3)] == [order.order_id]
    assert scene.answer(order.order_id, "lifted", minutes=2).effect == "lifted"
    assert scene.waiting(9) == []
    assert scene.hold_now(hold.id).bank_lifted_at == scene.now + timedelta(minutes=2)


def test_a_part_let_go_is_no_confirmation_of_a_release(scene: Scene) -> None:
    hold = scene.in_effect()
    release_hold(scene.ledger, scene.anna, hold.id, "shown to be wages", now=scene.now)
    [order] = scene.waiting()
    with scene.ledger.open_session() as session:
        outbox.mark_sent(session, ORDER_HANDLERS, order.order_id, scene.now)
    assert scene.answer(order.order_id, "partly", minutes=1).effect == "conflict"
    assert "conflict" in [alert.kind for alert in scene.page().alerts]
    assert scene.hold_now(hold.id).bank_lifted_at is None
    assert [item.order_id for item in scene.waiting(0.3)] == [order.order_id]
    assert scene.answer(order.order_id, "lifted", minutes=2).effect == "lifted"
    assert scene.waiting(9) == []


def test_a_hold_that_never_left_is_taken_back_without_an_order(scene: Scene) -> None:
    hold = scene.hold()
    ended = release_hold(scene.ledger, scene.anna, hold.id, "wrong account", now=scene.now)
    assert [(order.kind, order.state) for order in ended.orders] == [("hold", "cancelled")]
    assert (
        release_hold(scene.ledger, scene.anna, hold.id, "again", now=scene.now).release_reason
        == "wrong account"
    )


def test_an_order_being_sent_is_followed_by_a_release_and_in_order(scene: Scene) -> None:
    hold = scene.hold()
    with scene.ledger.open_session() as session:
        first = outbox.claim_next(session, scene.now)
    assert first is not None
    release_hold(scene.ledger, scene.anna, hold.id, "wrong account", now=scene.now)
    assert scene.waiting() == []
    with scene.ledger.open_session() as session:
        outbox.mark_sent(session, ORDER_HANDLERS, first.order_id, scene.now)
    assert [order.kind for order in scene.waiting()] == ["release"]


def test_a_late_done_after_a_release_is_answered_with_another_release(scene: Scene) -> None:
    hold = scene.sent()
    release_hold(scene.ledger, scene.anna, hold.id, "wrong", now=scene.now)
    (order,) = scene.waiting()
    scene.answer(order.order_id, "done", minutes=1)
    assert scene.answer(hold.orders[0].order_id, "done", minutes=5).effect == "conflict"
    assert [item.kind for item in scene.waiting(1)] == ["release"]


def test_an_order_that_cannot_be_delivered_is_given_up_with_an_alert(scene: Scene) -> None:
    hold = scene.hold()
    with scene.ledger.open_session() as session:
        outbox.mark_failed(
            session, ORDER_HANDLERS, hold.orders[0].order_id, "no route", scene.now, scene.now + hour(0.1)
        )
    assert [item.attempts for item in scene.waiting(0.2)] == [1]
    with scene.ledger.open_session() as session:
        outbox.mark_failed(session, ORDER_HANDLERS, hold.orders[0].order_id, "no route", scene.now, None)
    assert scene.alerts() == ["undelivered"]
    assert scene.waiting(9) == []


def test_only_one_sender_takes_an_order(scene: Scene) -> None:
    scene.hold()
    with scene.ledger.open_session() as first, scene.ledger.open_session() as second:
        assert outbox.claim_next(first, scene.now) is not None
        assert outbox.claim_next(second, scene.now) is None
    with scene.ledger.open_session() as third:
        assert outbox.claim_next(third, scene.now) is None
        assert outbox.claim_next(third, scene.now + timedelta(seconds=61)) is not None


def test_seven_days_need_a_complaint_and_two_officers(scene: Scene) -> None:
    hold = scene.in_effect()
    complained = scene.now + hour(1)
    later = scene.now + hour(2)
    asked = extend_hold(scene.ledger, scene.anna, hold.id, "PC-77", "x1", complained_at=complained, now=later)
    assert asked.until == scene.now + hour(72)
    assert asked.extension is not None
    assert asked.extension.state == "requested"
    again = extend_hold(scene.ledger, scene.anna, hold.id, "PC-77", "x1", now=later)
    assert again.extension == asked.extension
    approved = extend_hold(scene.ledger, scene.boon, hold.id, "PC-77", "x2", now=later)
    assert approved.until == complained + hour(168)
    assert (approved.state, approved.rule) == ("in_effect", "hold-after-complaint")
    assert [item.officer for item in approved.approvals] == ["Anna", "Boon"]
    assert scene.answer(approved.orders[-1].order_id, "done").effect == "extended"
    assert scene.run(73).expired == 0
    assert scene.run(170).expired == 1


def test_who_approved_the_hold_cannot_approve_its_extension(scene: Scene) -> None:
    page = scene.case()
    (hold,) = approve_holds(
        scene.ledger, scene.boon, "C-1", [page.proposals[0].id], page.snapshot, "k", now=scene.now
    )
    with scene.ledger.open_session() as session:
        outbox.mark_sent(session, ORDER_HANDLERS, hold.orders[0].order_id, scene.now)
    extend_hold(scene.ledger, scene.anna, hold.id, "PC-1", "x", now=scene.now + hour(1))
    with pytest.raises(NotPossible, match="You approved this hold"):
        extend_hold(scene.ledger, scene.boon, hold.id, "PC-1", "y", now=scene.now + hour(1))
    with pytest.raises(NotAllowed, match="supervisor"):
        extend_hold(scene.ledger, scene.officer("kai"), hold.id, "PC-1", "z", now=scene.now + hour(1))


def test_a_lapsed_hold_cannot_be_extended(scene: Scene) -> None:
    hold = scene.in_effect()
    with pytest.raises(NotPossible, match="ended by itself"):
        extend_hold(scene.ledger, scene.anna, hold.id, "PC-1", "x", now=scene.now + hour(73))


def test_a_refused_extension_leaves_the_earlier_end(scene: Scene) -> None:
    hold = scene.in_effect()
    later = scene.now + hour(1)
    extend_hold(scene.ledger, scene.anna, hold.id, "PC-1", "x", now=later)
    extended = extend_hold(scene.ledger, scene.boon, hold.id, "PC-1", "y", now=later)
    scene.answer(extended.orders[-1].order_id, "refused", minutes=90)
    assert scene.hold_now(hold.id).until == scene.now + hour(72)
    assert scene.alerts() == ["extension_refused"]
    assert scene.run(72.1).expired == 1


def test_anyone_with_the_code_can_appeal_and_another_officer_answers(scene: Scene) -> None:
    hold = scene.in_effect()
    code = hold.reference.lower().replace("-", " ").replace("0", "o")
    made = submit_appeal(scene.ledger, code, "08x-xxx", "These are my wages.", now=scene.now)
    assert (made.due_at, made.limit_at) == (scene.now + hour(4), scene.now + hour(12))
    assert scene.page().row.open_appeals == 1
    with pytest.raises(NotPossible, match="being answered"):
        submit_appeal(scene.ledger, hold.reference, "08x", "again", now=scene.now)
    with pytest.raises(NotAllowed, match="role appeals"):
        answer_appeal(scene.ledger, scene.anna, made.id, False, "ok", now=scene.now)
    answered = answer_appeal(
        scene.ledger, scene.chai, made.id, False, "payslip seen", now=scene.now + hour(2)
    )
    assert (answered.state, answered.answered_by) == ("granted", "Chai")
    ended = scene.hold_now(hold.id)
    assert (ended.state, ended.orders[-1].kind, ended.release_reason) == (
        "released",
        "release",
        "payslip seen",
    )
    seen = load_public_hold(scene.ledger, hold.reference)
    assert (seen.state, seen.appeal_state, seen.appeal_reason) == ("released", "granted", "payslip seen")


def test_who_approved_a_hold_cannot_answer_the_appeal_against_it(scene: Scene) -> None:
    judge = scene.officer("judge", "officer", "appeals")
    page = scene.case()
    (hold,) = approve_holds(
        scene.ledger, judge, "C-1", [page.proposals[0].id], page.snapshot, "k", now=scene.now
    )
    made = submit_appeal(scene.ledger, hold.reference, "me", "mine", now=scene.now)
    with pytest.raises(NotPossible, match="You approved this hold"):
        answer_appeal(scene.ledger, judge, made.id, True, "no", now=scene.now)
    assert answer_appeal(scene.ledger, scene.chai, made.id, True, "traced", now=scene.now).state == "upheld"
    assert scene.hold_now(hold.id).state == "approved"


def test_an_appeal_that_waits_too_long_is_told_twice(scene: Scene) -> None:
    hold = scene.in_effect()
    submit_appeal(scene.ledger, hold.reference, "me", "mine", now=scene.now)
    assert scene.run(4.1).appeals == 1
    assert scene.run(12.1).appeals == 1
    assert scene.alerts() == ["appeal_due", "appeal_limit"]


def test_an_unknown_code_opens_nothing(scene: Scene) -> None:
    scene.in_effect()
    for code in ("", "AAAA-AAAA-AAAA", "' OR 1=1"):
        with pytest.raises(NotFound, match="no hold with this code"):
            submit_appeal(scene.ledger, code, "me", "mine", now=scene.now)
