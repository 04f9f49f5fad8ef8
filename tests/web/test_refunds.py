"""The pages of refunds without a court: from the account data to the paid share, as officers do it with forms."""

from collections.abc import Callable
from datetime import timedelta

from tests.assets.refunds.conftest import RefundRoom
from tests.web.conftest import Night, Visitor
from tests.web.leftovers import text
from warroom.access.agencies import seed_exercise

Enter = Callable[..., Visitor]


def test_officers_lead_a_refund_from_the_notice_to_the_pay_out(night: Night, enter: Enter) -> None:
    seed_exercise(night.ledger)
    night.case()
    earlier = night.now - timedelta(days=100)
    room = RefundRoom(night.home, night.ledger, night.lake, now=earlier, people=night.people)
    assert all((room.pros, room.kim, room.com, room.boon, room.ines))
    pros, kim, com, boon, ines = (enter(name) for name in ("pros", "kim", "com", "boon", "ines"))
    given = {"cases": "c-1", "holder": "B02", "reference": "AMLO 7/2026"}
    zero = pros.post("/refunds", "/refunds", pot="0", **given)
    assert zero.status_code == 409
    assert "a sum above zero" in text(zero.text)
    assert 'value="AMLO 7/2026"' in zero.text
    assert "The refund is open" in pros.post("/refunds", "/refunds", pot="1,000.01", **given).text
    at = earlier.strftime("%d/%m/%Y %H:%M")
    noticed = pros.post("/refunds/1", "/refunds/1/notice", notice="Gazette 143/1", at=at).text
    assert "every victim has a code" in noticed
    [(code,)] = night.sql("SELECT code FROM refund_claims")
    assert code in noticed
    assert code not in com.page("/refunds/1")
    [(since,)] = night.sql("SELECT notice_at FROM refunds")
    room.now = since + timedelta(days=1)
    room.claim(code, 2_000_00, text="The slip is lost.")
    page = boon.page("/refunds/1")
    assert "The slip is lost." in page
    less = boon.post("/refunds/1", "/refunds/1/claims/1/decide", accepted="1,500", reason=" ")
    assert "a right to the reason" in text(less.text)
    boon.post("/refunds/1", "/refunds/1/claims/1/decide", accepted="1,500", reason="As the records show.")
    proposed = ines.post("/refunds/1", "/refunds/1/propose", method="exact", reason="All.")
    assert "choose proportional" in text(proposed.text)
    ines.post("/refunds/1", "/refunds/1/propose", method="proportional", reason="By what is owed.")
    for officer in (pros, com):
        assert "Your approval is recorded" in officer.post("/refunds/1", "/refunds/1/approve").text
    paid = kim.post("/refunds/1", "/refunds/1/claims/1/pay", payment="PAY-1").text
    assert "The payment is noted" in paid
    assert "1,000.01" in paid
    assert "RF-1" in com.page("/refunds")
