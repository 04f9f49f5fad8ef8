"""From the country's columns to rows of the tables, with the types the lake has: a column at a time, no loop over rows."""

import numpy as np
import pyarrow as pa

from warroom.sites.provinces import PROVINCES
from warroom_lab.world.drawing.columns import (
    BANKS,
    CHANNELS,
    DAY,
    HOLDER_KINDS,
    AccountColumns,
    Array,
    HolderColumns,
    TransferColumns,
)
from warroom_lab.world.drawing.numbers import (
    make_account_numbers,
    make_copy_ids,
    make_device_tokens,
    make_holder_tokens,
    make_record_ids,
    make_references,
    make_uetrs,
)
from warroom_lab.world.economy import PURPOSES
from warroom_lab.world.population.people import AGES, LIMITS, TIERS, TYPES

TIME = pa.timestamp("us", "UTC")
MONEY = pa.decimal128(18, 2)


def to_time_column(micros: Array) -> pa.Array:
    """Microseconds since 1970 as a column of time."""
    return pa.array(np.ascontiguousarray(micros, np.int64)).cast(TIME)


def to_money_column(satang: Array) -> pa.Array:
    """Satang as baht with two decimals: the same bits, read with the point two places to the left."""
    # Arrow asks 19 digits of any 64-bit number; no sum here has more than the 18 that the table allows.
    wide = pa.array(np.ascontiguousarray(satang, np.int64)).cast(pa.decimal128(19, 0))
    return pa.Array.from_buffers(MONEY, len(wide), wide.buffers(), offset=wide.offset)


def to_word_column(numbers: Array, listed: tuple[str, ...], unsaid: str | None = None) -> pa.Array:
    """The word of each number; null where it is the word `unsaid`, or the number is -1."""
    given = pa.array([None if word == unsaid else word for word in listed], pa.string())
    position = pa.array(numbers.astype(np.int32), mask=numbers < 0)
    return given.take(position)


def make_transfer_rows(
    rows: TransferColumns, bank: Array, received: Array, *, copies: bool = False
) -> pa.Table:
    """Rows of `make_transfer_rows` as one bank records them; `bank` is of each account, `copies`: what it received."""
    numbered = make_copy_ids(rows.uid) if copies else make_record_ids(rows.uid)
    return pa.table(
        {
            "record_id": numbered,
            "received_at": to_time_column(received),
            "time": to_time_column(rows.time),
            "payer_bank": to_word_column(bank[rows.payer], BANKS),
            "payer": make_account_numbers(rows.payer),
            "payee_bank": to_word_column(bank[rows.payee], BANKS),
            "payee": make_account_numbers(rows.payee),
            "amount": to_money_column(rows.amount),
            "channel": to_word_column(rows.channel, CHANNELS),
            "end_to_end_id": make_references(rows.uid),
            "uetr": make_uetrs(rows.uid),
            "purpose": to_word_column(rows.purpose, PURPOSES, ""),
            # The payee's bank never sees the device that ordered.
            "device_id": pa.nulls(len(rows), pa.string()) if copies else make_device_tokens(rows.device),
        }
    )


def make_holder_rows(people: HolderColumns, numbers: Array, start: int) -> pa.Table:
    """Rows of `make_holder_rows` for these holder numbers, as known before the first day."""
    mine = people.select_rows(numbers)
    return pa.table(
        {
            "record_id": make_holder_tokens(numbers),
            "received_at": to_time_column(np.full(len(numbers), start)),
            "kind": to_word_column(mine.kind, HOLDER_KINDS),
            "age_band": to_word_column(mine.age, AGES),
            "province": to_word_column(mine.province, PROVINCES),
            "known_since": to_time_column(mine.since),
        }
    )


def make_account_rows(kept: AccountColumns, numbers: Array, start: int) -> pa.Table:
    """Rows of `make_account_rows` for these account numbers; an account opened later is known a day after."""
    mine = kept.select_rows(numbers)
    number = make_account_numbers(numbers)
    return pa.table(
        {
            "record_id": number,
            "received_at": to_time_column(np.maximum(start, mine.opened + DAY)),
            "bank": to_word_column(mine.bank, BANKS),
            "account": number,
            "holder_id": make_holder_tokens(mine.holder),
            "opened_at": to_time_column(mine.opened),
            "type": to_word_column(mine.type, TYPES),
            "tier": to_word_column(mine.tier, TIERS),
            "limits": to_word_column(mine.tier, LIMITS),
        }
    )


def choose_stated_accounts(kept: AccountColumns, start: int) -> Array:
    """Numbers of the accounts whose opening balance an exercise's registers state: half of those that were open at `start`
    (microseconds). What lies in the others nobody at a desk knows.
    """
    numbers = np.flatnonzero(kept.opened <= start)
    stated: Array = numbers[numbers % 2 == 0]
    return stated


def make_balance_rows(kept: AccountColumns, numbers: Array, start: int) -> pa.Table:
    """Rows of `make_balance_rows`: what lies in these accounts when the days begin."""
    mine = kept.select_rows(numbers)
    number, amount = make_account_numbers(numbers), to_money_column(mine.opening)
    moment = to_time_column(np.full(len(numbers), start))
    return pa.table(
        {
            "record_id": number,
            "received_at": moment,
            "bank": to_word_column(mine.bank, BANKS),
            "account": number,
            "time": moment,
            "amount": amount,
            "available": amount,
        }
    )
