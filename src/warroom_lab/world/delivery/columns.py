"""From the country's columns to rows of the tables, with the types the lake has: a column at a time, no loop over rows."""

import numpy as np
import pyarrow as pa

from warroom.sites.provinces import PROVINCES
from warroom_lab.world.drawing.columns import (
    BANKS,
    CHANNELS,
    DAY,
    HOLDER_KINDS,
    Accounts,
    Array,
    Holders,
    Transfers,
)
from warroom_lab.world.drawing.numbers import (
    account_numbers,
    copy_ids,
    device_tokens,
    holder_tokens,
    record_ids,
    references,
    uetrs,
)
from warroom_lab.world.economy import PURPOSES
from warroom_lab.world.population.people import AGES, LIMITS, TIERS, TYPES

TIME = pa.timestamp("us", "UTC")
MONEY = pa.decimal128(18, 2)


def times(micros: Array) -> pa.Array:
    """Microseconds since 1970 as a column of time."""
    return pa.array(np.ascontiguousarray(micros, np.int64)).cast(TIME)


def money(satang: Array) -> pa.Array:
    """Satang as baht with two decimals: the same bits, read with the point two places to the left."""
    # Arrow asks 19 digits of any 64-bit number; no sum here has more than the 18 that the table allows.
    wide = pa.array(np.ascontiguousarray(satang, np.int64)).cast(pa.decimal128(19, 0))
    return pa.Array.from_buffers(MONEY, len(wide), wide.buffers(), offset=wide.offset)


def words(numbers: Array, listed: tuple[str, ...], unsaid: str | None = None) -> pa.Array:
    """The word of each number; null where it is the word `unsaid`, or the number is -1."""
    given = pa.array([None if word == unsaid else word for word in listed], pa.string())
    position = pa.array(numbers.astype(np.int32), mask=numbers < 0)
    return given.take(position)


def transfers(rows: Transfers, bank: Array, received: Array, *, copies: bool = False) -> pa.Table:
    """Rows of `transfers` as one bank records them; `bank` is of each account, `copies`: what it received."""
    numbered = copy_ids(rows.uid) if copies else record_ids(rows.uid)
    return pa.table(
        {
            "record_id": numbered,
            "received_at": times(received),
            "time": times(rows.time),
            "payer_bank": words(bank[rows.payer], BANKS),
            "payer": account_numbers(rows.payer),
            "payee_bank": words(bank[rows.payee], BANKS),
            "payee": account_numbers(rows.payee),
            "amount": money(rows.amount),
            "channel": words(rows.channel, CHANNELS),
            "end_to_end_id": references(rows.uid),
            "uetr": uetrs(rows.uid),
            "purpose": words(rows.purpose, PURPOSES, ""),
            # The payee's bank never sees the device that ordered.
            "device_id": pa.nulls(len(rows), pa.string()) if copies else device_tokens(rows.device),
        }
    )


def holders(people: Holders, numbers: Array, start: int) -> pa.Table:
    """Rows of `holders` for these holder numbers, as known before the first day."""
    mine = people.take(numbers)
    return pa.table(
        {
            "record_id": holder_tokens(numbers),
            "received_at": times(np.full(len(numbers), start)),
            "kind": words(mine.kind, HOLDER_KINDS),
            "age_band": words(mine.age, AGES),
            "province": words(mine.province, PROVINCES),
            "known_since": times(mine.since),
        }
    )


def accounts(kept: Accounts, numbers: Array, start: int) -> pa.Table:
    """Rows of `accounts` for these account numbers; an account opened later is known a day after."""
    mine = kept.take(numbers)
    number = account_numbers(numbers)
    return pa.table(
        {
            "record_id": number,
            "received_at": times(np.maximum(start, mine.opened + DAY)),
            "bank": words(mine.bank, BANKS),
            "account": number,
            "holder_id": holder_tokens(mine.holder),
            "opened_at": times(mine.opened),
            "type": words(mine.type, TYPES),
            "tier": words(mine.tier, TIERS),
            "limits": words(mine.tier, LIMITS),
        }
    )


def balances(kept: Accounts, numbers: Array, start: int) -> pa.Table:
    """Rows of `balances`: what lies in these accounts when the days begin."""
    mine = kept.take(numbers)
    number, amount = account_numbers(numbers), money(mine.opening)
    moment = times(np.full(len(numbers), start))
    return pa.table(
        {
            "record_id": number,
            "received_at": moment,
            "bank": words(mine.bank, BANKS),
            "account": number,
            "time": moment,
            "amount": amount,
            "available": amount,
        }
    )
