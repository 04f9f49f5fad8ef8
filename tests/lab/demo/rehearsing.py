"""An exercise on the stand-in country, turned by hand."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cases.scenes import FAST
from tests.lab.evaluation import stand_in
from warroom.access import hashing
from warroom.access.officers import list_officers
from warroom.cases.decisions.holds import approve_holds
from warroom.cases.queries.case_list import board
from warroom.cases.queries.case_page import case_page
from warroom.cases.views import CasePage
from warroom.home import Home, open_home
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.runtime.background import Background
from warroom.runtime.metrics import Metrics
from warroom.runtime.open_home import OpenHome
from warroom_lab.demo import beside, stage
from warroom_lab.demo.exercise import Exercise
from warroom_lab.demo.founding import build
from warroom_lab.demo.pace import Pace
from warroom_lab.demo.place import folder_of
from warroom_lab.demo.plan import Plan
from warroom_lab.evaluation import play
from warroom_lab.evaluation import rehearsal as played_again
from warroom_lab.world.drawing.columns import MINUTE, SECOND
from warroom_lab.world.drawing.rows import Part

PLAN = Plan(
    seed=1,
    opens=stand_in.BEGINS,
    begins=stand_in.BEGINS + 130 * MINUTE,
    people=2_000,
    days=6,
    transfers=400,
    density=20,
)

SPEED = 300


class NoSurroundings:
    """The stand-in is accounts alone: nothing stands anywhere and nobody travels."""

    def __init__(self, sides: object) -> None:
        assert sides is None

    def between(self, after: int, until: int) -> Iterator[Part]:
        return iter(())


class Beat:
    """Real seconds as a test wants them."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Rehearsal:
    """A demo home on the stand-in country, with its exercise as one process has it."""

    home: Home
    ledger: Ledger
    exercise: Exercise
    room: OpenHome
    beat: Beat

    @property
    def now(self) -> int:
        return self.exercise.pace.micros()

    def turn(self) -> None:
        """One turn of everything the server does by itself."""
        work = Background(self.room, Metrics())
        for step in work.turns.steps().values():
            step()

    def play(self, minutes: float, most: float = 10.0) -> None:
        """Let so many minutes of the exercise pass, with a turn at least every `most` of them."""
        until = self.now + int(minutes * MINUTE)
        while self.now < until:
            self.turn()
            self.beat.seconds += min(most * 60 / SPEED, (until - self.now) / SECOND / SPEED + 1e-3)
        self.turn()

    def officer(self, username: str = "officer") -> Officer:
        return next(person for person in list_officers(self.ledger) if person.username == username)

    def pages(self) -> list[CasePage]:
        rows = board(self.ledger, self.officer(), limit=100, filter="all").rows
        return [case_page(self.ledger, self.officer(), row.number) for row in rows]

    def approve_everything(self) -> int:
        """Approve what is proposed in every case; how many holds."""
        count = 0
        for page in self.pages():
            wanted = [one.id for one in page.proposals if one.state == "open"]
            if wanted:
                key = f"test-{page.row.number}-{self.now}"
                approve_holds(self.ledger, self.officer(), page.row.number, wanted, page.snapshot, key)
                count += len(wanted)
        return count

    def restarted(self) -> "Rehearsal":
        """The same home as a new process finds it; the old one never stopped properly."""
        return opened(self.home, self.ledger, self.beat)


def use_stand_in(patch: pytest.MonkeyPatch) -> None:
    """Whoever founds or plays a country gets the stand-in."""
    patch.setattr(stage, "found", lambda size, seed: stand_in.found())
    patch.setattr(stage, "Run", stand_in.Run)
    patch.setattr(stage, "Surroundings", NoSurroundings)


def use_stand_in_afterwards(patch: pytest.MonkeyPatch) -> None:
    """Whoever plays an exercise again gets the stand-in."""
    patch.setattr(beside, "found", lambda size, seed: stand_in.found())
    patch.setattr(play, "Run", stand_in.Run)
    patch.setattr(played_again, "Run", stand_in.Run)


def opened(home: Home, ledger: Ledger, beat: Beat) -> Rehearsal:
    exercise = Exercise(home)
    exercise.pace = Pace.resume(folder_of(home) / "pace.json", beat)
    exercise.open(ledger)
    return Rehearsal(home, ledger, exercise, OpenHome(home, ledger, exercise.go_on), beat)


def begun(root: Path, patch: pytest.MonkeyPatch) -> Home:
    """A demo home with the stand-in's history, where the exercise begins."""
    use_stand_in(patch)
    patch.setattr(hashing, "_hasher", lambda: FAST)
    home = open_home(root, "demo")
    build(home, PLAN, speed=SPEED)
    return home


@pytest.fixture
def rehearsal(tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rehearsal]:
    """An exercise on the stand-in country at its beginning, whose clock the whole house goes by."""
    home = begun(tmp_path / "home", monkeypatch)
    with Ledger.open(home) as ledger:
        begin = opened(home, ledger, Beat())
        with home.turn_clock(lambda: begin.exercise.pace.now()):
            yield begin
