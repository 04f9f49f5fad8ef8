"""What monitors and logs are told: counts and states, nothing about a person."""

import json
import re
import threading
from dataclasses import replace
from datetime import datetime, time
from time import monotonic, sleep
from zoneinfo import ZoneInfo

import pytest
from httpx import Client

from tests.signals.made import signal
from tests.web.conftest import Night, Visitor, serving
from tests.web.test_case import approve
from warroom import clock, unwell
from warroom.cli.checks import run_checks
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.ledger.audit import reading
from warroom.runtime.background import BackgroundThread
from warroom.runtime.jobs import JOBS
from warroom.runtime.metrics import Metrics
from warroom.runtime.open_home import OpenHome
from warroom.runtime.turns import ServerJob, Turn
from warroom.sentences.sentence import Sentence
from warroom.signals import store
from warroom.signals.daily import DailyRun
from warroom.signals.kind import TakenDown
from warroom.signals.mules.declaration import MULES
from warroom.signals.signal import Signal
from warroom.web.app import create_app

PERSONAL = ("0001447101", "0003300112", "Anna", "anna", "C-1", "B07", "Somsri")


def test_a_well_room_says_so(visitor: Visitor) -> None:
    answer = visitor.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"ok": True, "ledger": True, "lake": True, "disk": True, "unwell": []}


def test_a_lost_database_is_503_and_pages_say_a_sentence(anna: Visitor, night: Night) -> None:
    night.ledger.engine.dispose()
    night.ledger.engine = night.ledger.engine.execution_options()
    url = night.ledger.engine.url.set(port=1)
    from warroom.ledger.ledger import make_engine

    lost, kept = make_engine(url), night.ledger.engine
    night.ledger.engine = lost
    try:
        answer = anna.get("/healthz")
        assert (answer.status_code, answer.json()["ledger"]) == (503, False)
        page = anna.get("/")
        assert page.status_code == 503
        assert "cannot be reached" in page.text
    finally:
        night.ledger.engine = kept
        lost.dispose()


