"""The parameters: each says where it comes from, and none that is published may be tuned."""

import pytest

from warroom.errors import WorldError
from warroom_lab.world.drawing.params import Name, assume_values, get_number, get_values, load_parameters


def test_every_parameter_has_a_unit_a_tag_and_a_source() -> None:
    for section, named in load_parameters().items():
        for name, parameter in named.items():
            assert parameter.tag in ("P", "D", "A"), f"{section}.{name}"
            assert parameter.unit, f"{section}.{name}"
            assert parameter.source, f"{section}.{name}"


def test_every_figure_that_may_be_tuned_lies_in_its_range() -> None:
    for section, named in load_parameters().items():
        for name, parameter in named.items():
            if parameter.range is None:
                continue
            assert parameter.tag != "P", f"{section}.{name}: what was published is not tuned"
            low, high = parameter.range
            given = parameter.value if isinstance(parameter.value, list) else [parameter.value]
            assert all(low <= value <= high for value in given), f"{section}.{name}"


def test_every_assumption_says_between_what_it_may_be_tuned() -> None:
    for section, named in load_parameters().items():
        for name, parameter in named.items():
            if parameter.tag == "A":
                assert parameter.range is not None, f"{section}.{name}"
                assert parameter.range[0] < parameter.range[1], f"{section}.{name}"


def test_published_reports_come_out_of_true_cases_and_the_rates_at_which_they_are_reported() -> None:
    crime = load_parameters()["crime"]
    rates, mix = crime["reporting"].value, (0.57, 0.11, 0.11, 0.06, 0.04, 0.04, 0.01, 0.06)
    true = [share / rate for share, rate in zip(mix, rates, strict=True)]
    assert crime["shares"].value == pytest.approx([each / sum(true) for each in true], abs=0.002)


def test_a_play_may_assume_otherwise_between_the_ends_of_a_range_and_nothing_stays_changed() -> None:
    usual = get_number("heed", "purchase")
    with assume_values({("heed", "purchase"): 0.35, ("crime", "reporting"): [0.3] * 8}):
        assert get_number("heed", "purchase") == get_values("heed")["purchase"] == 0.35
        assert get_values("crime", "bot-2025")["reporting"] == [0.3] * 8
        assert get_values("heed")["job"] == 0.1
    assert get_number("heed", "purchase") == get_values("heed")["purchase"] == usual


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        (("heed", "buyers"), 0.2, "There is no parameter 'heed.buyers'"),
        (("luck", "all"), 0.2, "There is no parameter 'luck.all'"),
        (("heed", "purchase"), 0.9, "'heed.purchase' lies outside of its range, 0.15 to 0.35"),
        (("mules", "newly_opened"), 0.2, "'mules.newly_opened' has no range"),
        (("crime", "reporting"), [0.3], "'crime.reporting' has another count of numbers"),
    ],
)
def test_what_may_not_be_assumed_is_refused_in_a_sentence(name: Name, value: object, said: str) -> None:
    with pytest.raises(WorldError, match=said), assume_values({name: value}):
        pass
