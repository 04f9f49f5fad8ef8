"""Everything asked is logged, and lists that renew themselves do not drown the log."""

from datetime import timedelta

from tests.cases.scenes import Scene
from warroom.cases.queries.case_list import read_board
from warroom.cases.queries.case_page import open_appeals
from warroom.ledger.audit import looks
from warroom.public.appeals import load_public_hold
from warroom.room.worklist import order_list


def reads(scene: Scene, verb: str = "list.read") -> list[tuple[str, str]]:
    return [
        tuple(row)
        for row in scene.sql(f"SELECT officer, subject FROM audit WHERE verb = '{verb}' ORDER BY 1, 2")
    ]


def test_a_board_that_renews_itself_is_one_row_an_hour_and_officer(scene: Scene) -> None:
    boon = scene.officer("boon", "officer")
    for minutes in (0, 1, 59):
        read_board(scene.ledger, scene.anna, now=scene.now + timedelta(minutes=minutes))
    read_board(scene.ledger, boon, now=scene.now)
    assert reads(scene) == [("anna", "board"), ("boon", "board")]
    read_board(scene.ledger, scene.anna, now=scene.now + timedelta(minutes=61))
    assert reads(scene) == [("anna", "board"), ("anna", "board"), ("boon", "board")]


def test_orders_and_appeals_are_lists_of_their_own(scene: Scene) -> None:
    order_list.list_orders_with_answers(scene.ledger, scene.anna)
    open_appeals(scene.ledger, scene.anna)
    assert [subject for _, subject in reads(scene)] == ["appeals", "orders"]


def test_a_look_that_was_undone_counts_as_none(scene: Scene) -> None:
    with scene.ledger.open_session() as session:
        looks.log_list_read(session, scene.anna, "board", scene.now)
        session.rollback()
    read_board(scene.ledger, scene.anna, now=scene.now)
    assert reads(scene) == [("anna", "board")]


def test_whoever_reads_a_hold_by_its_code_is_logged_once_an_hour(scene: Scene) -> None:
    hold = scene.hold()
    for minutes in (0, 1, 59, 61):
        load_public_hold(scene.ledger, hold.reference, now=scene.now + timedelta(minutes=minutes))
    assert reads(scene, "hold.read") == [("public", f"hold:{hold.id}")] * 2


def test_an_auditor_who_has_the_log_verified_is_logged(scene: Scene) -> None:
    auditor = scene.officer("audrey", "auditor")
    assert order_list.verify_log(scene.ledger, auditor).ok
    assert reads(scene, "log.verified") == [("audrey", "log")]
