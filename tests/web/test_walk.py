"""One case through all five pillars, and a log that holds."""

from collections.abc import Iterator

import pytest

from tests.web.conftest import Night
from tests.web.program import programs
from tests.web.walking import Call, walk
from warroom.access.agencies import seed_exercise
from warroom.ledger.verify import verify_audit


@pytest.fixture
def call(night: Night, address: str) -> Iterator[Call]:
    night.officer("first", "admin")
    seed_exercise(night.ledger)
    with programs(night, address) as one:
        yield one


def test_one_case_walks_through_all_five_pillars(call: Call, night: Night) -> None:
    walk(call, night)
    report = verify_audit(night.ledger)
    assert report.ok, report.faults
