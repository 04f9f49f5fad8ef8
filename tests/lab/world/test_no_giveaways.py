"""No single column, and no pair of two, of what partners send says of a row that it belongs to crime."""

from functools import cache

import numpy as np
import pyarrow as pa
import pytest

from warroom_lab.world.delivery import columns
from warroom_lab.world.drawing.columns import COMPANY, DAY, SECOND, TransferColumns
from warroom_lab.world.drawing.sizes import SIZES
from warroom_lab.world.play.run import CountryRun
from warroom_lab.world.population.country import Country, plan_country

LEAST, MOST = 8, 0.9
"""Rows a value must have to count, and the share of crime in them that is too much."""


@cache
def played(seed: int) -> tuple[Country, TransferColumns, np.ndarray]:
    """A country, all payments of its days, and which of them are crime's."""
    country = plan_country(SIZES["tiny"], seed)
    days = country.nation.size.days
    crime = CountryRun(country).advance_to(country.nation.start + days * DAY).transfers
    ordinary = [country.get_day(number) for number in range(days)]
    rows = TransferColumns.concat_parts([crime, *ordinary])
    return country, rows, np.arange(len(rows)) < len(crime)


@cache
def written(seed: int) -> pa.Table:
    """Those payments as the payers' banks write them."""
    country, rows, _ = played(seed)
    return columns.make_transfer_rows(rows, country.accounts.bank, rows.time)


def giveaways(values: dict[str, list[object]], crime: np.ndarray) -> list[tuple[str, object, float]]:
    """(column, value, share of crime) of values that say of at least LEAST rows that they are crime's."""
    found_out: list[tuple[str, object, float]] = []
    for name, column in values.items():
        kinds, at = np.unique(np.array([str(each) for each in column]), return_inverse=True)
        count, bad = np.bincount(at), np.bincount(at, crime)
        found_out += [
            (name, str(kinds[kind]), float(bad[kind] / count[kind]))
            for kind in np.flatnonzero((count >= LEAST) & (bad / count > MOST))
        ]
    return found_out


def pair(*parts: object) -> list[object]:
    return list(zip(*parts, strict=True))


@pytest.mark.parametrize("seed", [7, 8])
def test_no_value_of_a_payments_columns_tells_crime(seed: int) -> None:
    _, rows, crime = played(seed)
    table = written(seed)
    channel = table["channel"].to_pylist()
    purpose = table["purpose"].to_pylist()
    unknown = table["device_id"].is_null().to_pylist()
    whole = (rows.time % SECOND == 0).tolist()
    values = {f"{name} null": table[name].is_null().to_pylist() for name in table.column_names}
    values |= {
        "channel": channel,
        "purpose": purpose,
        "channel, device null": pair(channel, unknown),
        "channel, purpose": pair(channel, purpose),
        "purpose, device null": pair(purpose, unknown),
        "whole second": whole,
        "channel, whole second": pair(channel, whole),
    }
    assert giveaways(values, crime) == []


@pytest.mark.parametrize("seed", [7, 8])
def test_the_digits_of_a_device_say_nothing_of_the_payers_account(seed: int) -> None:
    _, _, crime = played(seed)
    table = written(seed)
    known = np.array(table["device_id"].is_valid().to_pylist())
    devices = [device and device[1:] for device in table["device_id"].to_pylist()]
    accounts = {account[4:] for account in table["payer"].to_pylist()}
    own = np.array([device in accounts for device in devices])
    assert own[known].mean() < 0.01
    assert giveaways({"device among accounts": own[known].tolist()}, crime[known]) == []


@pytest.mark.parametrize("seed", [7, 8])
def test_nobody_pays_or_is_paid_before_the_account_is_opened(seed: int) -> None:
    country, rows, _ = played(seed)
    opened = country.accounts.opened
    assert (rows.time >= opened[rows.payer]).all()
    assert (rows.time >= opened[rows.payee]).all()


@pytest.mark.parametrize("seed", [7, 8])
def test_no_age_of_an_account_tells_crime(seed: int) -> None:
    country, _, _ = played(seed)
    kept, start = country.accounts, country.nation.start
    mule = np.zeros(len(kept), bool)
    mule[country.underworld.mules.account] = True
    kind = country.holders.kind[kept.holder]
    since = country.holders.since[kept.holder]
    late = kept.opened >= start
    values = {
        "opened in the days": late.tolist(),
        "opened in the days, tier": pair(late, kept.tier),
        "opened in the days, type": pair(late, kept.type),
        "opened in the days, kind": pair(late, kind),
        "opened in the last two months, kind": pair(kept.opened >= start - 60 * DAY, kind),
        "young holder, kind": pair(since >= start - 365 * DAY, kind),
        "opened before its holder was known": (kept.opened < since).tolist(),
        "opened in which week": ((kept.opened - start) // (7 * DAY)).tolist(),
    }
    assert giveaways(values, mule) == []
    assert (since <= kept.opened).all()
    assert (late & ~mule).any()
    assert not (late & (kind == COMPANY)).any()
