"""Sums as people write them, and how long it takes to read one."""

import time
from decimal import Decimal

import pytest

from warroom.web.public.sums import LONGEST, parse_sum

READ = {
    "77,000": "77000",
    "77000.50 บาท": "77000.50",
    "๗๗,๐๐๐": "77000",
    "ประมาณ 5 พัน": "5000",
    "4 หมื่น 5 พัน": "45000",
    "1.5 ล้าน": "1500000",
    "about 20k": "20000",
    "฿ 500.-": "500",
    "1 000 000": "1000000",
    "500": "500",
}


@pytest.mark.parametrize("said", READ)
def test_a_sum_is_read(said: str) -> None:
    assert parse_sum(said) == Decimal(READ[said])


@pytest.mark.parametrize(
    "said", ["", "much", "1 แสน 5", "5 apples", "1.234", "-5", "1e9", "9" * 20, "5 " * 90]
)
def test_what_is_no_sum_is_none(said: str) -> None:
    assert parse_sum(said) is None


@pytest.mark.parametrize("sign", "1 ,.พkแ฿~-\u0e50")
@pytest.mark.parametrize("end", ["x", "", "1x", ".", " พัน x"])
def test_no_text_takes_long_to_read(sign: str, end: str) -> None:
    for count in (10, 40, LONGEST - len(end), 200, 4_000):
        began = time.thread_time()
        parse_sum(sign * count + end)
        parse_sum(f"{sign}1" * (count // 2) + end)
        assert time.thread_time() - began < 0.05
