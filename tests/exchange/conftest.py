"""A room with one case and two holds to approve, in rehearsal and in earnest."""

from collections.abc import Iterator

import pytest

from tests.cases.scenes import Scene
from tests.exchange.bank import ReferenceBank, running
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.law.decisions import confirm_law
from warroom.ledger.ledger import Ledger


@pytest.fixture
def scene(home: Home, ledger: Ledger) -> Scene:
    """A rehearsal."""
    return Scene(home, ledger, Lake.open(home))


@pytest.fixture
def live_scene(live_home: Home, database: str) -> Iterator[Scene]:
    """In earnest: a lawyer has confirmed the rules."""
    with Ledger.open(live_home) as ledger:
        scene = Scene(live_home, ledger, Lake.open(live_home))
        lawyer = scene.officer("law", "lawyer")
        for rule in ("hold-on-report", "hold-after-complaint", "appeal"):
            confirm_law(ledger, lawyer, rule)
        yield scene


@pytest.fixture
def bank(live_home: Home) -> Iterator[ReferenceBank]:
    """The bank of the first proposed hold, reachable by HTTP."""
    with running("B02", live_home) as bank:
        yield bank
