"""Orders are on disk before the country hears of them, and a torn line never counted."""

from pathlib import Path

import pytest

from warroom.errors import HomeError
from warroom_lab.demo.journal import OrderEntry, OrderJournal
from warroom_lab.world.play.orders import CountryOrder


def entry(order_id: str, time: int = 1) -> OrderEntry:
    order = CountryOrder(order_id, "hold", time, subject=7, amount=500, reports=("R1",))
    return OrderEntry(time, (order,), (f"CODE-{order_id}",))


def test_what_was_kept_is_read_again(tmp_path: Path) -> None:
    journal = OrderJournal(tmp_path / "journal")
    journal.append(entry("WR1"))
    journal.append(entry("WR2", 5))
    again = OrderJournal(tmp_path / "journal")
    assert again.entries == journal.entries
    assert "WR1" in again
    assert "WR3" not in again
    assert again.get_hold("CODE-WR2") == entry("WR2", 5).orders[0]


def test_a_line_that_was_cut_off_is_dropped_and_may_be_written_again(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    OrderJournal(path).append(entry("WR1"))
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:20])
    journal = OrderJournal(path)
    assert len(journal) == 1
    journal.append(entry("WR2"))
    assert [one.orders[0].order_id for one in OrderJournal(path).entries] == ["WR1", "WR2"]


def test_a_line_that_is_no_order_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "journal").write_text("nonsense\n")
    with pytest.raises(HomeError, match="--fresh"):
        OrderJournal(tmp_path / "journal")
