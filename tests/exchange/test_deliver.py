"""Orders on their way: written whole, sent once in effect, never out of a rehearsal."""

import dataclasses
import errno
import os
import signal
import socket
import subprocess
import sys
import time
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import httpx
import pytest

from tests.cases.scenes import Scene
from tests.cases.test_currency import freeze_as
from tests.exchange.bank import ReferenceBank
from tests.exchange.orders import approve, first_order, hold
from warroom import clock, files, unwell
from warroom.cases.decisions.hold_extension import extend_hold
from warroom.cases.decisions.hold_release import release_hold
from warroom.errors import ExchangeError
from warroom.exchange.banks import load_banks
from warroom.exchange.deliver import LAST_RETRY, compute_retry_delay, deliver_orders
from warroom.exchange.inbox import read_answers
from warroom.exchange.parcel import pack_order
from warroom.exchange.post import post_order
from warroom.orders import outbox
from warroom.orders.views import OrderKind
from warroom.runtime.handlers import ORDER_HANDLERS

MINUTE = timedelta(minutes=1)


def test_an_approved_hold_lies_in_the_outbox_and_is_sent(scene: Scene) -> None:
    approved = approve(scene)
    report = deliver_orders(scene.ledger, ORDER_HANDLERS, scene.home, scene.now)
    assert (report.written, report.posted, report.failed) == (1, 0, 0)
    order = first_order(scene, approved.id)
    content = (scene.home.outbox / f"{order.order_id}.xml").read_bytes()
    assert b"30000.00" in content
    assert b"EXERCISE" in content
    assert (order.state, hold(scene, approved.id).state) == ("sent", "sent")
    assert deliver_orders(scene.ledger, ORDER_HANDLERS, scene.home, scene.now + MINUTE).written == 0


