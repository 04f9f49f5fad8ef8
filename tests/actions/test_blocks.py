"""A block of a name on the internet: evidence with its time, looked at again, and nobody else hit."""

from datetime import timedelta

import pytest

from tests.actions.forms import document, filled, partner_of
from tests.actions.room import Room
from warroom.actions.views import ActionView
from warroom.errors import NotPossible
from warroom.law.kinds.declarations import load_kind
from warroom.orders.order_content import OrderSubject

KIND = load_kind("domain-block")


def proposed(room: Room, name: str = "scb-login.top") -> ActionView:
    made = room.propose(
        KIND.id, OrderSubject("domain", name), details=filled(KIND.id), partner=partner_of(KIND)
    )
    return room.attach(made, "court-order", document("court-order"))


@pytest.mark.parametrize("name", ["weebly.com", "Bit.ly", "scb.co.th", "lin.ee"])
def test_a_host_that_many_share_and_an_own_site_are_refused(room: Room, name: str) -> None:
    with pytest.raises(NotPossible, match="would all be blocked"):
        proposed(room, name)


def test_without_evidence_of_the_page_nobody_may_approve(room: Room) -> None:
    made = proposed(room)
    with pytest.raises(NotPossible):
        room.approve(made, room.sup)


def test_a_capture_that_is_too_old_or_evidence_that_ran_out_stops_the_block(room: Room) -> None:
    fresh = document("page-evidence") | {
        "captured_at": (room.now - timedelta(days=1)).isoformat(),
        "valid_until": (room.now + timedelta(days=30)).isoformat(),
    }
    old = fresh | {"captured_at": (room.now - timedelta(days=20)).isoformat()}
    made = room.attach(proposed(room), "page-evidence", old)
    with pytest.raises(NotPossible, match="captured on"):
        room.approve(made, room.sup)
    again = room.attach(proposed(room, "krungthai-next.weebly.com"), "page-evidence", fresh)
    approved = room.approve(again, room.sup)
    assert approved.state == "approved"
    late = room.attach(proposed(room, "ktb-next.top"), "page-evidence", fresh)
    with pytest.raises(NotPossible):
        room.approve(late, room.sup, now=room.now + timedelta(hours=23, days=0) + timedelta(days=30))
