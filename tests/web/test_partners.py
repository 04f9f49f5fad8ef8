"""The pages of partners over HTTP: an agreement by two officers, a partner's request answered, a revocation, and a count released."""

import re
from collections.abc import Callable

import httpx

from tests.partners.conftest import Desk
from tests.web.conftest import Night, Visitor
from warroom.partners import mailbox, taking
from warroom.partners.decisions import runs
from warroom.partners.views import FieldView

Enter = Callable[..., Visitor]
ROOM = {"room_url": "http://127.0.0.1:9", "public_key": "a" * 64, "match_key": "b" * 64}


def at_the_desk(night: Night) -> Desk:
    desk = Desk(night.home, night.ledger, night.lake, now=night.now)
    for one in (desk.lia, desk.ines, desk.sup):
        night.people[one.username] = one
    return desk


def test_an_agreement_takes_two_officers_and_a_revocation_shows_at_every_recipient(
    night: Night, enter: Enter
) -> None:
    desk = at_the_desk(night)
    desk.partner("P1", "agency", "amber", **ROOM)
    lia, sup = enter("lia"), enter("sup")
    assert "P1" in lia.page("/partner-register")
    page = "/partner-register/P1"
    draft = f"{page}/agreements"
    refused = lia.post(
        page,
        draft,
        purpose="victims",
        basis=" ",
        highest_mark="green",
        retention_days="30",
        fields="name",
        days="30",
        per_day="0",
        per_month="0",
    )
    assert refused.status_code == 409
    assert "An agreement names its legal basis" in refused.text
    lia.post(
        page,
        draft,
        purpose="victims",
        highest_mark="green",
        basis="Law, section 5",
        fields="name, number",
        retention_days="30",
        days="90",
        per_day="10",
        per_month="20",
    )
    assert "Bring into force" not in lia.page(page)
    approve = re.findall(r"/partner-register/P1/agreements/\d+/approve", sup.page(page))[0]
    assert "The agreement is in force under your name" in sup.post(page, approve).text
    assert "TLP:GREEN" in sup.page(page)
    object_id = desk.prepare(FieldView("account", "B02:2002", "amber", False))
    desk.send(object_id, "P1")
    assert "B02:2002" in lia.page(page)
    revoke = f"{page}/shared/{object_id}/revoke"
    done = lia.post(page, revoke, reason="Another person's account")
    assert "every recipient is asked to delete it" in done.text
    assert "asked to delete it" in lia.page(page)
    assert "B02:2002" not in lia.page(page)
    assert "ขอให้ลบแล้ว" in lia.page(page, "th")


def test_a_partners_request_is_answered_from_its_page(night: Night, enter: Enter) -> None:
    desk = at_the_desk(night)
    desk.partner("P1", "agency", **ROOM)
    body = {
        "about": "order-1",
        "kind": "preservation",
        "purpose": "fraud",
        "subject": "The mailbox of a page",
        "items": ["All messages of May"],
        "criticality": "high",
    }
    with night.ledger.open_session() as session:
        taking.take_request(session, mailbox.find_partner(session, "P1"), body, night.now)
    lia = enter("lia")
    page = "/partner-register/P1"
    shown = lia.page(page)
    for words in ("The mailbox of a page", "All messages of May", "answer within", "kept until"):
        assert words in shown
    answer = re.findall(r"/partner-register/P1/asks/\d+", shown)[0]
    refused = lia.post(page, answer, answer="refused", text=" ")
    assert "why it is refused" in refused.text
    assert "the partner is answered at once" in lia.post(page, answer, answer="answered", text="Kept.").text
    (left,) = night.sql("SELECT body FROM room_messages WHERE kind = 'request-reply'")
    assert "Kept." in left[0]
    assert "Lia" not in left[0]  # the partner deals with a room, not with a named officer


def test_a_count_is_shown_before_another_officer_releases_the_numbers(night: Night, enter: Enter) -> None:
    desk = at_the_desk(night)
    desk.partner("P1", "agency", **ROOM)
    run = runs.open_run(
        night.ledger,
        desk.ines,
        "P1",
        "fraud",
        ["B02:2002", "B03:3003"],
        "Case 12",
        is_enumerated=False,
        now=night.now,
    )
    runs.note_count(night.ledger, night.home, run, ["B02:2002"], now=night.now)
    ines, sup = enter("ines"), enter("sup")
    assert "B02:2002" not in ines.page("/matching")
    assert "Release the numbers" not in ines.page("/matching")
    release = f"/matching/{run}/release"
    assert "Released under your name" in sup.post("/matching", release, reason="To ask P1").text
    assert "B02:2002" in ines.page("/matching")
    refused = ines.post(
        "/matching",
        "/matching",
        partner="P1",
        purpose="fraud",
        numbers="\n".join(f"08123{number:05d}" for number in range(99)),
        reason="To look",
    )
    assert "count through a block" in refused.text
    assert "เทียบหมายเลขโดยไม่เปิดเผย" in ines.page("/matching", "th")


def test_the_door_of_rooms_takes_nothing_that_is_not_signed(address: str) -> None:
    for path in ("/api/v1/room-messages", "/api/v1/room-matching"):
        answer = httpx.post(address + path, json={"number": 1}, timeout=30)
        assert answer.status_code == 403
        assert answer.json()["code"] == "partners.room-unknown"