def test_only_the_readers_of_this_house_may_read_the_outbox(scene: Scene) -> None:
    approve(scene)
    deliver_orders(scene.ledger, ORDER_HANDLERS, scene.home, scene.now)
    (path,) = scene.home.outbox.iterdir()
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_crash_after_writing_costs_nothing(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    approved = approve(scene)
    with monkeypatch.context() as patch:
        patch.setattr(outbox, "mark_sent", _crash)
        with pytest.raises(KeyboardInterrupt):
            deliver_orders(scene.ledger, ORDER_HANDLERS, scene.home, scene.now)
    (path,) = scene.home.outbox.iterdir()
    before = path.read_bytes()
    assert first_order(scene, approved.id).state == "waiting"
    assert (
        deliver_orders(scene.ledger, ORDER_HANDLERS, scene.home, scene.now + MINUTE).written == 0
    )  # still leased
    assert deliver_orders(scene.ledger, ORDER_HANDLERS, scene.home, scene.now + 3 * MINUTE).written == 1
    assert path.read_bytes() == before
    assert first_order(scene, approved.id).state == "sent"


def _at(moment: datetime) -> datetime:
    return moment


def _crash(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_rehearsal_opens_no_connection_even_where_a_bank_is_configured(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a connection was opened")

    (scene.home.root / "banks.toml").write_text(
        f'[banks.B02]\nurl = "https://bank.example/orders"\npublic_key = "{"00" * 32}"\n'
    )
    approve(scene)
    monkeypatch.setattr(httpx, "Client", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    assert deliver_orders(scene.ledger, ORDER_HANDLERS, scene.home, scene.now).posted == 0
    with pytest.raises(ExchangeError, match="opens no connection"):
        post_order(scene.home, load_banks(scene.home)["B02"], "WR1", b"<x/>", scene.now)


def test_a_live_home_posts_signed_and_the_signed_answer_puts_the_hold_into_effect(
    live_scene: Scene, bank: ReferenceBank
) -> None:
    approved = approve(live_scene)
    assert deliver_orders(live_scene.ledger, ORDER_HANDLERS, live_scene.home, live_scene.now).posted == 1
    assert hold(live_scene, approved.id).state == "sent"
    report = read_answers(live_scene.ledger, ORDER_HANDLERS, live_scene.lake, live_scene.home, live_scene.now)
    assert [answer.effect for answer in report.recorded] == ["in_effect"]
    assert hold(live_scene, approved.id).held == 30_000_00
    assert bank.carried_out == 1


def test_a_bank_without_an_address_is_served_by_the_outbox(live_scene: Scene) -> None:
    approved = approve(live_scene)
    report = deliver_orders(live_scene.ledger, ORDER_HANDLERS, live_scene.home, live_scene.now)
    assert (report.written, report.posted) == (1, 0)
    assert hold(live_scene, approved.id).state == "sent"


@pytest.mark.parametrize("fault", ["fail-after", "fail-before"])
def test_a_bank_that_fails_is_asked_again_and_holds_once(
    live_scene: Scene, bank: ReferenceBank, fault: str
) -> None:
    approved = approve(live_scene)
    bank.plan = [fault, fault]
    now = live_scene.now
    for _ in range(3):
        deliver_orders(live_scene.ledger, ORDER_HANDLERS, live_scene.home, now)
        now += MINUTE
    assert len(bank.requests) == 3
    assert len(set(bank.requests)) == 1  # the same bytes each time
    assert (bank.carried_out, list(bank.effects.values())) == (1, [30_000])
    order = first_order(live_scene, approved.id)
    assert (order.state, order.attempts) == ("sent", 3)


def test_between_two_attempts_the_order_waits_longer_each_time(
    live_scene: Scene, bank: ReferenceBank
) -> None:
    approved = approve(live_scene)
    bank.plan = ["fail-before"] * 9
    report = deliver_orders(live_scene.ledger, ORDER_HANDLERS, live_scene.home, live_scene.now)
    assert report.later == 1
    assert "answered 503" in report.sentences[0]
    order = first_order(live_scene, approved.id)
    assert order.next_try is not None
    assert order.next_try > live_scene.now
    assert order.last_error == report.sentences[0]
    assert all(compute_retry_delay(3) <= 1.5 * 8 * timedelta(seconds=5) for _ in range(50))
    assert compute_retry_delay(500) <= 1.5 * LAST_RETRY


def test_a_bank_that_cannot_be_reached_leaves_the_order_waiting(
    live_scene: Scene, bank: ReferenceBank
) -> None:
    approved = approve(live_scene)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        bank.port = free.getsockname()[1]
        bank.configure(live_scene.home)
        report = deliver_orders(live_scene.ledger, ORDER_HANDLERS, live_scene.home, live_scene.now)
    assert "could not be reached" in report.sentences[0]
    assert first_order(live_scene, approved.id).state == "waiting"


def test_a_message_the_bank_calls_wrong_is_given_up_with_an_alert(
    live_scene: Scene, bank: ReferenceBank
) -> None:
    approved = approve(live_scene)
    bank.plan = ["reject"]
    assert deliver_orders(live_scene.ledger, ORDER_HANDLERS, live_scene.home, live_scene.now).failed == 1
    assert first_order(live_scene, approved.id).state == "failed"
    assert [alert.kind for alert in live_scene.page().alerts] == ["undelivered"]


def test_an_answer_changed_on_its_way_is_only_a_receipt(live_scene: Scene, bank: ReferenceBank) -> None:
    approved = approve(live_scene)
    bank.plan = ["forged"]
    deliver_orders(live_scene.ledger, ORDER_HANDLERS, live_scene.home, live_scene.now)
    report = read_answers(live_scene.ledger, ORDER_HANDLERS, live_scene.lake, live_scene.home, live_scene.now)
    assert report.recorded == ()
    assert hold(live_scene, approved.id).state == "sent"


def test_a_release_is_sent_again_until_the_bank_confirms_it(live_scene: Scene, bank: ReferenceBank) -> None:
    approved = approve(live_scene)
    now = live_scene.now
    deliver_orders(live_scene.ledger, ORDER_HANDLERS, live_scene.home, now)
    read_answers(live_scene.ledger, ORDER_HANDLERS, live_scene.lake, live_scene.home, now)
    release_hold(live_scene.ledger, live_scene.anna, approved.id, "an honest seller", now=now)
    bank.plan = ["silent", "silent", "ok"]
    sent = []
    for _ in range(5):
        bank.now = partial(_at, now)
        sent.append(deliver_orders(live_scene.ledger, ORDER_HANDLERS, live_scene.home, now).posted)
        read_answers(live_scene.ledger, ORDER_HANDLERS, live_scene.lake, live_scene.home, now)
        now += 16 * MINUTE
    assert sent == [1, 1, 1, 0, 0]
    assert bank.carried_out == 2  # the hold, and its release once
    assert hold(live_scene, approved.id).bank_lifted_at is not None


def test_a_sender_killed_while_the_bank_answers_does_no_harm(
    live_scene: Scene, bank: ReferenceBank, tmp_path: Path
) -> None:
    approved = approve(live_scene)
    bank.plan = ["hang-up-after"]
    script = (
        "import sys; from pathlib import Path; from warroom import clock; from warroom.home import open_home;"
        "from warroom.ledger.ledger import Ledger; from warroom.exchange.deliver import deliver_orders;"
        "from datetime import timedelta; from warroom.runtime.handlers import ORDER_HANDLERS;"
        "home = open_home(Path(sys.argv[1])); ledger = Ledger.open(home);"
        "deliver_orders(ledger, ORDER_HANDLERS, home, clock.get_now() + timedelta(minutes=2))"
    )
    sender = subprocess.Popen(
        [sys.executable, "-c", script, str(live_scene.home.root)], env=os.environ.copy()
    )
    deadline = time.monotonic() + 60
    while not bank.effects and time.monotonic() < deadline:
        time.sleep(0.02)
    sender.send_signal(signal.SIGKILL)
    sender.wait()
    assert bank.carried_out == 1
    assert first_order(live_scene, approved.id).state == "waiting"
    deliver_orders(live_scene.ledger, ORDER_HANDLERS, live_scene.home, clock.get_now() + 10 * MINUTE)
    assert len(bank.requests) == 2
    assert bank.requests[0] == bank.requests[1]
    assert bank.carried_out == 1
    assert first_order(live_scene, approved.id).state == "sent"


def test_a_full_disk_leaves_the_order_waiting(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    approved = approve(scene)
    with monkeypatch.context() as patch:
        patch.setattr(files, "write_atomically", full)
        report = deliver_orders(scene.ledger, ORDER_HANDLERS, scene.home, scene.now)
    assert "No space left" in report.sentences[0]
    assert first_order(scene, approved.id).state == "waiting"
    assert deliver_orders(scene.ledger, ORDER_HANDLERS, scene.home, scene.now + MINUTE).written == 1


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", _crash)
    with pytest.raises(KeyboardInterrupt):
        files.write_atomically(tmp_path / "order.xml", b"<x/>")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[banks.B1]\nurl = "http://bank.example/x"\npublic_key = "{key}"', "must begin with https"),
        ('[banks.B1]\npublic_key = "12"', "64 hexadecimal digits"),
        ('[banks.B1]\npublic_key = "{key}"\nurll = "x"', "unknown field 'urll'"),
        ("[banks.B1", "cannot be read"),
    ],
)
def test_a_wrong_banks_file_is_one_sentence_and_orders_wait(scene: Scene, text: str, words: str) -> None:
    (scene.home.root / "banks.toml").write_text(text.replace("{key}", "11" * 32))
    with pytest.raises(ExchangeError, match=words):
        load_banks(scene.home)


def test_an_order_leaves_only_once_a_witness_holds_its_row_where_that_is_asked(
    live_scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick = tmp_path / "stick"
    stick.write_text("no folder: the witness is away")
    monkeypatch.setenv("WARROOM_WITNESSES", str(stick))
    monkeypatch.setenv("WARROOM_SEND_AFTER_WITNESS", "yes")
    approve(live_scene)
    assert deliver_orders(live_scene.ledger, ORDER_HANDLERS, live_scene.home, live_scene.now).written == 0
    (told,) = unwell.list_noted(live_scene.home)
    assert told.code == "health.unwitnessed"
    stick.unlink()
    later = live_scene.now + 6 * MINUTE
    assert deliver_orders(live_scene.ledger, ORDER_HANDLERS, live_scene.home, later).written == 1
    approved = live_scene.sql("SELECT max(sequence) FROM audit WHERE verb = 'hold.approved'")[0][0]
    assert max(int(path.stem) for path in stick.glob("*.checkpoint")) >= approved
    assert unwell.list_noted(live_scene.home) == ()


def test_a_rehearsal_waits_for_no_witness(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARROOM_SEND_AFTER_WITNESS", "yes")
    approve(scene)
    assert deliver_orders(scene.ledger, ORDER_HANDLERS, scene.home, scene.now).written == 1


def carried_on(scene: Scene) -> None:
    """A hold of before trails said their currency, in effect and carried on now: its order cannot say one either."""
    hold = scene.in_effect()
    freeze_as(scene, None)
    for officer in (scene.anna, scene.boon):
        extend_hold(scene.ledger, officer, hold.id, "PC-1", officer.name, now=scene.now + 60 * MINUTE)


def test_an_order_that_says_no_currency_is_sent_where_the_lake_tells_its_money_in_baht(scene: Scene) -> None:
    carried_on(scene)
    assert deliver_orders(scene.ledger, ORDER_HANDLERS, scene.home, scene.now + 61 * MINUTE).written == 1


def test_an_order_that_says_no_currency_is_given_up_where_the_lake_tells_its_money_in_another(
    scene: Scene,
) -> None:
    carried_on(scene)
    scene.transfer("T1", currency="USD")
    report = deliver_orders(scene.ledger, ORDER_HANDLERS, scene.home, scene.now + 61 * MINUTE)
    assert (report.failed, list(scene.home.outbox.iterdir())) == (1, [])
    assert "is recorded in USD, so it is not sent" in report.sentences[0]
    assert scene.alerts() == ["undelivered"]


@pytest.mark.parametrize("kind", ["hold", "extend"])
def test_no_message_holds_foreign_money_as_baht(scene: Scene, kind: OrderKind) -> None:
    order = first_order(scene, approve(scene).id)
    foreign = dataclasses.replace(order, kind=kind, facts={**order.facts, "currency": "USD"})
    with pytest.raises(ExchangeError, match="is recorded in USD, so it is not sent"):
        pack_order(foreign)
    # What lets a wrong hold go always leaves.
    assert pack_order(dataclasses.replace(foreign, kind="release"))
