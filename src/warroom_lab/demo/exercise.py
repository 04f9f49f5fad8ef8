"""The exercise of a demo home: the country plays on with its clock, the room's decisions reach it, its news the room.

Killed at any moment it goes on: orders are in the journal before the country hears of them, `position` says up to
when its news is in the lake, and what comes twice changes nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from warroom import clock, files
from warroom.errors import NotPossible
from warroom.home import Home
from warroom.ledger.audit import writing
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.runtime.exercise import ExerciseState
from warroom.runtime.open_home import OpenHome
from warroom.web.kit.formats import Say
from warroom_lab.demo import after_page
from warroom_lab.demo.after import AfterAction
from warroom_lab.demo.asking import AskingBanks
from warroom_lab.demo.debriefing import Debriefing
from warroom_lab.demo.deliveries import PartnerDeliveries
from warroom_lab.demo.desk import ExerciseDesk
from warroom_lab.demo.incoming import answer_incoming_orders, write_waiting_payments
from warroom_lab.demo.journal import OrderJournal
from warroom_lab.demo.pace import FILE, SPEEDS, Pace
from warroom_lab.demo.partners import Partners
from warroom_lab.demo.place import get_exercise_folder
from warroom_lab.demo.plan import ExercisePlan
from warroom_lab.demo.scenes import add_scene_payments
from warroom_lab.demo.stage import CountryStage

STEP = 60 * 1_000_000
"""The country plays on in steps of a minute or more: each is a commit of the lake, and partners send no faster."""


class DemoExercise:
    """What the pages show and turn (`warroom.runtime.exercise.Exercise`), and one turn of the country at a time."""

    def __init__(self, home: Home) -> None:
        """Go on with the exercise of a home; raises HomeError where it holds none of this version."""
        self._folder = get_exercise_folder(home)
        self._home = home
        self.plan = ExercisePlan.load_plan(self._folder / "plan.json")
        self.pace = Pace.load_clock(self._folder / FILE)
        self.journal = OrderJournal(self._folder / "journal.jsonl")
        self._debriefing = Debriefing(home, self._folder, self.plan)
        self._ledger: Ledger | None = None
        self._stage: CountryStage | None = None
        self._desk: ExerciseDesk | None = None
        self._asking: AskingBanks | None = None

    @property
    def position(self) -> int:
        """Up to when the country's news is in the lake, microseconds UTC."""
        path = self._folder / "position"
        return int(path.read_text()) if path.exists() else self.plan.begins

    def go_on(self, room: OpenHome) -> None:
        """One turn: the country plays on to the exercise's time and the room gets what came in."""
        ended = self.pace.ended_at
        # The country is played up to the end before it is judged: the last orders may still be on their way.
        if ended is not None and self.position >= ended:
            self._debriefing.ensure_process(ended)
            return
        stage, desk = self._load_country(room)
        if ended is None:
            self.pace.allow_until(self.plan.closes)
            until = self.pace.now_micros()
            if until >= self.plan.closes:
                self.pace.end_exercise()
            elif until - self.position < STEP:
                return
        else:
            until = ended
        self._play_until(room, stage, desk, until)

    @contextmanager
    def run_exercise_clock(self) -> Iterator[None]:
        """Let this process go by the exercise's time while the room is served; afterwards the clock stands."""
        with self._home.turn_clock(self.pace.get_now):
            try:
                yield
            finally:
                self.pace.stop_clock()
                self._debriefing.stop_process()

    def attach_ledger(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def get_state(self) -> ExerciseState:
        ended = self.pace.ended_at
        return ExerciseState(
            now=self.pace.get_now(),
            shown_to=clock.from_micros(self.position),
            started_at=clock.from_micros(self.plan.begins),
            speed=self.pace.speed,
            speeds=SPEEDS,
            paused=self.pace.paused,
            ready=self._desk is not None,
            ended_at=clock.from_micros(ended) if ended is not None else None,
            seed=self.plan.seed,
            people=self.plan.people,
            density=self.plan.density,
        )

    def change_speed(self, officer: Officer, *, speed: int | None = None, paused: bool | None = None) -> None:
        self.pace.change_speed(speed=speed, paused=paused)
        if paused is not None:
            self._log_change(officer, "exercise.paused" if paused else "exercise.resumed")
        if speed is not None:
            self._log_change(officer, "exercise.speed", {"speed": speed})

    def end_exercise(self, officer: Officer) -> None:
        if self.pace.ended_at is None:
            self.pace.end_exercise()
            self._log_change(officer, "exercise.ended")

    def build_after_action(self) -> AfterAction:
        ended = self.pace.ended_at
        if ended is None:
            raise NotPossible("exercise.goes-on")
        return self._debriefing.build_after_action(ended, self._ledger)

    def build_review(self, say: Say) -> dict[str, Any]:
        return after_page.build_page_values(self.build_after_action(), say)

    def _load_country(self, room: OpenHome) -> tuple[CountryStage, ExerciseDesk]:
        """The country where it was left, and its desk; founded and replayed when it is first needed."""
        if self._stage is None:
            self._stage = CountryStage.from_journal(self.plan, self.journal.entries, self.position)
        if self._desk is None:
            self._desk = ExerciseDesk(self._home, room.ledger, self._stage.country, self.journal)
        return self._stage, self._desk

    def _play_until(self, room: OpenHome, stage: CountryStage, desk: ExerciseDesk, until: int) -> None:
        since = self.position
        # Orders first, each at its own moment, and then the rest of the span: a hold given at its beginning
        # must bind what moves at its end.
        for entry in desk.iter_new_entries(since, until):
            stage.queue_entry(entry)
        stage.advance_to(until)
        desk.write_bank_answers(stage.take_answers())
        Partners(room.ledger).answer_due_requests()
        arrived = stage.take_arrivals(since, until)
        rows, arrival = add_scene_payments(
            self._home, stage.country, desk, self.plan.begins, since, until, arrived
        )
        # Before their records come: a payment that is asked about has not left yet.
        if self._asking is None:
            self._asking = AskingBanks(stage.country)
        self._asking.ask_about_payments(room.payee_desk, rows, arrival, until)
        PartnerDeliveries(stage.country, room.lake, stage.around).ingest_live_records(
            rows, arrival, arrived.reports, since, until
        )
        # After the transfers: a report of a payer names the transfer by which they paid.
        answer_incoming_orders(self._home, clock.from_micros(until), room.lake)
        write_waiting_payments(self._home, room.lake, stage.country.accounts.bank, rows, arrival)
        # Last: killed before it, the span is played and delivered again, and
        # the lake knows all of it already.
        files.write_atomically(self._folder / "position", str(until).encode())

    def _log_change(self, officer: Officer, verb: str, detail: dict[str, int] | None = None) -> None:
        if self._ledger is not None:
            with self._ledger.open_session() as session:
                writing.write_audit_row(session, officer, verb, "exercise", detail or {})
