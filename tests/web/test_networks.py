"""The pages and the interface of groups over HTTP."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.networks.gang import write_gang
from tests.web.conftest import Night, Visitor
from warroom.room.networks.recording import record_groups


@pytest.fixture
def ivan(night: Night, enter: Callable[..., Visitor]) -> Visitor:
    """A signed-in investigator of a room in which one group was found."""
    write_gang(night.lake, night.now - timedelta(days=3))
    record_groups(night.ledger, night.lake, night.now)
    night.officer("ivan", "investigator")
    return enter("ivan")


def test_an_investigator_goes_from_the_list_to_a_group_and_from_a_tie_to_its_records(ivan: Visitor) -> None:
    assert 'href="/networks/1"' in ivan.page("/networks")
    page = ivan.page("/networks/1")
    assert "Speaks for" in page
    assert page.count("Speaks for") == page.count("Speaks against")
    assert "police · KM00" in page
    thai = ivan.page("/networks/1", "th")
    assert "เหตุผลสนับสนุน" in thai
    assert "Speaks" not in thai
    assert "ความเชื่อมโยงของ 1" in ivan.page("/networks/1?member=1&layer=phones", "th")
