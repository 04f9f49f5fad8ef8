"""What banks answer: only a bank's word puts a hold into effect, and the same word twice changes nothing."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from warroom import clock
from warroom.errors import NotUnderstood
from warroom.operations import alerts, audit, clocks, law, orders, texts
from warroom.operations.canon import canonical, digest, plain
from warroom.operations.endings import emit_end, end_hold, locked_hold
from warroom.operations.ledger import Ledger
from warroom.operations.render import answer_view
from warroom.operations.schema import Action, Answer, Case, Extension, Order, Release
from warroom.operations.summary import recount
from warroom.operations.views import AnswerView, PartnerAnswer


def record_answer(ledger: Ledger, answer: PartnerAnswer, *, now: datetime | None = None) -> AnswerView:
    """Record a bank's answer and move the hold: in effect, partly, refused, let go, or noted with an alert
    where it contradicts what is known. Raises NotFound for an order that is not of this ledger, and
    NotUnderstood for a hold confirmed in part without the amount.
    """
    now = now or clock.now()
    with ledger.session() as session:
        order = orders.locked(session, answer.order_id, lock=False)
        action, case = locked_hold(session, order.action_id)
        session.refresh(order, with_for_update=True)
        if order.kind == "hold" and answer.status == "partly" and answer.amount is None:
            raise NotUnderstood(
                "The bank says it holds a part but not how much; ask it for an answer with the amount."
            )
        mark = digest(canonical(plain(answer)))
        before = session.scalars(select(Answer).where(Answer.digest == mark)).first()
        if before is not None:
            return answer_view(before)
        effect = _Answering(session, action, case, order, answer, now).take()
        orders.acknowledge(session, order.order_id, answer.status, answer.amount, answer.text, answer.time)
        values = plain(answer) | {"time": answer.time, "effect": effect, "recorded_at": now, "digest": mark}
        recorded = session.scalars(insert(Answer).values(values).returning(Answer)).one()
        recount(session, case.id)
        detail = {**plain(answer), "effect": effect, "state": action.state}
        audit.append(session, None, "answer.recorded", f"hold:{action.id}", detail, case=case.number, at=now)
        return answer_view(recorded)


class _Answering:
    """One answer meeting one hold; every method returns the effect in a word."""

    def __init__(
        self, session: Session, action: Action, case: Case, order: Order, answer: PartnerAnswer, now: datetime
    ) -> None:
        self.session, self.action, self.case = session, action, case
        self.order, self.answer, self.now = order, answer, now

    def take(self) -> str:
        if self.answer.status == "received":
            return "noted"
        clocks.stop(self.session, self.action, "silence")
        alerts.clear(self.session, self.action.id, ("silence",), self.now)
        if self.order.kind == "hold":
            return self._to_hold()
        return self._to_extension() if self.order.kind == "extend" else self._to_ending()

    def _to_hold(self) -> str:
        state = self.action.state
        if self.answer.status == "lifted":
            return self._lifted() if state in ("sent", "in_effect", "partly") else self._conflict()
        if state in ("approved", "sent"):
            return self._first_word()
        if state in ("in_effect", "partly"):
            return self._again()
        if state == "refused" and self.answer.status == "refused":
            return "noted"
        return self._late()

    def _first_word(self) -> str:
        held = self._held()
        if self.answer.status == "refused" or held == 0:
            self.action.state, self.action.held = "refused", 0
            clocks.stop(self.session, self.action)
            return "refused"
        self.action.held = held
        self.action.state = "in_effect" if held == self.action.amount else "partly"
        if self.answer.amount is not None and self.answer.amount > self.action.amount:
            self._alert("excess", amount=texts.baht(self.answer.amount))
        return self.action.state

    def _again(self) -> str:
        """Another word on a hold in effect. Refused after all, nothing of it is counted as held any more; its
        clocks and its end order stay, as the bank may well have the money.
        """
        if self.answer.status == "refused":
            if self.action.held == 0:
                return "noted"
            effect = self._conflict()
            self.action.held = 0
            return effect
        return "noted" if self._held() == self.action.held else self._conflict()

    def _held(self) -> int:
        """What the bank says it holds, never more than was ordered."""
        if self.answer.amount is not None:
            return max(0, min(self.answer.amount, self.action.amount))
        return self.action.amount

    def _lifted(self) -> str:
        self._alert("lifted")
        end_hold(self.session, self.action, "bank", None, self.answer.text, self.now)
        return "lifted"

    def _late(self) -> str:
        """The bank holds money for a hold that it refused or that has ended: it is told to let go."""
        effect = self._conflict()
        if self._positive() and self.action.state in ("refused", "released", "expired"):
            emit_end(self.session, self.action, self.answer.text, self.now)
        return effect

    def _to_extension(self) -> str:
        asked = self.session.scalars(
            select(Extension)
            .where(Extension.action_id == self.action.id)
            .order_by(Extension.id.desc())
            .with_for_update()
        ).first()
        if asked is None or asked.state != "approved":
            return "noted" if asked and asked.state == "confirmed" and self._positive() else self._conflict()
        if self._positive():
            asked.state, asked.confirmed_at = "confirmed", self.answer.time
            return "extended"
        asked.state = "refused"
        self._back_to_report_time()
        return "refused"

    def _positive(self) -> bool:
        return self.answer.status in ("done", "partly")

    def _back_to_report_time(self) -> None:
        """The bank does not extend: the earlier end stands, and the lapse clock with it."""
        action = self.action
        self._alert("extension_refused", until=action.report_until)
        if action.state in ("sent", "in_effect", "partly"):
            rule = law.rule_under(law.HOLD_ON_REPORT)
            action.until, action.rule_id, action.rule_digest = action.report_until, rule.id, rule.digest
            action.legal_basis = rule.citation.en
            clocks.start(self.session, action, "lapse", action.until)

    def _to_ending(self) -> str:
        if self.answer.status == "refused":
            self._alert("release_refused")
            return "conflict"
        release = self.session.get(Release, self.action.id, with_for_update=True)
        if release is not None and release.lifted_at is None:
            release.lifted_at = self.answer.time
            return "lifted"
        return "noted"

    def _conflict(self) -> str:
        self._alert("conflict", status=self.answer.status, state=self.action.state)
        return "conflict"

    def _alert(self, kind: str, **params: object) -> None:
        facts = {"bank": self.order.bank, "order": self.order.order_id, **params}
        alerts.raise_alert(self.session, self.case.id, self.action.id, kind, facts, self.now)
