"""A joint operation from its plan to its report."""

import pytest

from tests.actions.forms import document, filled
from tests.actions.joint.raid import AGENCIES, Raid, places
from tests.actions.test_misuse import at_once
from tests.cases.scenes import hour
from warroom.actions import queries
from warroom.actions.decisions import documents
from warroom.actions.decisions.proposals import ActionDraft
from warroom.actions.operations import queries as operation_queries
from warroom.actions.operations.decisions import course, go_ahead, plans, preparation
from warroom.actions.operations.decisions.plans import OperationPlan
from warroom.errors import NotAllowed, NotFound, NotPossible, WarroomError
from warroom.ledger.verify import verify_audit
from warroom.orders import outbox
from warroom.orders.order_content import OrderSubject
from warroom.runtime.handlers import ORDER_HANDLERS


def test_a_raid_is_planned_made_ready_approved_gone_and_reported(raid: Raid) -> None:
    room, ledger = raid.room, raid.room.scene.ledger
    assert (len(raid.view().places), raid.view().counts) == (20, {"proposed": 20})
    assert raid.gone().view().state == "go"
    assert len(room.send(0.1)) == 20
    assert raid.view().counts == {"sent": 20}
    now = room.now + hour(11)
    course.add_operation_note(
        ledger, raid.speaker("SHELTER"), raid.id, "Forty beds are ready.", 3, key="s", now=now
    )
    found = {"key": "r1", "now": now}
    course.report_result(
        ledger, raid.speaker("MONEY"), raid.id, 3, "cash", 1, 1_250_000_25, ("A-1",), **found
    )  # type: ignore[arg-type]
    course.report_result(
        ledger, raid.speaker("POLICE"), raid.id, 4, "person", 2, 0, ("S-1", "S-2"), key="r2", now=now
    )
    ended = course.finish_operation(ledger, room.com, raid.id, "Two people are in shelter.", key="e", now=now)
    assert ended.state == "ended"
    assert [(one.kind, one.count, one.amount) for one in ended.totals] == [
        ("cash", 1, 1_250_000_25),
        ("person", 2, 0),
    ]
    kinds = [one.kind for one in operation_queries.list_timeline(ledger, room.com, raid.id)]
    assert kinds == [
        "planned",
        *["document"] * 4,
        *["readiness"] * 3,
        "word",
        "word",
        "said",
        "result",
        "result",
        "end",
    ]
    assert verify_audit(ledger).ok


def test_a_raid_has_no_go_without_screening_plan_and_shelter(raid: Raid) -> None:
    raid.ready()
    for name in ("screening-plan", "shelter"):
        with pytest.raises(NotPossible, match=name.replace("screening-plan", "screening plan")):
            raid.go(raid.room.com)
        raid.papers(name)
    with pytest.raises(NotPossible, match="20 actions wait for approval"):
        raid.go(raid.room.com)


def test_the_papers_of_the_operation_count_for_each_of_its_actions(raid: Raid) -> None:
    with pytest.raises(NotPossible, match="Documents are missing"):
        raid.approve(raid.room.sup)
    raid.papers()
    raid.approve(raid.room.sup)
    found = queries.load_action(
        raid.room.scene.ledger, raid.room.sup, raid.view().measures[0], now=raid.room.now
    )
    assert (found.missing, {one.shared for one in found.documents}) == ((), {True})
    assert raid.approve(raid.room.pros).counts == {"approved": 20}
    assert raid.room.send() == []


def test_an_agency_speaks_for_itself_and_holds_the_go(raid: Raid) -> None:
    raid.papers()
    raid.ready("POLICE", "MONEY")
    raid.approve(raid.room.sup)
    raid.approve(raid.room.pros)
    with pytest.raises(NotPossible, match="No answer yet from SHELTER"):
        raid.go(raid.room.com)
    with pytest.raises(NotAllowed, match="not part of this operation"):
        preparation.say_readiness(
            raid.room.scene.ledger, raid.room.com, raid.id, "ready", key="x", now=raid.room.now
        )
    with pytest.raises(NotPossible, match="needs a reason"):
        preparation.say_readiness(
            raid.room.scene.ledger, raid.speaker("SHELTER"), raid.id, "not_ready", key="y", now=raid.room.now
        )
    preparation.say_readiness(
        raid.room.scene.ledger,
        raid.speaker("SHELTER"),
        raid.id,
        "not_ready",
        "No beds.",
        key="z",
        now=raid.room.now,
    )
    with pytest.raises(NotPossible, match="No beds"):
        raid.go(raid.room.com)


