"""The room as its screen shows it: `python -m benchmarks.screen_room [--quick] [SEED ...]`.

One officer plays exercises that nothing was trained on by what the pages say, and by nothing else: takes the first row of the board that
asks for a decision, or of the whole queue where the board's five rows have none, opens it by its button, and holds what came ticked, at the pace measured on the pages (40 seconds a case, 6 a hold).
The whole server runs in this process, its clock turned by hand. Counted are Kendall's tau of the order of the queue's rows against what truly leaves
within the hour, what was held of what the perfect order of the same rows holds at the same pace, deadlines that became later while
nothing on the page said why, and bands of 80 % that held. The perfect order decides, as the player does, what comes ticked; beside it
one that holds unticked rows too, which no officer should do unseen, shows what waits for an officer's own tick.
"""

import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import sqlalchemy as sa

from benchmarks.harness import at_least, at_most, start_run
from benchmarks.played_room import (
    A_CASE,
    A_HOLD,
    Officer,
    Truth,
    describe_interval,
    estimate_ratio,
    find_truth,
    found_exercise,
    sum_pairs,
)
from warroom.home import Home, open_home
from warroom.ledger.ledger import Ledger
from warroom.room.waiting.case_filters import SMALL
from warroom.runtime.background import BackgroundThread
from warroom.runtime.metrics import Metrics
from warroom.runtime.open_home import OpenHome
from warroom.web.app import create_app
from warroom_lab.demo import staff
from warroom_lab.demo.exercise import DemoExercise
from warroom_lab.demo.founding import build_demo_home
from warroom_lab.demo.pace import FILE, Pace
from warroom_lab.demo.place import get_exercise_folder
from warroom_lab.demo.plan import BEGINS, OPENS, ExercisePlan
from warroom_lab.evaluation.background import CountryBackground
from warroom_lab.evaluation.foreseen import count_concordant_pairs, measure_forecasts
from warroom_lab.evaluation.play import TimedOrders, play_policy, replay_orders
from warroom_lab.evaluation.policy import Orders
from warroom_lab.evaluation.rehearsal import Hours, TakesOver
from warroom_lab.world.drawing.columns import HOUR, MINUTE, SECOND

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

SEEDS = (6101, 6102, 6103)
"""Nothing here was trained or tuned on them."""
SHIFT = 3 * HOUR
SPEED = 1
"""The clock is turned by hand. At another speed the ten seconds in which an order can be taken back are of real time: fifty minutes at 300."""
IDLE = 2 * MINUTE
ROW = re.compile(r'<li id="case-\d+"(.*?)</li>', re.DOTALL)
NUMBER = re.compile(r'href="/cases/(C-\d+)"')
UNTIL = re.compile(
    r'<div class="d">.*?data-until="(\d+)".*?</span></span>(?:<details[^>]*><summary>(.*?)</summary>|<small>(?!<a )(.*?)</small>)?',
    re.DOTALL,
)
BUTTON = re.compile(r'<a class="button[^"]*" href="([^"]+)" data-next>([^<]*)</a>')
TICKED = re.compile(r'name="proposal" value="([\d.]+)"[^>]*? checked')
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
UNDECIDED = """
SELECT c.number, p.bank, p.account, p.amount, named.transfer_ids FROM proposals p JOIN cases c ON c.id = p.case_id
CROSS JOIN LATERAL (SELECT array_agg(DISTINCT name) AS transfer_ids
                    FROM case_reports r, unnest(r.transfer_ids) AS name WHERE r.case_id = c.id) named
WHERE p.state = 'open' AND c.state = 'open' AND p.doubt <> 'holder'
"""
"""What rows are ranked by: amounts that a decision can save, each once however many reports its case has."""
BAND_BARS = (0.7, 0.9)


