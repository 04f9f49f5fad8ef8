"""An action from its proposal to its end, by every way there is."""

import os

import pytest
import sqlalchemy as sa

from tests.actions.forms import document, filled, partner_of
from tests.actions.room import Room
from warroom.actions import queries
from warroom.actions.decisions import approvals, course, proposals
from warroom.actions.decisions.proposals import ActionDraft
from warroom.actions.details import check_fields
from warroom.actions.prerequisites import CHECKS
from warroom.actions.states import STEPS
from warroom.actions.views import ACTION_STATES
from warroom.bilingual.texts import Texts
from warroom.errors import NotAllowed, NotFound, NotPossible
from warroom.law.kinds.declarations import ActionKind, Input, load_kinds, load_prerequisites
from warroom.ledger.verify import verify_audit
from warroom.orders import outbox
from warroom.orders.order_content import OrderFacts, OrderSubject
from warroom.runtime.handlers import ORDER_HANDLERS
from warroom.sentences.sentence import render_sentence


def steps(view: object) -> list[str]:
    return [one.after for one in view.transitions]  # type: ignore[attr-defined]


def test_one_officer_approves_the_partner_acts_and_an_officer_closes_it(room: Room) -> None:
    made = room.approved()
    assert (made.state, made.orders[0].partner, made.orders[0].state) == ("approved", "PLATFORM", "waiting")
    [order] = room.send()
    assert room.one(made).state == "sent"
    assert room.answer(order, "done", "Removed.").effect == "in_effect"
    done = course.finish_action(
        room.scene.ledger, room.ines, made.id, "Gone for good.", key=room.key(), now=room.now
    )
    assert steps(done) == ["proposed", "approved", "sent", "in_effect", "done"]
    assert [one.officer for one in done.transitions] == ["Ines", "Sup", "", "", "Ines"]
    assert {one.state for one in done.deadlines} <= {"met", "stopped"}
    assert verify_audit(room.scene.ledger).ok


def test_what_goes_out_says_law_subject_document_and_who_approved(room: Room) -> None:
    made = room.approve(room.approve(room.cut(), room.sup), room.com)
    [order] = room.scene.waiting()
    facts = OrderFacts.from_json(order.facts)
    assert (order.about, order.about_id, order.kind, order.bank) == ("measure", made.id, "measure", "POWER")
    assert (facts.reference, facts.rule, facts.letter) == (made.reference, "power-cut", True)
    assert facts.subjects == (OrderSubject("supply", "feeder-1"),)
    assert facts.documents[0].sha256 == made.documents[0].sha256
    assert [one.name for one in facts.signatories] == ["Sup", "Com"]
    assert order.until == made.until


@pytest.mark.parametrize(
    ("status", "state"), [("partly", "partly"), ("refused", "refused"), ("lifted", "lifted")]
)
def test_the_partners_word_decides(room: Room, status: str, state: str) -> None:
    made = room.sent()
    room.answer(made.orders[0].order_id, status)
    assert room.one(made).state == state


def test_a_part_becomes_the_whole(room: Room) -> None:
    made = room.sent()
    room.answer(made.orders[0].order_id, "partly", "Half of them.")
    assert room.answer(made.orders[0].order_id, "done", minutes=60).effect == "in_effect"
    assert steps(room.one(made))[-2:] == ["partly", "in_effect"]


def test_an_older_word_that_comes_late_moves_nothing(room: Room) -> None:
    made = room.sent()
    room.answer(made.orders[0].order_id, "partly", "Half of them.", minutes=30)
    assert room.answer(made.orders[0].order_id, "done", "All of them.", minutes=10).effect == "noted"
    assert room.one(made).state == "partly"


def test_a_receipt_is_only_noted(room: Room) -> None:
    made = room.sent()
    assert room.answer(made.orders[0].order_id, "received").effect == "noted"
    assert room.one(made).state == "sent"


