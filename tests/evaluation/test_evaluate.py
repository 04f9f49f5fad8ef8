"""Policies on seeds: bands, reasons for what is null, the page, and what cannot be asked."""

import json
import re
from pathlib import Path

import pytest

from warroom.cli.evaluate import evaluate as command
from warroom.errors import WorldError
from warroom.evaluation.bands import band, kind_of_band
from warroom.evaluation.evaluate import as_json, evaluate, names_of, seeds_of
from warroom.evaluation.page import write_page
from warroom.evaluation.page.words import words
from warroom.evaluation.policies import POLICIES
from warroom.evaluation.scores import METRICS

ASKED = (
    "money_saved_share", "money_saved", "innocent_hours", "minutes_to_hold", "precision_at_budget", "trail_recall",
    "people_helped", "wrongly_charged", "civilian_mwh_denied", "site_mwh_denied", "displacement_30", "displacement_90",
    "displacement_180",
)  # fmt: skip


def test_the_answer_has_every_figure_by_its_name_or_the_reason_why_not(small_country: None) -> None:
    body = as_json(evaluate("tiny", [1, 2], list(POLICIES)))
    assert set(body["policies"]) == {"none", "practice-2025", "frontier", "warroom"}
    for name, figures in body["policies"].items():
        assert set(ASKED) <= set(figures)
        for metric, value in figures.items():
            if value is None:
                assert body["why_null"][name][metric]
            else:
                assert value["low"] <= value["mean"] <= value["high"]
                assert metric not in body["why_null"][name]
    json.dumps(body)


def test_a_repeated_run_gives_the_same_figures(small_country: None) -> None:
    once, again = (as_json(evaluate("tiny", [1], ["practice-2025", "warroom"])) for _ in range(2))
    assert once == again


def test_with_few_seeds_the_band_is_from_the_smallest_to_the_largest() -> None:
    assert band([3.0, 1.0, 2.0]) == (2.0, 1.0, 3.0)
    assert kind_of_band(3) == "smallest to largest"
    assert band([float(n) for n in range(101)]) == (50.0, 5.0, 95.0)
    assert kind_of_band(101) == "5th to 95th percentile"


def test_seeds_are_written_as_a_range_or_one_by_one() -> None:
    assert seeds_of("11-14") == (11, 12, 13, 14)
    assert seeds_of("3,5-6") == (3, 5, 6)


@pytest.mark.parametrize("text", ["5-1", "", "a", "1-", "-3", "1,,2", "1-99999999999", "1-5000"])
def test_what_names_no_seeds_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(WorldError, match=r"names (no seeds|too many)"):
        seeds_of(text)


def test_an_unknown_policy_or_one_named_twice_is_refused() -> None:
    with pytest.raises(
        WorldError, match="There is no policy 'hope'; choose none, practice-2025, frontier, warroom"
    ):
        names_of("none,hope")
    with pytest.raises(WorldError, match="names a policy twice"):
        names_of("none,none")


def test_an_unknown_size_is_refused() -> None:
    with pytest.raises(WorldError, match="There is no size 'huge'"):
        evaluate("huge", [1], ["none"])


def test_a_folder_that_is_not_empty_is_left_alone(tmp_path: Path, small_country: None) -> None:
    (tmp_path / "mine").write_text("x")
    with pytest.raises(WorldError, match="is not empty"):
        command(size="tiny", seeds="1", policies="none", out=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_json_is_one_line(small_country: None, capsys: pytest.CaptureFixture[str]) -> None:
    command(size="tiny", seeds="1", policies="none", json=True)
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    assert json.loads(out)["policies"]["none"]["money_saved"] == {"mean": 0.0, "low": 0.0, "high": 0.0}


def test_leaving_an_order_out_shows_what_it_did(small_country: None) -> None:
    body = as_json(evaluate("tiny", [1], ["warroom"], without="W000001"))
    assert body["twins"]["1"]["money_saved"] > 0
    with pytest.raises(WorldError, match="gives no order 'W9'"):
        evaluate("tiny", [1], ["warroom"], without="W9")
    with pytest.raises(WorldError, match="name the one policy"):
        evaluate("tiny", [1], ["none", "warroom"], without="W000001")


def test_the_page_stands_by_itself_in_both_languages(small_country: None, tmp_path: Path) -> None:
    out = tmp_path / "report"
    write_page(out, evaluate("tiny", [1, 2], list(POLICIES)))
    text = (out / "index.html").read_text("utf-8")
    assert text.count("<svg") >= 5
    assert not re.search(r'(src|href)="', text)
    assert "http" not in text.replace('xmlns="http://www.w3.org/2000/svg"', "").replace("http-equiv", "")
    assert "prefers-color-scheme: dark" in text
    assert "@media print" in text
    assert words()["said"]["title"]["th"] in text
    assert json.loads((out / "figures.json").read_text())["seeds"] == [1, 2]


def test_the_page_brings_thai_letters_where_they_are_given(small_country: None, tmp_path: Path) -> None:
    write_page(tmp_path / "report", evaluate("tiny", [1], ["none"]), {400: b"letters"})
    text = (tmp_path / "report" / "index.html").read_text("utf-8")
    assert "url(data:font/woff2;base64,bGV0dGVycw==)" in text
    assert "font-src data:" in text


def test_every_figure_reason_and_policy_has_words_in_both_languages(small_country: None) -> None:
    said = words()
    body = as_json(evaluate("tiny", [1], list(POLICIES)))
    assert {metric.name for metric in METRICS} == set(said["metrics"])
    assert {metric.unit for metric in METRICS} <= set(said["units"])
    assert set(POLICIES) == set(said["policies"])
    reasons = {why for per_policy in body["why_null"].values() for why in per_policy.values()}
    assert reasons <= set(said["why"])


def test_the_terminal_says_each_reason_once(small_country: None, capsys: pytest.CaptureFixture[str]) -> None:
    command(size="tiny", seeds="1-2", policies="none,frontier", jobs=1)
    out, err = capsys.readouterr()
    assert out.count("the policy orders no cut") == 1
    assert "none, frontier: no civilian_mwh_denied, site_mwh_denied, clinic_hours_denied: the policy" in out
    assert "money_saved_share" in out
    assert "seed 2: frontier played in" in err
