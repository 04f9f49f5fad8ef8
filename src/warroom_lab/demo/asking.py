"""The exercise's banks ask about payments before they leave, and ask the payer where they are advised to let one wait.

Payers say what is true of them, as far as they know it: anyone who is cheated says so in three of five calls, which nobody has
measured, and everybody else means to pay, a gang's own people too. In the country the money moves on all the same.
"""

import zlib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from queue import Queue
from typing import TYPE_CHECKING

import numpy as np

from warroom.access.views import Partner
from warroom.errors import NotFound, WarroomError
from warroom.payee.desk import PayeeDesk
from warroom.payee.views import CheckedPair, PaymentAnswer, PaymentReport, PendingPayment
from warroom_lab.world.delivery import columns
from warroom_lab.world.drawing.columns import MINUTE, TRANSFER, Array, TransferColumns

if TYPE_CHECKING:
    from warroom_lab.world.population.country import Country

ASKED_WITHIN = 10 * MINUTE
"""Records that came later than that are of payments that no longer wait."""
LEAST = 2_000_00
"""Satang; the look keeps no smaller sum waiting."""
CALLED_AFTER = (3 * MINUTE, 12 * MINUTE)
"""The bank reaches its customer between these."""
SAYS_SO = 0.6
"""Of payers who are cheated so many say so when they are asked (A)."""
CRIME = 1 << 62
"""From this number on a payment is crime's."""
PATIENCE_SECONDS = 30


@dataclass(frozen=True, slots=True)
class PayerCallback:
    """A payment that waits while its bank calls the payer. `due`: microseconds; `is_cheated`: what the payer will say."""

    due: int
    partner: Partner
    pair: CheckedPair
    is_cheated: bool


class AskingBanks:
    """Banks of the exercise that use the payee check; who waits for a call is forgotten with the process."""

    def __init__(self, country: "Country") -> None:
        self._bank = country.accounts.bank
        mules = country.underworld.mules
        self._gang = np.zeros(len(country.accounts), bool)
        self._gang[mules.account] = True
        self._calls: deque[PayerCallback] = deque()

    def ask_about_payments(self, desk: PayeeDesk, rows: TransferColumns, arrival: Array, until: int) -> int:
        """Ask about each of these payments that still waits, and give out what payers said by now; returns how many were held back."""
        self._report_calls(desk, until)
        if not desk.advice.rule.id or not desk.knows_records:
            return 0
        chosen = self._select_waiting(rows, until)
        held_back = 0
        for place, row in zip(chosen, self._list_rows(rows, arrival, chosen), strict=True):
            answer = _ask_desk(desk, row)
            if answer is not None and answer.advice is not None and answer.advice.advice != "go_on":
                held_back += 1
                self._calls.append(self._make_call(row, rows, int(place), until))
        return held_back

    def _select_waiting(self, rows: TransferColumns, until: int) -> Array:
        between = (rows.payer >= 0) & (rows.payee >= 0) & (rows.channel == TRANSFER)
        return np.flatnonzero(between & (rows.amount >= LEAST) & (rows.time > until - ASKED_WITHIN))

    def _list_rows(self, rows: TransferColumns, arrival: Array, chosen: Array) -> Iterator[dict[str, object]]:
        made = columns.make_transfer_rows(rows.select_rows(chosen), self._bank, arrival[chosen])
        yield from made.to_pylist()

    def _make_call(
        self, row: dict[str, object], rows: TransferColumns, place: int, until: int
    ) -> PayerCallback:
        name = str(row["record_id"])
        draw = zlib.crc32(name.encode()) / 2**32
        first, last = CALLED_AFTER
        is_victim = int(rows.uid[place]) >= CRIME and not self._gang[rows.payer[place]]
        pair = CheckedPair(name, str(row["payer"]), str(row["payee_bank"]), str(row["payee"]))
        due = until + first + int((last - first) * draw)
        return PayerCallback(
            due, Partner(str(row["payer_bank"]), "exercise"), pair, is_victim and draw < SAYS_SO
        )

    def _report_calls(self, desk: PayeeDesk, until: int) -> None:
        """What payers said by now, as their banks report it."""
        due = [call for call in self._calls if call.due <= until]
        self._calls = deque(call for call in self._calls if call.due > until)
        for call in due:
            pair, outcome = call.pair, "abandoned" if call.is_cheated else "paid"
            if not call.is_cheated:
                _say_meant(desk, call)
            report = PaymentReport(pair.payment_id, pair.payer, pair.payee_bank, pair.payee, outcome)  # type: ignore[arg-type]
            desk.record_reports(call.partner, [report])


def _ask_desk(desk: PayeeDesk, row: dict[str, object]) -> PaymentAnswer | None:
    """What the desk says of a payment; None where it refuses to."""
    heard: Queue[PaymentAnswer | WarroomError] = Queue()
    payment = PendingPayment(
        payment_id=str(row["record_id"]),
        payer_bank=str(row["payer_bank"]),
        payer=str(row["payer"]),
        payee_bank=str(row["payee_bank"]),
        payee=str(row["payee"]),
        amount=round(100 * row["amount"]),  # type: ignore[operator]
        currency="THB",
        time=row["time"],  # type: ignore[arg-type]
        channel=str(row["channel"]),
    )
    desk.answer_payee_check(Partner(payment.payer_bank, "exercise"), payment, heard.put)
    answer = heard.get(timeout=PATIENCE_SECONDS)
    return None if isinstance(answer, WarroomError) else answer


def _say_meant(desk: PayeeDesk, call: PayerCallback) -> None:
    try:
        desk.record_meant(call.partner, call.pair)
    except NotFound:
        # Of the other arm, which heard nothing; or the thresholds ended meanwhile.
        return
