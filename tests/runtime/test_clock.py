"""A clock that is wrong once does nothing that cannot be undone; a person's one word is enough where it is right."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from tests.cases.due import DueReport, run_due
from tests.cases.scenes import Scene
from tests.cli.test_ingest import Terminal
from tests.lake.files import csv_of, take, transfer
from warroom import clock, timekeeping, unwell
from warroom.cases.decisions.hold_extension import extend_hold
from warroom.cases.decisions.holds import approve_holds
from warroom.clock import get_now as real_now
from warroom.errors import NotAllowed, NotPossible
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.lake.streams.folder import DropFolder
from warroom.ledger.decision import open_decision
from warroom.records.mapping import get_zone
from warroom.runtime import clock_doubt, integrity, upkeep
from warroom.runtime.background import BackgroundThread
from warroom.runtime.jobs import JOBS
from warroom.runtime.metrics import Metrics
from warroom.runtime.open_home import OpenHome
from warroom.runtime.streams import StreamsThread
from warroom.runtime.turns import ServerJob, Turn, Turns
from warroom.signals.daily import DailyRun
from warroom.signals.mules.declaration import MULES
from warroom.timekeeping import DOUBTED, ClockWatch

DAY = timedelta(days=1)


class Machine:
    """The start of a machine and how long it has been up: what the system says, whatever its clock is set to."""

    def __init__(self) -> None:
        self.boot, self.uptime = "first", 1_000.0

    def __call__(self) -> tuple[str, float]:
        return self.boot, self.uptime

    def switch_off_and_on(self) -> None:
        self.boot, self.uptime = f"{self.boot} again", 5.0


class Server:
    """A server that takes its turns on a scene's room while the clock and the machine are moved under it."""

    def __init__(self, scene: Scene, machine: Machine) -> None:
        self.scene, self.machine = scene, machine
        self.start()

    def start(self) -> None:
        """As after a restart of the program."""
        self.watch = ClockWatch(
            self.scene.home, lambda: clock_doubt.find_newest_time(self.scene.ledger, self.scene.lake)
        )

    def turn(self) -> DueReport:
        scene = self.scene
        return run_due(scene.ledger, scene.lake, scene.now, tracer=scene.money.trace, watch=self.watch)

    def run(self, length: timedelta, every: timedelta = timedelta(hours=6)) -> int:
        """Turns for so long a true time; how many deliveries were erased."""
        erased = 0
        for _ in range(length // every):
            self.scene.now += every
            self.machine.uptime += every.total_seconds()
            erased += self.turn().erased
        return erased


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    made = Machine()
    monkeypatch.setattr(timekeeping, "_read_machine_uptime", made)
    return made


@pytest.fixture
def server(scene: Scene, machine: Machine) -> Server:
    """A house with a hold in effect and a day's turns behind it."""
    scene.in_effect()
    made = Server(scene, machine)
    made.turn()
    return made


def codes(home: Home) -> list[str]:
    return [one.code for one in unwell.list_noted(home)]


def test_a_clock_that_jumps_ahead_erases_nothing_and_lets_no_hold_lapse(server: Server) -> None:
    scene = server.scene
    before = scene.lake.head
    scene.now += timedelta(days=4_200)
    for _ in range(3):
        report = server.turn()
        assert (report.erased, report.expired, report.late, report.silent) == (0, 0, 0, 0)
    server.start()
    assert server.turn().erased == 0, "nor after a restart"
    assert scene.lake.head == before
    assert scene.sql("SELECT count(*) FROM orders WHERE kind = 'expiry'") == [(0,)]
    (told,) = unwell.list_noted(scene.home)
    assert told.code == DOUBTED
    assert "warroom clock confirm" in told.sentence.render_in("en")
    assert "warroom clock confirm" in told.sentence.render_in("th")
    assert " 0 " not in told.sentence, "it says how many deadlines wait"


def test_a_clock_that_is_set_right_again_is_believed_without_a_word(server: Server) -> None:
    server.scene.now += timedelta(days=400)
    server.turn()
    server.scene.now -= timedelta(days=400)
    server.turn()
    assert codes(server.scene.home) == []


def test_a_house_that_was_off_for_a_week_asks_once_and_then_goes_on(server: Server) -> None:
    scene = server.scene
    server.machine.switch_off_and_on()
    server.start()
    scene.now += timedelta(days=7)
    assert server.turn().expired == 0
    assert codes(scene.home) == [DOUBTED]
    clock_doubt.confirm_clock(scene.ledger, scene.boon, scene.now)
    assert codes(scene.home) == []
    assert server.turn().expired == 1
    assert scene.sql("SELECT officer FROM audit WHERE verb = 'clock.confirmed'") == [("boon",)]
    assert server.run(2 * DAY) == 0
    assert codes(scene.home) == []


def test_a_server_that_was_stopped_on_a_running_machine_doubts_nothing(server: Server) -> None:
    server.scene.now += timedelta(days=7)
    server.machine.uptime += 7 * 86_400
    server.start()
    assert server.turn().expired == 1
    assert codes(server.scene.home) == []


def test_who_is_no_administrator_supervisor_or_commander_confirms_no_clock(server: Server) -> None:
    scene = server.scene
    scene.now += timedelta(days=400)
    server.turn()
    with pytest.raises(NotAllowed):
        clock_doubt.confirm_clock(scene.ledger, scene.chai, scene.now)
    assert codes(scene.home) == [DOUBTED]


def test_what_must_be_erased_goes_after_a_day_of_running_and_not_at_once(server: Server) -> None:
    scene = server.scene
    scene.now += timedelta(days=4_200)
    timekeeping.confirm_clock(scene.home, scene.now)
    assert server.turn().erased == 0
    assert server.run(timedelta(hours=18)) == 0
    server.start()
    assert server.run(timedelta(hours=18)) > 0, "and a restart loses no more than a minute of it"


def test_a_first_look_at_a_home_takes_the_newest_of_what_it_holds(scene: Scene, machine: Machine) -> None:
    scene.in_effect()
    machine.switch_off_and_on()
    scene.now += timedelta(days=400)
    server = Server(scene, machine)
    assert server.turn().expired == 0
    assert codes(scene.home) == [DOUBTED]


def test_a_clock_that_stands_far_behind_is_told(server: Server) -> None:
    server.scene.now -= timedelta(days=40)
    server.turn()
    assert codes(server.scene.home) == [DOUBTED]


def test_the_command_to_erase_is_refused_while_the_clock_is_doubted(home: Home, tmp_path: Path) -> None:
    take(Lake.open(home), csv_of(tmp_path / "a.csv", [transfer(1)]))
    timekeeping.confirm_clock(home, datetime(2020, 1, 1, tzinfo=UTC))
    done = Terminal(home.root).run("lake", "erase", code=1)
    assert "warroom clock confirm" in done.stderr
    timekeeping.confirm_clock(home, datetime.now(UTC))
    Terminal(home.root).run("lake", "erase")


@pytest.fixture
def wrong(server: Server) -> Iterator[Server]:
    """The same house, whose clock now stands more than a year ahead for anyone who asks it."""
    with server.scene.home.turn_clock(lambda: server.scene.now + timedelta(days=400)):
        yield server


def test_no_hold_is_approved_or_carried_on_by_a_clock_that_is_doubted(wrong: Server) -> None:
    scene = wrong.scene
    page = scene.page()
    other = next(one for one in page.proposals if one.state == "open")
    with pytest.raises(NotPossible, match="doubts"):
        approve_holds(scene.ledger, scene.anna, "C-1", [other.id], page.snapshot, "by a wrong clock")
    with pytest.raises(NotPossible, match="doubts"):
        extend_hold(scene.ledger, scene.anna, page.actions[0].id, "123/2569", "by a wrong clock")
    assert scene.sql("SELECT count(*) FROM holds") == [(1,)]


def test_records_and_answers_wait_for_a_clock_that_is_right(server: Server) -> None:
    scene = server.scene
    room = OpenHome(scene.home, scene.ledger)
    streams, work = StreamsThread(room), BackgroundThread(room, Metrics())
    streams._folder = DropFolder(room.lake, still=0.0)
    place = scene.home.drop / "B01"
    place.mkdir(parents=True)
    csv_of(place / "a.csv", [transfer(1)])
    (order,) = scene.page().actions[0].orders
    said = {"order_id": order.order_id, "time": scene.now.isoformat(), "status": "lifted", "text": "told"}
    (scene.home.inbox / "a.json").write_text(json.dumps(said))
    for wrong in (timedelta(days=400), timedelta(days=-400)):
        with scene.home.turn_clock(lambda by=wrong: scene.now + by):  # type: ignore[misc]
            streams.run_turn()
            work.run_turn()
        assert [path.name for path in place.iterdir()] == ["a.csv"]
        assert [path.name for path in scene.home.inbox.iterdir()] == ["a.json"]
    with scene.home.turn_clock(lambda: scene.now):
        for _ in range(2):
            streams.run_turn()
            work.run_turn()
    assert (place / "done" / "a.csv").exists()
    assert (scene.home.inbox / "read" / "a.json").exists()
    streams.stop_thread()


def test_forty_jumps_of_nearly_a_day_in_a_row_are_one_of_forty_days(server: Server) -> None:
    scene = server.scene
    server.turn()
    for _ in range(40):
        scene.now += timedelta(hours=23, minutes=59)
        server.machine.uptime += 60
        server.turn()
    assert codes(scene.home) == [DOUBTED]
    assert scene.sql("SELECT count(*) FROM orders WHERE kind = 'expiry'") == [(0,)]
    clock_doubt.confirm_clock(scene.ledger, scene.boon, scene.now)
    assert server.turn().expired == 1
    scene.now += timedelta(hours=23)
    server.turn()
    assert codes(scene.home) == [], "one word, and the sum begins again"


def test_jumps_of_hours_weeks_apart_are_each_believed(server: Server) -> None:
    for _ in range(3):
        server.run(14 * DAY, every=DAY)
        server.scene.now += timedelta(hours=12)
        server.turn()
        assert codes(server.scene.home) == []


def test_a_decision_that_counts_from_a_doubted_clock_waits_and_a_chosen_moment_is_right(
    server: Server,
) -> None:
    scene = server.scene
    timekeeping.confirm_clock(scene.home, real_now() - timedelta(days=300))
    with open_decision(scene.ledger, scene.boon) as this:
        with pytest.raises(NotPossible, match="at a wrong time") as waits:
            this.require_trusted_clock()
        assert "warroom clock confirm" in waits.value.render_in("th")
    with open_decision(scene.ledger, scene.boon, now=scene.now) as this:
        this.require_trusted_clock()


WAIT = {
    "answers", "campaigns", "deadlines", "drop", "erasure", "forecasts", "groups", "incoming", "joining", "push", "returns",
    "rising", "sessions", "signals", "told_outside", "trails", "uploads",
}  # fmt: skip
GO_ON = {
    "also", "checkpoints", "database", "glimpse", "integrity", "lag", "look", "orders", "outside", "payees", "reports", "rest", "rooms",
    "texts", "vouch",
}  # fmt: skip


def test_each_step_waits_for_a_right_clock_or_says_why_it_need_not(scene: Scene) -> None:
    """Anyone who adds a step finds its name missing here, and decides where it belongs: unmarked, it waits."""
    every = [*JOBS, *StreamsThread(OpenHome(scene.home, scene.ledger)).jobs]
    assert {job.name for job in every if job.waits_for_clock} == WAIT
    assert {job.name for job in every if not job.waits_for_clock} == GO_ON
    assert all(job.why for job in every)


def test_nothing_does_things_by_itself_beside_the_steps_unless_it_asks_the_clock_or_ends_nothing() -> None:
    source = Path(timekeeping.__file__).parent
    beside = {path.stem for path in source.rglob("*.py") if "Thread(target=" in path.read_text()}
    # `sealer` erases what checks before payments left, and asks; the others write, read ahead, follow keys, and load words.
    assert beside == {
        "background", "daily_groups", "daily_signals", "job_pages", "journal", "key_ring", "read_ahead", "sealer", "streams",
    }  # fmt: skip


def test_a_step_that_nobody_marked_waits_until_the_clock_is_confirmed(wrong: Server) -> None:
    home, done = wrong.scene.home, list[str]()
    unmarked = ServerJob("unmarked", lambda _: done.append("unmarked"))
    marked = ServerJob("marked", lambda _: done.append("marked"), waits_for_clock=False, why="it only counts")
    room = OpenHome(home, wrong.scene.ledger)
    turns = Turns(home, lambda: [unmarked, marked], lambda: Turn(room, clock.get_now()))
    assert turns.run_turn() is False
    assert done == ["marked"]
    timekeeping.confirm_clock(home, clock.get_now())
    turns.run_turn()
    assert done == ["marked", "unmarked", "marked"]


MAY_GROW = {"audit", "audit_numbers", "bookmarks", "checkpoints"}
"""Tables in which a house that waits still writes what it saw."""
CLOSED = {"outside_keys"}
"""Tables that the room's own login may not read: the key of the day."""


def standing(scene: Scene) -> dict[str, str]:
    """What a wrong time could take: every row of the ledger, the lake, and files that wait, each as a digest or a name."""
    tables = scene.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
    rows = {
        name: scene.sql(f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {name} t")
        for (name,) in tables
        if name not in MAY_GROW | CLOSED
    }
    files = [str(path) for place in (scene.home.inbox, scene.home.drop) for path in place.rglob("*")]
    brought = [str(path) for path in (scene.home.run / "files").rglob("*")]
    return {name: str(found) for name, found in rows.items()} | {
        "lake": str(scene.lake.head),
        "files": str(sorted(files + brought)),
    }


def test_a_whole_turn_by_a_wrong_clock_changes_nothing_for_good_and_all_of_it_is_done_once_confirmed(
    server: Server,
) -> None:
    scene = server.scene
    room = OpenHome(scene.home, scene.ledger)
    streams, work = (
        StreamsThread(room),
        BackgroundThread(room, Metrics(), daily=[DailyRun(MULES, time(5, 30), get_zone("Asia/Bangkok"), 10)]),
    )
    streams._folder = DropFolder(room.lake, still=0.0)
    with scene.home.turn_clock(lambda: scene.now):
        work.run_turn()
    (place := scene.home.drop / "B01").mkdir(parents=True)
    csv_of(place / "a.csv", [transfer(1)])
    (order,) = scene.page().actions[0].orders
    said = {"order_id": order.order_id, "time": scene.now.isoformat(), "status": "lifted", "text": "told"}
    (scene.home.inbox / "a.json").write_text(json.dumps(said))
    (old := scene.home.run / "files" / "left").mkdir(parents=True)
    os.utime(old, (0, 0))
    before = standing(scene)
    scene.now += timedelta(days=4_200)
    with scene.home.turn_clock(lambda: scene.now):
        for _ in range(2):
            work.run_turn()
            streams.run_turn()
        assert standing(scene) == before
        assert DOUBTED in codes(scene.home)
        clock_doubt.confirm_clock(scene.ledger, scene.boon, scene.now)
        for _ in range(2):
            work.run_turn()
            streams.run_turn()
    after = standing(scene)
    assert scene.sql("SELECT state FROM holds") == [("expired",)]
    assert (place / "done" / "a.csv").exists()
    assert not old.exists()
    assert not (scene.home.inbox / "a.json").exists()
    assert after["idempotency"] != before["idempotency"], "keys of long ago are forgotten"
    assert scene.lake.head > 0
    streams.stop_thread()
    work.stop_thread()


def test_checkpoints_and_nights_that_a_wrong_clock_wrote_down_keep_no_right_one_waiting(
    server: Server,
) -> None:
    scene = server.scene
    for at in (scene.now + timedelta(days=400), scene.now):
        scene.officer(f"of{at:%Y}", "officer")
        upkeep.number_and_sign(scene.ledger, at)
        assert integrity.check_integrity(scene.ledger, scene.lake, at) is not None
    assert scene.sql("SELECT max(size) FROM checkpoints") == scene.sql("SELECT count(*) - 1 FROM audit"), (
        "only the row that says the night's look stands behind it"
    )
    assert integrity.check_integrity(scene.ledger, scene.lake, scene.now) is None
    assert integrity.find_last_verification(scene.home).at == scene.now  # type: ignore[union-attr]
