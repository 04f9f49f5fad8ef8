"""A small night in the room: a victim, two mule accounts, a shop, and officers with different roles."""

import functools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from tests.cases.due import DueReport, run_due
from warroom import clock
from warroom.access import hashing
from warroom.access.officers import add_officer
from warroom.cases.decisions.holds import approve_holds
from warroom.cases.intake import sync_cases
from warroom.cases.queries.case_page import case_page
from warroom.cases.views import CasePage, HoldView
from warroom.errors import TraceError
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.money.trail import BankAccount, HoldProposal, TracedAccount, TracedEnd, TracedTransfer, Trail
from warroom.orders import outbox
from warroom.orders.events import record_answer
from warroom.orders.views import AnswerView, OrderView, PartnerAnswer
from warroom.reasons.reason import Reason
from warroom.runtime.handlers import ORDER_HANDLERS

PASSWORD = "correct horse battery"
# argon2 is slow on purpose; tests about holds need not pay for it at every officer.
FAST = hashing.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


@contextmanager
def fast_hashes() -> Iterator[None]:
    """Passwords are hashed in no time until the block ends, and such a hash is not renewed by a slow one."""
    original = hashing._get_hasher
    hashing._get_hasher = functools.cache(lambda: FAST)  # type: ignore[assignment]
    try:
        yield
    finally:
        hashing._get_hasher = original


def hour(hours: float) -> timedelta:
    return timedelta(hours=hours)


@dataclass
class Money:
    """What the next trace answers: satang by account still there, and their known balances."""

    amounts: dict[tuple[str, str], int] = field(
        default_factory=lambda: {("B02", "2002"): 30_000_00, ("B03", "3003"): 15_000_00}
    )
    balances: dict[tuple[str, str], int] = field(default_factory=dict)
    passed: dict[tuple[str, str], int] = field(default_factory=dict)  # satang that each has passed on
    spent: int = 5_000_00
    minutes: float = 40.0
    unknown: frozenset[str] = frozenset()
    seen: list[list[str]] = field(default_factory=list)  # the transfers each trace was asked for
    own_accounts: bool = False  # every transfer reaches accounts of its own

    def trace(self, lake: Any, index: Any, ids: Sequence[str], *, as_of: datetime) -> Trail:
        ids = [name.partition(":")[2] or name for name in ids]
        self.seen.append(list(ids))
        if self.unknown & set(ids):
            raise TraceError("This transfer is not in the lake.")
        # When `Scene.transfers` says the victim paid: near midnight another hour is another day.
        start = as_of - hour(2)
        victim = BankAccount("B01", "1001")
        reason = Reason("received_from_victim", {"amount": 1.0, "hops": 1, "minutes": 5}, ("T1",))
        opened = Reason("opened_recently", {"days": 9}, ())
        reached, holds, steps = [], [], []
        for rank, ((bank, number), amount) in enumerate(self.amounts.items(), 1):
            number = f"{number}-{ids[0]}" if self.own_accounts else number
            account = BankAccount(bank, number)
            balance = self.balances.get((bank, number), amount)
            reached.append(
                TracedAccount(
                    account,
                    amount + self.passed.get((bank, number), 0),
                    self.passed.get((bank, number), 0),
                    amount,
                    balance,
                    start,
                    60.0,
                    1,
                    0.9,
                    self.minutes,
                    False,
                    (reason, opened),
                    (),
                )
            )
            holds.append(HoldProposal(account, amount, rank, self.minutes, (reason, opened), ()))
            steps.append(
                TracedTransfer(
                    ids[0], "bank-one", start, victim, account, amount, amount, 1, "transfer", None
                )
            )
        still = sum(self.amounts.values())
        shop = BankAccount("B04", "4004")
        return Trail(
            transfer_ids=tuple(ids),
            method="fifo",
            as_of=as_of,
            started_at=start,
            loss=still + self.spent,
            still_there=still,
            exited=0,
            spent=self.spent,
            beyond_horizon=0,
            victims=(victim,),
            accounts=tuple(reached),
            ends=(TracedEnd(shop, "spent", "goods", self.spent, start, ()),),
            steps=tuple(steps),
            holds=tuple(holds),
            not_held=(HoldProposal(shop, 0, 9, 0.0, (reason,), (reason,)),),
        )