def test_a_go_takes_two_officers_one_a_commander(raid: Raid) -> None:
    raid.approved()
    assert raid.go(raid.room.sup).state == "planned"
    with pytest.raises(NotPossible, match="second officer"):
        raid.go(raid.room.sup)
    other = raid.room.scene.officer("sup2", "supervisor")
    assert raid.go(other).state == "planned"
    assert raid.room.send() == []
    assert raid.go(raid.room.com).state == "go"
    # Nor by writing straight into the table.
    second = Raid.of(raid.room, 1)
    with pytest.raises(NotPossible, match="two officers"):
        raid.room.scene.sql("UPDATE operations SET state = 'go' WHERE id = :n", n=second.id)


def test_a_word_given_on_another_board_does_not_count(raid: Raid) -> None:
    raid.approved()
    board = raid.view().board
    raid.go(raid.room.com, board)
    preparation.say_readiness(
        raid.room.scene.ledger,
        raid.speaker("POLICE"),
        raid.id,
        "ready",
        "With 40 officers.",
        key="w",
        now=raid.room.now,
    )
    with pytest.raises(NotPossible, match="board has changed"):
        raid.go(raid.room.sup, board)
    assert raid.go(raid.room.sup).state == "planned"
    assert [one.counts for one in raid.view().words] == [False, True]


def test_two_say_go_at_once_and_every_order_goes_out_once(raid: Raid) -> None:
    raid.approved()
    board, ledger, now = raid.view().board, raid.room.scene.ledger, raid.room.now
    other = raid.room.scene.officer("com2", "commander")
    raid.go(raid.room.sup, board)
    errors = at_once(
        lambda: go_ahead.give_go(ledger, raid.room.com, raid.id, board, key="a", now=now),
        lambda: go_ahead.give_go(ledger, other, raid.id, board, key="b", now=now),
        lambda: go_ahead.give_go(ledger, raid.room.com, raid.id, board, key="a", now=now),
    )
    # Whichever commander is first starts it: the other is refused, with both clicks if it was the one who clicked twice.
    assert len(errors) in (1, 2)
    assert raid.room.scene.sql("SELECT count(*), count(DISTINCT about_id) FROM orders")[0] == (20, 20)


def test_called_off_before_the_go_nothing_leaves(raid: Raid) -> None:
    raid.approved()
    off = go_ahead.call_off(
        raid.room.scene.ledger, raid.room.com, raid.id, "It leaked.", key="n", now=raid.room.now
    )
    assert (off.state, off.counts) == ("no_go", {"withdrawn": 20})
    with pytest.raises(NotPossible, match="called off"):
        raid.go(raid.room.sup)
    assert raid.room.send() == []


def test_called_off_after_the_go_what_left_is_said(raid: Raid) -> None:
    raid.gone()
    with raid.room.scene.ledger.open_session() as session:
        order = outbox.claim_next(session, raid.room.now + hour(0.1))
        assert order is not None
        outbox.mark_sent(session, ORDER_HANDLERS, order.order_id, raid.room.now + hour(0.1))
    off = go_ahead.call_off(
        raid.room.scene.ledger, raid.room.com, raid.id, "Rain.", key="n", now=raid.room.now
    )
    # A search that has left cannot be undone; the other 19 never reached anybody.
    assert off.counts == {"sent": 1, "withdrawn": 19}
    last = operation_queries.list_timeline(raid.room.scene.ledger, raid.room.com, raid.id)[-1]
    assert "1 action has gone out" in last.text


def test_the_hour_passes_without_a_go(raid: Raid) -> None:
    raid.approved()
    raid.room.scene.run(11)
    assert [one.state for one in raid.view().deadlines] == ["struck"]
    with pytest.raises(NotPossible, match="hour of the operation has passed"):
        go_ahead.give_go(
            raid.room.scene.ledger,
            raid.room.com,
            raid.id,
            raid.view().board,
            key="g",
            now=raid.room.now + hour(11),
        )


