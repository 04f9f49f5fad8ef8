"""The telephone net's rows, as four operators send them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from warroom_lab.world.drawing.columns import DAY, HOUR, Array
from warroom_lab.world.drawing.numbers import make_holder_tokens, to_digits, to_texts
from warroom_lab.world.drawing.rows import TablePart, make_part
from warroom_lab.world.drawing.tokens import (
    make_imeis,
    make_imsis,
    make_mobile_number,
    make_mobile_numbers,
    make_serials,
    make_tokens,
    null_where_unknown,
)
from warroom_lab.world.population.nation import Nation
from warroom_lab.world.telephony import sims as cards
from warroom_lab.world.telephony.calls import ABROAD, Calls, Exchange, compute_received
from warroom_lab.world.telephony.sims import CENTRE, FLEET, OPERATORS, PRIVATE, Sims

SIM_SALT, BATCH_SALT, DEALER_SALT = 0x13, 0x17, 0x19
SLICE = 1_000_000
"""Cards a part, so that the largest size is never in memory as texts at once."""


@dataclass
class Telephony:
    """Cards and the net they speak through."""

    nation: Nation
    sims: Sims
    net: Exchange

    def find_contact_number(self, gang: int, page: int, time: int) -> str:
        """The number that a page's adverts give: a card of its gang in use then, else (gang -1) a firm's line."""
        cards = self._business_lines if gang < 0 else self.net.find_live_cards(gang, time)
        return make_mobile_number(int(self.sims.number[cards[page % len(cards)]])) if len(cards) else ""

    @cached_property
    def _business_lines(self) -> Array:
        return np.flatnonzero(np.isin(self.sims.use, (CENTRE, FLEET)))

    def iter_card_rows(self) -> Iterator[TablePart]:
        """Cards, by operator: those registered before day 0 at once, the others a day after."""
        end = self.nation.start + self.nation.size.days * DAY
        known = np.flatnonzero(self.sims.registered < end)
        for number, name in enumerate(OPERATORS):
            own = known[self.sims.operator[known] == number]
            for first in range(0, len(own), SLICE):
                yield _make_card_part(name, self.sims, own[first : first + SLICE], self.nation.start)

    def iter_call_rows(self, day: int) -> Iterator[TablePart]:
        """A day's calls by the caller's operator; those from abroad come through the first."""
        calls = self.net.make_day_calls(day)
        # ABROAD is -1, which would read the last card; `maximum` keeps the index valid and `where` drops the
        # answer.
        operator = np.where(calls.caller == ABROAD, 0, self.sims.operator[np.maximum(calls.caller, 0)])
        ids = make_serials("C", day, len(calls))
        for number, name in enumerate(OPERATORS):
            rows = np.flatnonzero(operator == number)
            yield _make_call_part(name, self.sims, calls.select_rows(rows), ids.take(pa.array(rows)))


def make_telephony(nation: Nation, gangs: int, contacts: tuple[Array, Array, Array] | None) -> Telephony:
    """Everybody's cards; `contacts`: time, holder and gang of the first calls of planned cases."""
    sims = cards.make_sims(nation, gangs)
    private = np.flatnonzero(
        (sims.use == PRIVATE) & (sims.until > nation.start) & (sims.since <= nation.start)
    )
    firsts = np.full(int(sims.holder.max(initial=0)) + 1, ABROAD, np.int64)
    # From the back: where a holder has several, the first is written last and stays.
    firsts[sims.holder[private[::-1]]] = private[::-1]
    return Telephony(
        nation, sims, Exchange(nation, sims, firsts, private, _sort_contacts(contacts, len(firsts)))
    )


def _sort_contacts(contacts: tuple[Array, Array, Array] | None, holders: int) -> tuple[Array, Array, Array]:
    if contacts is None:
        none = np.zeros(0, np.int64)
        return none, none, none
    time, holder, gang = contacts
    order = np.lexsort((holder, time))
    order = order[holder[order] < holders]
    return time[order], holder[order], gang[order]


def make_cell_names(cells: Array) -> pa.StringArray:
    """The name of each cell: K, its province and its place; null where none is known."""
    known = cells >= 0
    letters = to_digits(np.maximum(cells, 0), 5)
    head = np.full((len(cells), 1), ord("K"), np.uint8)
    return null_where_unknown(to_texts(np.concatenate([head, letters], axis=1)), known)


def make_phone_numbers(sims: Sims, numbers: Array) -> pa.StringArray:
    """The telephone number of each card; a number over the internet, without one, for ABROAD."""
    own = sims.number[np.maximum(numbers, 0)]
    return make_mobile_numbers(np.where(numbers >= 0, own, (1 << 29) + np.arange(len(numbers)) % 997))


def _make_call_part(operator: str, sims: Sims, calls: Calls, ids: pa.Array) -> TablePart:
    device = np.where(calls.caller >= 0, sims.device[np.maximum(calls.caller, 0)], -1)
    return make_part(
        operator,
        "calls",
        ids,
        compute_received(calls.time, calls.seconds),
        time=calls.time,
        from_=make_phone_numbers(sims, calls.caller),
        to=make_phone_numbers(sims, calls.called),
        duration_s=calls.seconds,
        cell=make_cell_names(calls.cell),
        imei=make_imeis(device),
    )


def _make_card_part(operator: str, sims: Sims, rows: Array, start: int) -> TablePart:
    own = sims.select_rows(rows)
    return make_part(
        operator,
        "sims",
        make_tokens("M", rows, SIM_SALT),
        np.where(own.registered < start, start - 5 * DAY, own.registered + DAY + HOUR),
        msisdn=make_mobile_numbers(own.number),
        imsi=make_imsis(rows),
        holder_id=make_holder_tokens(own.holder),
        registered_at=own.registered,
        batch=make_tokens("BT", own.batch % (1 << 30), BATCH_SALT),
        dealer=make_tokens("DL", own.dealer, DEALER_SALT),
    )
