"""The exercise's banks: what lies in the outbox becomes orders the country obeys, what they answer becomes camt.029.

Nothing goes another way than in earnest: an order is known by its message alone, an answer by its file in the inbox.
Banks of the country execute through their queue and staff, refuse where nothing is left, and hold what is there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow.compute as pc

from warroom import clock, files
from warroom.exchange import supplement, xml
from warroom.exchange.text import short_id
from warroom.home import Home
from warroom.ledger.ledger import Ledger
from warroom.subjects import spelled_columns
from warroom_lab.demo import bank_answer
from warroom_lab.demo.journal import OrderEntry, OrderJournal
from warroom_lab.demo.origins import find_first_report
from warroom_lab.world.drawing.columns import BANKS
from warroom_lab.world.drawing.numbers import make_account_numbers
from warroom_lab.world.play.orders import CountryAnswer, CountryOrder

if TYPE_CHECKING:
    from warroom_lab.world.population.country import Country

# A bank's own words reach officers of either language, so a bank here says them in both.
WORDS = {
    "received": "ได้รับคำสั่งแล้ว / Order received.",
    "done": "ระงับเงินไว้แล้ว / On hold.",
    "partly": "เหลือเงินในบัญชีเท่านี้ / Only this much was still there.",
    "refused": "ไม่มีเงินเหลือในบัญชี / The account is empty.",
    "basis": "ธนาคารขอฐานอำนาจตามกฎหมายอื่น / The bank asks for another legal basis.",
    "extended": "ระงับต่อไปตามคำสั่ง / Kept on hold.",
    "appeal": "ปล่อยเงินตามคำคัดค้านของเจ้าของบัญชี / Let go on the holder's appeal.",
    "lifted": "ปล่อยเงินแล้ว / Released.",
}
EXPECTED = ("released", "expired")
"""Why a bank of the country lets go where the room's own release or lapse says so too: told once is enough."""
BY_ITSELF = {"extend": ("done", "extended"), "expiry": ("lifted", "lifted")}
"""What a bank answers at once: it holds on when told, and lets go by itself when a hold's time is over."""


@dataclass(frozen=True, slots=True)
class Received:
    """What a bank understands of an order: our supplement is all it needs."""

    order_id: str
    hold_id: str
    case: str
    kind: str
    bank: str
    account: str
    amount: Decimal
    issued_at: datetime
    expires_at: datetime

    @property
    def satang(self) -> int:
        return int(self.amount * 100)


def parse_order(content: bytes) -> Received:
    """Read an order as its bank does; raises ExchangeError where it carries no supplement of ours."""
    ours: Any = xml.parse(content).find(f".//{{{supplement.NAMESPACE}}}Order")
    supplement.check_supplement(ours)

    def read_text(path: str) -> str:
        return str(xml.find_text(ours, path))

    return Received(
        order_id=read_text("OrderId"),
        hold_id=read_text("HoldId"),
        case=read_text("CaseId"),
        kind=read_text("Kind"),
        bank=read_text("Account/Bank"),
        account=read_text("Account/Number"),
        amount=Decimal(read_text("HeldAmount")),
        issued_at=clock.parse_instant(read_text("IssuedAt")),
        expires_at=clock.parse_instant(read_text("ExpiresAt")),
    )


