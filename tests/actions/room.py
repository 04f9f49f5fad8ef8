"""A room with officers of every role and invented agencies, and short ways to an action in any state."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from tests.cases.scenes import Scene
from warroom.access.agencies import seed_exercise
from warroom.actions import queries
from warroom.actions.decisions import approvals, documents, proposals
from warroom.actions.decisions.proposals import ActionDraft
from warroom.actions.views import ActionView
from warroom.ledger.officers import Officer
from warroom.orders import outbox
from warroom.orders.events import record_answer
from warroom.orders.order_content import OrderSubject
from warroom.orders.views import AnswerView, PartnerAnswer
from warroom.runtime.handlers import ORDER_HANDLERS

CUT = {"from": "2026-12-01T00:00:00+07:00", "megawatts": 4.5}
PAGE = {
    "scheme": "job",
    "copy_sha256": "ab" * 32,
    "copied_at": "2026-11-20T09:00:00+07:00",
    "preserve": True,
}
BLOCK = {"living_costs_left": "15,000 baht a month and the wages of four people."}


def statement(clinics: int = 1, backup: int = 1) -> dict[str, Any]:
    """A collateral statement: one clinic on the line, with backup unless said otherwise."""
    return {
        "homes": 40,
        "clinics": clinics,
        "clinics_with_backup": backup,
        "schools": 0,
        "humanitarian_feed": "The clinic keeps its own feeder.",
        "substitution": "Generators within three days.",
        "exit_on": "2026-12-15T00:00:00+07:00",
    }


def seizure() -> dict[str, Any]:
    return {
        "number": "Or 123/2569",
        "court": "Civil Court",
        "ordered_at": "2026-11-20T09:00:00+07:00",
        "document_sha256": "cd" * 32,
    }


def notice() -> dict[str, Any]:
    return {
        "thai": "บัญชีถูกระงับตามคำสั่ง",
        "english": "The account is blocked by order.",
        "how_told": "by-the-partner",
        "contest_at": "The court that gave the order",
    }


@dataclass
class Room:
    """People and partners; `now` is the hour at which things happen unless said otherwise."""

    scene: Scene
    keys: Iterator[int] = field(default_factory=count)

    @classmethod
    def of(cls, scene: Scene) -> "Room":
        scene.officer("first", "admin")
        seed_exercise(scene.ledger)
        return cls(scene)

    @property
    def now(self) -> datetime:
        return self.scene.now

    @property
    def ines(self) -> Officer:
        return self.scene.officer("ines", "infrastructure", "logistics", "investigator")

    @property
    def sup(self) -> Officer:
        return self.scene.officer("sup", "supervisor")

    @property
    def com(self) -> Officer:
        return self.scene.officer("com", "commander")

    @property
    def pros(self) -> Officer:
        return self.scene.officer("pros", "prosecutor")

    def key(self) -> str:
        return f"key-{next(self.keys)}"

    def propose(
        self,
        kind: str = "page-takedown",
        *subjects: OrderSubject,
        details: dict[str, Any] | None = None,
        partner: str = "PLATFORM",
        by: Officer | None = None,
        now: datetime | None = None,
        case: str | None = None,
    ) -> ActionView:
        draft = ActionDraft(
            kind,
            subjects or (OrderSubject("page", "page-1"),),
            PAGE if details is None else details,
            "It deceives people who look for work.",
            partner,
            case,
        )
        return proposals.propose_action(
            self.scene.ledger, by or self.ines, draft, key=self.key(), now=now or self.now
        )

    def cut(self, subject: str = "feeder-1", **more: Any) -> ActionView:
        """A power cut, proposed, with a statement that may pass."""
        found = self.propose(
            "power-cut", OrderSubject("supply", subject), details=CUT, partner="POWER", **more
        )
        return self.attach(found, "collateral-statement", statement(), now=more.get("now"))

    def attach(
        self,
        action: ActionView,
        name: str,
        content: dict[str, Any],
        now: datetime | None = None,
        by: Officer | None = None,
    ) -> ActionView:
        return documents.attach_document(
            self.scene.ledger, by or self.ines, action.id, name, content, key=self.key(), now=now or self.now
        )

    def approve(self, action: ActionView, by: Officer, now: datetime | None = None) -> ActionView:
        """Approved by an officer who looks at the table first."""
        seen = self.one(action, now)
        return approvals.approve_action(
            self.scene.ledger, by, action.id, seen.digest, key=self.key(), now=now or self.now
        )

    def one(self, action: ActionView, now: datetime | None = None) -> ActionView:
        return queries.load_action(self.scene.ledger, self.sup, action.id, now=now or self.now)

    def approved(self, **more: Any) -> ActionView:
        """A takedown that needs one officer, approved."""
        return self.approve(self.propose(**more), self.sup)

    def send(self, hours: float = 0.0) -> list[str]:
        """Everything that waits leaves; returns the orders' numbers."""
        left: list[str] = []
        at = self.now + timedelta(hours=hours)
        while True:
            with self.scene.ledger.open_session() as session:
                order = outbox.claim_next(session, at)
                if order is None:
                    return left
                outbox.mark_sent(session, ORDER_HANDLERS, order.order_id, at)
                left.append(order.order_id)

    def sent(self, **more: Any) -> ActionView:
        made = self.approved(**more)
        self.send()
        return self.one(made)

    def answer(self, order_id: str, status: str, text: str = "", minutes: float = 5.0) -> AnswerView:
        at = self.now + timedelta(minutes=minutes)
        answer = PartnerAnswer(order_id, "PLATFORM", at, status, None, text)  # type: ignore[arg-type]
        return record_answer(self.scene.ledger, ORDER_HANDLERS, answer, now=at)

    def in_effect(self, **more: Any) -> ActionView:
        made = self.sent(**more)
        self.answer(made.orders[0].order_id, "done")
        return self.one(made)

    def late(self, action: ActionView, hours: float) -> ActionView:
        """The action after everything has struck that is due some hours from now."""
        self.scene.run(hours)
        return self.one(action, self.now + timedelta(hours=hours))

    def struck(self, action: ActionView) -> list[str]:
        return sorted(one.kind for one in action.deadlines if one.state == "struck")
