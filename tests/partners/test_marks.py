"""Nothing above its mark leaves: each mark, partner role and way out is walked, and what is refused is refused with a sentence."""

import json
from datetime import timedelta

import pytest

from tests.partners.conftest import FIELDS, Desk
from warroom.errors import NotAllowed, NotPossible
from warroom.partners.decisions import register, sharing
from warroom.partners.marks import HIGHEST_BY_ROLE, RANKS
from warroom.partners.views import PARTNER_ROLES, TLP_MARKS, FieldView, TlpMark

ROOM = {"room_url": "http://127.0.0.1:9", "public_key": "a" * 64, "match_key": "b" * 64}


def secret_of(mark: TlpMark) -> str:
    return f"secret-{mark}-value"


def everything_out(desk: Desk, code: str = "P1") -> str:
    """All that left or waits to leave for a partner: messages of every kind with their bodies."""
    messages = desk.sql("SELECT body FROM room_messages WHERE outgoing AND partner = :code", code=code)
    return json.dumps([row[0] for row in messages])


def test_nothing_above_the_mark_leaves_by_any_way(desk: Desk) -> None:
    fields = [
        FieldView(name, secret_of(mark), mark, False)
        for name, mark in zip((*FIELDS, "fifth"), TLP_MARKS, strict=True)
    ]
    object_id = desk.prepare(*fields)
    walked = [
        (f"P-{role[:4]}-{number}".upper(), role, agreed)
        for role in PARTNER_ROLES
        for number, agreed in enumerate(TLP_MARKS)
    ]
    for code, role, agreed in walked:
        desk.partner(code, role, agreed, fields=(*FIELDS, "fifth"), **ROOM)
        desk.send(object_id, code)
    sharing.revoke_object(desk.ledger, desk.lia, object_id, "Wrong account", now=desk.now)
    for code, role, agreed in walked:
        limit = min(RANKS[HIGHEST_BY_ROLE[role]], RANKS[agreed])
        out = everything_out(desk, code)
        assert "Wrong account" in out  # the revocation left too
        for mark in TLP_MARKS:
            # RED needs its recipient named, which nobody here did.
            assert (secret_of(mark) in out) == (RANKS[mark] <= limit and mark != "red"), (code, agreed, mark)


def test_red_leaves_for_named_recipients_alone(desk: Desk) -> None:
    desk.partner("P1", "agency", **ROOM)
    desk.partner("P2", "agency", **ROOM)
    object_id = desk.prepare(FieldView("account", "B02:2002", "red", False), recipients=("P1",))
    desk.send(object_id, "P1")
    with pytest.raises(NotPossible, match="No field of this may leave for P2"):
        desk.send(object_id, "P2")


def test_no_recipient_learns_who_or_how_many_others_there_are(desk: Desk) -> None:
    for code in ("P1", "P2", "P3"):
        desk.partner(code, "agency", **ROOM)
    object_id = desk.prepare()
    for code in ("P1", "P2", "P3"):
        desk.send(object_id, code)
    bodies = {row[0] for row in desk.sql("SELECT body FROM room_messages")}
    # One body for all: nothing in it depends on who else has it.
    assert len(bodies) == 1
    (body,) = bodies
    assert not any(code in body for code in ("P1", "P2", "P3"))
    assert set(json.loads(body)) == {"about", "kind", "purpose", "basis", "keep_until", "fields"}


def test_what_a_survivor_said_leaves_by_its_own_approval_alone(desk: Desk) -> None:
    desk.partner("P1", "agency", **ROOM)
    object_id = desk.prepare(
        FieldView("account", "B02:2002", "green", False), FieldView("statement", "I was sold", "green", True)
    )
    with pytest.raises(NotAllowed):
        sharing.approve_survivor_fields(desk.ledger, desk.sup, object_id, "P1", now=desk.now)
    desk.send(object_id, "P1")
    assert "I was sold" not in everything_out(desk)
    assert "I was sold" not in str(desk.look(object_id))
    again = desk.prepare(FieldView("statement", "I was sold", "green", True))
    sharing.approve_survivor_fields(desk.ledger, desk.sana, again, "P1", now=desk.now)
    desk.send(again, "P1")
    assert "I was sold" in everything_out(desk)


def test_a_mark_is_not_lost_by_making_something_new_or_renaming_a_field(desk: Desk) -> None:
    desk.partner("P1", "pool", **ROOM)
    source = desk.prepare(FieldView("account", "B02:2002", "amber", False))
    made = desk.prepare(FieldView("note", "B02:2002", "clear", False), sources=(source,))
    with pytest.raises(NotPossible, match="No field of this may leave"):
        desk.send(made, "P1")


def test_an_agreement_that_expired_or_ended_refuses(desk: Desk) -> None:
    number = desk.partner("P1", "agency", **ROOM)
    object_id = desk.prepare()
    late = desk.now + timedelta(days=31)
    with pytest.raises(NotPossible, match="No agreement with P1"):
        sharing.send_object(desk.ledger, desk.lia, object_id, "P1", "Memorandum", now=late)
    register.end_agreement(desk.ledger, desk.sup, number, "Ended by the partner", now=desk.now)
    with pytest.raises(NotPossible, match="No agreement with P1"):
        desk.send(object_id, "P1")
    assert everything_out(desk) == "[]"


def test_nothing_leaves_without_a_basis_and_nobody_approves_their_own_draft(desk: Desk) -> None:
    desk.partner("P1", "agency", **ROOM)
    with pytest.raises(NotPossible, match="legal basis"):
        sharing.send_object(desk.ledger, desk.lia, desk.prepare(), "P1", " ", now=desk.now)
    draft = register.AgreementDraft(
        "P1", "fraud", "Law", ("account",), "green", 30, desk.now + timedelta(days=9)
    )
    number = register.draft_agreement(desk.ledger, desk.sup, draft, "own-draft-key", now=desk.now)
    with pytest.raises(NotAllowed, match="another officer"):
        register.approve_agreement(desk.ledger, desk.sup, number, now=desk.now)
