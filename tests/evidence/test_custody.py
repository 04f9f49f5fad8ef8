"""Who has had an item: every step by a named person, and a hand-over only with both."""

import threading

import pytest
import sqlalchemy as sa

from tests.evidence.conftest import Cupboard
from warroom.cases.decisions.cases import seal_case
from warroom.cases.purposes import PurposeNeeded
from warroom.errors import NotAllowed, NotFound, NotPossible
from warroom.evidence import queries
from warroom.evidence.check import check_evidence
from warroom.evidence.store import get_file_path
from warroom.evidence.views import EvidencePage


def steps(page: EvidencePage) -> list[str]:
    return [step.kind for step in page.custody]


def test_what_comes_in_is_held_by_who_took_it_in(cupboard: Cupboard) -> None:
    page = cupboard.add(location="room 4", seal="S-1", origin="from the victim")
    assert (page.item.number, page.item.state, page.item.holder.username) == ("E-1", "held", "kan")
    assert (page.item.location, page.item.seal, page.item.origin) == ("room 4", "S-1", "from the victim")
    assert steps(page) == ["received"]
    assert page.custody[0].reason == "handed in at the desk"


def test_a_phone_is_kept_without_a_file(cupboard: Cupboard) -> None:
    page = cupboard.thing("phone", location="cupboard 2", seal="S-9")
    assert (page.item.kind, page.item.sha256, page.item.size) == ("thing", None, None)
    image = cupboard.add(b"image", "phone.img", part_of=page.item.id)
    assert image.item.part_of == page.item.number


def test_a_hand_over_counts_once_the_receiver_has_accepted(cupboard: Cupboard) -> None:
    page = cupboard.thing()
    pending = cupboard.do("offer_handover", cupboard.kan, page, "nid", "for examination")
    assert (pending.item.state, pending.item.holder.username) == ("offered", "kan")
    assert pending.item.offered_to.username == "nid"
    taken = cupboard.do("accept_handover", cupboard.nid, page, "received, seal whole", location="laboratory")
    assert (taken.item.state, taken.item.holder.username, taken.item.location) == (
        "held",
        "nid",
        "laboratory",
    )
    last = taken.custody[-1]
    assert (last.giver.username, last.receiver.username, last.by.username) == ("kan", "nid", "nid")


def test_only_the_named_receiver_accepts_and_nobody_hands_over_to_themselves(cupboard: Cupboard) -> None:
    page = cupboard.thing()
    with pytest.raises(NotPossible, match="another officer"):
        cupboard.do("offer_handover", cupboard.kan, page, "kan", "to me")
    cupboard.do("offer_handover", cupboard.kan, page, "nid", "for examination")
    for other in (cupboard.kan, cupboard.officer("ploy", "custodian")):
        with pytest.raises(NotAllowed, match="offered to another officer"):
            cupboard.do("accept_handover", other, page, "mine")
    with pytest.raises(NotPossible, match="pending"):
        cupboard.do("move_item", cupboard.kan, page, "elsewhere", "while it is pending")


def test_a_hand_over_that_nobody_takes_ends_and_the_giver_keeps_the_item(cupboard: Cupboard) -> None:
    page = cupboard.thing()
    cupboard.do("offer_handover", cupboard.kan, page, "nid", "for examination")
    page = cupboard.do("decline_handover", cupboard.nid, page, "the seal is broken")
    assert (page.item.state, page.item.holder.username) == ("held", "kan")
    with pytest.raises(NotPossible, match="No hand-over"):
        cupboard.do("accept_handover", cupboard.nid, page, "after all")


def test_two_accept_at_once_and_one_step_is_written(cupboard: Cupboard) -> None:
    page, nid = cupboard.thing(), cupboard.nid
    cupboard.do("offer_handover", cupboard.kan, page, "nid", "for examination")
    gate, said = threading.Barrier(2), []

    def one() -> None:
        gate.wait()
        try:
            said.append(cupboard.do("accept_handover", nid, page, "received").item.state)
        except NotPossible as problem:
            said.append(problem.sentence)

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["No hand-over of this item is pending; look at its custody again.", "held"]
    assert steps(cupboard.look(page)) == ["received", "offered", "accepted"]


