"""What must not happen to an action, however hard somebody tries."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from tests.actions.forms import filled
from tests.actions.room import BLOCK, CUT, PAGE, Room, notice, seizure, statement
from tests.cases.scenes import Scene
from warroom.access.agencies import add_agency, seed_exercise
from warroom.access.officers import deactivate_officer
from warroom.actions import queries
from warroom.actions.decisions import approvals, course, proposals
from warroom.actions.decisions.proposals import ActionDraft
from warroom.actions.views import ActionView
from warroom.bilingual.texts import Texts
from warroom.errors import NotAllowed, NotFound, NotPossible, WarroomError
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.law.decisions import confirm_law
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.orders import outbox
from warroom.orders.order_content import OrderSubject
from warroom.runtime.handlers import ORDER_HANDLERS


def test_the_proposer_does_not_approve_where_both_are_kept_apart(room: Room) -> None:
    both = room.scene.officer("both", "infrastructure", "commander", "supervisor")
    made = room.propose("power-cut", OrderSubject("supply", "f"), details=CUT, partner="POWER", by=both)
    room.attach(made, "collateral-statement", statement())
    with pytest.raises(NotPossible, match="You proposed this action"):
        room.approve(made, both)
    # Nor by writing straight into the table.
    with pytest.raises(NotPossible, match="You proposed this action"):
        room.scene.sql(
            "INSERT INTO action_approvals (action_id, officer_id, digest, at) VALUES (:m, :o, 'x', now())",
            m=made.id,
            o=both.id,
        )


def test_many_subjects_make_it_a_mass_measure_for_two_others(room: Room) -> None:
    boss = room.scene.officer("boss2", "infrastructure", "supervisor")
    few = room.propose(
        "sim-suspension", OrderSubject("number", "n"), details=filled("sim-suspension"), partner="T1", by=boss
    )
    assert (few.needed, few.apart) == (1, False)
    many = [OrderSubject("number", f"n-{one}") for one in range(51)]
    mass = room.propose("sim-suspension", *many, details=filled("sim-suspension"), partner="T1", by=boss)
    assert (mass.needed, mass.apart) == (2, True)
    room.attach(mass, "rights-notice", notice())
    with pytest.raises(NotPossible, match="You proposed"):
        room.approve(mass, boss)


def numbers(name: str, count: int = 50) -> list[OrderSubject]:
    return [OrderSubject("number", f"{name}-{one}") for one in range(count)]


def suspension(room: Room, by: Officer, *subjects: OrderSubject, hours: float = 0.0) -> ActionView:
    details, at = filled("sim-suspension"), room.now + timedelta(hours=hours)
    return room.propose("sim-suspension", *subjects, details=details, partner="T1", by=by, now=at)


def test_a_mass_measure_in_small_pieces_is_one_all_the_same(room: Room) -> None:
    boss = room.scene.officer("boss2", "infrastructure", "supervisor")
    first = suspension(room, boss, *numbers("a"))
    assert (first.needed, first.apart) == (1, False)
    second = suspension(room, boss, *numbers("b"), hours=1)
    assert (second.needed, second.apart) == (2, True)
    # Another officer's are not theirs, nor are those of the day before.
    assert suspension(room, room.ines, *numbers("c")).needed == 1
    assert suspension(room, boss, *numbers("d"), hours=26).needed == 1


def test_what_was_declined_does_not_count(room: Room) -> None:
    made = suspension(room, room.ines, *numbers("a"))
    approvals.decline_action(room.scene.ledger, room.sup, made.id, "No.", key=room.key(), now=room.now)
    assert suspension(room, room.ines, *numbers("b"), hours=1).needed == 1


def test_two_proposals_at_one_moment_know_of_each_other(room: Room) -> None:
    by = room.scene.officer("boss2", "infrastructure")
    with ThreadPoolExecutor(4) as pool:
        made = [pool.submit(suspension, room, by, *numbers(name)) for name in "abcd"]
        assert sorted(one.result().needed for one in made) == [1, 2, 2, 2]


def test_a_batch_is_many(room: Room) -> None:
    made = suspension(room, room.ines, OrderSubject("sim-batch", "batch of 10,000"))
    assert (made.needed, made.apart) == (2, True)


def test_two_officers_are_never_the_same_person(room: Room) -> None:
    made = room.approve(room.cut(), room.sup)
    assert (made.state, len(made.approvals)) == ("proposed", 1)
    with pytest.raises(NotPossible, match="second officer"):
        room.approve(made, room.sup)
    assert room.approve(made, room.com).state == "approved"


def test_a_double_click_approves_once(room: Room) -> None:
    made = room.cut()
    seen = room.one(made).digest
    for _ in range(3):
        again = approvals.approve_action(room.scene.ledger, room.sup, made.id, seen, key="same", now=room.now)
    assert (again.state, len(again.approvals)) == ("proposed", 1)
    rows = "SELECT count(*) FROM audit WHERE verb = 'measure.approved'"
    assert room.scene.sql(rows)[0][0] == 1


def test_two_officers_approve_at_once_and_one_order_goes_out(room: Room) -> None:
    made = room.propose()
    other = room.scene.officer("sup2", "supervisor")
    seen = room.one(made).digest
    errors = at_once(
        lambda: approvals.approve_action(room.scene.ledger, room.sup, made.id, seen, key="one", now=room.now),
        lambda: approvals.approve_action(room.scene.ledger, other, made.id, seen, key="two", now=room.now),
    )
    assert [str(one) for one in errors] == ["This action is approved already; look at it again."]
    assert room.scene.sql("SELECT count(*) FROM orders")[0][0] == 1
    assert len(room.one(made).approvals) == 1


def at_once(*acts: Callable[[], object]) -> list[WarroomError]:
    """Let these happen at the same moment; returns what was refused."""
    gate, errors = threading.Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        gate.wait()
        try:
            act()
        except WarroomError as problem:
            errors.append(problem)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def test_an_approval_after_its_time_is_refused(room: Room) -> None:
    made = room.propose()
    late = room.now + timedelta(hours=13)
    with pytest.raises(NotPossible, match="is over"):
        room.approve(made, room.sup, late)
    assert room.late(made, 13).state == "lapsed"
    with pytest.raises(NotPossible, match="lapsed already"):
        room.approve(made, room.sup, late)


def test_lapse_and_approval_at_the_same_moment_have_one_outcome(room: Room) -> None:
    made = room.propose()
    seen, at = room.one(made).digest, room.now + timedelta(hours=12)
    early = at - timedelta(seconds=1)
    errors = at_once(
        lambda: approvals.approve_action(room.scene.ledger, room.sup, made.id, seen, key="k", now=early),
        lambda: room.scene.run(12),
    )
    state = room.one(made, at).state
    assert (state, len(errors)) in (("approved", 0), ("lapsed", 1))
    assert room.scene.sql("SELECT count(*) FROM orders")[0][0] == (state == "approved")


def test_a_document_after_an_approval_undoes_it(room: Room) -> None:
    made = room.cut()
    first = room.approve(made, room.sup)
    seen = first.digest
    room.attach(made, "collateral-statement", statement(2, 2))
    with pytest.raises(NotPossible, match="have changed since"):
        approvals.approve_action(room.scene.ledger, room.com, made.id, seen, key="k", now=room.now)
    again = room.approve(made, room.com)
    assert (again.state, [one.counts for one in again.approvals]) == ("proposed", [False, True])
    assert room.approve(made, room.sup).state == "approved"


def test_a_cut_is_refused_while_a_clinic_has_no_backup(room: Room) -> None:
    made = room.propose("power-cut", OrderSubject("supply", "f"), details=CUT, partner="POWER")
    with pytest.raises(NotPossible, match="collateral statement"):
        room.approve(made, room.sup)
    room.attach(made, "collateral-statement", statement(2, 1))
    with pytest.raises(NotPossible, match="1 of 2 clinics without backup"):
        room.approve(made, room.sup)
    assert room.one(made).stopped
    room.attach(made, "collateral-statement", statement(2, 2))
    room.approve(made, room.sup)
    assert room.approve(made, room.com).state == "approved"


def test_a_whole_account_is_blocked_only_on_a_seizure_order(room: Room) -> None:
    made = room.propose("whole-account-block", OrderSubject("account", "B01/1"), details=BLOCK, partner="B01")
    room.attach(made, "rights-notice", notice())
    with pytest.raises(NotPossible, match="seizure order"):
        room.approve(made, room.pros)
    with pytest.raises(NotPossible, match="number"):
        room.attach(made, "seizure-order", {**seizure(), "number": ""})
    with pytest.raises(NotPossible, match="SHA-256"):
        room.attach(made, "seizure-order", {**seizure(), "document_sha256": "none"})
    room.attach(made, "seizure-order", seizure())
    room.approve(made, room.pros)
    assert room.approve(made, room.com).state == "approved"


def test_one_subject_is_not_cut_twice_at_once(room: Room) -> None:
    first, second = room.cut(), room.cut()
    for officer in (room.sup, room.com):
        room.approve(first, officer)
    room.approve(second, room.sup)
    with pytest.raises(NotPossible, match="under way on one of these subjects"):
        room.approve(second, room.com)
    course.withdraw_action(room.scene.ledger, room.ines, first.id, "Not now.", key="w", now=room.now)
    assert room.approve(second, room.com).state == "approved"


def test_what_was_proposed_cannot_be_changed_behind_its_back(room: Room) -> None:
    made = room.approved()
    for change in (
        "UPDATE actions SET partner = 'B01'",
        "UPDATE actions SET state = 'in_effect'",
        "UPDATE actions SET until = now() + interval '9 years'",
        "UPDATE action_subjects SET subject = 'other'",
    ):
        with pytest.raises(NotPossible):
            room.scene.sql(change)
    for change in ("UPDATE action_approvals SET digest = ''", "UPDATE action_transitions SET reason = 'x'"):
        with pytest.raises(WarroomError):
            room.scene.sql(change)
    assert room.one(made).state == "approved"


def test_the_law_in_force_when_decided_is_the_one_that_counts(room: Room) -> None:
    before = datetime(2025, 5, 31, 10, tzinfo=UTC)
    after = datetime(2025, 5, 31, 18, tzinfo=UTC)
    made = room.propose(
        "internet-cut", OrderSubject("link", "l-1"), details=filled("internet-cut"), partner="T1", now=before
    )
    room.attach(
        made, "collateral-statement", {**statement(), "exit_on": "2025-06-20T00:00:00+07:00"}, now=before
    )
    first = room.approve(made, room.sup, before)
    assert not first.law_changed
    with pytest.raises(NotPossible, match="have changed since"):
        approvals.approve_action(room.scene.ledger, room.com, made.id, first.digest, key="old", now=after)
    second = room.approve(made, room.com, after)
    assert (second.state, second.law_changed) == ("proposed", True)
    assert [one.counts for one in second.approvals] == [False, True]
    decided = room.approve(made, room.sup, after)
    assert decided.state == "approved"
    assert "law has changed" in decided.transitions[-1].reason
    assert decided.citation != first.citation


def test_a_measure_in_effect_ends_under_its_own_law(room: Room) -> None:
    before, after = datetime(2025, 5, 30, 10, tzinfo=UTC), datetime(2025, 6, 5, tzinfo=UTC)
    made = room.propose(
        "internet-cut", OrderSubject("link", "l-1"), details=filled("internet-cut"), partner="T1", now=before
    )
    room.attach(
        made, "collateral-statement", {**statement(), "exit_on": "2025-06-20T00:00:00+07:00"}, now=before
    )
    room.approve(made, room.sup, before)
    decided = room.approve(made, room.com, before)
    later = room.one(made, after)
    assert (later.citation, later.until) == (decided.citation, decided.until)


def test_outside_an_exercise_a_lawyer_confirms_the_rule_first(live_home: Home, database: str) -> None:
    with Ledger.open(live_home) as ledger:
        scene = Scene(live_home, ledger, Lake.open(live_home))
        admin = scene.officer("first", "admin")
        add_agency(ledger, admin, "PLATFORM", Texts("แพลตฟอร์ม", "Platform"), "platform")
        room = Room(scene)
        with pytest.raises(NotPossible):
            seed_exercise(ledger)
        made = room.propose()
        with pytest.raises(NotPossible, match="has not been confirmed by a lawyer"):
            room.approve(made, room.sup)
        confirm_law(ledger, scene.officer("law", "lawyer"), "page-takedown")
        assert room.approve(made, room.sup).state == "approved"


def test_another_agencys_sealed_case_hides_its_actions(room: Room) -> None:
    room.scene.case()
    made = room.propose(case="C-1")
    room.scene.sql(
        "INSERT INTO case_access (case_id, agency, officer_id, at) SELECT id, 'OTHER', :o, now() FROM cases",
        o=room.sup.id,
    )
    with pytest.raises(NotFound, match=f"no action {made.id}"):
        room.one(made)
    with pytest.raises(NotFound):
        approvals.approve_action(room.scene.ledger, room.sup, made.id, made.digest, key="k", now=room.now)
    assert queries.list_actions(room.scene.ledger, room.sup) == ((), 0)
    with pytest.raises(NotFound, match="no case C-1"):
        room.propose(case="C-1")


def test_silence_strikes_and_the_answer_meets_it(room: Room) -> None:
    made = room.sent()
    late = room.late(made, 25)
    assert (late.state, room.struck(late)) == ("sent", ["answer"])
    room.answer(made.orders[0].order_id, "done", minutes=26 * 60)
    assert room.struck(room.one(made)) == []


def test_a_warning_comes_before_the_end_and_the_end_by_itself(room: Room) -> None:
    made = room.cut()
    for officer in (room.sup, room.com):
        room.approve(made, officer)
    [order] = room.send()
    room.answer(order, "done")
    assert room.struck(room.late(made, 313)) == ["lapse_warning"]
    over = room.late(made, 337)
    assert (over.state, over.transitions[-1].reason) == ("lapsed", "Its time is over.")
    assert [one.kind for one in over.orders] == ["measure", "lift"]
    assert room.struck(over) == []
    assert room.late(made, 338).orders == over.orders


def test_an_undeliverable_order_and_a_contradiction_are_shown(room: Room) -> None:
    made = room.approved()
    with room.scene.ledger.open_session() as session:
        order = outbox.claim_next(session, room.now)
        assert order is not None
        outbox.mark_failed(session, ORDER_HANDLERS, order.order_id, "unknown there", room.now, None)
    assert room.struck(room.late(made, 0.1)) == ["undelivered"]
    assert room.answer(order.order_id, "done").effect == "in_effect"
    assert room.answer(order.order_id, "refused", minutes=9).effect == "conflict"
    assert room.struck(room.late(made, 1)) == ["conflict"]


def test_a_partner_that_acts_after_the_end_is_told_to_undo_it(room: Room) -> None:
    made = room.sent()
    course.lift_action(room.scene.ledger, room.sup, made.id, "A mistake.", key="l", now=room.now)
    [lift] = room.send()
    room.answer(lift, "done")
    assert room.answer(made.orders[0].order_id, "done", minutes=30).effect == "conflict"
    assert [one.kind for one in room.one(made).orders] == ["measure", "lift", "lift"]


def test_the_same_answer_again_changes_nothing(room: Room) -> None:
    made = room.sent()
    for _ in range(3):
        room.answer(made.orders[0].order_id, "done", "Removed.")
    assert [one.after for one in room.one(made).transitions] == ["proposed", "approved", "sent", "in_effect"]
    with pytest.raises(NotFound, match="no order"):
        room.answer("WR-NEVER", "done")


def test_a_key_used_for_another_decision_is_refused(room: Room) -> None:
    draft = ActionDraft("page-takedown", (OrderSubject("page", "p"),), PAGE, "Because.", "PLATFORM")
    first = proposals.propose_action(room.scene.ledger, room.ines, draft, key="k", now=room.now)
    assert proposals.propose_action(room.scene.ledger, room.ines, draft, key="k", now=room.now).id == first.id
    with pytest.raises(NotPossible, match="another decision"):
        approvals.decline_action(
            room.scene.ledger, room.scene.officer("ines", "x"), first.id, "No.", key="k", now=room.now
        )


def test_an_officer_who_was_ended_decides_nothing(room: Room) -> None:
    made, sup = room.propose(), room.sup
    seen = room.one(made).digest
    deactivate_officer(room.scene.ledger, "sup")
    with pytest.raises(NotAllowed):
        approvals.approve_action(room.scene.ledger, sup, made.id, seen, key="k", now=room.now)


def test_the_log_and_the_tables_tell_the_same(room: Room) -> None:
    made = room.in_effect()
    told = room.scene.sql(
        "SELECT verb FROM audit WHERE subject = :s ORDER BY sequence", s=f"measure:{made.id}"
    )
    verbs = [row[0] for row in told if row[0] != "measure.read"]
    assert verbs == ["measure.proposed", "measure.approved", "order.sent", "answer.recorded"]