class ExerciseDesk:
    """Carries orders from the room's outbox to the country's desk, and its banks' answers into the inbox."""

    def __init__(self, home: Home, ledger: Ledger, country: "Country", journal: OrderJournal) -> None:
        self._home, self._ledger, self._journal = home, ledger, journal
        # As the room spells them: it writes an account into an order as its lake has it, without hyphens.
        self._numbers = spelled_columns.spell_account_numbers(
            make_account_numbers(np.arange(len(country.accounts)))
        )
        self._banks = country.accounts.bank

    def iter_new_entries(self, since: int, until: int) -> Iterator[OrderEntry]:
        """Orders in the outbox that the country has not heard of, one entry a moment between the two, oldest first.

        An entry is in the journal before it is given out. What the country has no order for is answered here.
        """
        waiting: dict[int, list[Received]] = {}
        for order in self._iter_unheard_orders():
            if order.kind in BY_ITSELF:
                status, words = BY_ITSELF[order.kind]
                self._answer_order(order, status, order.satang, WORDS[words])
            else:
                # Never before what the country has played already: its past cannot be changed any more.
                moment = min(max(clock.to_micros(order.issued_at), since), until)
                waiting.setdefault(moment, []).append(order)
        for moment in sorted(waiting):
            entry = self._make_journal_entry(moment, waiting[moment])
            if entry.orders:
                # Before the country hears of it: killed in between, it is played
                # again with this order, not without.
                self._journal.append(entry)
                yield entry

    def write_bank_answers(self, answers: Sequence[CountryAnswer]) -> None:
        """Put what the country's banks did into the inbox, each answer once."""
        known = {
            journal_order.order_id: journal_order
            for entry in self._journal.entries
            for journal_order in entry.orders
        }
        for answer in answers:
            order = known.get(answer.order_id)
            if order is not None and answer.text not in EXPECTED:
                status, words = _get_answer_words(order, answer)
                bank = BANKS[self._banks[order.subject]]
                self._write_answer(
                    bank, answer.order_id, status, _get_answered_amount(order, answer), answer.time, words
                )

    def _iter_unheard_orders(self) -> Iterator[Received]:
        """Orders not in the journal; what was answered here is read again and answered the same."""
        for path in sorted(self._home.outbox.glob("*.xml")):
            if path.stem not in self._journal:
                yield parse_order(path.read_bytes())

    def _make_journal_entry(self, moment: int, received: list[Received]) -> OrderEntry:
        made = [(order.hold_id, self._make_country_order(order, moment)) for order in received]
        kept = [(code, order) for code, order in made if order is not None]
        return OrderEntry(moment, tuple(order for _, order in kept), tuple(code for code, _ in kept))

    def _make_country_order(self, received: Received, moment: int) -> CountryOrder | None:
        """The order as the country obeys it; one that no bank of it can carry out is answered at once."""
        account = self.find_account(received.bank, received.account)
        if received.kind == "hold" and account is not None:
            report = find_first_report(self._ledger, received.case)
            until, reports = clock.to_micros(received.expires_at), (report,) if report else ()
            return CountryOrder(
                received.order_id, "hold", moment, account, received.satang, until, reports=reports
            )
        held = self._journal.get_hold(received.hold_id)
        if received.kind == "release" and account is not None and held is not None:
            return CountryOrder(
                received.order_id, "release", moment, account, received.satang, lifts=held.order_id
            )
        # A release of what no bank holds is answered as done, or the room would send it until the end.
        status, amount = ("lifted", received.satang) if received.kind == "release" else ("refused", 0)
        self._answer_order(received, status, amount, WORDS[status])
        return None

    def find_account(self, bank: str, number: str) -> int | None:
        """Which account of the country it is; each number is one account's alone."""
        # Looked for and not kept in a table: orders are few, and a table of a country's accounts takes ten megabytes.
        at = int(pc.index(self._numbers, number).as_py())
        return at if at >= 0 and BANKS[self._banks[at]] == bank else None

    def _answer_order(self, order: Received, status: str, amount: int, words: str) -> None:
        self._write_answer(
            order.bank, order.order_id, status, amount, clock.to_micros(order.issued_at), words
        )

    def _write_answer(
        self, bank: str, order_id: str, status: str, amount: int, time: int, words: str
    ) -> None:
        """One camt.029; its name sorts by time, and is the same whenever the country is played again."""
        name = f"{time:016d}-{order_id}-{status}.xml"
        # The room moves what it has read; a replay must not put the same answer in again.
        if any((place / name).exists() for place in _list_inbox_folders(self._home)):
            return
        at = clock.from_micros(time)
        held = None if status == "received" else Decimal(amount) / 100
        order_answer = bank_answer.make_answer_supplement(order_id, status, held, at, words)
        files.write_atomically(
            self._home.inbox / name, bank_answer.render(short_id(f"{status}-{order_id}"), bank, order_answer)
        )


def _get_answer_words(order: CountryOrder, answer: CountryAnswer) -> tuple[str, str]:
    """The status and words of an answer, as a bank writes them to the room."""
    if order.kind == "release":
        return "lifted", WORDS["lifted"]
    if answer.status == "lifted":
        return "lifted", WORDS.get(answer.text, WORDS["lifted"])
    if answer.status == "refused" and "basis" in answer.text:
        return "refused", WORDS["basis"]
    return answer.status, WORDS[answer.status]


def _get_answered_amount(order: CountryOrder, answer: CountryAnswer) -> int:
    """Satang held, or let go; a release says nothing itself and means all of the hold."""
    return order.amount if order.kind == "release" else answer.amount


def _list_inbox_folders(home: Home) -> tuple[Path, ...]:
    return home.inbox, home.inbox / "read", home.inbox / "refused"
