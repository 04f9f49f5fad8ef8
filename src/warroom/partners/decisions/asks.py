"""Requests of partners to us: taken in with a clock, acknowledged, answered in part or whole, or refused with a reason."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from warroom.access.role_groups import ASK_ANSWERERS
from warroom.errors import NotFound, NotPossible
from warroom.ledger import deadlines
from warroom.ledger.decision import open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import Deadline
from warroom.ledger.views import DeadlineAbout
from warroom.partners import mailbox
from warroom.partners.leaving import check_words
from warroom.partners.schema import PartnerAsk, RoomPartner
from warroom.partners.views import ASK_OPEN, ASK_STATES, AskState, Criticality

ABOUT: DeadlineAbout = "partner-ask"
DUE = "answer"
ANSWER_WITHIN: dict[Criticality, timedelta] = {
    "critical": timedelta(hours=4),
    "high": timedelta(hours=24),
    "normal": timedelta(days=7),
}
"""From receipt to an answer. Chosen, not measured: money leaves within hours, records wait for days."""
ESCALATED_WITHIN: dict[Criticality, timedelta] = {
    "critical": timedelta(hours=1),
    "high": timedelta(hours=4),
    "normal": timedelta(days=1),
}
"""Once the clock has struck and a supervisor answers instead."""
PRESERVED_FOR = timedelta(days=90)
"""How long data is preserved for a partner (Budapest Convention, article 16, paragraph 2: up to ninety days)."""
ANSWERS: tuple[AskState, ...] = ("acknowledged", "partly", "answered", "refused")


def answer_ask(
    ledger: Ledger,
    officer: Officer,
    ask_id: int,
    answer: AskState,
    text: str,
    *,
    now: datetime | None = None,
) -> None:
    """Acknowledge, answer in part, answer or refuse a partner's request; the partner hears it at once. Idempotent.

    Raises NotAllowed (after an escalation for all but a supervisor), NotFound, NotPossible for a refusal or an answer without words, where
    a mark keeps its words here, or where it was answered already.
    """
    if answer not in ANSWERS or answer not in ASK_STATES:
        raise NotPossible("partners.no-such-answer")
    if answer != "acknowledged" and not text.strip():
        raise NotPossible("partners.answer-empty")
    with open_decision(ledger, officer, *ASK_ANSWERERS, now=now) as this:
        row = this.session.get(PartnerAsk, ask_id, with_for_update=True)
        if row is None:
            raise NotFound("partners.no-such-ask")
        if (row.state, row.answer) == (answer, text.strip()):
            return
        if row.state not in ASK_OPEN or (answer == "acknowledged" and row.state != "received"):
            raise NotPossible("partners.ask-decided", number=f"P-{row.id}")
        if row.escalated_at is not None:
            this.require_role("supervisor")
        check_words(this.session, "ask", row.their_number, row.partner, (text,), this.now)
        _apply_answer(this.session, row, answer, text.strip(), this.person.id, this.now)
        detail = {"answer": answer, "partner": row.partner}
        this.log_entry(f"partner-ask.{answer}", f"partner-ask:{row.id}", detail)


def _apply_answer(
    session: Session, row: PartnerAsk, answer: AskState, text: str, officer_id: int, now: datetime
) -> None:
    row.state, row.acknowledged_at = answer, row.acknowledged_at or now
    if answer != "acknowledged":
        row.answer, row.answered_by, row.answered_at = text, officer_id, now
    if answer in ("answered", "refused"):
        deadlines.meet_deadlines(session, ABOUT, row.id, DUE)
    # The officer's name stays here: the partner deals with a room.
    body = {"about": row.their_number, "answer": answer, "text": text}
    partner = session.get_one(RoomPartner, row.partner)
    mailbox.queue_message(session, partner, "request-reply", row.their_number, body, now)


def handle_ask_deadline(session: Session, deadline: Deadline, now: datetime) -> None:
    """The clock of a partner's request struck: it goes up to a supervisor, once, with a shorter clock."""
    row = lock_ask(session, deadline.about_id)
    if row.state in ASK_OPEN and row.escalated_at is None:
        row.escalated_at = now
        row.due_at = now + ESCALATED_WITHIN[row.criticality]  # type: ignore[index]
        deadlines.start_deadline(session, ABOUT, row.id, DUE, row.due_at)


def lock_ask(session: Session, ask_id: int) -> PartnerAsk:
    """The row, locked."""
    return session.get_one(PartnerAsk, ask_id, with_for_update=True)
