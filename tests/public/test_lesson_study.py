"""How many learners show an effect: the simulated study sees what is there, and is wrong as seldom as it says."""

from benchmarks.lessons import study


def test_a_quarter_less_is_seen_with_two_hundred_in_each_half() -> None:
    found = study(0.75, 200, draws=200)
    assert found.seen > 0.9
    assert found.low < 0.75 < found.high < 1


def test_a_twentieth_less_is_not_seen_with_two_hundred_and_is_with_five_thousand() -> None:
    assert study(0.95, 200, draws=200).seen < 0.25
    assert study(0.95, 5_000, draws=100).seen > 0.85


def test_where_there_is_no_effect_few_studies_claim_one() -> None:
    found = study(1.0, 200, draws=400)
    assert found.seen < 0.1
    assert found.low < 1 < found.high
