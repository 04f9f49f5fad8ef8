"""A report made on the public page stands on the officers' board with its trail, in seconds, by nobody's hand."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from httpx import Client

from tests.public.test_report import MONEY, paid
from tests.web.conftest import PLAIN, Night, Visitor, _let_in, serving
from warroom.public.outside.card import Card
from warroom.web.app import create_app
from warroom.web.public.app import create_public_app

PATIENCE = 60.0
"""Seconds; it takes five where nothing else works on the machine, which a test cannot ask for."""


@contextmanager
def both(night: Night, card: Card) -> Iterator[tuple[Visitor, Client]]:
    app = create_app(night.home, night.ledger, background=True)
    with (
        serving(app) as room,
        serving(create_public_app(card)) as public,
        Client(base_url=room, timeout=60, verify=PLAIN) as client,
        Client(base_url=public, timeout=60, verify=PLAIN) as outside,
    ):
        anna = Visitor(client)
        _let_in(night, anna, "anna")
        yield anna, outside


def waits(anna: Visitor, case: str, word: str, patience: float) -> float:
    began = time.monotonic()
    while time.monotonic() - began < patience:
        answer = anna.get(f"/cases/{case}")
        if answer.status_code == 200 and word in answer.text:
            return time.monotonic() - began
        time.sleep(0.1)
    pytest.fail(f"{case} does not stand on its page after {patience} seconds")


def test_a_report_on_the_public_page_is_a_case_with_its_trail_in_seconds(night: Night, card: Card) -> None:
    # The first one also loads what follows money, which a server does once.
    paid(night, "T8", amount="500", payee="2008", payer="1008")
    paid(night, "T1")
    paid(night, "T2", amount="60000", payer_bank="B02", payer="2002", payee_bank="B03", payee="3003")
    with both(night, card) as (anna, outside):
        outside.post("/report/money", data=MONEY | {"amount": "500", "to": "2008", "once": "1" * 32})
        waits(anna, "C-1", "2008", 120)
        assert outside.post("/report/money", data=MONEY).status_code == 200
        took = waits(anna, "C-2", "3003", PATIENCE)
        print(f"on the page with its trail after {took:.1f} s")
        assert "C-2" in anna.page("/")


def test_a_report_of_a_sum_that_nobody_knows_says_so_and_not_that_nothing_was_lost(
    night: Night, card: Card
) -> None:
    paid(night, "T8", amount="500", payee="2008", payer="1008")
    with both(night, card) as (anna, outside):
        assert outside.post("/report/money", data=MONEY | {"amount": "", "to": "2008"}).status_code == 200
        waits(anna, "C-1", "C-1", 120)
        unknown = ("not known", "ไม่ทราบ")
        assert any(f'<b class="f ">{said}</b>' in anna.page("/cases/C-1") for said in unknown)
        loss = anna.page("/").partition('<div class="loss">')[2].partition("</div>")[0]
        assert any(said in loss for said in unknown), loss
