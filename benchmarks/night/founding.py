"""The evening before: officers, banks' keys, and holds of the days before whose time ends this night."""

import random
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from benchmarks.night.clock import BEGINS
from benchmarks.night.house import House
from benchmarks.night.traffic import BANKS, DROPPER, PUSHER, answer
from warroom.access import agencies
from warroom.access.api_keys import keys
from warroom.access.officers import list_officers
from warroom.cases.decisions.holds import approve_holds
from warroom.cases.intake import sync_cases
from warroom.cases.queries.case_list import read_board
from warroom.cases.queries.case_page import case_page
from warroom.exchange import deliver, inbox
from warroom.home import Home, open_home
from warroom.lake.lake import Lake
from warroom.ledger.ledger import Ledger
from warroom.money.index.opening import open_index
from warroom.runtime.handlers import ORDER_HANDLERS
from warroom_lab.demo import staff
from warroom_lab.demo.desk import parse_order

OLD_HOLDS = 8
HOLD = timedelta(hours=72)


class Evening:
    """What is done before the night begins, by a clock that is turned by hand."""

    def __init__(self, house: House, seed: int) -> None:
        self.house, self.now = house, BEGINS - HOLD
        self._chance = random.Random(seed)

    def found(self) -> dict[str, str]:
        """Make the home; the banks' keys."""
        home = open_home(self.house.root, create="exercise")
        for name in (PUSHER, DROPPER):
            (home.drop / name).mkdir(mode=0o700, parents=True)
        with home.turn_clock(lambda: self.now), Ledger.open(home) as ledger:
            staff.add_staff(ledger)
            agencies.seed_exercise(ledger)
            made = {
                bank: keys.add_key(ledger, bank, ["transfers:write"], per_minute=10**6, per_day=10**8).secret
                for bank in (PUSHER,)
            }
            lake = Lake.open(home)
            for number, hours in enumerate(sorted(self._chance.uniform(0.5, 11) for _ in range(OLD_HOLDS))):
                self.now = BEGINS - HOLD + timedelta(hours=hours)
                self._old_hold(home, ledger, lake, number)
            self.now = BEGINS
            lake.write_rows("transfers", [self._payment("O-last", 100_00)], source=PUSHER)
        return made

    def _old_hold(self, home: Home, ledger: Ledger, lake: Lake, number: int) -> None:
        record, satang = f"O{number}", self._chance.randrange(5_000_00, 90_000_00)
        lake.write_rows("transfers", [self._payment(record, satang)], source=PUSHER)
        report = {
            "record_id": f"RO{number}",
            "time": self.now,
            "scam_type": "investment",
            "transfer_ids": [record],
            "loss": Decimal(satang) / 100,
            "channel": "1441",
        }
        lake.write_rows("reports", [report], source="hotline")
        self.now += timedelta(minutes=2)
        sync_cases(ledger, lake, open_index(home, lake), now=self.now)
        officer = next(one for one in list_officers(ledger) if one.username == "officer")
        for row in read_board(ledger, officer, filter="undecided").rows:
            page = case_page(ledger, officer, row.number)
            wanted = [one.id for one in page.proposals if one.state == "open"]
            approve_holds(
                ledger, officer, row.number, wanted, page.snapshot, f"evening-{number}", now=self.now
            )
        deliver.deliver_orders(ledger, ORDER_HANDLERS, home, self.now)
        for path in home.outbox.glob("*.xml"):
            if not (home.inbox / "read" / f"{path.stem}-said.xml").exists():
                answer(self.house, parse_order(path.read_bytes()), self.now)
        inbox.read_answers(ledger, ORDER_HANDLERS, lake, home, self.now)

    def _payment(self, record_id: str, satang: int) -> dict[str, Any]:
        at: datetime = self.now - timedelta(minutes=5)
        number = self._chance.randrange(10**8)
        return {
            "record_id": record_id,
            "time": at,
            "payer_bank": PUSHER,
            "payer": f"4{number:09}",
            "payee_bank": self._chance.choice(BANKS),
            "payee": f"8{number:09}",
            "amount": Decimal(satang) / 100,
            "currency": "THB",
            "channel": "transfer",
        }
