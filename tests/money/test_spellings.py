"""A trail goes on where two banks write an account or its money in two ways."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.lake.files import START, csv_of, take, transfer
from warroom import clock
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.money.index.opening import open_index
from warroom.money.trace.tracing import trace

MULE = {"payee_bank": "KTB", "payee": "123-4-56789-0", "amount": "50000.00"}


@pytest.mark.parametrize(
    "written",
    [
        {"payer_bank": "KTB", "payer": "1234567890"},
        {"payer_bank": "ktb", "payer": "123 4 56789 0"},
        {"payer_bank": "Ktb ", "payer": "๑๒๓๔๕๖๗๘๙๐", "currency": "thb"},
    ],
)
def test_money_that_left_is_not_held_where_it_was(
    home: Home, tmp_path: Path, written: dict[str, str]
) -> None:
    lake = Lake.open(home)
    take(lake, csv_of(tmp_path / "a.csv", [transfer(1, **MULE)]), source="BANKA")
    later = (START + timedelta(minutes=5)).isoformat()
    left = transfer(2, payee_bank="SCB", payee="77", amount="50000.00", time=later, **written)
    take(lake, csv_of(tmp_path / "b.csv", [left]), source="KTB")
    trail = trace(lake, open_index(home, lake), ["T1"], as_of=clock.get_now())
    still = {(one.account.bank, one.account.number): one.still_there for one in trail.accounts}
    assert still == {("KTB", "1234567890"): 0, ("SCB", "77"): 50_000_00}


@pytest.mark.parametrize("typed", ["1234567890", "123-4-56789-0", "123 456 7890"])
def test_an_account_is_found_however_it_is_typed(home: Home, tmp_path: Path, typed: str) -> None:
    lake = Lake.open(home)
    take(lake, csv_of(tmp_path / "a.csv", [transfer(1, **MULE)]))
    assert lake.find_rows("transfers", {"payee": typed, "payee_bank": "ktb"}).num_rows == 1
