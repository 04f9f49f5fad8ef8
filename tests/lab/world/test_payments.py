"""The payments of a play take little memory and read like a list of rows."""

import sys

import pytest

from warroom_lab.world.crime.payments import PlayedPayments, Row


def row(number: int) -> Row:
    # Numbers of their own, as a play's are: Python keeps only those up to 256 once.
    return number << 40, number << 30, 3, 4, number * 1000, 0, 0, -1, 2, number, 1, 0


def test_payments_read_like_a_list_of_rows() -> None:
    rows, payments = [row(number) for number in range(5)], PlayedPayments()
    for one in rows:
        payments.append(one)
    assert len(payments) == 5
    assert list(payments) == rows
    assert (payments[0], payments[-1], payments[2:], payments[5:]) == (rows[0], rows[-1], rows[2:], [])
    with pytest.raises(IndexError):
        payments[5]


def test_plays_are_the_same_where_their_payments_are() -> None:
    first, same, longer = PlayedPayments(), PlayedPayments(), PlayedPayments()
    for payments in (first, same, longer):
        payments.append(row(1))
    longer.append(row(2))
    assert first == same
    assert first != longer


def test_a_payment_that_was_made_leaves_no_object_behind() -> None:
    payments, count = PlayedPayments(), 2_000
    blocks = sys.getallocatedblocks()
    for number in range(count):
        payments.append(row(number))
    assert (sys.getallocatedblocks() - blocks) / count < 0.1
