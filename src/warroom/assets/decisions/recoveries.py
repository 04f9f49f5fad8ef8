"""Money that a victim got back outside a proceeding: noted by report, and taken off what pay-outs still owe."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from warroom import clock
from warroom.access import role_groups
from warroom.assets import rows
from warroom.assets.decisions.proceedings import cases_open_to
from warroom.assets.owed import recovered
from warroom.assets.queries import loss_view
from warroom.assets.schema import LossRecovery, LossRegistration, Proceeding
from warroom.assets.views import LossView
from warroom.cases.schema import Case, CaseReportRow
from warroom.errors import NotFound, NotPossible
from warroom.ledger import idempotency, officers
from warroom.ledger.audit import writing
from warroom.ledger.canonical_json import plain
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer

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
    now = now or clock.now()
    payer, reference = payer.strip()[:SIGNS], reference.strip()[:SIGNS]
    with ledger.session() as session:
        loss = session.get(LossRegistration, registration_id)
        if loss is None:
            raise NotFound("assets.no-such-loss")
        person = officers.require(session, officer, *role_groups.LOSS_CLERKS)
        cases_open_to(session, person, session.get_one(Proceeding, loss.proceeding_id))
        asked = ["loss.recovery", registration_id, amount, payer, reference, plain(at)]
        if idempotency.first_time(session, person, key, asked, now) is not None:
            return loss_view(session, loss.id)
        if not (payer and reference):
            raise NotPossible("assets.recovery-unfit")
        told = _report(session, loss)
        if not told.reported_at - rows.LONG_AGO <= at <= now + rows.AHEAD:
            raise NotPossible("assets.step-time-unfit")
        _fits(session, told, amount)
        row = {"source": told.source, "record_id": told.record_id, "amount": amount, "payer": payer}
        row |= {"reference": reference, "at": at, "recorded_at": now, "officer_id": person.id}
        added = session.execute(
            insert(LossRecovery).values(row).on_conflict_do_nothing().returning(LossRecovery.id)
        )
        if added.first() is None:
            raise NotPossible("assets.recovery-noted")
        idempotency.keep(session, person, key, [loss.id])
        detail = {"receipt": loss.receipt, "amount": amount, "payer": payer, "reference": reference, "at": at}
        case = session.get_one(Case, loss.case_id).number
        subject = f"proceeding:{loss.proceeding_id}"
        writing.append(session, officer, "loss.recovered", subject, detail, case=case, at=now)
        return loss_view(session, loss.id)


def _report(session: Session, loss: LossRegistration) -> CaseReportRow:
    """The report of the loss, locked: a payment of it waits, and then counts what is noted here."""
    named = (loss.source, loss.record_id)
    return session.get_one(CaseReportRow, named, with_for_update=True, populate_existing=True)


def _fits(session: Session, told: CaseReportRow, amount: int) -> None:
    before = int(session.scalar(select(recovered(told.source, told.record_id))) or 0)
    if not 0 < amount <= told.loss - before:
        raise NotPossible("assets.recovery-amount-unfit")
