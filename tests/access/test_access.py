"""Who may see which case and why, and who may give which role."""

import pytest

from tests.cases.scenes import PASSWORD, Scene, hour
from warroom.access import masking, roles
from warroom.access.sign_in import officer_of, sign_in
from warroom.cases.decisions.cases import clear_alert, close_case, seal_case, state_purpose, take_case
from warroom.cases.decisions.hold_release import release_hold
from warroom.cases.decisions.holds import approve_holds
from warroom.cases.purposes import PurposeNeeded
from warroom.cases.queries.case_list import read_board
from warroom.cases.queries.case_page import case_page, open_appeals
from warroom.cases.sealing import sealed_to
from warroom.errors import NotAllowed, NotFound, NotPossible
from warroom.ledger.officers import Officer
from warroom.marking import Mark
from warroom.room.lookup.search import search_all
from warroom.room.worklist.order_list import list_orders_with_answers, read_log


@pytest.fixture
def stranger(scene: Scene) -> Officer:
    """An officer of every desk role, of another agency than the case is sealed to."""
    assert scene.anna
    roles = ("officer", "supervisor", "appeals", "investigator", "auditor")
    return scene.officer("other", *roles, agency="OTHER")


def test_a_sealed_case_is_not_there_for_another_agency_on_any_way_in(scene: Scene, stranger: Officer) -> None:
    hold = scene.in_effect()
    page = scene.page()
    alert = scene.sql(
        "INSERT INTO alerts (case_id, kind, params, at, digest) VALUES (1, 'x', '{}', now(), 'x') RETURNING id"
    )[0][0]
    seal_case(scene.ledger, scene.boon, "C-1", ["Police"], "a leak is feared")
    book = scene.ledger
    for ask in (
        lambda number: case_page(book, stranger, number),
        lambda number: take_case(book, stranger, number),
        lambda number: close_case(book, stranger, number, "why"),
        lambda number: approve_holds(book, stranger, number, [page.proposals[1].id], page.snapshot, "k2"),
        lambda number: state_purpose(book, stranger, number, "investigation", "to look"),
        lambda number: sealed_to(book, stranger, number),
        lambda number: seal_case(book, stranger, number, [], "open it"),
    ):
        told = []
        for number in ("C-1", "C-999"):
            with pytest.raises(NotFound) as caught:
                ask(number)
            told.append(caught.value.sentence.replace(number, "C"))
        assert told[0] == told[1]
    for refused in (
        lambda: release_hold(book, stranger, hold.id, "mine"),
        lambda: clear_alert(book, stranger, alert),
    ):
        with pytest.raises(NotFound):
            refused()
    assert [search_all(book, scene.lake, stranger, words).cases for words in ("C-1", "2002")] == [(), ()]
    assert read_board(book, stranger, filter="all").total == 0
    assert read_board(book, stranger).counts.loss == 0
    assert list_orders_with_answers(book, stranger) == ((), 0)
    assert open_appeals(book, stranger) == []


def test_of_a_sealed_case_the_log_says_that_something_was_done_and_not_what(
    scene: Scene, stranger: Officer
) -> None:
    scene.hold()
    seal_case(scene.ledger, scene.boon, "C-1", ["Police"], "a leak is feared")
    rows = [row for row in read_log(scene.ledger, stranger) if row.verb == "sealed"]
    assert len(rows) >= 3
    assert {(row.subject, str(row.detail)) for row in rows} == {("sealed", "{}")}
    own = scene.officer("dara", "auditor")
    assert "hold.approved" in {row.verb for row in read_log(scene.ledger, own)}


def test_its_own_agency_sees_a_sealed_case_and_can_open_it_to_all_again(
    scene: Scene, stranger: Officer
) -> None:
    scene.case()
    seal_case(scene.ledger, scene.boon, "C-1", ["Police", "OTHER-2"], "a leak is feared")
    assert case_page(scene.ledger, scene.anna, "C-1").row.number == "C-1"
    assert sealed_to(scene.ledger, scene.anna, "C-1") == ("OTHER-2", "Police")
    seal_case(scene.ledger, scene.boon, "C-1", [], "the leak is found")
    assert case_page(scene.ledger, stranger, "C-1").row.number == "C-1"


def test_nobody_seals_a_case_against_themselves_or_without_the_role(scene: Scene) -> None:
    scene.case()
    with pytest.raises(NotPossible, match="Your own agency"):
        seal_case(scene.ledger, scene.boon, "C-1", ["OTHER"], "why")
    with pytest.raises(NotAllowed, match="role supervisor"):
        seal_case(scene.ledger, scene.anna, "C-1", ["Police"], "why")


def test_the_fraud_desk_opens_an_open_case_at_once_and_its_purpose_is_written_down(scene: Scene) -> None:
    scene.case()
    scene.page()
    rows = scene.sql("SELECT purpose, text FROM purposes")
    assert rows == [("desk", "")]
    assert scene.sql("SELECT count(*) FROM audit WHERE verb = 'purpose.stated'") == [(1,)]


