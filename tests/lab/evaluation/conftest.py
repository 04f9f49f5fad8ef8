"""The stand-in country in the place of the real one."""

import pytest

from tests.lab.evaluation import stand_in
from warroom_lab.evaluation import background, play
from warroom_lab.evaluation.background import CountryBackground


@pytest.fixture
def small_country(monkeypatch: pytest.MonkeyPatch) -> None:
    """Anyone who founds or plays a country gets the stand-in."""
    monkeypatch.setattr(background, "plan_country", stand_in.found)
    monkeypatch.setattr(play, "CountryRun", stand_in.Run)


@pytest.fixture
def known(small_country: None) -> CountryBackground:
    return background.found_background(stand_in.SIZE, 1)