def test_a_double_click_is_one_step(cupboard: Cupboard) -> None:
    page = cupboard.thing()
    for _ in range(2):
        moved = cupboard.do("move_item", cupboard.kan, page, "room 5", "better lock", key="the-same-key")
    assert steps(moved) == ["received", "moved"]
    with pytest.raises(NotPossible, match="another decision"):
        cupboard.do("move_item", cupboard.kan, page, "room 6", "better lock", key="the-same-key")


def test_who_does_not_hold_an_item_does_nothing_with_it_unless_its_holder_left(cupboard: Cupboard) -> None:
    from warroom.access.officers import deactivate_officer

    page, nid = cupboard.thing(), cupboard.nid
    with pytest.raises(NotAllowed, match="only the holder"):
        cupboard.do("seal_item", nid, page, "S-2", "better seal")
    deactivate_officer(cupboard.scene.ledger, "kan")
    cupboard.officer("ploy", "custodian")
    cupboard.do("offer_handover", nid, page, "ploy", "its holder has left the room")
    page = cupboard.do("accept_handover", cupboard.officer("ploy"), page, "found in the cupboard")
    assert page.custody[-1].giver.username == "kan"
    assert page.item.holder.username == "ploy"


def test_working_copies_are_numbered_hashed_and_have_a_holder(cupboard: Cupboard) -> None:
    page = cupboard.add(b"ledger of the gang")
    cupboard.do("open_copy", cupboard.kan, page, "kan", "to read it")
    with pytest.raises(NotPossible, match="byte for byte"):
        cupboard.do("open_copy", cupboard.kan, page, cupboard.nid.username, "to read it", sha256="0" * 64)
    page = cupboard.do("open_copy", cupboard.kan, page, "nid", "for translation")
    copies = [(step.copy, step.copy_sha256, step.receiver.username) for step in page.custody[1:]]
    assert copies == [(1, page.item.sha256, "kan"), (2, page.item.sha256, "nid")]
    assert page.item.copies == 2


def test_a_thing_goes_back_to_its_owner_and_a_file_does_not(cupboard: Cupboard) -> None:
    page = cupboard.do("give_back", cupboard.kan, cupboard.thing(), "Somchai P.", "not needed any more")
    assert (page.item.state, page.custody[-1].outside) == ("returned", "Somchai P.")
    with pytest.raises(NotPossible, match="returned; nothing more"):
        cupboard.do("move_item", cupboard.kan, page, "room 5", "too late")
    with pytest.raises(NotPossible, match="not returned"):
        cupboard.do("give_back", cupboard.kan, cupboard.add(), "Somchai P.", "he asked")


def test_destruction_needs_a_court_order_and_leaves_hash_and_custody(cupboard: Cupboard) -> None:
    page = cupboard.add(b"to be destroyed")
    path = get_file_path(cupboard.scene.home, page.item.sha256 or "")
    with pytest.raises(NotPossible, match="court's order alone"):
        cupboard.do("destroy_item", cupboard.kan, page, "Criminal Court", " ", "no longer needed")
    assert path.exists()
    page = cupboard.do("destroy_item", cupboard.kan, page, "Criminal Court", "D 12/2569", "judgment is final")
    assert not path.exists()
    assert page.item.state == "destroyed"
    assert page.item.sha256 is not None
    with pytest.raises(NotPossible, match="destroyed by a court's order"):
        queries.download_evidence(cupboard.scene.ledger, cupboard.kan, page.item.id, now=cupboard.scene.now)
    assert check_evidence(cupboard.scene.ledger).ok


def test_the_same_content_of_another_item_survives_a_destruction(cupboard: Cupboard) -> None:
    first, second = cupboard.add(b"twice"), cupboard.add(b"twice")
    cupboard.do("destroy_item", cupboard.kan, first, "Criminal Court", "D 12/2569", "judgment is final")
    assert (
        queries.download_evidence(
            cupboard.scene.ledger, cupboard.kan, second.item.id, now=cupboard.scene.now
        ).size
        == 5
    )
    assert check_evidence(cupboard.scene.ledger).ok