def test_everyone_else_says_why_and_it_holds_for_thirty_days(scene: Scene) -> None:
    scene.case()
    ines = scene.officer("ines", "investigator")
    with pytest.raises(PurposeNeeded, match="State why"):
        case_page(scene.ledger, ines, "C-1", now=scene.now)
    for unfit in (("investigation", " "), ("desk", "it is my desk")):
        with pytest.raises(NotPossible, match="State why"):
            state_purpose(scene.ledger, ines, "C-1", *unfit, now=scene.now)  # type: ignore[arg-type]
    stated = state_purpose(scene.ledger, ines, "C-1", "investigation", "follow the mule", now=scene.now)
    assert stated.until == scene.now + hour(30 * 24)
    assert case_page(scene.ledger, ines, "C-1", now=scene.now + hour(29 * 24)).row.number == "C-1"
    with pytest.raises(PurposeNeeded):
        case_page(scene.ledger, ines, "C-1", now=scene.now + hour(30 * 24))


def test_a_closed_case_is_no_desk_work_any_more(scene: Scene) -> None:
    scene.case()
    close_case(scene.ledger, scene.boon, "C-1", "double")
    with pytest.raises(PurposeNeeded):
        case_page(scene.ledger, scene.anna, "C-1", now=scene.now + hour(31 * 24))


def test_without_a_purpose_a_search_is_a_hit_and_nothing_more(scene: Scene) -> None:
    scene.case()
    ines = scene.officer("ines", "investigator")
    assert [row.number for row in search_all(scene.ledger, scene.lake, ines, "2002").cases] == ["C-1"]
    assert scene.sql("SELECT count(*) FROM purposes WHERE officer_id = :id", id=ines.id) == [(0,)]


def test_a_stated_purpose_is_never_changed(scene: Scene) -> None:
    scene.case()
    scene.page()
    with pytest.raises(Exception, match=r"may not do this|only ever added"):
        scene.sql("UPDATE purposes SET purpose = 'audit'")


def test_nobody_changes_their_own_roles(scene: Scene) -> None:
    root = scene.officer("root", "admin")
    with pytest.raises(NotAllowed, match="your own roles"):
        roles.change_roles(scene.ledger, "root", ["admin", "officer"], by=root)
    with pytest.raises(NotAllowed, match="role admin"):
        roles.change_roles(scene.ledger, "root", ["admin"], by=scene.anna)


def test_a_role_with_power_over_others_takes_two_administrators(scene: Scene) -> None:
    root, second = scene.officer("root", "admin"), scene.officer("second", "admin")
    scene.officer("ann", "officer")
    officer, waits = roles.change_roles(scene.ledger, "ann", ["officer", "commander"], by=root)
    assert officer.roles == {"officer"}
    assert waits is not None
    with pytest.raises(NotAllowed, match="Another administrator"):
        roles.decide_role_change(scene.ledger, waits.id, True, by=root)
    signed = sign_in(scene.ledger, "ann", PASSWORD)
    roles.decide_role_change(scene.ledger, waits.id, True, by=second)
    assert officer_of(scene.ledger, signed.token).roles == {"officer", "commander"}
    assert roles.list_waiting_changes(scene.ledger, root) == ()


def test_an_administrator_cannot_agree_to_roles_of_their_own(scene: Scene) -> None:
    root, second = scene.officer("root", "admin"), scene.officer("second", "admin")
    _, waits = roles.change_roles(scene.ledger, "second", ["admin", "screener"], by=root)
    assert waits is not None
    with pytest.raises(NotAllowed, match="Another administrator"):
        roles.decide_role_change(scene.ledger, waits.id, True, by=second)


def test_no_new_officer_is_a_way_around_the_second_administrator(scene: Scene) -> None:
    root = scene.officer("root", "admin")
    made, waits = roles.add_officer_with_roles(
        scene.ledger, "puppet", "Puppet", PASSWORD, ["officer", "admin"], by=root
    )
    assert made.roles == frozenset()
    assert waits is not None
    assert waits.roles == {"officer", "admin"}


def test_a_role_is_taken_away_by_one_administrator_at_once(scene: Scene) -> None:
    root = scene.officer("root", "admin")
    scene.officer("ann", "officer", "auditor")
    officer, waits = roles.change_roles(scene.ledger, "ann", ["officer"], by=root)
    assert (officer.roles, waits) == ({"officer"}, None)


def test_at_the_machine_itself_roles_are_given_at_once(scene: Scene) -> None:
    scene.officer("ann", "officer")
    assert roles.change_roles(scene.ledger, "ann", ["commander"])[0].roles == {"commander"}


def test_account_numbers_and_names_are_masked_for_roles_that_do_not_need_them(scene: Scene) -> None:
    hold = scene.in_effect()
    page = scene.page()
    for role in ("auditor", "lawyer", "admin", "commander", "liaison"):
        shown = masking.redact(Officer(9, "x", "X", "", frozenset({role})), page)
        said = repr(shown)
        assert "2002" not in said.replace(shown.snapshot, "")
        assert shown.proposals[0].amount == page.proposals[0].amount
    assert masking.redact(scene.anna, page) is page
    assert masking.mask("0123456789", Mark.ACCOUNT) == "••••6789"
    assert masking.mask("Somchai", Mark.PERSONAL) == "••••"
    assert hold.account == "2002"
