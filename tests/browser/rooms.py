"""A room with something of everything, served: what the walk through the pillars left, a town on its lines, a tip, an
appeal, evidence, and a screening that goes on.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from httpx import Client

from tests.browser.pages import SIGNAL
from tests.cases.scenes import PASSWORD
from tests.conftest import fresh_database
from tests.matches.conftest import bring
from tests.room.map.town import suspect, wire
from tests.signals.made_adverts import looked_at
from tests.web.conftest import Night, Visitor, served
from tests.web.program import programs
from tests.web.walking import ago, walk
from warroom import clock
from warroom.access.agencies import seed_exercise
from warroom.access.api_keys.keys import add_key
from warroom.home import open_home
from warroom.lake.lake import Lake
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import ROLES
from warroom.ledger.postgres import PostgresServer
from warroom.money.index.opening import open_index
from warroom.money.trail import BankAccount
from warroom.payee import decisions, proposing
from warroom.public import appeals
from warroom.public.flags import appeal_flag
from warroom.signals import store
from warroom.triage.follow import follow_money

TIP = "เขาบอกให้โอนเงินเข้าบัญชี 000-144-7101 แล้วโทร +66 81 234 5678"


@dataclass(frozen=True)
class Room:
    """The served room; `code` is that of a holder's notice. `all` is an officer of every role."""

    address: str
    code: str
    password: str = PASSWORD


@contextmanager
def walked(folder: Path, ledger_server: PostgresServer) -> Iterator[Room]:
    """The room until the block ends."""
    home = open_home(folder / "home", "exercise")
    with (
        pytest.MonkeyPatch.context() as patch,
        fresh_database(ledger_server, patch),
        Ledger.open(home) as ledger,
    ):
        night = Night(home, ledger, Lake.open(home))
        night.staff()
        night.officer("first", "admin")
        seed_exercise(ledger)
        with served(home, ledger) as address:
            yield Room(address, _fill(night, address))


def _fill(night: Night, address: str) -> str:
    """Something of everything; the code of a holder's notice."""
    with programs(night, address) as call:
        walk(call, night)
        call("com").done("/people", found="self", found_at=ago(0.1), age_band="25-34", age_basis="stated")
        call("com").done("/people/P-4/team", username="siri")
        call("siri").done("/people/P-4/screening", consent=True, rights_told=True, counsel="wanted")
    code = night.hold_now(1).reference
    appeals.submit_appeal(night.ledger, code, "Somsri", "I sold a telephone.")
    wire(night)
    suspect(night)
    at = night.now - timedelta(hours=1)
    tip = {"record_id": "TIP1", "time": at, "kind": "number", "text": TIP, "about": "0001447101"}
    night.lake.write_rows("tips", [tip], source="police")
    store.write_signals(night.lake, [SIGNAL])
    follow_signal(night)
    looked_at(night.home, night.lake)
    add_key(night.ledger, "B01", ["payee-check"])
    night.officer("all", *ROLES)
    flag_two(night)
    bring(night.home, night.home.run)
    with Client(base_url=address, follow_redirects=True, timeout=60) as client:
        person = Visitor(client)
        person.sign_in("all")
        person.page("/cases/C-1")
        person.post(
            "/cases/C-1/evidence",
            "/cases/C-1/evidence/thing",
            name="A telephone",
            reason="seized",
            seal="S-1",
        )
        for sent in (False, True):
            plan_doors(person, sent)
        refund = {"cases": "C-1", "pot": "1000", "holder": "B02", "reference": "AMLO 7/2026"}
        person.post("/refunds", "/refunds", **refund)
    return code


def follow_signal(night: Night) -> None:
    """Money that came to a signal's account lately and went on, followed by an officer."""
    bank, number = SIGNAL.subject.bank, SIGNAL.subject.number
    for name, payer, payee, sum_ in (
        ("FOLLOWED1", "1001", number, 50_000_00),
        ("FOLLOWED2", number, "N-2", 30_000_00),
    ):
        night.transfer(
            name,
            sum_,
            time=night.now - timedelta(hours=2),
            payer_bank=bank,
            payer=payer,
            payee_bank=bank,
            payee=payee,
        )
    index = open_index(night.home, night.lake)
    follow_money(
        night.ledger, night.lake, index, night.anna, SIGNAL.record_id, "Strangers paid it.", "follow-key-1"
    )


def flag_two(night: Night) -> None:
    """A payee that waits for an officer, and one that is flagged and whose holder objects."""
    probed = {BankAccount("B02", "7007"): (70, 2), BankAccount("B02", "7008"): (61, 8)}
    proposing.tell_probed(night.ledger, probed, night.now)
    (flag,) = decisions.flag_many(night.ledger, night.anna, [2], "Nobody pays there.", "key-of-the-flag")
    appeal_flag(night.ledger, flag.reference, "Somsri, 081 234 5678", "I sell cakes.")


def plan_doors(person: Visitor, sent: bool) -> None:
    """A joint operation at two places as its steps are filled; one that is not sent stays a plan."""
    hour = (clock.get_now() + timedelta(hours=27)).strftime("%Y-%m-%dT05:30")
    places = "Warehouse 3, S-03, a dog\nOffice, S-11"
    first = {"title": "Three doors", "hour": hour, "why": "The trail leads there."}
    begun = person.post("/operations/new", "/operations/new", typing=places, way="next", **first)
    plan = begun.url.path.removesuffix("/what")
    expected = {
        "people": "12",
        "children": "3",
        "languages": "Burmese",
        "task": ["search", "help", "evidence"],
    }
    person.post(f"{plan}/what", f"{plan}/what", way="next", **expected)
    person.post(f"{plan}/what?place=2", f"{plan}/what", way="next", task=["search"], people="0")
    if sent:
        person.post(f"{plan}/who", f"{plan}/who", sought="Ledgers", way="plan")
