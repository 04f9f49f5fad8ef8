"""`warroom clock confirm` as officers type it."""

import io
import json
from datetime import timedelta

import pyotp
import pytest

from tests.cases.scenes import PASSWORD, Scene
from warroom import clock, timekeeping
from warroom.access import factors
from warroom.cli.app import app
from warroom.errors import NotAllowed
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.ledger.ledger import Ledger


@pytest.fixture
def room(home: Home, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """A room whose clock is a year behind what it saw before."""
    monkeypatch.setenv("WARROOM_HOME", str(home.root))
    timekeeping.confirm_clock(home, clock.get_now() + timedelta(days=365))
    scene = Scene(home, ledger, Lake.open(home))
    scene.officer("first", "admin")  # the first officer of a house is its administrator too
    return scene


def confirm(monkeypatch: pytest.MonkeyPatch, officer: str, *words: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
    given = ("clock", "confirm", "--officer", officer, "--password-stdin", *words)
    app(given, result_action="return_value")


def believed(home: Home) -> bool:
    seen = timekeeping.find_clock_state(home)
    return seen is None or seen.is_plausible(clock.get_now())


def test_a_supervisor_with_an_authenticator_says_that_the_clock_is_right(
    room: Scene, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = clock.get_now() - timedelta(minutes=2)
    totp = pyotp.TOTP(factors.begin_authenticator(room.ledger, room.boon, now=before).secret)
    factors.confirm_authenticator(room.ledger, room.boon, totp.at(before), now=before)
    with pytest.raises(NotAllowed, match="send its code"):
        confirm(monkeypatch, "boon")
    assert not believed(room.home)
    confirm(monkeypatch, "boon", "--code", totp.now(), "--json")
    assert json.loads(capsys.readouterr().out)["officer"] == "boon"
    assert believed(room.home)


def test_an_officer_of_another_role_may_not_say_so(room: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    assert room.anna
    with pytest.raises(NotAllowed):
        confirm(monkeypatch, "anna")
    assert not believed(room.home)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        '{"newest": "2026-01-01T00:00:00", "boot": "", "uptime": 0, "ran": 0, "due": {}}',
        '{"newest": "2026-01-01T00:00:00Z", "boot": "", "uptime": 0, "ran": 0, "due": null}',
    ],
    ids=["empty", "nothing", "no zone", "no list"],
)
def test_what_cannot_be_read_is_as_nothing_remembered(room: Scene, text: str) -> None:
    (room.home.run / "clock.json").write_text(text)
    assert timekeeping.find_clock_state(room.home) is None
    assert not timekeeping.is_clock_trusted(room.home, clock.get_now())