def test_what_is_unwell_is_told_to_monitors_to_doctor_and_on_the_board_with_the_way_out(
    anna: Visitor, night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = "health.step-orders-stopped"
    unwell.note_trouble(night.home, Sentence(code), about="orders", why="ExchangeError: B07 of banks.toml")
    answer = anna.get("/healthz")
    assert (answer.status_code, answer.json()["ok"], answer.json()["unwell"]) == (200, False, [code])
    assert "B07" not in answer.text
    assert f'warroom_unwell{{code="{code}"}} 1' in anna.get("/metrics").text
    assert "Orders do not go out. Call the banks&#39; recall desks" in anna.page("/")
    assert "คำสั่งส่งออกไม่ได้" in anna.page("/", "th")
    monkeypatch.setenv("WARROOM_HOME", str(night.home.root))
    (found,) = (check for check in run_checks() if check.name == "unwell")
    assert (found.state, found.todo) == ("fail", str(Sentence(code)))
    assert "B07 of banks.toml" in found.text
    unwell.clear_trouble(night.home, code, "orders")
    assert anna.get("/healthz").json()["ok"]
    assert "Orders do not go out" not in anna.page("/")


def test_a_refused_answer_is_seen_until_it_is_put_away(anna: Visitor, night: Night) -> None:
    refused = night.home.inbox / "refused"
    refused.mkdir()
    (refused / "a.json.why.txt").write_text("why")
    assert anna.get("/healthz").json()["unwell"] == ["health.answers-refused"]
    assert 'warroom_unwell{code="health.answers-refused"} 1' in anna.get("/metrics").text
    for path in ("/", "/partners"):
        assert "Answers of partners that were refused: 1." in anna.page(path), path
    (refused / "a.json.why.txt").unlink()
    assert "were refused" not in anna.page("/partners")


def test_metrics_count_and_name_nobody(anna: Visitor) -> None:
    approve(anna)
    anna.get("/cases/C-1")
    text = anna.get("/metrics").text
    assert 'warroom_requests_total{route="/cases/{number}",status="200"}' in text
    assert "warroom_cases_open 1" in text
    assert "warroom_request_seconds_bucket" in text
    for word in PERSONAL:
        assert word not in re.sub(r"# .*", "", text), word


def test_metrics_are_for_this_machine_alone(visitor: Visitor) -> None:
    assert visitor.get("/metrics").status_code == 200
    for header in ({"X-Forwarded-For": "192.0.2.7"}, {"X-Forwarded-Proto": "https"}):
        answer = visitor.client.get("/metrics", headers=header)
        assert answer.status_code == 403
        assert "warroom_cases_open" not in answer.text


def test_metrics_are_well_formed(anna: Visitor) -> None:
    for line in anna.get("/metrics").text.splitlines():
        assert line.startswith("# ") or re.fullmatch(
            r"[a-z_]+(\{[^}]*(\{\w+\}[^}]*)?\})? [0-9.e+-]+", line
        ), line


def test_the_log_holds_routes_and_times_but_no_persons_or_queries(
    anna: Visitor, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    approve(anna)
    anna.get("/search?q=0001447101")
    anna.get("/cases/C-1?method=fifo&x=Somsri")
    anna.get("/nothing/0001447101")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert {"/cases/{number}", "/cases/{number}/approve", "/search"} <= {line["route"] for line in lines}
    assert all(
        set(line) <= {"event", "level", "timestamp", "method", "route", "status", "ms"} for line in lines
    )
    for word in PERSONAL:
        assert word not in json.dumps(lines), word


def test_an_error_nobody_foresaw_is_a_page_and_its_message_is_not_logged(
    anna: Visitor, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("Somsri 0001447101")

    monkeypatch.setattr("warroom.room.worklist.order_list.list_orders_with_answers", broken)
    answer = anna.get("/orders")
    assert answer.status_code == 500
    assert "nothing was left half done" in answer.text
    assert "default-src" in answer.headers["content-security-policy"]
    said = capsys.readouterr().err
    assert "RuntimeError" in said
    assert "Somsri" not in said
    assert "0001447101" not in said


def test_one_step_that_fails_keeps_no_other_from_its_turn(night: Night) -> None:
    done: list[str] = []

    def also(_: OpenHome) -> None:
        done.append("also")

    metrics = Metrics()

    def broken(_: Turn) -> None:
        raise RuntimeError("broken")

    changed = [replace(job, run=broken) if {job.name, job.step} & {"work", "orders"} else job for job in JOBS]
    work = BackgroundThread(OpenHome(night.home, night.ledger, also), metrics, jobs=changed)
    work.run_turn()
    assert done == ["also"]
    assert (metrics.turns, metrics.faults) == (1, 1)


def test_turns_that_stand_still_are_told_to_monitors_until_they_go_on(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    hangs, goes_on = threading.Event(), threading.Event()

    def hang(_: Turn) -> None:
        hangs.set()
        assert goes_on.wait(60)

    monkeypatch.setattr("warroom.runtime.jobs.JOBS", [ServerJob("work", hang, waits_for_clock=False)])
    monkeypatch.setattr("warroom.runtime.background.STALL_SECONDS", 0.5)
    app = create_app(night.home, ledger=night.ledger, background=True)
    with serving(app) as address, Client(base_url=address) as client:
        assert hangs.wait(30)
        ends = monotonic() + 30
        while client.get("/healthz").json()["unwell"] != ["health.turns-stand"] and monotonic() < ends:
            sleep(0.1)
        assert client.get("/healthz").json()["unwell"] == ["health.turns-stand"]
        monkeypatch.setattr("warroom.runtime.background.STALL_SECONDS", 60.0)
        goes_on.set()
        while client.get("/healthz").json()["unwell"] and monotonic() < ends + 30:
            sleep(0.1)
        assert client.get("/healthz").json()["unwell"] == []


class Morning(DailyRun):
    """Signals due once; `goes_on` is waited for before they are found."""

    def __init__(self) -> None:
        super().__init__(MULES, time(0), ZoneInfo("UTC"), 5)
        self.goes_on = threading.Event()

    def find_signals(self, home: Home, lake: Lake, now: datetime, taken_down: TakenDown) -> list[Signal]:
        assert self.goes_on.wait(30)
        return [signal()]


def made_in_the_morning(night: Night) -> list[dict[str, object]]:
    return [row.detail for row in reading.list_rows(night.ledger) if row.verb == "signals.run"]


def test_the_days_signals_are_made_once_beside_the_turns_and_logged(night: Night) -> None:
    daily = Morning()
    work = BackgroundThread(OpenHome(night.home, night.ledger), Metrics(), daily=[daily])
    work.run_turn()  # it ends although the signals wait
    daily.goes_on.set()
    work.signals.thread.join(30)
    work.run_turn()
    work.stop_thread()
    assert made_in_the_morning(night) == [{"kind": "mules", "signals": 1, "added": 1}]
    assert store.load_last_run(night.lake) == [signal()]


def test_a_room_that_ends_writes_no_signals_and_makes_them_when_it_is_back(night: Night) -> None:
    daily = Morning()
    work = BackgroundThread(OpenHome(night.home, night.ledger), Metrics(), daily=[daily])
    work.run_turn()
    threading.Timer(0.2, daily.goes_on.set).start()
    work.stop_thread()
    assert made_in_the_morning(night) == []
    assert store.load_last_run(night.lake) == []
    again = BackgroundThread(OpenHome(night.home, night.ledger), Metrics(), daily=[back := Morning()])
    back.goes_on.set()
    again.run_turn()
    again.signals.thread.join(30)
    assert len(made_in_the_morning(night)) == 1


def test_a_morning_that_fails_is_counted_as_a_fault_and_is_not_done(night: Night) -> None:
    class Broken(Morning):
        def find_signals(self, home: Home, lake: Lake, now: datetime, taken_down: TakenDown) -> list[Signal]:
            raise RuntimeError("broken")

    metrics, daily = Metrics(), Broken()
    work = BackgroundThread(OpenHome(night.home, night.ledger), metrics, daily=[daily])
    work.signals.start_due()
    work.signals.thread.join(30)
    assert metrics.faults == 1
    assert daily.is_due(clock.get_now())


def test_returns_that_wait_for_their_payment_are_counted_on_the_board_and_named_by_doctor(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WARROOM_HOME", str(night.home.root))
    unknown = {
        "record_id": "P1",
        "time": night.now,
        "kind": "returned",
        "transfer_id": "T9",
        "reason": "AC04",
    }
    night.lake.write_rows("returns", [unknown], source="B02")
    app = create_app(night.home, night.ledger, background=False)
    with serving(app) as address, Client(base_url=address, follow_redirects=True, timeout=60) as client:
        BackgroundThread(app.state.room, Metrics()).turns.map_steps()["returns"]()
        anna = Visitor(client)
        client.cookies.set("warroom_language", "en")
        anna.sign_in("anna")
        assert "1 return of a bank names no payment that is known here" in anna.page("/")
        assert "การคืนเงินของธนาคาร 1 รายการ" in anna.page("/", "th")
    (said,) = [one for one in run_checks() if one.name == "returns"]
    assert (said.state, said.text[:20]) == ("warn", "1 name no payment th")
    assert "--record-id P1" in said.todo
    night.transfer("T9", source="B02")
    (said,) = [one for one in run_checks() if one.name == "returns"]
    assert said.state == "ok"
