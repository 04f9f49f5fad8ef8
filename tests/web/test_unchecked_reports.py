"""A case of anonymous reports on its page, in the queue and by the interface: said, and not held by before somebody checked."""

from collections.abc import Callable
from html import unescape

import pytest

from tests.web.conftest import Night, Visitor
from tests.web.test_case import approve
from warroom.cases.report_checks import ANONYMOUS_SOURCE

Enter = Callable[..., Visitor]
SAID = "Reported anonymously through the public page; nobody has called back"


@pytest.fixture
def anna(night: Night, enter: Enter) -> Visitor:
    night.transfer("T1")
    night.report("P-1", ["T1"], source=ANONYMOUS_SOURCE)
    night.sync()
    return enter("anna")


def test_the_case_and_the_queue_say_it_in_both_languages(anna: Visitor) -> None:
    assert SAID in anna.page("/cases/C-1")
    for address in ("/", "/cases"):
        assert "anonymous, nobody has called back" in anna.page(address)
    assert "ยังไม่มีใครโทรกลับ" in anna.page("/cases/C-1", "th")
    assert "ยังไม่มีใครโทรกลับ" in anna.page("/cases", "th")


def test_a_hold_without_a_reason_keeps_the_ticks_and_says_what_is_missing_beside_the_field(
    anna: Visitor, night: Night
) -> None:
    refused = approve(anna)
    assert refused.status_code == 409  # type: ignore[attr-defined]
    assert "write why the hold cannot wait" in unescape(refused.text)  # type: ignore[attr-defined]
    assert 'aria-describedby="refusal-approve"' in refused.text  # type: ignore[attr-defined]
    assert night.sql("SELECT count(*) FROM holds") == [(0,)]


def test_with_a_reason_it_is_held_and_the_page_says_why(anna: Visitor) -> None:
    approve(anna, unchecked_reason="She cannot speak and the money leaves")
    page = anna.page("/cases/C-1")
    assert "hold approved without a call-back, with a reason" in page
    assert "She cannot speak and the money leaves" in page


def test_a_call_back_is_noted_on_the_page_and_then_holds_are_approved(anna: Visitor, night: Night) -> None:
    page = anna.page("/cases/C-1")
    assert "/actions/new?kind=call-back&amp;case=C-1" in page
    anna.post("/cases/C-1", "/cases/C-1/check", how="called-back", words="She read the sum out")
    page = anna.page("/cases/C-1")
    assert "Reported anonymously through the public page; checked" in page
    assert "She read the sum out" in page
    approve(anna)
    assert night.sql("SELECT count(*) > 0 FROM holds") == [(True,)]


def test_a_case_with_a_name_says_nothing_of_it(night: Night, enter: Enter) -> None:
    night.case()
    assert "anonymously" not in enter("anna").page("/cases/C-1")
