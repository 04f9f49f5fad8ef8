"""`warroom plan`: what it prints, in both languages, and as JSON."""

import json
from pathlib import Path

import pytest

from warroom.cli.plan import print_plan
from warroom.errors import PlanError

EXAMPLE = Path(__file__).resolve().parents[2] / "examples/plans/network.json"


def test_a_plan_is_printed_with_bound_worth_costs_harm_and_next_best(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_plan(EXAMPLE)
    printed = capsys.readouterr().out
    for words in (
        "of 40,150.0",
        "proven",
        "feeder-1",
        "Cost to power: 5 of 5",
        "Harm, homes: 900 of at most",
        "raid-b",
    ):
        assert words in printed
    assert "turns out impossible" in printed


def test_the_same_in_thai(capsys: pytest.CaptureFixture[str]) -> None:
    print_plan(EXAMPLE, language="th")
    printed = capsys.readouterr().out
    assert "พิสูจน์แล้ว" in printed
    assert "Harm" not in printed


def test_budgets_and_limits_of_the_command_replace_those_of_the_file(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_plan(EXAMPLE, budget=("bank=11",), json=True)
    richer = json.loads(capsys.readouterr().out)
    print_plan(EXAMPLE, limit=("homes=100",), json=True)
    stricter = json.loads(capsys.readouterr().out)
    assert richer["costs"]["bank"] == 11
    assert stricter["harm"]["homes"] <= 100
    assert richer["value"] < stricter["value"]
    assert richer["proven"]


@pytest.mark.parametrize("text", ["bank", "bank=much", "=4", "bank=-1", "bank=nan"])
def test_an_amount_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(PlanError):
        print_plan(EXAMPLE, budget=(text,))