@dataclass
class Beat:
    """Real seconds, turned by hand."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


@dataclass(frozen=True)
class BoardRow:
    """A row of the board as its page has it: until when to decide (seconds), and what it says of that beside the minute."""

    number: str
    until: int | None
    later: str
    href: str
    button: str


@dataclass
class Deadlines:
    """The deadline that each case showed last, and how many became later with and without a word why."""

    shown: dict[str, int] = field(default_factory=dict)
    told: int = 0
    untold: int = 0

    def note(self, rows: Sequence[BoardRow]) -> None:
        for row in rows:
            before = self.shown.get(row.number)
            if row.until is None:
                continue
            if before is not None and row.until >= before + 60:
                self.told += bool(row.later)
                self.untold += not row.later
            self.shown[row.number] = row.until


@dataclass
class Screen:
    """An exercise and the officer at its screen."""

    exercise: DemoExercise
    client: "TestClient"
    ledger: Ledger
    work: BackgroundThread
    beat: Beat
    deadlines: Deadlines = field(default_factory=Deadlines)
    boards: list[tuple[int, list[str], dict[str, list[sa.Row[Any]]]]] = field(default_factory=list)
    passed: dict[str, str] = field(default_factory=dict)
    small_done: int = 0

    @property
    def now(self) -> int:
        return self.exercise.pace.now_micros()

    def turn(self) -> None:
        for step in self.work.turns.map_steps().values():
            step()

    def wait(self, micros: int) -> None:
        """Let so much of the exercise pass, with a turn at least every two minutes of it."""
        until = self.now + micros
        while self.now < until:
            self.beat.seconds += min(IDLE, until - self.now) / SECOND / SPEED + 1e-4
            self.turn()

    def play(self, ends: int) -> None:
        while self.now < ends:
            if not self.decide_next():
                self.wait(IDLE)

    def decide_next(self) -> bool:
        """Decide the first row that asks for it; False where none does."""
        board = list_asking_rows(self.client.get("/").text)
        # The board has the first five rows of the queue; its link leads to the rest.
        queue = list_asking_rows(self.client.get("/cases").text)
        # The clock of a row that asks for nothing is its bank's usual answer, and no deadline.
        self.deadlines.note(board)
        self.note_board([row.number for row in queue])
        # What came unticked waits for the holder's word: not opened again before its row says something else.
        row = next((row for row in [*board, *queue] if self.passed.get(row.number) != row.button), None)
        if row is None:
            return self.decide_small()
        page = self.client.get(row.href).text
        ticked = [number for value in TICKED.findall(page) for number in value.split(".")]
        self.wait(A_CASE + A_HOLD * len(ticked))
        if not ticked:
            self.passed[row.number] = row.button
            return True
        form = page[page.index('<form id="holds"') :].partition("</form>")[0]
        self.client.post(f"/cases/{row.number}/approve", data=read_hidden(form) | {"proposal": ticked})
        return True

    def decide_small(self) -> bool:
        """The small cases together, every half hour at most."""
        if self.now < self.small_done + HOUR // 2:
            return False
        page = self.client.get("/cases/small").text
        ticked = re.findall(r'name="proposal" value="([^"]+)"[^>]*? checked', page)
        if not ticked:
            return False
        form = page[page.index('action="/cases/small"') :]
        self.wait(A_CASE + A_HOLD * len(ticked))
        self.client.post("/cases/small", data=read_hidden(form) | {"proposal": ticked})
        self.small_done = self.now
        return True

    def note_board(self, numbers: list[str]) -> None:
        """What stands on the board, in its order, and what is undecided of it: to be held against the truth afterwards."""
        amounts: dict[str, list[sa.Row[Any]]] = {}
        with self.ledger.open_session() as session:
            for row in session.execute(sa.text(UNDECIDED)):
                amounts.setdefault(row.number, []).append(row)
        self.boards.append((self.now, [one for one in numbers if one in amounts], amounts))


def read_rows(page: str) -> Iterator[BoardRow]:
    for text in ROW.findall(page):
        number, button, until = NUMBER.search(text), BUTTON.search(text), UNTIL.search(text)
        if number and button:
            at, later = (int(until[1]), until[2] or until[3] or "") if until else (None, "")
            yield BoardRow(number[1], at, unescape(later), unescape(button[1]), unescape(button[2]))


def list_asking_rows(page: str) -> list[BoardRow]:
    """The rows of a page that ask for a decision, in their order."""
    return [row for row in read_rows(page) if row.button.startswith(("Hold", "Decide"))]


def read_hidden(form: str) -> dict[str, object]:
    return {name: unescape(value) for name, value in HIDDEN.findall(form)}


def play(home: Home, seed: int) -> Screen:
    """Play one exercise in an empty home by its screen."""
    # Only here: it warns at import, and the tests of what is read off a page need no client.
    from fastapi.testclient import TestClient

    build_demo_home(home, ExercisePlan(seed=seed), speed=SPEED)
    exercise, beat = DemoExercise(home), Beat()
    exercise.pace = Pace.load_clock(get_exercise_folder(home) / FILE, beat)
    with home.turn_clock(exercise.pace.get_now), Ledger.open(home) as ledger:
        exercise.attach_ledger(ledger)
        room = OpenHome(home, ledger, exercise.go_on)
        app = create_app(home, ledger, background=False, exercise=exercise)
        with TestClient(app, base_url="http://127.0.0.1:8000") as client:
            sign_in(client)
            screen = Screen(exercise, client, ledger, BackgroundThread(room, Metrics()), beat)
            screen.turn()
            screen.play(BEGINS + SHIFT)
            # The last orders reach their banks.
            screen.wait(HOUR // 2)
        return screen


def sign_in(client: "TestClient") -> None:
    client.cookies.set("warroom_language", "en")
    officer = next(person for person in staff.STAFF if person.username == "officer")
    form = read_hidden(client.get("/sign-in").text)
    answer = client.post("/sign-in", data=form | {"username": officer.username, "password": officer.password})
    if answer.url.path != "/":
        raise SystemExit(f"sign-in answered {answer.status_code}")


@dataclass(frozen=True)
class Desk:
    """What the player of `played_room` who takes the top row held of the same hours, and its own board's pairs."""

    held: float
    pairs: tuple[int, int]
    all_pairs: tuple[int, int]


