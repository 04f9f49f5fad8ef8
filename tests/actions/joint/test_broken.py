"""Networks, disks and databases that break in the middle of things."""

import json
import os
import signal
import threading
import time
from pathlib import Path

import pytest

from tests.actions.joint.raid import Raid
from tests.actions.room import PAGE, Room
from tests.cases.scenes import Scene, hour
from warroom import files
from warroom.actions import queries
from warroom.actions.decisions import approvals, proposals
from warroom.actions.decisions.proposals import ActionDraft
from warroom.errors import LedgerError
from warroom.exchange import deliver, inbox
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.ledger.ledger import Ledger
from warroom.ledger.verify import verify_audit
from warroom.orders import outbox
from warroom.orders.order_content import OrderSubject
from warroom.runtime.handlers import ORDER_HANDLERS


def test_a_lost_network_in_the_middle_of_an_operation_resumes_and_sends_nothing_twice(
    raid: Raid, monkeypatch: pytest.MonkeyPatch
) -> None:
    raid.gone()
    home, ledger, now = raid.room.scene.home, raid.room.scene.ledger, raid.room.now + hour(0.5)
    written: list[str] = []
    real = files.write_atomically

    def lost(path: Path, content: bytes) -> None:
        if path.suffix == ".json":
            written.append(path.name)
            if len(written) > 8:
                raise OSError(5, "Input/output error")
        real(path, content)

    with monkeypatch.context() as patch:
        patch.setattr(files, "write_atomically", lost)
        first = deliver.deliver_orders(ledger, ORDER_HANDLERS, home, now)
    assert (first.written, first.later) == (8, 12)
    assert raid.view().counts == {"sent": 8, "approved": 12}
    second = deliver.deliver_orders(ledger, ORDER_HANDLERS, home, now + hour(1))
    assert (second.written, second.later) == (12, 0)
    assert raid.view().counts == {"sent": 20}
    assert len(list(home.outbox.glob("*.json"))) == 20
    sent = "SELECT count(*), count(DISTINCT action_id) FROM action_transitions WHERE after = 'sent'"
    assert raid.room.scene.sql(sent)[0] == (20, 20)


def test_a_sender_that_dies_after_writing_sends_the_very_same_again(
    raid: Raid, monkeypatch: pytest.MonkeyPatch
) -> None:
    raid.gone()
    home, ledger, now = raid.room.scene.home, raid.room.scene.ledger, raid.room.now + hour(0.5)

    def dies(*_: object) -> None:
        raise RuntimeError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "mark_sent", dies)
        with pytest.raises(RuntimeError):
            deliver.deliver_orders(ledger, ORDER_HANDLERS, home, now)
    [first] = home.outbox.glob("*.json")
    before = first.read_bytes()
    deliver.deliver_orders(ledger, ORDER_HANDLERS, home, now + hour(1))
    assert first.read_bytes() == before
    assert raid.view().counts == {"sent": 20}


def test_another_partners_word_and_a_forged_file_change_nothing(room: Room) -> None:
    made = room.sent()
    home, order = room.scene.home, made.orders[0].order_id
    said = {"order_id": order, "time": room.now.isoformat(), "status": "done", "text": ""}
    for place, partner in enumerate(("B01", "PLATFORM-2")):
        (home.inbox / f"forged-{place}.jsonl").write_text(json.dumps({**said, "partner": partner}) + "\n")
    (home.inbox / "unknown.jsonl").write_text(
        json.dumps({**said, "order_id": "WR0", "partner": "PLATFORM"}) + "\n"
    )
    report = inbox.read_answers(
        room.scene.ledger, ORDER_HANDLERS, room.scene.lake, home, room.now + hour(0.1)
    )
    assert (len(report.recorded), len(report.refused)) == (0, 3)
    assert room.one(made).state == "sent"
    for place in range(2):  # the true one, and the same again
        (home.inbox / f"true-{place}.jsonl").write_text(json.dumps({**said, "partner": "PLATFORM"}) + "\n")
    inbox.read_answers(room.scene.ledger, ORDER_HANDLERS, room.scene.lake, home, room.now + hour(0.2))
    assert [one.after for one in room.one(made).transitions].count("in_effect") == 1


@pytest.fixture
def room(scene: Scene) -> Room:
    return Room.of(scene)


@pytest.mark.slow
def test_a_database_restarted_under_load_loses_and_doubles_nothing(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WARROOM_DATABASE_URL", raising=False)
    with Ledger.open(home) as ledger:
        room = Room.of(Scene(home, ledger, Lake.open(home)))
        sup, broke = room.sup, threading.Event()
        # Fifteen of each officer's are no mass measure yet.
        proposers = [room.scene.officer(f"ines{who}", "logistics") for who in range(4)]

        def patiently(act: object) -> object:
            for _ in range(200):
                try:
                    return act()  # type: ignore[operator]
                except LedgerError:
                    broke.set()
                    time.sleep(0.1)
            raise AssertionError("the database never came back")

        def work(who: int) -> None:
            for number in range(15):
                name = f"{who}-{number}"
                draft = ActionDraft(
                    "page-takedown", (OrderSubject("page", name),), PAGE, "Because.", "PLATFORM"
                )
                made = patiently(
                    lambda: proposals.propose_action(ledger, proposers[who], draft, key=f"p-{name}")  # noqa: B023
                )
                seen = patiently(lambda: queries.load_action(ledger, sup, made.id))  # type: ignore[attr-defined]  # noqa: B023
                patiently(
                    lambda: approvals.approve_action(ledger, sup, made.id, seen.digest, key=f"a-{name}")  # type: ignore[attr-defined]  # noqa: B023
                )

        threads = [threading.Thread(target=work, args=(who,)) for who in range(4)]
        for thread in threads:
            thread.start()
        for stop in (signal.SIGINT, signal.SIGQUIT):  # told to stop at once, then as if it had crashed
            time.sleep(0.5)
            assert ledger.server is not None
            pid = ledger.server.find_pid()
            assert pid is not None
            os.kill(pid, stop)
            while ledger.server.find_pid() == pid:
                time.sleep(0.05)
            Ledger.open(home).close()
        for thread in threads:
            thread.join()
        assert broke.is_set()
        counts = "SELECT count(*), count(*) FILTER (WHERE state = 'approved') FROM actions"
        assert room.scene.sql(counts)[0] == (60, 60)
        assert room.scene.sql("SELECT count(*), count(DISTINCT about_id) FROM orders")[0] == (60, 60)
        assert room.scene.sql("SELECT count(*) FROM action_approvals")[0][0] == 60
        assert verify_audit(ledger).ok
