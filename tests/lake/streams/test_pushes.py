"""Pushes: kept before they are answered for, taken once, checked as files are."""

import json
import stat
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.lake.files import csv_of, seen, take, transfer
from tests.lake.streams.pushing import BANK, ago, counts, lines_of, pushing, rows
from warroom import clock
from warroom.errors import IntakeBusy, KeyUsedBefore, RecordsError
from warroom.home import Home
from warroom.lake import stream_load
from warroom.lake.lake import Lake
from warroom.lake.stream_load import SendingOutcome, StreamLoad
from warroom.lake.streams.journal import get_journal_path, list_waiting_pushes
from warroom.lake.streams.pushes import MOST_RECORDS, parse_push


def test_a_push_is_in_the_lake_once_and_its_receipt_says_what_became_of_it(home: Home) -> None:
    with pushing(home) as room:
        receipt = room.push("key-0001", rows(1, 2, 3))
        assert room.front.find_receipt(BANK, receipt.number) == (receipt, None), "it waits"
        assert room.front.drain_journal() == 1
        assert counts(room.became(receipt)) == (3, 0, 0, 0)
        assert set(seen(room.lake)) == {"T1", "T2", "T3"}
        assert room.front.find_receipt("BANKB", receipt.number) is None, (
            "a receipt is told to who pushed alone"
        )
        assert room.front.drain_journal() == 0


def test_the_same_key_again_answers_the_same_and_changes_nothing(home: Home) -> None:
    with pushing(home) as room:
        first = room.push("key-0001", rows(1, 2))
        again = room.push("key-0001", rows(1, 2))
        assert (again.number, again.at, again.records) == (first.number, first.at, first.records)
        room.front.drain_journal()
        head = room.lake.head
        later = room.push("key-0001", rows(1, 2))
        assert (later.number, later.at) == (first.number, first.at)
        assert (room.front.drain_journal(), room.lake.head) == (0, head)


def test_a_key_with_other_content_is_refused_and_the_first_stands(home: Home) -> None:
    with pushing(home) as room:
        room.push("key-0001", rows(1))
        with pytest.raises(KeyUsedBefore, match="other content"):
            room.push("key-0001", rows(2))
        assert counts(room.taken("key-0001", rows(2), "BANKB")) == (1, 0, 0, 0), (
            "another bank's keys are its own"
        )
        assert seen(room.lake) == {"T1": "101.50", "T2": "102.50"}


