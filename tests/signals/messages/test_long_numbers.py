"""A stranger's text of digits alone is read in a moment: no shape tries each place of it against all that follows."""

import time

import pytest

from tests.speed import allow_seconds
from warroom.signals.messages.normal import normalise_message
from warroom.signals.messages.signs import find_message_signs

SECONDS = 0.25


@pytest.mark.parametrize("text", ["1" * 4000, "1," * 2000, "0" * 4000, "1." * 2000])
def test_four_thousand_signs_of_digits_are_read_in_a_moment(text: str) -> None:
    find_message_signs(normalise_message("1"))
    began = time.process_time()
    find_message_signs(normalise_message(text))
    assert time.process_time() - began < allow_seconds(SECONDS)


@pytest.mark.parametrize("text", ["จ่าย 1,200.50 บาท", "12000 baht", "฿500", "5,000 usdt"])
def test_amounts_are_still_found(text: str) -> None:
    assert "amount" in {found.sign for found in find_message_signs(normalise_message(text))}