@dataclass(frozen=True)
class Figures:
    """Of one exercise: pairs (agreeing, apart) that differ by `SMALL` or more and all of them, baht held by the screen, by the perfect
    order of what comes ticked, and by that of every row, deadlines, bands and how many.
    """

    pairs: tuple[int, int]
    all_pairs: tuple[int, int]
    held: float
    perfect: float
    perfect_of_all: float
    told: int
    untold: int
    within: float | None
    looks: int
    desk: Desk


def judge(screen: Screen, seed: int) -> Figures:
    """Hold what was played against the truth of its country."""
    background = found_exercise(seed)
    truth = find_truth(background)
    hours = Hours(OPENS, BEGINS, BEGINS + SHIFT)
    orders = [(entry.time, entry.orders) for entry in screen.exercise.journal.entries]
    played = replay_orders(
        background, [TimedOrders(at, Orders(list(given))) for at, given in orders], "screen"
    )
    seen = measure_forecasts(background, orders, hours)
    return Figures(
        count_pairs(screen, truth, SMALL),
        count_pairs(screen, truth, 0),
        sum(one.stolen for one in played.truth.list_holds()) / 100,
        play_perfectly(background, truth, seed, hours, ticked_alone=True),
        play_perfectly(background, truth, seed, hours, ticked_alone=False),
        screen.deadlines.told,
        screen.deadlines.untold,
        seen.within,
        seen.looks,
        play_desk(background, truth, seed, hours),
    )


def play_desk(background: CountryBackground, truth: Truth, seed: int, hours: Hours) -> Desk:
    """The same hours at the desk of `played_room`, the top row first."""
    officer = Officer("top", truth, seed, ticked_alone=True)
    played = play_policy(background, TakesOver(officer, hours), hours.ends + HOUR)
    held = sum(one.stolen for one in played.truth.list_holds()) / 100
    return Desk(held, sum_pairs(officer.taus), sum_pairs(officer.all_taus))


def play_perfectly(
    background: CountryBackground, truth: Truth, seed: int, hours: Hours, *, ticked_alone: bool
) -> float:
    """Baht that an officer holds who knows what is lost by waiting."""
    officer = Officer("perfect", truth, seed, ticked_alone=ticked_alone)
    played = play_policy(background, TakesOver(officer, hours), hours.ends + HOUR)
    return sum(one.stolen for one in played.truth.list_holds()) / 100


def count_pairs(screen: Screen, truth: Truth, least: int) -> tuple[int, int]:
    agreeing = apart = 0
    for now, numbers, amounts in screen.boards:
        true = np.array([truth.sum_leaving(amounts[number], now, HOUR) for number in numbers])
        agree, all_pairs = count_concordant_pairs(-np.arange(len(numbers), dtype=float), true, least)
        agreeing, apart = agreeing + int(agree.sum()), apart + int(all_pairs.sum())
    return agreeing, apart


def main(arguments: Sequence[str] | None = None) -> int:
    run = start_run(
        __doc__, arguments, "one exercise", lambda parser: parser.add_argument("seeds", nargs="*", type=int)
    )
    found = []
    for seed in run.given.seeds or SEEDS[: 1 if run.is_quick else None]:
        with tempfile.TemporaryDirectory() as folder:
            found.append(judge(play(open_home(Path(folder) / "home", "demo"), seed), seed))
        print(f"  exercise {seed}: {found[-1]}", file=sys.stderr, flush=True)
    pairs, all_pairs = (
        np.array([getattr(one, name) for one in found], float) for name in ("pairs", "all_pairs")
    )
    held, perfect, of_all = (
        np.array([getattr(one, name) for one in found]) for name in ("held", "perfect", "perfect_of_all")
    )
    tau, tau_of_all = (estimate_ratio(counts[:, 0], counts[:, 1]) for counts in (pairs, all_pairs))
    ratio, ratio_of_all = estimate_ratio(held, perfect), estimate_ratio(held, of_all)
    told, untold = sum(one.told for one in found), sum(one.untold for one in found)
    looks = sum(one.looks for one in found)
    within = sum((one.within or 0.0) * one.looks for one in found) / max(looks, 1)
    low, high = BAND_BARS
    figures = [
        at_least(
            "Kendall's tau of the rows' order, 2,000 baht apart", tau[0], "", 0.5, describe_interval(tau)
        ),
        at_least("the same over all pairs", tau_of_all[0], "", 0.5, describe_interval(tau_of_all)),
        at_least("held by the screen over the perfect order", ratio[0], "", 0.85, describe_interval(ratio)),
        at_least(
            "the same over every row, ticked or not",
            ratio_of_all[0],
            "",
            0.85,
            describe_interval(ratio_of_all),
        ),
        at_most("deadlines later without a word why", float(untold), "", 0.0, f"with one: {told}"),
        at_least("bands of 80 % that held, at least", within, "share", low, f"looks: {looks}"),
        at_most("bands of 80 % that held, at most", within, "share", high),
    ]
    return run.finish("The room by its screen", figures)


if __name__ == "__main__":
    sys.exit(main())
