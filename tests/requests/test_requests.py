"""Requests: two people, one rule, a deadline, and only the asked partner's word moves them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
import pytest

from tests.cases.scenes import Scene
from tests.requests.conftest import Desk
from warroom.access.agencies import add_agency, deactivate_agency
from warroom.bilingual.texts import Texts
from warroom.errors import NotAllowed, NotBelieved, NotFound, NotPossible, WarroomError
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.ledger.ledger import Ledger
from warroom.ledger.postgres import PostgresServer
from warroom.orders.order_content import OrderFacts
from warroom.requests.decisions.course import lift_request, remind_partner, withdraw_request
from warroom.requests.decisions.drafts import approve_request, draft_request
from warroom.requests.decisions.replies import add_document, note_reply
from warroom.requests.kinds import load_request_kinds
from warroom.requests.queries import RequestFilter, list_requests, load_request


def kinds_of(desk: Desk, number: int) -> list[str]:
    return [event.kind for event in desk.read(number).events]


def test_a_request_goes_from_draft_to_answer_with_every_time_on_record(desk: Desk) -> None:
    request, order = desk.told(case="C-1")
    assert (request.state, request.sent_at) == ("sent", desk.now)
    assert request.approved_by == ("sup",)
    desk.says(order, "received", 1)
    desk.says(order, "done", 5, text="One holder, three cells.")
    request = desk.read(request.id)
    assert request.state == "answered"
    assert request.acknowledged_at == desk.now + timedelta(hours=1)
    assert request.answered_at == desk.now + timedelta(hours=5)
    assert kinds_of(desk, request.id) == ["drafted", "approved", "sent", "acknowledged", "answered"]
    assert [one.state for one in request.deadlines] == ["met"]
    assert not request.late


def test_the_message_says_item_by_item_what_is_asked_on_which_law_and_by_when(desk: Desk) -> None:
    desk.approved(case="C-1")
    facts = OrderFacts.from_json(desk.waiting()[0].facts)
    assert [one.value for one in facts.details][:2] == ["Who held the number on the day", "The cells it used"]
    assert facts.kind == "information-request"
    assert facts.letter
    assert facts.deadline == desk.now + load_request_kinds()["information"].action.answer_within
    assert "132" in facts.citation.en
    assert [one.name for one in facts.signatories] == ["Sup"]


def test_who_drafted_a_request_cannot_approve_it(desk: Desk) -> None:
    both = desk.officer("both", "investigator", "supervisor")
    request = draft_request(desk.ledger, both, desk.asking(), desk.key(), now=desk.now)
    with pytest.raises(NotPossible, match="another officer"):
        approve_request(desk.ledger, both, request.id, desk.key(), now=desk.now)
    assert desk.waiting() == []


def test_without_the_role_nobody_asks_or_approves(desk: Desk) -> None:
    with pytest.raises(NotAllowed):
        draft_request(desk.ledger, desk.chai, desk.asking(), desk.key(), now=desk.now)
    request = desk.drafted()
    with pytest.raises(NotAllowed):
        approve_request(desk.ledger, desk.chai, request.id, desk.key(), now=desk.now)


def test_two_officers_approve_at_once_and_one_request_leaves(desk: Desk) -> None:
    request = desk.drafted()
    officers = [desk.sup, desk.lia, desk.officer("pros", "prosecutor")]

    def decide(number: int) -> str:
        try:
            approve_request(desk.ledger, officers[number], request.id, f"at-once-{number}", now=desk.now)
        except WarroomError as problem:
            return problem.sentence
        return "approved"

    with ThreadPoolExecutor(3) as pool:
        said = list(pool.map(decide, range(3)))
    assert said.count("approved") == 1
    assert len(desk.waiting()) == 1


def test_a_double_click_sends_once_and_answers_the_same(desk: Desk) -> None:
    first = draft_request(desk.ledger, desk.ines, desk.asking(), "twice-twice", now=desk.now)
    again = draft_request(desk.ledger, desk.ines, desk.asking(), "twice-twice", now=desk.now)
    assert first == again
    for _ in range(2):
        approve_request(desk.ledger, desk.sup, first.id, "approve-twice", now=desk.now)
    assert len(desk.waiting()) == 1
    with pytest.raises(NotPossible, match="another decision"):
        draft_request(desk.ledger, desk.ines, desk.asking(partner="T2"), "twice-twice", now=desk.now)


def test_a_forged_answer_from_another_partner_changes_nothing(desk: Desk) -> None:
    request, order = desk.told()
    with pytest.raises(NotBelieved, match="went to T1"):
        desk.says(order, "done", 1, partner="T2")
    assert desk.read(request.id).state == "sent"
    assert desk.sql("SELECT count(*) FROM answers")[0][0] == 0


def test_a_replayed_answer_counts_once(desk: Desk) -> None:
    request, order = desk.told()
    desk.says(order, "done", 1, text="Here.")
    before = kinds_of(desk, request.id)
    assert desk.says(order, "done", 1, text="Here.").effect == "answered"
    assert kinds_of(desk, request.id) == before


def test_an_answer_that_takes_back_an_answer_is_noted_as_a_conflict(desk: Desk) -> None:
    request, order = desk.told()
    desk.says(order, "done", 1)
    assert desk.says(order, "refused", 2).effect == "conflict"
    assert desk.read(request.id).state == "answered"


def test_a_part_may_be_followed_by_the_rest(desk: Desk) -> None:
    request, order = desk.told()
    desk.says(order, "partly", 1)
    assert desk.read(request.id).state == "partly"
    desk.says(order, "done", 2)
    assert desk.read(request.id).state == "answered"


def test_silence_past_the_deadline_is_late_and_raises_an_alert(desk: Desk) -> None:
    request, order = desk.told(case="C-1")
    desk.run(hours=24 * 8)
    request = desk.read(request.id)
    assert request.late
    assert [one.state for one in request.deadlines] == ["struck"]
    assert "request_late" in desk.alerts()
    listed, total = list_requests(
        desk.ledger, desk.sup, RequestFilter(late=True), now=desk.now + timedelta(days=8)
    )
    assert (total, listed[0].number) == (1, request.number)
    # An answer dated back to before the deadline does not undo it.
    answer = desk.says(order, "done", 24 * 9)
    assert answer.effect == "answered"
    assert desk.read(request.id).late


def test_a_reminder_leaves_once_and_its_answer_answers_the_request(desk: Desk) -> None:
    request, _ = desk.told()
    with pytest.raises(NotPossible, match="owes no answer"):
        remind_partner(desk.ledger, desk.ines, desk.drafted().id, desk.key(), now=desk.now)
    for _ in range(2):
        remind_partner(desk.ledger, desk.ines, request.id, "remind-once", now=desk.now)
    reminder = desk.deliver()
    assert reminder.kind == "reminder"
    assert desk.read(request.id).sent_at == desk.now
    desk.says(reminder, "done", 3)
    assert desk.read(request.id).state == "answered"


def test_a_request_is_withdrawn_only_before_it_leaves(desk: Desk) -> None:
    request = desk.approved()
    taken = withdraw_request(desk.ledger, desk.sup, request.id, "Not needed.", desk.key(), now=desk.now)
    assert taken.state == "withdrawn"
    assert desk.waiting() == []
    request, _ = desk.told()
    with pytest.raises(NotPossible, match="cannot be taken back"):
        withdraw_request(desk.ledger, desk.sup, request.id, "Not needed.", desk.key(), now=desk.now)


def test_a_reply_by_letter_is_noted_by_an_officer_and_cannot_come_before_the_request(desk: Desk) -> None:
    request, _ = desk.told()
    early, later = desk.now - timedelta(hours=1), desk.now + timedelta(hours=2)
    with pytest.raises(NotPossible, match="correct the time"):
        note_reply(desk.ledger, desk.ines, request.id, "answered", early, "By fax.", desk.key(), now=later)
    noted = note_reply(
        desk.ledger, desk.ines, request.id, "answered", later, "By letter 12.", desk.key(), now=later
    )
    assert (noted.state, noted.events[-1].officer) == ("answered", "ines")


def test_documents_of_an_answer_are_kept_by_their_digest(desk: Desk) -> None:
    request, order = desk.told()
    desk.says(order, "done", 1)
    for _ in range(2):
        add_document(desk.ledger, desk.ines, request.id, "ab" * 32, "cells.csv", now=desk.now)
    assert [(one.sha256, one.kept) for one in desk.read(request.id).documents] == [("ab" * 32, False)]
    desk.sql(
        "INSERT INTO evidence_items (case_id, kind, source, name, description, origin, media, size, sha256, protected,"
        " received_by, received_at) VALUES (1, 'file', 'upload', 'cells.csv', '', '', '', 1, :sha, false, :by, now())",
        sha="ab" * 32,
        by=desk.ines.id,
    )
    assert [one.kept for one in desk.read(request.id).documents] == [True]


def test_a_partner_of_the_wrong_kind_or_ended_is_refused(desk: Desk) -> None:
    with pytest.raises(NotPossible, match="cannot be sent to an agency"):
        desk.drafted(partner="SHELTER")
    with pytest.raises(NotFound, match="no agency"):
        desk.drafted(partner="NOBODY")
    deactivate_agency(desk.ledger, desk.officer("root", "admin"), "T3")
    with pytest.raises(NotPossible, match="has been ended"):
        desk.drafted(partner="T3")


@pytest.mark.parametrize("more", [{"items": ()}, {"purpose": " "}, {"subject": ""}])
def test_a_request_that_asks_nothing_or_says_no_purpose_is_refused(
    desk: Desk, more: dict[str, object]
) -> None:
    with pytest.raises(NotPossible):
        desk.drafted(**more)


def test_a_request_wanted_by_a_time_that_passed_before_approval_cannot_leave(desk: Desk) -> None:
    request = desk.drafted(wanted_by=desk.now + timedelta(hours=1))
    with pytest.raises(NotPossible, match="has passed"):
        approve_request(desk.ledger, desk.sup, request.id, desk.key(), now=desk.now + timedelta(hours=2))


def test_a_stop_payment_names_an_amount_of_a_case_and_never_more_than_its_loss(desk: Desk) -> None:
    stop = {"partner": "ABROAD", "kind": "stop-payment", "subject": "transfer T1"}
    for more in ({"case": "C-1"}, {"amount": 100}, {"case": "C-1", "amount": 50_000_01}):
        with pytest.raises(NotPossible, match="no more than its loss"):
            desk.drafted(**stop, **more)
    desk.approved(**stop, case="C-1", amount=50_000_00)
    order = desk.waiting()[0]
    assert order.amount == 50_000_00
    assert OrderFacts.from_json(order.facts).details[0].value == "50,000.00"


def test_a_stopped_payment_is_let_go_only_when_the_partner_confirms(desk: Desk) -> None:
    stop = {
        "partner": "ABROAD",
        "kind": "stop-payment",
        "subject": "transfer T1",
        "case": "C-1",
        "amount": 100_00,
    }
    request, order = desk.told(**stop)
    desk.says(order, "done", 1)
    for _ in range(2):
        lift_request(desk.ledger, desk.lia, request.id, "It was honest.", "lift-once", now=desk.now)
    with pytest.raises(NotPossible, match="been asked already"):
        lift_request(desk.ledger, desk.lia, request.id, "It was honest.", desk.key(), now=desk.now)
    lift = desk.deliver()
    assert OrderFacts.from_json(lift.facts).asked.en.startswith("Release")
    assert desk.says(lift, "refused", 2).effect == "conflict"
    assert "lift_refused" in desk.alerts()
    assert desk.read(request.id).state == "answered"
    desk.says(lift, "done", 3)
    assert desk.read(request.id).state == "lifted"


def test_information_that_was_given_cannot_be_taken_back(desk: Desk) -> None:
    request, order = desk.told()
    desk.says(order, "done", 1)
    with pytest.raises(NotPossible, match="cannot be taken back"):
        lift_request(desk.ledger, desk.lia, request.id, "No need.", desk.key(), now=desk.now)


def test_what_a_request_says_and_what_became_of_it_cannot_be_rewritten(
    desk: Desk, ledger_server: PostgresServer, database: str
) -> None:
    request, _ = desk.told()
    with psycopg.connect(ledger_server.make_url("postgres", database), autocommit=True) as connection:
        for change in (
            "UPDATE requests SET purpose = 'Curiosity.'",
            "UPDATE request_events SET at = now()",
            "DELETE FROM request_events",
            "UPDATE request_items SET text = 'Everything.'",
            "DELETE FROM request_approvals",
        ):
            with pytest.raises(psycopg.Error):
                connection.execute(change)
    assert desk.read(request.id).purpose == "To find who called the victim."


def test_a_reading_is_logged(desk: Desk) -> None:
    request = desk.drafted(case="C-1")
    load_request(desk.ledger, desk.anna, request.id, now=desk.now)
    found = desk.sql("SELECT officer, case_number FROM audit WHERE verb = 'request.read'")
    assert [tuple(row) for row in found] == [("anna", "C-1")]


def test_in_earnest_a_request_rests_on_a_rule_that_a_lawyer_confirmed(live_home: Home, database: str) -> None:
    with Ledger.open(live_home) as ledger:
        scene = Scene(live_home, ledger, Lake.open(live_home))
        desk = Desk(live_home, ledger, scene.lake, now=scene.now)
        root = desk.officer("root", "admin")
        add_agency(ledger, root, "T1", Texts("เครือข่าย", "Network"), "telecom")
        with pytest.raises(NotPossible, match="not been confirmed by a lawyer"):
            desk.drafted()
