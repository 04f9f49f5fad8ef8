"""Events of actions: what happens when an order leaves or fails, or a partner answers."""

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from warroom.actions import states
from warroom.actions.ending import end_action, tell_end
from warroom.actions.rows import find_case_number, lock_action
from warroom.actions.schema import Action
from warroom.actions.views import UNDER_WAY, ActionState
from warroom.law.kinds.declarations import load_kind
from warroom.ledger import deadlines
from warroom.ledger.schema import Deadline
from warroom.orders.schema import Order, OrderAnswer
from warroom.orders.views import PartnerAnswer
from warroom.sentences.sentence import Sentence

SAID: dict[str, ActionState] = {"done": "in_effect", "partly": "partly", "refused": "refused"}


class ActionOrders:
    """The handler of orders about actions."""

    def lock_subject(self, session: Session, order: Order) -> str | None:
        return find_case_number(session, lock_action(session, order.about_id))

    def read_state(self, session: Session, order: Order) -> str:
        return _load_action(session, order).state

    def handle_sent(self, session: Session, order: Order, now: datetime) -> None:
        """An action moves from approved to sent; the partner's silence is counted from now on."""
        measure = _load_action(session, order)
        # A carrier that says twice that it left, or after the partner has answered, moves nothing.
        if order.kind == "measure" and measure.state == "approved":
            states.move_actions(
                session,
                [measure],
                "sent",
                now,
                None,
                Sentence("actions.line-order-left", order=order.order_id),
            )
        deadlines.meet_deadlines(session, "measure", measure.id, "undelivered")
        due = now + load_kind(measure.kind).answer_within
        deadlines.start_deadline(session, "measure", measure.id, "answer", due, measure.case_id)

    def handle_failure(self, session: Session, order: Order, sentence: str, now: datetime) -> None:
        """The order did not arrive: a deadline that is due at once alerts an officer."""
        self._alert_officer(session, _load_action(session, order), "undelivered", now)

    def handle_answer(self, session: Session, order: Order, answer: PartnerAnswer, now: datetime) -> str:
        """In effect, partly, refused, lifted, or noted; a contradiction is noted and an officer must look."""
        # That it has arrived says nothing of what the partner will do; its silence goes on being counted.
        if answer.status == "received":
            return "noted"
        measure = _load_action(session, order)
        deadlines.meet_deadlines(session, "measure", measure.id, "answer", "undelivered")
        if order.kind == "measure":
            return self._apply_answer(session, measure, order, answer, now)
        # A part restored is no confirmation: somebody may still be without light.
        if answer.status in ("refused", "partly"):
            return self._note_conflict(session, measure, now)
        return "lifted"

    def _apply_answer(
        self, session: Session, measure: Action, order: Order, answer: PartnerAnswer, now: datetime
    ) -> str:
        # Answers come when they come: the action may have lapsed or been lifted meanwhile.
        if measure.state not in UNDER_WAY:
            return self._handle_late_effect(session, measure, answer, now)
        if answer.status == "lifted":
            return self._handle_lifted(session, measure, answer, now)
        after = SAID[answer.status]
        if measure.state == after:
            return "noted"
        # The partner takes back what it has done. No state is believed over the other: an officer asks it.
        if measure.state in ("in_effect", "partly") and after == "refused":
            return self._note_conflict(session, measure, now)
        if _is_overtaken(session, order, answer):
            return "noted"
        states.move_actions(session, [measure], after, now, None, _format_answer(order, answer))
        if after == "refused":
            deadlines.meet_deadlines(session, "measure", measure.id)
        return after

    def _handle_lifted(self, session: Session, measure: Action, answer: PartnerAnswer, now: datetime) -> str:
        """The partner ended it by itself: so it is, and an officer must look."""
        # Lifted before it was said to be sent: one of the two words is wrong.
        if measure.state == "approved":
            return self._note_conflict(session, measure, now)
        end_action(
            session,
            measure,
            "lifted",
            None,
            answer.text or Sentence("actions.line-lifted-by-partner"),
            now,
            tell=False,
        )
        self._alert_officer(session, measure, "conflict", now)
        return "lifted"

    def _handle_late_effect(
        self, session: Session, measure: Action, answer: PartnerAnswer, now: datetime
    ) -> str:
        """The partner carries out what has ended: order it to undo that."""
        if answer.status in ("refused", "lifted") or measure.state == "done":
            return "noted"
        effect = self._note_conflict(session, measure, now)
        # It has no legal basis any more and must not go on for lack of an order.
        tell_end(session, measure, "lift", answer.text, now)
        return effect

    def _note_conflict(self, session: Session, measure: Action, now: datetime) -> str:
        self._alert_officer(session, measure, "conflict", now)
        return "conflict"

    def _alert_officer(self, session: Session, measure: Action, kind: str, now: datetime) -> None:
        deadlines.start_deadline(session, "measure", measure.id, kind, now, measure.case_id)


def _load_action(session: Session, order: Order) -> Action:
    return session.get_one(Action, order.about_id)


def _is_overtaken(session: Session, order: Order, answer: PartnerAnswer) -> bool:
    """Whether the partner has a later answer on this order: an older one that arrives late changes nothing."""
    later = (
        OrderAnswer.order_id == order.order_id,
        OrderAnswer.status != "received",
        OrderAnswer.time > answer.time,
    )
    return bool(session.scalar(select(exists().where(*later))))


def _format_answer(order: Order, answer: PartnerAnswer) -> str:
    return (
        f"{answer.partner}: {answer.text}"
        if answer.text
        else Sentence("actions.line-answered", partner=answer.partner, order=order.order_id)
    )


def handle_action_deadline(session: Session, deadline: Deadline, now: datetime) -> None:
    """A deadline of an action has passed. Silence, a warning, an order that cannot be delivered and a contradiction
    stay struck until somebody deals with them; an action whose time is over ends, and its partner is ordered
    to undo it.
    """
    measure = session.get_one(Action, deadline.about_id)
    # The states are asked again: a decision may have come between the moment it was due and the lock.
    if deadline.kind == "decide" and measure.state == "proposed":
        end_action(session, measure, "lapsed", None, Sentence("actions.line-undecided-in-time"), now)
    elif deadline.kind == "lapse" and measure.state in UNDER_WAY:
        end_action(session, measure, "lapsed", None, Sentence("actions.line-time-over"), now)