def test_only_a_custodian_destroys(cupboard: Cupboard) -> None:
    boss = cupboard.officer("ben", "supervisor")
    page = cupboard.add(by=boss)
    with pytest.raises(NotAllowed, match="by a custodian"):
        cupboard.do("destroy_item", boss, page, "Criminal Court", "D 12/2569", "judgment is final")


def test_a_sealed_case_of_another_agency_is_not_there_by_a_guessed_number(cupboard: Cupboard) -> None:
    page, ledger, now = cupboard.add(), cupboard.scene.ledger, cupboard.scene.now
    stranger = cupboard.officer("max", "custodian", "supervisor")
    seal_case(ledger, stranger, "C-1", ["Other agency", "Police"], "sensitive", now=now)
    with ledger.open_session() as session:
        session.execute(sa.text("UPDATE officers SET agency = 'Elsewhere' WHERE username = 'max'"))
    missing = pytest.raises(NotFound, match=r"There is no evidence E-(1|99)")
    for number in (page.item.id, 99):
        with missing:
            queries.read_evidence(ledger, stranger, number, now=now)
        with missing:
            queries.download_evidence(ledger, stranger, number, now=now)
    with pytest.raises(NotFound, match="no case C-1"):
        queries.list_evidence(ledger, stranger, "C-1", now=now)
    with missing:
        cupboard.do("accept_handover", stranger, page, "mine")
    with pytest.raises(NotPossible, match="among the people of this case"):
        cupboard.do("offer_handover", cupboard.kan, page, "max", "for examination")


def test_who_has_not_said_why_sees_nothing_and_an_administrator_never(cupboard: Cupboard) -> None:
    page, ledger, now = cupboard.add(), cupboard.scene.ledger, cupboard.scene.now
    with pytest.raises(PurposeNeeded):
        queries.read_evidence(ledger, cupboard.scene.officer("new", "investigator"), page.item.id, now=now)
    with pytest.raises(NotAllowed):
        queries.read_evidence(ledger, cupboard.scene.officer("root", "admin"), page.item.id, now=now)


def test_what_a_survivor_gave_is_there_for_the_screening_team_alone(cupboard: Cupboard) -> None:
    with pytest.raises(NotAllowed, match="screening team"):
        cupboard.add(protected=True)
    page = cupboard.add(b"her diary", "diary", by=cupboard.suda, protected=True)
    ledger, now = cupboard.scene.ledger, cupboard.scene.now
    assert queries.list_evidence(ledger, cupboard.kan, "C-1", now=now).total == 0
    assert queries.list_evidence(ledger, cupboard.suda, "C-1", now=now).total == 1
    with pytest.raises(NotFound):
        queries.read_evidence(ledger, cupboard.kan, page.item.id, now=now)
    with pytest.raises(NotPossible, match="among the people"):
        cupboard.do("offer_handover", cupboard.suda, page, "kan", "to keep")


def test_every_look_and_download_is_in_the_log(cupboard: Cupboard) -> None:
    page, ledger, now = cupboard.add(), cupboard.scene.ledger, cupboard.scene.now
    queries.list_evidence(ledger, cupboard.kan, "C-1", now=now)
    cupboard.look(page)
    queries.download_evidence(ledger, cupboard.kan, page.item.id, now=now)
    query = "SELECT verb FROM audit WHERE officer = 'kan' AND verb LIKE 'evidence.%' ORDER BY sequence"
    said = ["evidence.received", "evidence.listed", "evidence.read", "evidence.downloaded"]
    assert [row.verb for row in cupboard.scene.sql(query)] == said


def test_steps_and_items_are_only_ever_added(cupboard: Cupboard) -> None:
    cupboard.add()
    for text in (
        "UPDATE custody_events SET reason = 'x'",
        "DELETE FROM custody_events",
        "UPDATE evidence_items SET sha256 = repeat('0', 64)",
        "DELETE FROM evidence_items",
    ):
        with pytest.raises(Exception, match=r"may not do this|denied"):
            cupboard.scene.sql(text)