def test_one_action_that_may_not_pass_keeps_all_from_being_approved(raid: Raid) -> None:
    raid.papers()
    table = raid.view().table
    one = raid.view().measures[7]
    late = {**document("warrant"), "valid_until": "2026-01-01T00:00:00+07:00"}
    documents.attach_document(
        raid.room.scene.ledger, raid.room.ines, one, "warrant", late, key="d", now=raid.room.now
    )
    with pytest.raises(NotPossible, match="have changed since"):
        preparation.approve_all(
            raid.room.scene.ledger, raid.room.sup, raid.id, table, key="a", now=raid.room.now
        )
    with pytest.raises(NotPossible, match="expired on"):
        raid.approve(raid.room.sup)
    assert raid.room.scene.sql("SELECT count(*) FROM action_approvals")[0][0] == 0


def test_plans_that_do_not_fit_are_refused(raid: Raid) -> None:
    room = raid.room

    def refused(match: str, error: type[WarroomError] = NotPossible, **change: object) -> None:
        fields = {
            "title": "T",
            "hour": room.now + hour(1),
            "places": places(1),
            "agencies": ("POLICE",),
            "raid": False,
            **change,
        }
        with pytest.raises(error, match=match):
            plans.plan_operation(
                room.scene.ledger, room.ines, OperationPlan(**fields), key=room.key(), now=room.now
            )  # type: ignore[arg-type]

    refused("has passed", hour=room.now)
    refused("title", title=" ")
    refused("places", places=())
    refused("each named once", agencies=("POLICE", "POLICE"))
    refused("no agency", NotFound, agencies=("NOBODY",))
    with pytest.raises(NotAllowed):
        plans.plan_operation(
            room.scene.ledger, room.scene.officer("law", "lawyer"), _small(raid), key="p", now=room.now
        )
    assert operation_queries.list_operations(room.scene.ledger, room.com)[1] == 1


def _small(raid: Raid) -> OperationPlan:
    return OperationPlan("T", raid.room.now + hour(1), places(1), AGENCIES, False)


def test_people_found_are_counted_with_their_screenings_and_never_named(raid: Raid) -> None:
    raid.gone()
    with pytest.raises(NotPossible, match="has a screening"):
        course.report_result(
            raid.room.scene.ledger,
            raid.speaker("POLICE"),
            raid.id,
            1,
            "person",
            3,
            0,
            ("S-1",),
            key="p",
            now=raid.room.now,
        )
    with pytest.raises(NotFound, match="no place 99"):
        course.report_result(
            raid.room.scene.ledger, raid.speaker("POLICE"), raid.id, 99, "cash", 1, key="q", now=raid.room.now
        )


def test_nobody_rewrites_what_was_said_and_found(raid: Raid) -> None:
    for table in ("operation_timeline", "operation_words", "operation_results", "operation_places"):
        with pytest.raises(WarroomError):
            raid.room.scene.sql(f"UPDATE {table} SET operation_id = 0")


def test_a_mass_measure_in_many_actions_of_one_operation_takes_two_others(raid: Raid) -> None:
    room = raid.room
    boss = room.scene.officer("boss2", "infrastructure", "supervisor")
    drafts = tuple(
        ActionDraft(
            "sim-suspension",
            tuple(OrderSubject("number", f"n-{one}-{each}") for each in range(30)),
            filled("sim-suspension"),
            "They call from there.",
            "T1",
        )
        for one in range(2)
    )
    wanted = OperationPlan("Numbers", room.now + hour(10), places(1), AGENCIES, False, drafts)
    ledger = room.scene.ledger
    made = Raid(room, plans.plan_operation(ledger, boss, wanted, key=room.key(), now=room.now).id)
    made.papers("rights-notice")
    with pytest.raises(NotPossible, match="You proposed"):
        made.approve(boss)
    assert made.approve(room.sup).counts == {"proposed": 2}
    assert made.approve(room.com).counts == {"approved": 2}
