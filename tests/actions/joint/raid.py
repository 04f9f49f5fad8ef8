"""A raid: 20 places in three provinces, a search and two seizures at each, three agencies."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.actions.forms import document, filled
from tests.actions.room import Room
from tests.cases.scenes import hour
from warroom.actions.decisions.proposals import ActionDraft
from warroom.actions.operations import queries
from warroom.actions.operations.decisions import go_ahead, plans, preparation
from warroom.actions.operations.decisions.plans import OperationPlan
from warroom.actions.operations.views import OperationView, PlannedPlace
from warroom.ledger.officers import Officer
from warroom.orders.order_content import OrderSubject

PROVINCES = ("North", "East", "Middle")
AGENCIES = ("POLICE", "MONEY", "SHELTER")
HOUR = 10.0


def places(count: int = 20) -> tuple[PlannedPlace, ...]:
    return tuple(PlannedPlace(f"House {one}", PROVINCES[one % 3]) for one in range(count))


def searches(count: int = 20) -> tuple[ActionDraft, ...]:
    return tuple(
        ActionDraft(
            "search",
            (OrderSubject("place", f"place-{one}"),),
            filled("search"),
            "The trail leads here.",
            "POLICE",
        )
        for one in range(count)
    )


@dataclass
class Raid:
    """The room, the plan's number, and short ways through it."""

    room: Room
    id: int

    @classmethod
    def of(cls, room: Room, count: int = 20, drafts: tuple[ActionDraft, ...] | None = None) -> "Raid":
        wanted = OperationPlan(
            "Twenty houses",
            room.now + hour(HOUR),
            places(count),
            AGENCIES,
            True,
            searches(count) if drafts is None else drafts,
        )
        made = plans.plan_operation(room.scene.ledger, room.ines, wanted, key=room.key(), now=room.now)
        return cls(room, made.id)

    def view(self) -> OperationView:
        return queries.load_operation(self.room.scene.ledger, self.room.com, self.id, now=self.room.now)

    def speaker(self, agency: str) -> Officer:
        """An officer of an agency."""
        name = f"of-{agency.lower()}"
        return self.room.scene.officer(name, "investigator", "screener", agency=agency)

    def ready(self, *agencies: str) -> None:
        for agency in agencies or AGENCIES:
            preparation.say_readiness(
                self.room.scene.ledger,
                self.speaker(agency),
                self.id,
                "ready",
                key=self.room.key(),
                now=self.room.now,
            )

    def papers(self, *names: str) -> None:
        for name in names or ("warrant", "screening-plan", "shelter", "rights-notice"):
            preparation.attach_document(
                self.room.scene.ledger,
                self.room.com,
                self.id,
                name,
                document(name),
                key=self.room.key(),
                now=self.room.now,
            )

    def approve(self, officer: Officer, **more: Any) -> OperationView:
        table = self.view().table
        return preparation.approve_all(
            self.room.scene.ledger, officer, self.id, table, key=self.room.key(), now=self.room.now, **more
        )

    def approved(self) -> "Raid":
        self.papers()
        self.ready()
        self.approve(self.room.sup)
        self.approve(self.room.pros)
        return self

    def go(self, officer: Officer, board: str = "") -> OperationView:
        return go_ahead.give_go(
            self.room.scene.ledger,
            officer,
            self.id,
            board or self.view().board,
            key=self.room.key(),
            now=self.room.now + timedelta(minutes=1),
        )

    def gone(self) -> "Raid":
        self.approved()
        self.go(self.room.com)
        self.go(self.room.sup)
        return self
