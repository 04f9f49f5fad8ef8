"""Checks before payments where time plays tricks: a clock that steps back, and how long a payer must wait."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from warroom import clock
from warroom.errors import QuotaSpent
from warroom.home import Home
from warroom.payee import limits
from warroom.payee.generations import Generations
from warroom.payee.journal import PayeeJournal, finish_file, iter_lines, journal_folder, list_open_files


def written(journal: PayeeJournal, number: int) -> None:
    done = threading.Event()
    journal.add_line(b'{"n":%d}' % number, ("B01", "warn"), lambda problem: done.set())
    assert done.wait(10)


def test_lines_that_are_sealed_stay_when_the_clock_steps_back_over_their_hour(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime(2026, 11, 26, 9, 59, 58, tzinfo=UTC)
    monkeypatch.setattr(clock, "get_real_now", lambda: now)
    journal = PayeeJournal(home)
    journal.open()
    for number in range(5):
        written(journal, number)
    now += timedelta(seconds=90)
    written(journal, 5)
    finish_file(list_open_files(home)[0])
    now -= timedelta(seconds=100)
    written(journal, 6)
    journal.add_line(b"{}", ("B01", "warn"), lambda problem: 1 / 0)  # the bank that asked is gone
    written(journal, 7)
    journal.close()
    again = PayeeJournal(home)  # a new start with the clock still behind
    again.open()
    written(again, 8)
    again.close()
    for path in list_open_files(home):
        finish_file(path)
    kept = {path.name: len(list(iter_lines(path))) for path in journal_folder(home).iterdir()}
    assert kept == {"2026-11-26T09.jsonl": 5, "2026-11-26T10.jsonl": 5}


def test_a_payer_who_waits_as_long_as_told_is_answered_then() -> None:
    now, found = 600.0, limits.PayeeLimits()
    found._payees_of = Generations(limits.SPAN, lambda: now)
    now = 900.0
    for payee in range(limits.PAYEES):
        found.check_payer(1)
        found.count_pair(1, payee, payee)
    with pytest.raises(QuotaSpent) as refused:
        found.check_payer(1)
    now += refused.value.seconds - 2
    with pytest.raises(QuotaSpent):
        found.check_payer(1)
    now += 3
    found.check_payer(1)
