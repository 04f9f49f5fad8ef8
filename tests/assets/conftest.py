"""A room with seized money: two cases, their victims, a court, a fund, and officers who are kept apart."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.cases.scenes import Scene
from warroom.access.agencies import seed_exercise
from warroom.assets import queries
from warroom.assets.decisions import payouts, proceedings, recoveries, steps, values
from warroom.assets.views import AssetView, LegalOrder, LossView, PlanView, ProceedingView
from warroom.ledger.officers import Officer

CASH = {"currency": "THB", "counted_by": "Two officers"}
CAR = {"plate": "EX 1234", "chassis": "MNBJXXMAWJHD12345", "model": "Invented 4"}
PARTICULARS: dict[str, dict[str, str]] = {
    "cash": CASH,
    "bank-balance": {"bank": "B02", "account": "2002"},
    "crypto": {"token": "Invented coin", "network": "Invented chain", "quantity": "1.25", "wallet": "w1"},
    "gold": {"form": "bar", "weight_g": "1000", "fineness": "965"},
    "car": CAR,
    "land": {"deed": "12345", "province": "Example", "area_m2": "1600.5"},
    "other": {"description": "A crate of telephones"},
}


class Vault(Scene):
    """The scene with assets in it."""

    keys: Iterator[str] = iter(f"asset-key-{number}" for number in range(100_000))

    @property
    def ines(self) -> Officer:
        return self.officer("ines", "investigator")

    @property
    def kim(self) -> Officer:
        return self.officer("kim", "custodian")

    @property
    def pros(self) -> Officer:
        return self.officer("pros", "prosecutor")

    @property
    def com(self) -> Officer:
        return self.officer("com", "commander")

    def key(self) -> str:
        return next(self.keys)

    def after(self, days: float) -> None:
        """The room's time goes on."""
        self.now += timedelta(days=days)

    def paper(self, authority: str = "MONEY", **more: Any) -> LegalOrder:
        return LegalOrder(more.get("number", "90/2026"), authority, more.get("at", self.now))

    def traced(self, kind: str = "cash", case: str = "C-1") -> AssetView:
        return steps.trace_asset(
            self.ledger,
            self.ines,
            case,
            kind,
            "Found in a safe",
            PARTICULARS[kind],
            self.key(),
            now=self.now,  # type: ignore[arg-type]
        )

    def valued(self, number: int, amount: int, by: Officer | None = None) -> AssetView:
        return values.value_asset(
            self.ledger, by or self.kim, number, amount, "Kim", "counted", self.now, self.key(), now=self.now
        )

    def frozen(self, **more: Any) -> AssetView:
        asset = self.traced(**more)
        return steps.freeze_asset(
            self.ledger, self.ines, asset.id, self.paper(), self.now, self.key(), now=self.now
        )

    def seized(self, amount: int = 100_000_00, **more: Any) -> AssetView:
        asset = self.traced(**more)
        self.valued(asset.id, amount)
        return steps.seize_asset(
            self.ledger,
            self.ines,
            asset.id,
            self.paper(),
            self.now,
            "Room 4",
            "S-1",
            self.key(),
            now=self.now,
        )

    def forfeit(self, number: int) -> AssetView:
        return steps.forfeit_asset(
            self.ledger, self.pros, number, self.paper("COURT"), self.key(), now=self.now
        )

    def forfeited(self, amount: int = 100_000_00, **more: Any) -> AssetView:
        return self.forfeit(self.seized(amount, **more).id)

    def read(self, number: int) -> AssetView:
        return queries.read_asset(self.ledger, self.anna, number, now=self.now)

    def victims(self, losses: list[int]) -> list[str]:
        """A report and its own case for each loss, from C-1 on; returns the numbers of the cases."""
        for place, loss in enumerate(losses, 1):
            self.transfer(f"T{place}", loss)
            self.report(f"R{place}", [f"T{place}"], loss)
        self.sync()
        return [f"C-{place}" for place in range(1, len(losses) + 1)]

    def proceeding(self, cases: list[str], numbers: list[int]) -> ProceedingView:
        return proceedings.open_proceeding(
            self.ledger, self.pros, "Exercise", cases, numbers, "COURT", "TREASURY", self.key(), now=self.now
        )

    def notice(self, number: int) -> ProceedingView:
        return proceedings.give_notice(self.ledger, self.pros, number, self.now, self.key(), now=self.now)

    def registers(self, number: int, report: str, claimed: int, **more: Any) -> LossView:
        return proceedings.register_loss(
            self.ledger,
            more.get("by", self.anna),
            number,
            "hotline",
            report,
            claimed,
            "B01",
            f"account of {report}",
            more.get("key") or self.key(),
            now=self.now,
        )

    def accepts(self, loss: LossView, amount: int | None = None, reason: str = "") -> LossView:
        wanted = loss.claimed if amount is None else amount
        return proceedings.decide_loss(
            self.ledger, self.pros, loss.id, wanted, reason, self.key(), now=self.now
        )

    def came_back(self, loss: LossView, amount: int, reference: str = "RETURN-1") -> LossView:
        """A bank gave the victim some of the money back."""
        return recoveries.note_recovery(
            self.ledger, self.anna, loss.id, amount, "B02", reference, self.now, self.key(), now=self.now
        )

    def losses(self, number: int) -> list[LossView]:
        return queries.list_losses(self.ledger, self.anna, number)[0]

    def ready(self, pot: int, losses: list[int]) -> ProceedingView:
        """Cash forfeited, every victim registered and accepted, the window over."""
        cases = self.victims(losses)
        asset = self.forfeited(pot, case=cases[0])
        row = self.proceeding(cases, [asset.id])
        self.notice(row.id)
        for place, loss in enumerate(losses, 1):
            self.accepts(self.registers(row.id, f"R{place}", loss))
        self.after(91)
        return row

    def draft(self, number: int) -> PlanView:
        return payouts.draft_payout(self.ledger, self.ines, number, self.key(), now=self.now)

    def approve(self, plan: PlanView) -> PlanView:
        for officer in (self.pros, self.com):
            plan = payouts.approve_payout(
                self.ledger, officer, plan.id, plan.digest, self.key(), now=self.now
            )
        return plan

    def pay(self, plan: PlanView, payments: dict[int, str], key: str = "") -> PlanView:
        return payouts.record_payments(
            self.ledger, self.kim, plan.id, payments, key or self.key(), now=self.now
        )

    def book_adds_up(self) -> bool:
        """Every entry sums to zero, and so does the whole book."""
        wrong = self.sql("SELECT 1 FROM asset_postings GROUP BY entry_id HAVING sum(amount) <> 0")
        return not wrong and not self.sql("SELECT coalesce(sum(amount), 0) FROM asset_postings")[0][0]


@pytest.fixture
def vault(scene: Scene) -> Vault:
    """A room with partners invented for the exercise."""
    vault = Vault(scene.home, scene.ledger, scene.lake, now=scene.now)
    vault.money.own_accounts = True
    seed_exercise(vault.ledger)
    return vault