def test_lifting_tells_the_partner_until_it_confirms(room: Room) -> None:
    made = room.in_effect()
    lifted = course.lift_action(
        room.scene.ledger, room.sup, made.id, "An honest employer.", key=room.key(), now=room.now
    )
    assert (lifted.state, [one.kind for one in lifted.orders]) == ("lifted", ["measure", "lift"])
    [order] = room.send()
    assert [one.order_id for one in room.scene.waiting(1)] == [order]
    assert room.answer(order, "done").effect == "lifted"
    assert room.scene.waiting(2) == []


def test_a_part_lifted_is_no_confirmation_and_an_officer_must_look(room: Room) -> None:
    made = room.in_effect()
    course.lift_action(room.scene.ledger, room.sup, made.id, "A mistake.", key="l", now=room.now)
    [lift] = room.send()
    assert room.answer(lift, "partly", "Two pages of three are back.").effect == "conflict"
    assert room.struck(room.late(made, 1)) == ["conflict"]
    assert [one.order_id for one in room.scene.waiting(1)] == [lift]


def test_withdrawn_before_it_has_left_nobody_is_told(room: Room) -> None:
    made = room.approved()
    back = course.withdraw_action(
        room.scene.ledger, room.ines, made.id, "A mistake.", key=room.key(), now=room.now
    )
    assert (back.state, back.orders[0].state) == ("withdrawn", "cancelled")
    assert room.send() == []


def test_withdrawn_after_a_failed_attempt_the_partner_is_told(room: Room) -> None:
    made = room.approved()
    with room.scene.ledger.open_session() as session:
        order = outbox.claim_next(session, room.now)
        assert order is not None
        outbox.mark_failed(session, ORDER_HANDLERS, order.order_id, "cut off", room.now, room.now)
    back = course.withdraw_action(
        room.scene.ledger, room.ines, made.id, "A mistake.", key=room.key(), now=room.now
    )
    assert [one.kind for one in back.orders] == ["measure", "withdraw"]


def test_once_it_has_left_it_is_lifted_and_not_withdrawn(room: Room) -> None:
    made = room.sent()
    with pytest.raises(NotPossible, match="lift it instead"):
        course.withdraw_action(
            room.scene.ledger, room.ines, made.id, "A mistake.", key=room.key(), now=room.now
        )
    assert room.one(made).state == "sent"


def test_a_kind_that_cannot_be_undone_is_not_lifted(room: Room) -> None:
    made = room.propose(
        "checkpoint-welfare-check",
        OrderSubject("trip", "trip-1"),
        details=filled("checkpoint-welfare-check"),
        partner="POLICE",
    )
    for name in ("screening-plan", "rights-notice"):
        room.attach(made, name, document(name))
    room.approve(made, room.sup)
    room.send()
    with pytest.raises(NotPossible, match="cannot be ended early"):
        course.lift_action(room.scene.ledger, room.sup, made.id, "Too late.", key=room.key(), now=room.now)


def test_what_no_partner_carries_out_an_officer_reports(room: Room) -> None:
    made = room.propose("watch", OrderSubject("number", "66-0-1"), details=filled("watch"), partner="")
    room.attach(made, "purpose-statement", document("purpose-statement"))
    room.approve(made, room.sup)
    assert room.send() == []
    begun = course.carry_out_action(
        room.scene.ledger, room.ines, made.id, "On the list.", key=room.key(), now=room.now
    )
    assert begun.state == "in_effect"
    with pytest.raises(NotPossible, match="does not end as done"):
        course.finish_action(room.scene.ledger, room.ines, made.id, "Enough.", key=room.key(), now=room.now)
    assert (
        course.lift_action(
            room.scene.ledger, room.sup, made.id, "Enough.", key=room.key(), now=room.now
        ).state
        == "lifted"
    )


def test_a_partners_action_is_not_reported_by_an_officer(room: Room) -> None:
    made = room.approved()
    with pytest.raises(NotPossible, match="when the partner says so"):
        course.carry_out_action(room.scene.ledger, room.ines, made.id, "Done.", key=room.key(), now=room.now)


