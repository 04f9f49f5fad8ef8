"""Days of birth in one spelling, however a Thai form writes them."""

import pytest

from warroom.subjects.resolution.columns import get_speller


@pytest.mark.parametrize(
    "written",
    [
        "2 มี.ค. 2528",
        "2 มีนาคม 2528",
        "๒ มี.ค. ๒๕๒๘",
        "วันที่ 2 มีนาคม พ.ศ. 2528",
        "2 มีค 2528",
        "02/03/2528",
        "2 Mar 1985",
        "1985-03-02",
    ],
)
def test_one_day_is_one_spelling_in_either_calendar_and_with_months_in_words(written: str) -> None:
    assert get_speller("date")(written) == "19850302"


def test_what_is_no_day_stays_as_it_is() -> None:
    assert get_speller("date")("31 foo 2528") == "31 foo 2528"
