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
from warroom.cases.queries.case_list import read_board
from warroom.cases.queries.case_page import case_page
from warroom.cases.views import CasePage
from warroom.home import Home, open_home
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.runtime.background import BackgroundThread
from warroom.runtime.metrics import Metrics
from warroom.runtime.open_home import OpenHome
from warroom_lab.demo import beside, stage
from warroom_lab.demo.exercise import DemoExercise
from warroom_lab.demo.founding import build_demo_home
from warroom_lab.demo.pace import Pace
from warroom_lab.demo.place import get_exercise_folder
from warroom_lab.demo.plan import ExercisePlan
from warroom_lab.evaluation import play
from warroom_lab.evaluation import rehearsal as played_again
from warroom_lab.world.drawing.columns import MINUTE, SECOND
from warroom_lab.world.drawing.rows import TablePart

PLAN = ExercisePlan(
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

    def iter_parts_between(self, after: int, until: int) -> Iterator[TablePart]:
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
    exercise: DemoExercise
    room: OpenHome
    beat: Beat

    @property
    def now(self) -> int:
        return self.exercise.pace.now_micros()

    def turn(self) -> None:
        """One turn of everything the server does by itself."""
        work = BackgroundThread(self.room, Metrics())
        for step in work.turns.map_steps().values():
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
        rows = read_board(self.ledger, self.officer(), limit=100, filter="all").rows
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
    """Anyone who founds or plays a country gets the stand-in."""
    patch.setattr(stage, "plan_country", lambda size, seed: stand_in.found())
    patch.setattr(stage, "CountryRun", stand_in.Run)
    patch.setattr(stage, "Surroundings", NoSurroundings)


def use_stand_in_afterwards(patch: pytest.MonkeyPatch) -> None:
    """Anyone who plays an exercise again gets the stand-in."""
    patch.setattr(beside, "plan_country", lambda size, seed: stand_in.found())
    patch.setattr(play, "CountryRun", stand_in.Run)
    patch.setattr(played_again, "CountryRun", stand_in.Run)


def opened(home: Home, ledger: Ledger, beat: Beat) -> Rehearsal:
    exercise = DemoExercise(home)
    exercise.pace = Pace.load_clock(get_exercise_folder(home) / "pace.json", beat)
    exercise.attach_ledger(ledger)
    return Rehearsal(home, ledger, exercise, OpenHome(home, ledger, exercise.go_on), beat)


def begun(root: Path, patch: pytest.MonkeyPatch) -> Home:
    """A demo home with the stand-in's history, where the exercise begins."""
    use_stand_in(patch)
    patch.setattr(hashing, "_get_hasher", lambda: FAST)
    home = open_home(root, "demo")
    build_demo_home(home, PLAN, speed=SPEED)
    return home


@pytest.fixture
def rehearsal(tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rehearsal]:
    """An exercise on the stand-in country at its beginning, whose clock the whole house goes by."""
    home = begun(tmp_path / "home", monkeypatch)
    with Ledger.open(home) as ledger:
        begin = opened(home, ledger, Beat())
        with home.turn_clock(lambda: begin.exercise.pace.get_now()):
            yield begin
