"""A room with victims of several cases and money that a bank holds for them."""

from typing import Any

import pytest

from tests.assets.conftest import Vault
from tests.cases.scenes import Scene
from warroom.access.agencies import seed_exercise
from warroom.assets.refunds import claims, decisions, queries
from warroom.assets.refunds.views import RefundClaimView, RefundView


class RefundRoom(Vault):
    """The vault with a refund in it."""

    def opened(self, pot: int, losses: list[int]) -> RefundView:
        return decisions.open_refund(
            self.ledger,
            self.pros,
            self.victims(losses),
            pot,
            "B02",
            "AMLO 7/2026",
            self.now,
            self.key(),
            now=self.now,
        )

    def noticed(self, pot: int, losses: list[int]) -> RefundView:
        return self.notice_refund(self.opened(pot, losses))

    def notice_refund(self, refund: RefundView) -> RefundView:
        return decisions.give_notice(
            self.ledger, self.pros, refund.id, "Gazette 143/1", self.now, self.key(), now=self.now
        )

    def lines(self, refund: RefundView) -> list[RefundClaimView]:
        return queries.read_refund(self.ledger, self.pros, refund.id, limit=200, now=self.now)[1]

    def claim(self, code: str, claimed: int, **more: Any) -> None:
        claims.file_claim(
            self.ledger,
            code,
            claimed,
            more.get("bank", "B01"),
            more.get("account", "1001"),
            more.get("text", ""),
            more.get("at", self.now),
            now=self.now,
        )

    def decide(self, claim: RefundClaimView, accepted: int, reason: str = "") -> RefundView:
        return decisions.decide_claim(
            self.ledger, self.boon, claim.id, accepted, reason, self.key(), now=self.now
        )

    def decided(self, pot: int, losses: list[int]) -> RefundView:
        """Every victim has claimed all of it, every claim is accepted, and the window is over."""
        refund = self.noticed(pot, losses)
        for line, loss in zip(self.lines(refund), losses, strict=True):
            self.claim(line.code, loss)
            self.decide(line, loss)
        self.after(91)
        return refund

    def propose(self, refund: RefundView, method: str = "proportional", by: Any = None) -> RefundView:
        return decisions.propose_shares(
            self.ledger, by or self.kim, refund.id, method, "By what is owed.", self.key(), now=self.now
        )

    def approve_shares(self, refund: RefundView, by: Any) -> RefundView:
        return decisions.approve_shares(self.ledger, by, refund.id, refund.digest, self.key(), now=self.now)

    def pay_share(self, claim: RefundClaimView, payment: str = "PAY-1") -> RefundView:
        return decisions.note_payment(self.ledger, self.kim, claim.id, payment, self.key(), now=self.now)


@pytest.fixture
def refund_room(scene: Scene) -> RefundRoom:
    room = RefundRoom(scene.home, scene.ledger, scene.lake, now=scene.now)
    room.money.own_accounts = True
    seed_exercise(room.ledger)
    return room
