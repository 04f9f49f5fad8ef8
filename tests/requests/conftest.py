"""A room that asks: partners invented for the exercise, one who drafts, one who approves, one abroad."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.cases.scenes import Scene
from warroom.access.agencies import seed_exercise
from warroom.ledger.officers import Officer
from warroom.orders import outbox
from warroom.orders.events import record_answer
from warroom.orders.views import AnswerView, OrderView, PartnerAnswer
from warroom.requests.decisions.drafts import RequestDraft, approve_request, draft_request
from warroom.requests.queries import load_request
from warroom.requests.views import RequestView
from warroom.runtime.handlers import ORDER_HANDLERS


class Desk(Scene):
    """The scene with a request on the table."""

    keys: Iterator[str] = iter(f"request-key-{number}" for number in range(10_000))

    @property
    def ines(self) -> Officer:
        return self.officer("ines", "investigator")

    @property
    def sup(self) -> Officer:
        return self.officer("sup", "supervisor")

    @property
    def lia(self) -> Officer:
        return self.officer("lia", "liaison")

    def key(self) -> str:
        return next(self.keys)

    def asking(self, **more: Any) -> RequestDraft:
        given: dict[str, Any] = {
            "partner": "T1",
            "kind": "information",
            "purpose": "To find who called the victim.",
            "subject": "number 0800000001",
            "items": ("Who held the number on the day", "The cells it used"),
            "keep_until": self.now + timedelta(days=90),
        }
        return RequestDraft(**given | more)

    def drafted(self, **more: Any) -> RequestView:
        return draft_request(self.ledger, self.ines, self.asking(**more), self.key(), now=self.now)

    def approved(self, **more: Any) -> RequestView:
        return approve_request(self.ledger, self.sup, self.drafted(**more).id, self.key(), now=self.now)

    def deliver(self, hours: float = 0.0) -> OrderView:
        """The next order leaves some hours from now."""
        at = self.now + timedelta(hours=hours)
        with self.ledger.open_session() as session:
            order = outbox.claim_next(session, at)
            assert order is not None
            return outbox.mark_sent(session, ORDER_HANDLERS, order.order_id, at)

    def told(self, **more: Any) -> tuple[RequestView, OrderView]:
        request = self.approved(**more)
        order = self.deliver()
        return self.read(request.id), order

    def read(self, number: int) -> RequestView:
        return load_request(self.ledger, self.sup, number, now=self.now)

    def says(
        self, order: OrderView, status: str, hours: float, partner: str = "", text: str = ""
    ) -> AnswerView:
        at = self.now + timedelta(hours=hours)
        answer = PartnerAnswer(order.order_id, partner or order.bank, at, status, None, text)  # type: ignore[arg-type]
        return record_answer(self.ledger, ORDER_HANDLERS, answer, now=at)


@pytest.fixture
def desk(scene: Scene) -> Desk:
    """A room with a case and partners."""
    desk = Desk(scene.home, scene.ledger, scene.lake, now=scene.now)
    seed_exercise(desk.ledger)
    desk.case()
    return desk
