"""Payments that wait, and banks' programs that ask about them."""

import threading
from multiprocessing.connection import Connection
from pathlib import Path
from queue import Queue
from typing import Any

from warroom import clock
from warroom.access.views import Partner
from warroom.errors import WarroomError
from warroom.home import open_home
from warroom.ledger.ledger import Ledger
from warroom.payee.desk import PayeeDesk
from warroom.payee.views import PaymentAnswer, PendingPayment

PATIENCE = 30


def pending(payment_id: str = "P-1", **more: Any) -> PendingPayment:
    """A small payment of a customer of B01."""
    values: dict[str, Any] = {
        "payer_bank": "B01",
        "payer": "1001",
        "payee_bank": "B02",
        "payee": "2002",
        "amount": 500_00,
        "currency": "THB",
        "time": clock.get_now(),
        "channel": "transfer",
    }
    return PendingPayment(payment_id, **(values | more))


def asked(desk: PayeeDesk, partner: Partner, payment: PendingPayment) -> PaymentAnswer:
    """What is said once it is on the disk; raises what refuses it."""
    heard: Queue[PaymentAnswer | WarroomError] = Queue()
    desk.answer_payee_check(partner, payment, heard.put)
    said = heard.get(timeout=PATIENCE)
    if isinstance(said, WarroomError):
        raise said
    return said


def ask_without_end(root: str, answers: str, tell: Connection) -> None:
    """Ask from four threads at once and note each answer that came, until somebody ends this program."""
    home = open_home(Path(root), None)
    desk = PayeeDesk(home, Ledger.open(home))
    desk.open()
    with open(answers, "a", buffering=1, encoding="utf-8") as file:

        def one(thread: int) -> None:
            for number in range(10**9):
                payer = f"{thread}-{number}"
                asked(desk, Partner("B01", "killed"), pending(f"P-{payer}", payer=payer, payee=payer))
                file.write(f"P-{payer}\n")
                if number == 20:
                    tell.send(True)

        threads = [threading.Thread(target=one, args=(thread,)) for thread in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
