"""Several actions decided at one sitting: each by its own rules, on exactly what was seen of it."""

import pytest

from tests.actions.room import CUT, Room, statement
from warroom.actions.decisions import batch
from warroom.cases.decisions import cases
from warroom.errors import NotPossible
from warroom.orders.order_content import OrderSubject


def test_each_is_approved_on_its_own_table_and_what_rules_refuse_says_why(room: Room) -> None:
    good = room.propose()
    own = room.cut(by=room.ines)
    changed = room.cut("feeder-2")
    bare = room.propose("power-cut", OrderSubject("supply", "feeder-3"), details=CUT, partner="POWER")
    ids = [good.id, own.id, changed.id, bare.id]
    seen = {one.id: one.digest for one in batch.load_tables(room.scene.ledger, room.sup, ids, now=room.now)}
    room.attach(changed, "collateral-statement", statement(clinics=2, backup=2))
    key = room.key()
    outcomes = batch.approve_each(room.scene.ledger, room.sup, seen, key=key, now=room.now)
    refused = {one.id: one.refused for one in outcomes if one.refused}
    assert set(refused) == {changed.id, bare.id}
    assert "have changed since" in refused[changed.id]
    assert "Documents are missing" in refused[bare.id]
    assert room.one(good).state == "approved"
    assert len(room.one(own).approvals) == 1
    again = batch.approve_each(room.scene.ledger, room.sup, seen, key=key, now=room.now)
    assert [one.refused == "" for one in again] == [one.refused == "" for one in outcomes]
    assert len(room.one(own).approvals) == 1


def test_who_may_not_approve_a_kind_is_refused_for_it_alone(room: Room) -> None:
    takedown, cut = room.propose(), room.cut()
    seen = {takedown.id: takedown.digest, cut.id: room.one(cut).digest}
    logistics = room.scene.officer("log", "logistics")
    outcomes = batch.approve_each(room.scene.ledger, logistics, seen, key=room.key(), now=room.now)
    assert [one.refused == "" for one in outcomes] == [True, False]
    assert "needs the role" in outcomes[1].refused


def test_one_reason_declines_each_and_is_asked_for(room: Room) -> None:
    ids = [room.propose(), room.propose("page-takedown", OrderSubject("page", "page-2"))]
    numbers = [one.id for one in ids]
    with pytest.raises(NotPossible, match="needs a reason"):
        batch.decline_each(room.scene.ledger, room.sup, numbers, "  ", key=room.key())
    outcomes = batch.decline_each(
        room.scene.ledger, room.sup, numbers, "The pages are a newspaper's.", key=room.key(), now=room.now
    )
    assert [one.refused for one in outcomes] == ["", ""]
    assert {room.one(one).state for one in ids} == {"declined"}


def test_what_is_not_there_for_an_officer_is_left_out_and_each_look_is_logged(room: Room) -> None:
    room.scene.case()
    open_one, shut = room.propose(), room.propose("page-takedown", OrderSubject("page", "p"), case="C-1")
    cases.seal_case(room.scene.ledger, room.com, "C-1", ["Police"], "A source.", now=room.now)
    far = room.scene.officer("far", "supervisor", agency="Elsewhere")
    found = batch.load_tables(room.scene.ledger, far, [open_one.id, shut.id, 999], now=room.now)
    assert [one.id for one in found] == [open_one.id]
    seen = {open_one.id: open_one.digest, shut.id: shut.digest}
    outcomes = batch.approve_each(room.scene.ledger, far, seen, key=room.key(), now=room.now)
    assert "There is no action" in outcomes[1].refused
    looks = room.scene.sql("SELECT subject FROM audit WHERE verb = 'measure.read' AND officer = 'far'")
    assert [row.subject for row in looks] == [f"measure:{open_one.id}"]


def test_more_than_can_be_read_is_refused_as_a_whole(room: Room) -> None:
    with pytest.raises(NotPossible, match="At most 25"):
        batch.approve_each(room.scene.ledger, room.sup, dict.fromkeys(range(26), ""), key=room.key())
