"""Benchmarks where the data of others that they read is away, and what they all share."""

import json
from importlib import import_module
from pathlib import Path

import pytest
from benchmarks.__main__ import BENCHMARKS, SOAKS
from benchmarks.harness import at_least, at_most, percentile, start_run
from benchmarks.outside import LEFT_OUT


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
