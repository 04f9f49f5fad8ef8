"""Events of holds: what happens when an order leaves or fails, when a bank answers, and when a deadline
strikes. Only a bank's answer puts a hold into effect.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.bilingual import texts
from warroom.cases import alerts
from warroom.cases.answer_times import get_answer_times
from warroom.cases.forecasts import update_forecasts
from warroom.cases.hold_ending import emit_end, end_hold, locked_hold
from warroom.cases.hold_orders import start_silence
from warroom.cases.schema import AppealRow, Case, Hold, HoldExtension, HoldRelease
from warroom.cases.summary import recount_case
from warroom.cases.views import ACTIVE
from warroom.errors import NotUnderstood
from warroom.law.rules import repository as law
from warroom.ledger import deadlines
from warroom.ledger.schema import Deadline
from warroom.orders.schema import Order
from warroom.orders.views import PartnerAnswer


class HoldOrders:
    """The handler of orders about holds."""

    def lock_subject(self, session: Session, order: Order) -> str:
        return locked_hold(session, order.about_id)[1].number

    def read_state(self, session: Session, order: Order) -> str:
        return _load_hold(session, order).state

    def handle_sent(self, session: Session, order: Order, now: datetime) -> None:
        """Move the hold from approved to sent; the bank's silence is measured from now on."""
        action = _load_hold(session, order)
        # An order of a hold that was released meanwhile may still have left: its end order follows it.
        if order.kind == "hold" and action.state == "approved":
            action.state = "sent"
        start_silence(session, action, now)
        # Every list says from when on the bank is silent, without waiting for the server's next forecast.
        update_forecasts(session, now, [action.case_id])

    def handle_failure(self, session: Session, order: Order, sentence: str, now: datetime) -> None:
        action = _load_hold(session, order)
        params = {"bank": order.bank, "kind": order.kind, "error": sentence, "order": order.order_id}
        alerts.raise_alert(session, action.case_id, action.id, "undelivered", params, now)
        recount_case(session, action.case_id, now)

    def handle_answer(self, session: Session, order: Order, answer: PartnerAnswer, now: datetime) -> str:
        """In effect, partly, refused, let go, or noted with an alert where it contradicts what is known. Raises
        NotUnderstood for a hold confirmed in part without the amount.
        """
        if order.kind == "hold" and answer.status == "partly" and answer.amount is None:
            raise NotUnderstood("cases.part-without-amount")
        action = _load_hold(session, order)
        case = session.get_one(Case, action.case_id)
        effect = _Answering(session, action, case, order, answer, now).apply_answer()
        recount_case(session, case.id, now)
        return effect


def _load_hold(session: Session, order: Order) -> Hold:
    return session.get_one(Hold, order.about_id)


class _Answering:
    """Applies one answer to one hold; every method returns the effect as a code."""

    def __init__(
        self, session: Session, action: Hold, case: Case, order: Order, answer: PartnerAnswer, now: datetime
    ) -> None:
        self.session, self.action, self.case = session, action, case
        self.order, self.answer, self.now = order, answer, now

    def apply_answer(self) -> str:
        if self.answer.status == "received":
            return "noted"
        # Any answer but "received" ends the silence, also a contradicting one: somebody at the bank has
        # looked.
        deadlines.stop_deadlines(self.session, "hold", self.action.id, "silence")
        alerts.clear_alerts(self.session, self.action.id, ("silence",), self.now)
        if self.order.kind == "hold":
            return self._handle_hold_answer()
        return (
            self._handle_extension_answer() if self.order.kind == "extend" else self._handle_ending_answer()
        )

    def _handle_hold_answer(self) -> str:
        state = self.action.state
        if self.answer.status == "lifted":
            return (
                self._handle_lifted() if state in ("sent", "in_effect", "partly") else self._raise_conflict()
            )
        if state in ("approved", "sent"):
            return self._handle_first_answer()
        if state in ("in_effect", "partly"):
            return self._handle_repeat_answer()
        if state == "refused" and self.answer.status == "refused":
            return "noted"
        return self._handle_late_answer()

    def _handle_first_answer(self) -> str:
        held = self._compute_held()
        # Nothing held is a refusal, whatever the bank calls it: an officer must not count on it.
        if self.answer.status == "refused" or held == 0:
            self.action.state, self.action.held = "refused", 0
            # Without an amount the bank says nothing of the money: it may still be there, and need not be
            # followed.
            self.action.left_settled_at = self.now if self.answer.amount is None else None
            self._record_left(self.action.amount if self.answer.amount is not None else 0)
            deadlines.stop_deadlines(self.session, "hold", self.action.id)
            return "refused"
        self.action.held = held
        self._record_left(self.action.amount - held)
        self.action.state = "in_effect" if held == self.action.amount else "partly"
        # More than was ordered binds somebody's own money: counted as ordered, and an officer is alerted.
        if self.answer.amount is not None and self.answer.amount > self.action.amount:
            self._raise_alert("excess", amount=texts.format_baht(self.answer.amount))
        return self.action.state

    def _handle_repeat_answer(self) -> str:
        """A further answer on a hold in effect. Refused after all, nothing of it is counted as held any more;
        its clocks and its end order stay, as the bank may well have the money.
        """
        if self.answer.status == "refused":
            if self.action.held == 0:
                return "noted"
            effect = self._raise_conflict()
            self.action.held = 0
            return effect
        return "noted" if self._compute_held() == self.action.held else self._raise_conflict()

    def _record_left(self, satang: int) -> None:
        """Count what the bank says has left as gone, whatever the records show; `satang` is its amount."""
        self.action.left_by_word = satang
        moved = min(satang, self.case.still_there)
        self.case.still_there, self.case.exited = self.case.still_there - moved, self.case.exited + moved

    def _compute_held(self) -> int:
        """Satang that the bank says it holds, at most what was ordered."""
        if self.answer.amount is not None:
            return max(0, min(self.answer.amount, self.action.amount))
        return self.action.amount

    def _handle_lifted(self) -> str:
        self._raise_alert("lifted")
        end_hold(self.session, self.action, "bank", None, self.answer.text, self.now)
        return "lifted"

    def _handle_late_answer(self) -> str:
        """A bank holds money for a hold that it refused or that has ended: order it to release."""
        effect = self._raise_conflict()
        if self._is_confirmed() and self.action.state in ("refused", "released", "expired", "taken_back"):
            emit_end(self.session, self.action, self.answer.text, self.now)
        return effect

    def _handle_extension_answer(self) -> str:
        # The newest request: an earlier one may have been refused.
        asked = self.session.scalars(
            select(HoldExtension)
            .where(HoldExtension.hold_id == self.action.id)
            .order_by(HoldExtension.id.desc())
            .with_for_update()
        ).first()
        if asked is None or asked.state != "approved":
            return (
                "noted"
                if asked and asked.state == "confirmed" and self._is_confirmed()
                else self._raise_conflict()
            )
        if self._is_confirmed():
            asked.state, asked.confirmed_at = "confirmed", self.answer.time
            return "extended"
        # Refused, and not open any more: another request may be made while the first end has not passed.
        asked.state = "refused"
        self._restore_earlier_end()
        return "refused"

    def _is_confirmed(self) -> bool:
        return self.answer.status in ("done", "partly")

    def _restore_earlier_end(self) -> None:
        """The bank does not extend: restore the earlier end, its rule and its lapse deadline."""
        action = self.action
        self._raise_alert("extension_refused", until=action.report_until)
        if action.state in ("sent", "in_effect", "partly"):
            rule = law.rule_under(law.HOLD_ON_REPORT)
            action.until, action.rule_id, action.rule_digest = action.report_until, rule.id, rule.digest
            action.legal_basis = rule.citation.en
            deadlines.start_deadline(self.session, "hold", action.id, "lapse", action.until, action.case_id)

    def _handle_ending_answer(self) -> str:
        if self.answer.status == "refused":
            self._raise_alert("release_refused")
            return "conflict"
        # A part let go of is no confirmation: somebody may still be without the rest.
        if self.answer.status == "partly":
            return self._raise_conflict()
        release = self.session.get(HoldRelease, self.action.id, with_for_update=True)
        if release is not None and release.lifted_at is None:
            # The bank's own time: until then the holder could not use the money.
            release.lifted_at = self.answer.time
            return "lifted"
        return "noted"

    def _raise_conflict(self) -> str:
        self._raise_alert("conflict", status=self.answer.status, state=self.action.state)
        return "conflict"

    def _raise_alert(self, kind: str, **params: object) -> None:
        facts = {"bank": self.order.bank, "order": self.order.order_id, **params}
        alerts.raise_alert(self.session, self.case.id, self.action.id, kind, facts, self.now)


