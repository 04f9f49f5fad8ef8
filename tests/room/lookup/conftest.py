"""A night with things worth looking up: tips, cards, adverts and an account register beside a reported case."""

from datetime import timedelta
from typing import Any

import pytest

from tests.cases.scenes import Scene
from warroom.cases import purposes
from warroom.cases.decisions import cases
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.ledger.ledger import Ledger
from warroom.money.index.account_index import Index
from warroom.money.index.opening import open_index

TIP = "มีคนบอกให้โอนเงินเข้าบัญชี 222-3334445 แล้วโทร +66 81 234 5678"


class LookingUp(Scene):
    """A scene whose mule's account is 2223334445 at B02, held by H-100, named in a tip with a telephone."""

    def index(self) -> Index:
        return open_index(self.home, self.lake)

    def write(self, table: str, *rows: dict[str, Any], source: str = "police") -> None:
        self._write(table, list(rows), source)

    def known(self) -> None:
        """Records about the mule, and others that no case has to do with."""
        at = self.now - timedelta(hours=3)
        self.money.amounts = {("B02", "2223334445"): 30_000_00}
        self.transfers({"T1": 50_000_00}, payee="2223334445")
        self.report("R1", ["T1"])
        self.sync()
        self.write(
            "tips", {"record_id": "TIP1", "time": at, "kind": "number", "text": TIP, "about": "2223334445"}
        )
        self.write("tips", {"record_id": "TIP2", "time": at, "text": "นายหน้าหางานที่ชายแดน โทร 0899999999"})
        self.write(
            "sims", {"record_id": "S1", "msisdn": "+66812345678", "holder_id": "H-100", "batch": "BATCH-7"}
        )
        self.write("sims", {"record_id": "S2", "msisdn": "+66899999999", "holder_id": "H-200"})
        self.write(
            "accounts",
            {
                "record_id": "A1",
                "bank": "B02",
                "account": "2223334445",
                "holder_id": "H-100",
                "opened_at": at,
            },
            {
                "record_id": "A2",
                "bank": "B09",
                "account": "2223334445",
                "holder_id": "H-300",
                "opened_at": at,
            },
        )

    def open_case(self, username: str = "anna", number: str = "C-1") -> None:
        """The officer has said why they open the case."""
        officer = self.people[username]
        fit = next(
            one
            for one in ("desk", "investigation", "audit")
            if purposes.may_state_purpose(officer.roles, one)
        )  # type: ignore[arg-type]
        cases.state_purpose(self.ledger, officer, number, fit, "work on it", now=self.now)  # type: ignore[arg-type]


@pytest.fixture
def scene(home: Home, ledger: Ledger) -> LookingUp:
    scene = LookingUp(home, ledger, Lake.open(home))
    scene.known()
    for name, role in (("anna", "officer"), ("inge", "investigator"), ("dara", "auditor")):
        scene.officer(name, role)
    return scene