def test_many_who_push_one_key_at_once_get_one_receipt(home: Home) -> None:
    with pushing(home) as room:
        numbers: list[int] = []
        threads = [
            threading.Thread(target=lambda: numbers.append(room.push("key-0001", rows(1, 2)).number))
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(numbers) == 8
        assert len(set(numbers)) == 1
        assert room.front.drain_journal() == 1


def test_records_pushed_twice_under_two_keys_are_duplicates_and_other_content_corrects(home: Home) -> None:
    with pushing(home) as room:
        assert counts(room.taken("key-0001", rows(1, 2))) == (2, 0, 0, 0)
        assert counts(room.taken("key-0002", rows(2, 3))) == (1, 1, 0, 0)
        assert counts(room.taken("key-0003", rows(1, amount="9.00"))) == (0, 0, 1, 0)
        assert seen(room.lake)["T1"] == "9.00"


def test_pushes_that_share_a_commit_are_counted_apart(home: Home) -> None:
    with pushing(home) as room:
        told = [
            room.push("key-0001", rows(1, 2)),
            room.push("key-0002", rows(2, 3, amount="bad")),
            room.push("key-0003", rows(1, 4), "BANKB"),
            room.push("key-0004", rows(2, 4)),
        ]
        assert room.front.drain_journal() == 4
        assert room.lake.head == 1, "one commit"
        of = [room.became(one, source) for one, source in zip(told, (BANK, BANK, "BANKB", BANK), strict=True)]
        assert list(map(counts, of)) == [(2, 0, 0, 0), (0, 0, 0, 2), (2, 0, 0, 0), (1, 1, 0, 0)]


def test_a_row_that_cannot_be_read_is_told_with_its_line_and_waits_in_the_quarantine(home: Home) -> None:
    body = lines_of([transfer(1)]) + b'\n\n{"torn\n' + lines_of([transfer(2, time="2026-10-01T03:00:00")])
    with pushing(home) as room:
        outcome = room.taken("key-0001", body)
        assert counts(outcome) == (1, 0, 0, 2)
        assert [(one.line, one.column) for one in outcome.problems] == [(3, ""), (4, "time")]
        assert "zone" in outcome.problems[1].reason
        quarantined = room.lake.list_quarantined_rows().to_pylist()
        assert {row["line"] for row in quarantined} == {3, 4}
        assert {row["file"] for row in quarantined} == {"push key-0001"}


def test_quarantined_rows_of_a_push_are_read_again_with_a_better_mapping(home: Home, tmp_path: Path) -> None:
    from tests.lake.files import BANGKOK

    with pushing(home) as room:
        room.taken("key-0001", rows(1, 2, time="2026-10-01T10:00:00"))
        assert seen_now(room.lake) == set()
        (summary,) = room.lake.reingest_quarantine(BANGKOK)
        assert (summary.accepted, summary.resolved) == (2, 2)
        assert seen_now(room.lake) == {"T1", "T2"}


def seen_now(lake: Lake) -> set[str]:
    return set(seen(lake)) if lake.list_files("transfers") else set()


def test_a_bank_cannot_send_what_is_not_its_own(home: Home) -> None:
    with pushing(home) as room:
        outcome = room.taken("key-0001", rows(1, 2), "BANKC")
        assert counts(outcome) == (0, 0, 0, 2)
        assert "BANKC" in outcome.problems[0].reason
        room.lake.reingest_quarantine()
        assert seen_now(room.lake) == set(), "reading it again does not make it its own"
        mixed = lines_of([transfer(3), transfer(4, payer_bank="BANKC")])
        assert counts(room.taken("key-0002", mixed, "BANKC")) == (1, 0, 0, 1)


def test_what_was_agreed_with_a_source_holds_for_its_pushes(home: Home) -> None:
    home.mappings.mkdir()
    (home.mappings / f"{BANK}.toml").write_text(
        '[columns]\namount = "value"\n[time]\nzone = "Asia/Bangkok"\n'
        '[delivery]\nlegal_basis = "Act 4"\npurpose = "tracing"\nretention_days = 30\n'
    )
    row = transfer(1, time="2026-10-01T10:00:00") | {"value": "7.00"}
    with pushing(home) as room:
        assert counts(room.taken("key-0001", lines_of([row]))) == (1, 0, 0, 0)
        assert seen(room.lake) == {"T1": "7.00"}
        (delivery,) = room.lake.list_deliveries()
        assert (delivery.legal_basis, delivery.purpose) == ("Act 4", "tracing")
        assert delivery.retention_until == delivery.received_at + timedelta(days=30)
        (home.mappings / f"{BANK}.toml").write_text("[columns\n")
        with pytest.raises(RecordsError, match="not valid TOML"):
            room.push("key-0002", rows(2))


def test_what_one_source_pushes_in_an_hour_is_one_delivery_which_grows(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.get_now().replace(minute=10)
    monkeypatch.setattr(clock, "get_real_now", lambda: now)
    with pushing(home) as room:
        room.taken("key-0001", rows(1, 2))
        first = room.lake.list_deliveries()[0]
        room.taken("key-0002", rows(2, 3, 4))
        (grown,) = room.lake.list_deliveries()
        assert (grown.delivery_id, grown.accepted, grown.duplicates) == (first.delivery_id, 4, 1)
        assert grown.sha256 != first.sha256
        assert {f.delivery_id for f in room.lake.list_files("transfers")} == {first.delivery_id}
        now += timedelta(hours=1)
        room.taken("key-0003", rows(5))
        assert len(Lake.open(home).list_deliveries()) == 2
        assert len(room.lake.query_rows("deliveries").to_pyarrow()) == 2


def test_the_rows_of_a_stream_are_erased_when_their_time_is_over(home: Home) -> None:
    with pushing(home) as room:
        room.taken("key-0001", rows(1, 2, 3))
        report = room.lake.erase_expired(clock.get_now() + timedelta(days=400))
        assert report.rows == 3
        assert room.lake.verify() == []
        assert counts(room.taken("key-0002", rows(1))) == (1, 0, 0, 0), "a new delivery begins"


def test_late_events_take_their_place_by_their_own_time(home: Home) -> None:
    times = [ago(minutes=0), ago(minutes=7), ago(hours=5), ago(days=3), ago(days=40), ago(minutes=1)]
    body = lines_of(transfer(number, time=time) for number, time in enumerate(times))
    with pushing(home) as room:
        assert counts(room.taken("key-0001", body)) == (6, 0, 0, 0)
        assert counts(room.taken("key-0002", body.replace(b'"T0"', b'"T9"'))) == (1, 5, 0, 0)
        found = room.lake.query_rows("transfers").to_pyarrow()
        assert sorted(found["time"].to_pylist()) == sorted(
            clock.parse_instant(time) for time in [*times, times[0]]
        )
        assert len({file.day for file in room.lake.list_files("transfers")}) >= 3


def test_a_clock_that_is_ahead_by_up_to_a_day_is_believed_and_beyond_it_quarantined(home: Home) -> None:
    body = lines_of([transfer(1, time=ago(minutes=-10)), transfer(2, time=ago(hours=-30))])
    with pushing(home) as room:
        outcome = room.taken("key-0001", body)
        assert counts(outcome) == (1, 0, 0, 1)
        assert "more than a day after" in outcome.problems[0].reason


def test_too_much_that_waits_turns_senders_away_and_keeps_what_was_answered_for(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WARROOM_STREAM_WAITING", "5")
    with pushing(home) as room:
        first = room.push("key-0001", rows(1, 2, 3))
        with pytest.raises(IntakeBusy, match="Retry-After") as refused:
            room.push("key-0002", rows(4, 5, 6))
        assert refused.value.seconds >= 1
        assert room.push("key-0001", rows(1, 2, 3)).number == first.number, (
            "a known key is answered as before"
        )
        room.front.drain_journal()
        assert counts(room.taken("key-0002", rows(4, 5, 6))) == (3, 0, 0, 0)
        assert counts(room.taken("key-0003", rows(*range(10, 20)))) == (10, 0, 0, 0), (
            "alone, a large one fits"
        )


def test_what_waits_is_told_by_source_without_making_anything(home: Home) -> None:
    assert list_waiting_pushes(home, {}) == []
    assert not home.streams.exists()
    with pushing(home) as room:
        room.push("key-0001", rows(1, 2))
        room.push("key-0002", rows(3), "BANKB")
        assert [(one.source, one.rows) for one in list_waiting_pushes(home, {})] == [(BANK, 2), ("BANKB", 1)]
        room.front.drain_journal()
        assert list_waiting_pushes(home, Lake.open(home).state.positions) == []


def test_the_journal_is_its_owners_alone_and_holds_no_body_the_lake_has(home: Home) -> None:
    with pushing(home) as room:
        room.taken("key-0001", rows(1, device_id="a-device-nobody-else-has"))
        room.taken("key-0002", rows(2))
    assert stat.S_IMODE(home.streams.stat().st_mode) == 0o700
    for path in home.streams.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert b"a-device-nobody-else-has" not in path.read_bytes()


def test_old_receipts_are_forgotten_and_so_are_their_keys(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pushing(home) as room:
        old = room.push("key-0001", rows(1))
        room.front.drain_journal()
        later = clock.get_real_now() + timedelta(days=8)
        monkeypatch.setattr(clock, "get_real_now", lambda: later)
        room.taken("key-0002", rows(2))
        assert room.front.find_receipt(BANK, old.number) is None


def test_a_journal_that_was_lost_is_not_taken_for_the_one_the_lake_knows(home: Home) -> None:
    with pushing(home) as room:
        for number in range(3):
            room.taken(f"key-000{number}", rows(number))
    for path in home.streams.iterdir():
        path.unlink()
    with pushing(home) as room:
        assert counts(room.taken("key-0009", rows(9))) == (1, 0, 0, 0)


def test_pushes_and_files_know_each_others_records(home: Home, tmp_path: Path) -> None:
    with pushing(home) as room:
        room.taken("key-0001", rows(1, 2))
        assert take(room.lake, csv_of(tmp_path / "a.csv", map(transfer, (1, 2, 3)))).duplicates == 2
        assert counts(room.taken("key-0002", rows(3, 4))) == (1, 1, 0, 0)


def test_small_files_of_a_day_are_joined_as_they_come_and_nothing_is_doubled(home: Home) -> None:
    with pushing(home) as room:
        for number in range(30):
            room.taken(f"key-{number:04}", rows(number % 10, time=f"2026-10-01T03:00:{number:02}Z"))
        assert len([file for file in room.lake.list_files("transfers") if not file.corrections]) < 24
        assert set(seen(room.lake)) == {f"T{number}" for number in range(10)}
        assert room.lake.verify() == []
        assert counts(room.taken("key-9999", rows(5, time="2026-10-01T03:00:25Z"))) == (0, 1, 0, 0)


def test_joining_files_keeps_the_index_of_known_records(home: Home) -> None:
    with pushing(home) as room:
        for number in range(4):
            room.taken(f"key-{number:04}", rows(number, time="2026-10-01T03:00:00Z"))
        cards = {path: path.read_bytes() for path in (home.lake / "keys").glob("transfers-*/card.json")}
        assert room.lake.compact_files() == 3
        (card,) = cards
        assert json.loads(card.read_bytes())["runs"] == json.loads(cards[card])["runs"]
        assert counts(room.taken("key-9999", rows(1, 8, time="2026-10-01T03:00:00Z"))) == (1, 1, 0, 0)
        card.write_bytes(cards[card])  # as if it had died between the commit and the card
        again = Lake.open(home)
        path = home.root / "again.csv"
        same = [transfer(number, time="2026-10-01T03:00:00Z") for number in (0, 1, 2, 3, 8)]
        assert take(again, csv_of(path, same)).duplicates == 5


def test_an_array_is_cut_into_its_records_without_touching_them() -> None:
    found = parse_push(b' [ {"amount": 1.10,\n "a": "]"} , [1], "x" ]\n')
    assert found.texts == ['{"amount": 1.10,  "a": "]"}', "[1]", '"x"']
    assert found.numbers == [1, 2, 3]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "no record"),
        (b"[]", "no record"),
        (b" \n\n", "no record"),
        (b"[1,", "no valid JSON array"),
        (b"[1] x", "no valid JSON array"),
        (b"[1 2]", "no valid JSON array"),
        (b"[" * 100_000, "no valid JSON array"),
        (b"\xff\xfe{", "not valid UTF-8"),
        (b"{}\n" * (MOST_RECORDS + 1), "may hold"),
    ],
)
def test_what_cannot_be_cut_into_records_is_one_sentence(body: bytes, said: str) -> None:
    with pytest.raises(RecordsError, match=said):
        parse_push(body)


@pytest.mark.parametrize("column", ["payee", "uetr", "nobodys", "\\udc00"])
def test_half_a_sign_costs_its_row_and_nobody_elses_push(home: Home, column: str) -> None:
    row = {name: value for name, value in transfer(2).items() if name != column}
    half = lines_of([row]).replace(b"}", f', "{column}": "a\\uD800b"}}'.encode())
    whole = lines_of([transfer(3, purpose="\U0001f4b8")])
    with pushing(home) as room:
        bad = room.push("key-0001", rows(1) + b"\n" + half + b"\n" + whole)
        good = room.push("key-0002", rows(4), "BANKB")
        room.front.drain_journal()
        assert counts(room.became(bad)) == (2, 0, 0, 1)
        assert counts(room.became(good, "BANKB")) == (1, 0, 0, 0)
        (problem,) = room.became(bad).problems
        assert problem.line == 2
        assert "half of a character" in problem.reason
        room.lake.reingest_quarantine()
        assert (set(seen(room.lake)), room.lake.list_quarantined_rows().num_rows) == ({"T1", "T3", "T4"}, 1)


@pytest.fixture(params=[ZeroDivisionError(), RecordsError("It breaks.")], ids=["fault", "refusal"])
def breaks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The names of pushes at which the program breaks, as nobody foresaw."""
    names: set[str] = set()
    take = stream_load.take_load

    def breaking(intake: Any, state: Any, taken: StreamLoad) -> list[SendingOutcome]:
        if names & {one.name for one in taken.sendings}:
            raise request.param
        return take(intake, state, taken)

    monkeypatch.setattr(stream_load, "take_load", breaking)
    return names


def test_a_push_that_breaks_the_program_stops_no_other_and_waits_for_a_better_one(
    home: Home, breaks: set[str], caplog: pytest.LogCaptureFixture
) -> None:
    breaks.add("push key-0002")
    with pushing(home) as room:
        told = [room.push(f"key-000{number}", rows(number)) for number in (1, 2, 3)]
        assert room.front.drain_journal() == 2
        assert set(seen(room.lake)) == {"T1", "T3"}
        assert "Error" in caplog.text
        assert "T2" not in caplog.text
        assert counts(room.taken("key-0004", rows(4))) == (1, 0, 0, 0)
        room.front.drain_journal()
        assert room.front.find_receipt(BANK, told[1].number) == (told[1], None)
        assert [one.rows for one in list_waiting_pushes(home, room.lake.state.positions)] == [1]
    with pushing(home) as room:
        assert room.front.drain_journal() == 0, "it breaks again"
    breaks.clear()
    with pushing(home) as room:
        room.front.drain_journal()
        assert counts(room.became(told[1])) == (1, 0, 0, 0)
        assert set(seen(room.lake)) == {"T1", "T2", "T3", "T4"}
        assert list_waiting_pushes(home, room.lake.state.positions) == []


def test_a_push_whose_commit_breaks_is_not_taken_for_taken(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    from warroom.lake.intake import Intake

    commit: Callable[..., Any] = Intake.commit
    numbers = {1, 2}  # together, and the first alone

    def breaking(intake: Intake, positions: dict[str, int]) -> object:
        if numbers:
            numbers.pop()
            raise ZeroDivisionError
        return commit(intake, positions)

    monkeypatch.setattr(Intake, "commit", breaking)
    with pushing(home) as room:
        first, second = room.push("key-0001", rows(1)), room.push("key-0002", rows(2))
        assert room.front.drain_journal() == 1
        assert counts(room.became(second)) == (1, 0, 0, 0)
        assert room.front.find_receipt(BANK, first.number) == (first, None)
    with pushing(home) as room:
        room.front.drain_journal()
        assert set(seen(room.lake)) == {"T1", "T2"}


def test_where_every_push_breaks_the_program_all_of_them_wait(home: Home, breaks: set[str]) -> None:
    breaks.update({"push key-0001", "push key-0002"})
    with pushing(home) as room:
        told = [room.push("key-0001", rows(1)), room.push("key-0002", rows(2))]
        with pytest.raises((ZeroDivisionError, RecordsError)):
            room.front.drain_journal()
        breaks.clear()
        assert room.front.drain_journal() == 2
        assert [counts(room.became(one)) for one in told] == [(1, 0, 0, 0)] * 2


def test_where_nothing_waits_the_journal_holds_no_body_nor_does_its_log(home: Home) -> None:
    with pushing(home) as room:
        room.taken("key-0001", rows(1, device_id="a-device-nobody-else-has"))
        room.front.drain_journal()
        for path in home.streams.iterdir():
            assert b"a-device-nobody-else-has" not in path.read_bytes()
        quiet = {path: path.stat().st_mtime_ns for path in home.streams.glob("journal.sqlite*")}
        room.front.drain_journal()
        del quiet[get_journal_path(home).with_name("journal.sqlite-shm")]
        assert all(path.stat().st_mtime_ns == at for path, at in quiet.items()), "nothing is written"


def test_a_room_that_closes_leaves_no_body_that_the_lake_has(home: Home) -> None:
    with pushing(home) as room:
        room.taken("key-0001", rows(1, device_id="a-device-nobody-else-has"))
    assert b"a-device-nobody-else-has" not in get_journal_path(home).read_bytes()


def test_a_push_that_comes_after_the_end_is_refused_at_once(home: Home) -> None:
    with pushing(home) as room:
        first = room.push("key-0001", rows(1))
    with pytest.raises(IntakeBusy, match="closing"):
        room.push("key-0002", rows(2))
    assert room.push("key-0001", rows(1)).number == first.number, "what was answered for is so still"


@pytest.mark.parametrize("body", [rows(1, 2), b"[" + rows(1).strip() + b"," + rows(2).strip() + b"]"])
def test_a_byte_order_mark_before_a_push_is_no_part_of_it(home: Home, body: bytes) -> None:
    with pushing(home) as room:
        assert counts(room.taken("key-0001", b"\xef\xbb\xbf" + body)) == (2, 0, 0, 0)