def handle_hold_deadline(session: Session, deadline: Deadline, now: datetime) -> None:
    """Handle a deadline of a locked hold: the hold ends, or an alert says what is about to happen or has not
    happened.
    """
    action = session.get_one(Hold, deadline.about_id)
    if deadline.kind == "lapse":
        # Asked again under the lock: an extension may have moved the end since this clock was found to be due.
        if action.state in ACTIVE and action.until <= now:
            end_hold(session, action, "expiry", None, "", now)
    elif deadline.kind == "lapse_warning":
        if action.state in ACTIVE and action.until > now:
            params = {"bank": action.bank, "until": action.until}
            alerts.raise_alert(session, action.case_id, action.id, "lapse_warning", params, now)
    elif deadline.kind == "silence":
        _alert_silence(session, action, now)
    else:
        _appeal_late(session, action, deadline.kind, now)
    recount_case(session, action.case_id, now)


def describe_hold_deadline(session: Session, deadline: Deadline) -> dict[str, object]:
    """Details for the log of a deadline that struck: which one, when it was due, and the hold's state after
    it.
    """
    state = session.get_one(Hold, deadline.about_id).state
    return {"clock": deadline.kind, "due": deadline.due_at, "state": state}


def _alert_silence(session: Session, action: Hold, now: datetime) -> None:
    waiting = select(Order).where(Order.hold_id == action.id, Order.state.in_(("waiting", "sent", "failed")))
    order = session.scalars(waiting.order_by(Order.place.desc()).limit(1)).first()
    # Answered in the meantime, or taken back: nobody is waited for.
    if order is None:
        return
    params: dict[str, object] = {"bank": order.bank, "kind": order.kind, "order": order.order_id}
    if order.sent_at is None:
        # A bank that was told nothing is not silent.
        params |= {"error": order.last_error}
        alerts.raise_alert(session, action.case_id, action.id, "undelivered", params, now)
        return
    due = get_answer_times(session, now).silent_from(order.bank, order.sent_at)
    # Asked again: answers from before the order may have been read only after it was sent.
    if due > now:
        deadlines.start_deadline(session, "hold", action.id, "silence", due, action.case_id)
        return
    params |= {"minutes": round((now - order.sent_at).total_seconds() / 60)}
    alerts.raise_alert(session, action.case_id, action.id, "silence", params, now)


def _appeal_late(session: Session, action: Hold, kind: str, now: datetime) -> None:
    """Alert that the hold's open appeal is late; a hold has at most one."""
    open_one = select(AppealRow).where(AppealRow.hold_id == action.id, AppealRow.state == "open")
    if appeal := session.scalars(open_one).first():
        params = {"reference": action.reference, "until": appeal.limit_at}
        alerts.raise_alert(session, action.case_id, action.id, kind, params, now)
