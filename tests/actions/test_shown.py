"""Who sees what of an action and of an operation: after saying why, and no more than their work needs."""

import pytest

from tests.actions.forms import document, filled
from tests.actions.joint.raid import Raid
from tests.actions.room import BLOCK, Room
from tests.cases.scenes import hour
from warroom.actions import queries
from warroom.actions.operations import queries as operation_queries
from warroom.actions.operations.decisions import plans
from warroom.actions.operations.decisions.plans import OperationPlan
from warroom.actions.operations.views import PlannedPlace
from warroom.actions.views import ActionView
from warroom.cases.decisions.cases import state_purpose
from warroom.cases.purposes import PurposeNeeded
from warroom.errors import NotFound
from warroom.ledger.officers import Officer
from warroom.orders.order_content import OrderSubject

ACCOUNT = "9876543210"


def block(room: Room) -> ActionView:
    room.scene.case()
    return room.propose(
        "whole-account-block",
        OrderSubject("account", ACCOUNT, "Bank 1"),
        details=BLOCK,
        partner="B01",
        case="C-1",
    )


def says_why(room: Room, officer: Officer) -> Officer:
    state_purpose(room.scene.ledger, officer, "C-1", "audit", "a yearly look", now=room.now)
    return officer


def read(room: Room, officer: Officer, made: ActionView) -> ActionView:
    return queries.load_action(room.scene.ledger, officer, made.id, now=room.now)


def test_an_action_of_a_case_opens_to_who_has_said_why(room: Room) -> None:
    made, auditor = block(room), room.scene.officer("aud", "auditor")
    with pytest.raises(PurposeNeeded):
        read(room, auditor, made)
    seen = read(room, says_why(room, auditor), made)
    assert seen.subjects == (OrderSubject("account", "••••3210", "••••"),)
    listed, _ = queries.list_actions(room.scene.ledger, auditor)
    assert [one.subject for one in listed] == ["••••3210"]


def test_who_decides_on_an_action_sees_all_of_it_and_has_worked_on_its_case(room: Room) -> None:
    made = block(room)
    for officer in (room.ines, room.sup):
        assert read(room, officer, made).subjects[0].id == ACCOUNT
    assert [one.subject for one in queries.list_actions(room.scene.ledger, room.sup)[0]] == [ACCOUNT]
    of = "FROM purposes JOIN officers o ON o.id = officer_id WHERE username IN ('ines', 'sup')"
    assert room.scene.sql(f"SELECT username, purpose {of} ORDER BY 1") == [("ines", "desk"), ("sup", "desk")]


def test_a_screening_result_is_read_by_its_kinds_officers_alone(room: Room) -> None:
    made = room.propose(
        "arrest-warrant-request",
        OrderSubject("person", "P-1"),
        details=filled("arrest-warrant-request"),
        partner="COURT",
    )
    room.attach(made, "screening-result", document("screening-result"))
    room.attach(made, "rights-notice", document("rights-notice"))
    assert read(room, room.pros, made).documents[0].content["result"]
    result, notice = read(room, room.scene.officer("cust", "custodian"), made).documents
    assert (result.prerequisite, result.content) == ("screening-result", {})
    assert len(result.sha256) == 64
    assert notice.content == document("rights-notice")


def test_nor_is_it_told_in_the_sentence_that_stops_the_action(room: Room) -> None:
    details = filled("arrest-warrant-request")
    made = room.propose(
        "arrest-warrant-request", OrderSubject("person", "P-1"), details=details, partner="COURT"
    )
    room.attach(made, "screening-result", {**document("screening-result"), "result": "victim"})
    assert any("victim" in one for one in read(room, room.pros, made).stopped)
    assert read(room, room.scene.officer("cust", "custodian"), made).stopped == ()


def test_where_people_shelter_is_read_by_who_plans_or_screens(room: Room) -> None:
    raid = Raid.of(room, 1)
    raid.papers("shelter", "screening-plan")
    seen = operation_queries.load_operation(
        room.scene.ledger, room.scene.officer("cust", "custodian"), raid.id, now=room.now
    )
    contents = {one.prerequisite: one.content for one in seen.documents}
    assert contents == {"shelter": {}, "screening-plan": document("screening-plan")}
    assert all(one.content for one in raid.view().documents)


def test_an_operation_of_a_case_opens_to_who_has_said_why(room: Room) -> None:
    room.scene.case()
    ledger, auditor = room.scene.ledger, room.scene.officer("aud", "auditor")
    wanted = OperationPlan(
        "Doors", room.now + hour(10), (PlannedPlace("House", "North"),), ("POLICE",), False, (), "C-1"
    )
    made = plans.plan_operation(ledger, room.ines, wanted, key=room.key(), now=room.now)
    for look in (
        operation_queries.load_operation,
        operation_queries.list_timeline,
        operation_queries.list_results,
    ):
        with pytest.raises(PurposeNeeded):
            look(ledger, auditor, made.id)
    assert (
        operation_queries.load_operation(ledger, says_why(room, auditor), made.id, now=room.now).title
        == "Doors"
    )
    room.scene.sql(
        "INSERT INTO case_access (case_id, agency, officer_id, at) SELECT id, 'OTHER', :o, now() FROM cases",
        o=auditor.id,
    )
    with pytest.raises(NotFound, match="no operation"):
        operation_queries.load_operation(ledger, auditor, made.id, now=room.now)


def test_the_log_names_a_paper_that_stays_in_the_house_by_its_hash_alone(room: Room) -> None:
    made = room.propose(
        "arrest-warrant-request",
        OrderSubject("person", "P-1"),
        details=filled("arrest-warrant-request"),
        partner="COURT",
    )
    room.attach(made, "screening-result", document("screening-result"))
    room.attach(made, "rights-notice", document("rights-notice"))
    leaves = room.scene.sql("SELECT leaf FROM audit WHERE verb = 'measure.document' ORDER BY sequence")
    first, second = (bytes(leaf).decode() for (leaf,) in leaves)
    assert "content" not in first
    assert '"sha256"' in first
    assert "content" in second
