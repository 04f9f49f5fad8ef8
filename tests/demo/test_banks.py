"""The demo's banks answer what lies in the outbox, once, and one of them never does."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.exchange.orders import message
from warroom import clock
from warroom.demo import play_banks
from warroom.demo.banks import MAX_SECONDS, SILENT_BANK, Received, decide
from warroom.exchange import outbox, render, resolution
from warroom.exchange.message import Kind
from warroom.home import Home, open_home


@pytest.fixture
def demo_home(tmp_path: Path) -> Home:
    return open_home(tmp_path / "home", "demo")


def order(home: Home, order_id: str, bank: str = "B02", kind: Kind = "hold") -> None:
    outbox.write(home.outbox, f"{order_id}.xml", render(message(order_id=order_id, bank=bank, kind=kind)))


def test_an_order_is_answered_after_some_seconds_and_once(demo_home: Home) -> None:
    order(demo_home, "WR1")
    assert play_banks(demo_home, clock.now()) == 0
    later = clock.now() + timedelta(seconds=MAX_SECONDS + 1)
    assert play_banks(demo_home, later) == 1
    assert play_banks(demo_home, later) == 0
    said = resolution.read((demo_home.inbox / "WR1.xml").read_bytes())
    assert (said.order, said.partner) == ("WR1", "B02")


def test_one_bank_is_silent_about_holds_but_lets_money_go(demo_home: Home) -> None:
    order(demo_home, "WR1", SILENT_BANK)
    order(demo_home, "WR2", SILENT_BANK, "release")
    assert play_banks(demo_home, clock.now() + timedelta(minutes=1)) == 1
    assert [path.name for path in demo_home.inbox.iterdir()] == ["WR2.xml"]


def test_most_holds_are_done_some_partly_some_refused() -> None:
    orders = [Received(f"WR{number}", "hold", "B02", Decimal("100.01")) for number in range(400)]
    statuses = [decide(one)[0] for one in orders]
    assert statuses.count("done") > 250
    assert statuses.count("partly") > 20
    assert statuses.count("refused") > 10
    assert all(amount is not None and amount <= one.amount for one in orders for amount in [decide(one)[1]])
