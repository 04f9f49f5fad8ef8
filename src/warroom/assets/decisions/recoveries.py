"""Money that a victim got back outside a proceeding: noted by report, and taken off what pay-outs still owe."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from warroom.assets import rows
from warroom.assets.owed import select_recovered_sum
from warroom.assets.queries import loss_view
from warroom.assets.schema import LossRecovery, LossRegistration
from warroom.assets.steps import RECOVERY
from warroom.assets.views import LossView
from warroom.cases.belonging import case_number
from warroom.cases.schema import CaseReportRow
from warroom.errors import NotFound, NotPossible
from warroom.ledger.decision import Decision, open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer

# Of a payer and of a reference: longer than any bank's, short enough for a row of the log.
SIGNS = 200


def note_recovery(
    ledger: Ledger,
    officer: Officer,
    registration_id: int,
    amount: int,
    payer: str,
    reference: str,
    at: datetime,
    key: str,
    *,
    now: datetime | None = None,
) -> LossView:
    """Note that the victim of a registered loss got `amount` satang back from `payer`, under its reference.

    A drafted pay-out is void from then on, and a line that was approved before is not paid where it would bring the
    victim above the loss. Raises NotAllowed; NotFound; NotPossible for nothing, more than was reported lost, a
    reference that was noted already, or a time that cannot be right.
    """
    payer, reference = payer.strip()[:SIGNS], reference.strip()[:SIGNS]
    with open_decision(ledger, officer, *RECOVERY.roles, now=now) as this:
        loss = this.session.get(LossRegistration, registration_id)
        if loss is None:
            raise NotFound("assets.no-such-loss")
        rows.cases_open_to(this, loss.proceeding_id)
        asked = (registration_id, amount, payer, reference, at)
        if this.find_earlier_result(key, "loss.recovery", *asked) is not None:
            return loss_view(this.session, loss.id)
        if not (payer and reference):
            raise NotPossible("assets.recovery-unfit")
        case_report = _lock_report(this.session, loss)
        if not case_report.reported_at - rows.LONG_AGO <= at <= this.now + rows.AHEAD:
            raise NotPossible("assets.step-time-unfit")
        _check_amount(this.session, case_report, amount)
        _insert_recovery(this, case_report, amount, payer, reference, at)
        this.save_result(loss.id)
        detail = {"receipt": loss.receipt, "amount": amount, "payer": payer, "reference": reference, "at": at}
        case = case_number(this.session, loss.case_id)
        this.log_entry("loss.recovered", f"proceeding:{loss.proceeding_id}", detail, case)
        return loss_view(this.session, loss.id)


def _insert_recovery(
    this: Decision, case_report: CaseReportRow, amount: int, payer: str, reference: str, at: datetime
) -> None:
    """Write the recovery down; one of the same reference is the same money, which two desks heard of."""
    row = {"source": case_report.source, "record_id": case_report.record_id, "amount": amount, "payer": payer}
    row |= {"reference": reference, "at": at, "recorded_at": this.now, "officer_id": this.person.id}
    added = insert(LossRecovery).values(row).on_conflict_do_nothing().returning(LossRecovery.id)
    if this.session.execute(added).first() is None:
        raise NotPossible("assets.recovery-noted")


def _lock_report(session: Session, loss: LossRegistration) -> CaseReportRow:
    """The report of the loss, locked: a payment of it waits, and then counts what is noted here."""
    named = (loss.source, loss.record_id)
    return session.get_one(CaseReportRow, named, with_for_update=True, populate_existing=True)


def _check_amount(session: Session, told: CaseReportRow, amount: int) -> None:
    before = int(session.scalar(select(select_recovered_sum(told.source, told.record_id))) or 0)
    # More than the loss is no recovery but an error, of this note or of one before it.
    if not 0 < amount <= told.loss - before:
        raise NotPossible("assets.recovery-amount-unfit")