@dataclass
class Scene:
    """Everything a test about holds needs."""

    home: Home
    ledger: Ledger
    lake: Lake
    money: Money = field(default_factory=Money)
    now: datetime = field(default_factory=lambda: clock.get_now().astimezone(UTC) + timedelta(minutes=1))
    people: dict[str, Officer] = field(default_factory=dict)

    def officer(self, username: str, *roles: str, agency: str = "Police") -> Officer:
        if username not in self.people:
            with fast_hashes():
                self.people[username] = add_officer(
                    self.ledger, username, username.title(), PASSWORD, roles or ("officer",), agency
                )
        return self.people[username]

    @property
    def anna(self) -> Officer:
        return self.officer("anna", "officer")

    @property
    def boon(self) -> Officer:
        return self.officer("boon", "officer", "supervisor")

    @property
    def chai(self) -> Officer:
        return self.officer("chai", "appeals")

    def transfer(self, record_id: str, amount: int = 50_000_00, source: str = "bank-one", **more: Any) -> str:
        self.transfers({record_id: amount}, source, **more)
        return record_id

    def transfers(self, amounts: Mapping[str, int], source: str = "bank-one", **more: Any) -> None:
        """Transfers from the victim to the first mule, by record id and satang."""
        rows = [
            {
                "record_id": record_id,
                "time": self.now - hour(2),
                "payer_bank": "B01",
                "payer": "1001",
                "payee_bank": "B02",
                "payee": "2002",
                "amount": Decimal(amount) / 100,
                "currency": "THB",
                "channel": "transfer",
                **more,
            }
            for record_id, amount in amounts.items()
        ]
        self._write("transfers", rows, source)

    def _write(self, table: str, rows: list[dict[str, Any]], source: str) -> None:
        """Rows that the scene's hour knows, also on a machine that takes minutes to write them."""
        self.lake.write_rows(table, rows, source=source)
        self.now = max(self.now, clock.get_now().astimezone(UTC))

    def report(
        self,
        record_id: str,
        transfers: Sequence[str],
        loss: int = 50_000_00,
        source: str = "hotline",
        **more: Any,
    ) -> None:
        self.reports({record_id: transfers}, loss, source, **more)

    def reports(
        self, named: Mapping[str, Sequence[str]], loss: int = 50_000_00, source: str = "hotline", **more: Any
    ) -> None:
        """Victims' reports and the transfers each names."""
        rows = [
            {
                "record_id": record_id,
                "time": self.now - hour(1),
                "scam_type": "investment",
                "transfer_ids": list(transfers),
                "loss": Decimal(loss) / 100,
                "channel": "1441",
                **more,
            }
            for record_id, transfers in named.items()
        ]
        self._write("reports", rows, source)

    def sync(self) -> int:
        return sync_cases(self.ledger, self.lake, None, now=self.now, tracer=self.money.trace)

    def case(self) -> CasePage:
        """One reported case with two holds proposed."""
        self.transfer("T1")
        self.report("R1", ["T1"])
        self.sync()
        return self.page("C-1")

    def page(self, number: str = "C-1") -> CasePage:
        return case_page(self.ledger, self.anna, number)

    def sql(self, text: str, **params: Any) -> list[Any]:
        self.ledger.number_committed_rows()
        with self.ledger.open_session() as session:
            result = session.execute(sa.text(text), params)
            return list(result) if result.returns_rows else []

    def hold(self, place: int = 0, key: str = "key") -> HoldView:
        """A hold approved by anna."""
        page = self.case()
        return approve_holds(
            self.ledger, self.anna, "C-1", [page.proposals[place].id], page.snapshot, key, now=self.now
        )[0]

    def sent(self) -> HoldView:
        """The same, its order sent to the bank."""
        hold = self.hold()
        with self.ledger.open_session() as session:
            order = outbox.claim_next(session, self.now)
            assert order is not None
            outbox.mark_sent(session, ORDER_HANDLERS, order.order_id, self.now)
        return self.hold_now(hold.id)

    def in_effect(self) -> HoldView:
        """The same, confirmed by the bank."""
        hold = self.sent()
        self.answer(hold.orders[0].order_id, "done")
        return self.hold_now(hold.id)

    def answer(
        self, order_id: str, status: str, amount: int | None = None, minutes: float = 3.0
    ) -> AnswerView:
        """What the bank says, some minutes from now."""
        at = self.now + timedelta(minutes=minutes)
        answer = PartnerAnswer(order_id, "B02", at, status, amount, "")  # type: ignore[arg-type]
        return record_answer(self.ledger, ORDER_HANDLERS, answer, now=at)

    def hold_now(self, hold_id: int) -> HoldView:
        """A hold as the case page shows it by now."""
        return next(item for item in self.page().actions if item.id == hold_id)

    def run(self, hours: float) -> DueReport:
        """Let everything happen that is due some hours from now."""
        return run_due(self.ledger, self.lake, self.now + hour(hours), tracer=self.money.trace)

    def waiting(self, hours: float = 0.0) -> list[OrderView]:
        with self.ledger.open_session() as session:
            return outbox.list_due_orders(session, self.now + hour(hours))

    def alerts(self) -> list[str]:
        return sorted(item.kind for item in self.page().alerts)