def test_declined_with_a_reason_it_is_over(room: Room) -> None:
    made = room.propose()
    gone = approvals.decline_action(
        room.scene.ledger, room.sup, made.id, "An honest page.", key=room.key(), now=room.now
    )
    assert (gone.state, gone.transitions[-1].reason) == ("declined", "An honest page.")
    with pytest.raises(NotPossible, match="declined already"):
        room.approve(made, room.sup)


@pytest.mark.parametrize(
    ("kind", "made_as", "thai"),
    [("account-hold", "hold", "คำสั่งระงับเงิน"), ("payee-warning", "flag", "ธงเตือนผู้โอน")],
)
def test_a_hold_and_a_flag_are_not_proposed_here(room: Room, kind: str, made_as: str, thai: str) -> None:
    with pytest.raises(NotPossible, match=f"made as a {made_as}") as problem:
        room.propose(kind, OrderSubject("account", "B01/1"), by=room.scene.officer("desk", "officer"))
    assert render_sentence(problem.value.said, "th").endswith(thai)


def test_what_was_proposed_before_its_kind_had_services_of_its_own_is_not_approved(room: Room) -> None:
    made = room.propose()
    with _owner().begin() as connection:
        connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
        connection.execute(sa.text("UPDATE actions SET kind = 'payee-warning' WHERE id = :n"), {"n": made.id})
    assert room.one(made).kind == "payee-warning"
    with pytest.raises(NotPossible, match="made as a flag"):
        room.approve(room.one(made), room.sup)


def test_details_fit_the_declaration_or_are_refused(room: Room) -> None:
    right = {"from": "2026-12-01T00:00:00+07:00", "megawatts": 4.5}
    wrong: list[tuple[dict[str, object], str]] = [
        ({"megawatts": -1}, "does not fit"),
        ({"megawatts": float("nan")}, "does not fit"),
        ({"from": "tomorrow"}, "does not fit"),
        ({"nationality": "x"}, "no field"),
        ({"from": None}, "missing"),
    ]
    for change, said in wrong:
        with pytest.raises(NotPossible, match=said):
            room.propose(
                "power-cut", OrderSubject("supply", "f"), details={**right, **change}, partner="POWER"
            )


def test_subjects_and_partners_fit_the_declaration(room: Room) -> None:
    with pytest.raises(NotPossible, match="not on 'person'"):
        room.propose("page-takedown", OrderSubject("person", "p"))
    with pytest.raises(NotPossible, match="twice"):
        room.propose("page-takedown", OrderSubject("page", "p"), OrderSubject("page", "p"))
    with pytest.raises(NotPossible, match="cannot be sent to an agency"):
        room.propose(partner="B01")
    with pytest.raises(NotFound, match="no agency"):
        room.propose(partner="NOBODY")
    with pytest.raises(NotFound, match="no kind of action"):
        room.propose("earthquake")
    with pytest.raises(NotPossible, match="name the agency"):
        room.propose(partner="")


def test_only_the_kinds_roles_propose_decide_and_carry_out(room: Room) -> None:
    with pytest.raises(NotAllowed):
        room.propose(by=room.com)
    made = room.propose()
    with pytest.raises(NotAllowed):
        room.approve(made, room.com)
    with pytest.raises(NotAllowed):
        approvals.decline_action(room.scene.ledger, room.pros, made.id, "No.", key=room.key(), now=room.now)
    with pytest.raises(NotAllowed):
        queries.load_action(room.scene.ledger, room.scene.officer("boss", "admin"), made.id)


def test_the_list_shows_what_waits(room: Room) -> None:
    made, other = room.propose(), room.approved()
    rows, total = queries.list_actions(room.scene.ledger, room.sup, state="proposed")
    assert ([one.id for one in rows], total) == ([made.id], 1)
    assert queries.list_actions(room.scene.ledger, room.sup)[1] == 2
    assert [one.id for one in queries.list_actions(room.scene.ledger, room.sup, kind=other.kind)[0]] == [
        other.id,
        made.id,
    ]


def test_every_check_that_a_declaration_names_is_there() -> None:
    assert {one.check for one in load_prerequisites().values() if one.check} <= set(CHECKS)


