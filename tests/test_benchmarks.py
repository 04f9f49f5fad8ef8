"""Benchmarks where the data of others that they read is away, and what they all share."""

import json
from importlib import import_module
from inspect import signature
from pathlib import Path
from types import SimpleNamespace

import pytest
from benchmarks import played_room, screen_room
from benchmarks.__main__ import BENCHMARKS, SOAKS
from benchmarks.harness import at_least, at_most, percentile, start_run
from benchmarks.outside import LEFT_OUT

from warroom.money.forecast.facts import MINUTE
from warroom.money.trace import tracing
from warroom.money.trail import BankAccount


@pytest.mark.parametrize("name", ["copies", "external", "messages", "mules", "public_check"])
def test_a_benchmark_without_its_data_ends_with_a_sentence_that_names_the_setting(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WARROOM_SHARED", str(tmp_path))
    main = import_module(f"benchmarks.{name}").main
    with pytest.raises(SystemExit) as ended:
        raise SystemExit(main([]))
    assert ended.value.code == LEFT_OUT
    assert "set WARROOM_SHARED" in capsys.readouterr().err


def test_a_run_fails_where_a_figure_misses_its_bar_and_adds_a_line_of_json_for_each_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = tmp_path / "figures.jsonl"
    run = start_run("A benchmark.", ["--quick", "--json", str(lines)])
    run.show("First", [at_least("speed", 12.0, "/s", 10)])
    assert run.finish("Second", [at_most("memory", 3, "GiB", 2, "of one process")]) == 1
    first, second = map(json.loads, lines.read_text().splitlines())
    assert (first["title"], first["figures"][0]["holds"]) == ("First", True)
    assert (second["title"], second["figures"][0]["holds"]) == ("Second", False)
    assert second["quick"]
    assert second["cpu_seconds"] >= 0
    printed = capsys.readouterr().out
    assert "BELOW THE BAR" in printed
    assert "of one process" in printed
    assert start_run("A benchmark.", []).finish("Third", [at_least("speed", 10, "/s", 10)]) == 0


def test_a_percentile_is_the_value_at_that_place_and_needs_no_order() -> None:
    assert percentile(range(100, 0, -1), 0.95) == 96
    assert percentile([3.0], 0.99) == 3.0
    with pytest.raises(IndexError):
        percentile([], 0.5)


@pytest.mark.parametrize("name", [*BENCHMARKS, *SOAKS, "campaigns", "lessons"])
def test_every_benchmark_says_what_it_measures_and_takes_the_same_arguments(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    module = "benchmarks.night.__main__" if name == "night" else f"benchmarks.{name}"
    with pytest.raises(SystemExit) as ended:
        import_module(module).main(["--help"])
    assert ended.value.code == 0
    printed = capsys.readouterr().out
    assert all(option in printed for option in ("--quick", "--soak", "--full", "--json"))


class TestScreenRoom:
    """What the player of the screen reads and how it is judged."""

    def test_money_is_found_where_the_room_spells_an_account_without_hyphens(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        moves = {BankAccount("B02", "000-0699359740"): [(0, 5_000_00, 0), (30 * MINUTE, -5_000_00, -1)]}
        monkeypatch.setattr(played_room, "trace", lambda *given, **more: None)
        monkeypatch.setattr(played_room, "map_moves_by_account", lambda trail: moves)
        records = SimpleNamespace(current_index=None)
        truth = played_room.Truth(SimpleNamespace(records=records), 0)  # type: ignore[arg-type]
        row = SimpleNamespace(bank="B02", account="0000699359740", amount=3_000_00, transfer_ids=["T1"])
        assert truth.sum_leaving([row], 10 * MINUTE, 60 * MINUTE) == 3_000_00
        assert truth.sum_leaving([row], 40 * MINUTE, 60 * MINUTE) == 0

    def test_truth_and_the_bench_follow_money_as_the_room_does(self, monkeypatch: pytest.MonkeyPatch) -> None:
        methods = []
        monkeypatch.setattr(played_room, "trace", lambda *given, method, **more: methods.append(method))
        monkeypatch.setattr(played_room, "map_moves_by_account", lambda trail: {})
        records = SimpleNamespace(current_index=None)
        truth = played_room.Truth(SimpleNamespace(records=records), 0)  # type: ignore[arg-type]
        row = SimpleNamespace(bank="B02", account="1", amount=1, transfer_ids=["T1"])
        assert truth.sum_leaving([row], 0, 1) == 0
        officer = played_room.Officer("top", truth, 1)
        rooms = signature(tracing.trace).parameters["method"].default
        assert [*methods, officer.cases.method] == [rooms, rooms]

    def test_a_telephone_beside_a_deadline_is_no_word_why_it_is_later(self) -> None:
        row = (
            '<li id="case-1"><a href="/cases/C-1">C-1</a><div class="d"><span data-until="7000"><span>by 13:10</span></span>'
            '<small>{}</small></div><a class="button" href="/cases/C-1" data-next>Hold 1</a></li>'
        )
        later = [
            next(screen_room.read_rows(row.format(words))).later
            for words in ('<a class="id tel" href="tel:1">B02 1</a>', "was 13:05")
        ]
        assert later == ["", "was 13:05"]
        folded = row.replace(
            "<small>{}</small>", "<details><summary>was 13:05</summary>records to 13:20 show it</details>"
        )
        assert next(screen_room.read_rows(folded)).later == "was 13:05"

    def test_rows_that_ask_for_no_decision_are_no_part_of_the_order(self) -> None:
        row = '<li id="case-{0}"><a href="/cases/C-{0}">C-{0}</a><a class="button" href="/cases/C-{0}" data-next>{1}</a></li>'
        words = ("Decide 2", "Follow 500", "Hold 1", "Open")
        page = "".join(row.format(at, button) for at, button in enumerate(words))
        assert [row.number for row in screen_room.list_asking_rows(page)] == ["C-0", "C-2"]

    def test_a_deadline_that_rises_is_counted_once_and_with_its_reason(self) -> None:
        deadlines = screen_room.Deadlines()
        for until, later in ((6_000, ""), (6_060, ""), (6_000, ""), (None, ""), (6_090, "was 13:05")):
            deadlines.note([screen_room.BoardRow("C-1", until, later, "", "Hold 1")])
        assert (deadlines.untold, deadlines.told) == (1, 1)