def test_the_ledger_knows_the_same_steps_as_the_program(room: Room) -> None:
    made = room.propose()
    for before in ACTION_STATES:
        for after in ACTION_STATES:
            if before == after:
                continue
            error = _force(room, made.id, before, after)
            refused = "cannot become" in error
            assert refused == (after not in STEPS.get(before, ())), (before, after, error)


def _force(room: Room, number: int, before: str, after: str) -> str:
    """What the ledger says to a bare change of state, with the state set up behind its back."""
    with room.scene.ledger.engine.connect() as connection:
        try:
            connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
        except sa.exc.ProgrammingError:
            connection.rollback()
            return _as_owner(room, number, before, after)
    raise AssertionError("the program's own role may switch triggers off")


def _owner() -> sa.Engine:
    """The owner's engine, which may write behind the ledger's back."""
    return sa.create_engine(
        os.environ["WARROOM_DATABASE_OWNER_URL"].replace("postgresql://", "postgresql+psycopg://"),
        poolclass=sa.NullPool,
    )


def _as_owner(room: Room, number: int, before: str, after: str) -> str:
    with _owner().connect() as connection:
        connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
        connection.execute(sa.text("UPDATE actions SET state = :s WHERE id = :n"), {"s": before, "n": number})
        connection.execute(sa.text("SET LOCAL session_replication_role = origin"))
        try:
            connection.execute(
                sa.text("UPDATE actions SET state = :s WHERE id = :n"), {"s": after, "n": number}
            )
        except sa.exc.DBAPIError as problem:
            return str(problem.orig)
        return ""


def test_every_declared_kind_goes_from_proposal_to_approval(room: Room) -> None:
    own = [kind for kind in load_kinds().values() if kind.engine == "measure"]
    assert len(own) > 20
    for kind in own:
        _to_approval(room, kind)


def _to_approval(room: Room, kind: ActionKind) -> None:
    proposer = room.scene.officer(f"p-{kind.id}", *kind.proposes)
    deciders = [room.scene.officer(f"d{n}-{kind.id}", *kind.approves) for n in range(kind.approvers)]
    draft = ActionDraft(
        kind.id, (OrderSubject(kind.subjects[0], "s-1"),), filled(kind.id), "Because.", partner_of(kind)
    )
    made = proposals.propose_action(room.scene.ledger, proposer, draft, key=room.key(), now=room.now)
    for name in kind.requires:
        room.attach(made, name, document(name), by=proposer)
    for officer in deciders:
        assert room.one(made).state == "proposed", kind.id
        room.approve(made, officer)
    decided = room.one(made)
    assert decided.state == "approved", kind.id
    assert (decided.until is None) == (kind.lapse_after is None), kind.id
    assert bool(decided.orders) == bool(kind.emits and partner_of(kind) not in ("", "ROOM")), kind.id


@pytest.mark.parametrize(
    "amount", ["1e999999", "-1", "NaN", "Infinity", "1.005", "ten", True, 10.5, [1], "9" * 40]
)
def test_money_that_is_none_is_refused_and_never_an_error(amount: object) -> None:
    form = (Input("sum", "money", Texts("จำนวนเงิน", "Amount")),)
    with pytest.raises(NotPossible, match="does not fit"):
        check_fields(form, {"sum": amount})
    assert check_fields(form, {"sum": "1234.5"}) == {"sum": "1234.50"}


def test_a_page_counts_as_taken_down_once_its_platform_says_so_and_no_longer_when_it_is_put_back(
    room: Room,
) -> None:
    made = room.sent()
    assert queries.load_taken_down_pages(room.scene.ledger) == {}
    room.answer(made.orders[0].order_id, "done")
    assert [page.id for page in queries.load_taken_down_pages(room.scene.ledger)] == ["page-1"]
    course.lift_action(room.scene.ledger, room.sup, made.id, "An honest shop.", key=room.key(), now=room.now)
    assert queries.load_taken_down_pages(room.scene.ledger) == {}
