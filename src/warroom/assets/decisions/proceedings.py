"""Proceedings: a court's case over assets, the notice to victims, and their registered losses within its window."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from warroom import clock
from warroom.access import agencies, role_groups
from warroom.assets import rows
from warroom.assets.queries import loss_view, proceeding_view
from warroom.assets.schema import LossRegistration, Proceeding, ProceedingCase
from warroom.assets.views import LossView, ProceedingView
from warroom.cases import sealing
from warroom.cases.holds import new_reference
from warroom.cases.schema import Case, CaseReportRow
from warroom.errors import NotFound, NotPossible
from warroom.ledger import deadlines, idempotency, officers
from warroom.ledger.audit import writing
from warroom.ledger.canonical_json import plain
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow


def open_proceeding(
    ledger: Ledger,
    officer: Officer,
    title: str,
    cases: Sequence[str],
    assets: Sequence[int],
    court: str,
    fund: str,
    key: str,
    *,
    now: datetime | None = None,
) -> ProceedingView:
    """Open a proceeding before `court` over assets of these cases; what is left after the victims goes to `fund`.

    Raises NotAllowed, NotFound for an unknown case, asset or agency, NotPossible where an asset is of none of the
    cases or in another proceeding already.
    """
    now = now or clock.now()
    if not (title.strip() and cases and assets):
        raise NotPossible("assets.proceeding-unfit")
    with ledger.session() as session:
        person = officers.require(session, officer, *role_groups.PROCEEDING_OPENERS)
        asked = ["proceeding.open", title, list(cases), list(assets), court, fund]
        before = idempotency.first_time(session, person, key, asked, now)
        if before is not None:
            return proceeding_view(session, before[0])
        found = [sealing.case_of(session, person, number) for number in dict.fromkeys(cases)]
        row = _new(session, person, title.strip(), court, fund, now)
        for case in found:
            session.add(ProceedingCase(proceeding_id=row.id, case_id=case.id))
        _bring_in(session, row, {case.id for case in found}, assets)
        idempotency.keep(session, person, key, [row.id])
        detail = {"assets": list(assets), "fund": fund}
        rows.log_proceeding(session, officer, "proceeding.opened", row, now, detail)
        return proceeding_view(session, row.id)


def _new(
    session: Session, person: OfficerRow, title: str, court: str, fund: str, now: datetime
) -> Proceeding:
    agencies.agency_of(session, court, "court")
    agencies.agency_of(session, fund, "money", "other")
    number = session.scalar(select(func.nextval("proceedings_id_seq")))
    row = Proceeding(
        id=number,
        number=f"P-{number}",
        title=title,
        court=court,
        fund=fund,
        made_by=person.id,
        made_at=now,
    )
    session.add(row)
    session.flush()
    return row


def _bring_in(session: Session, row: Proceeding, cases: set[int], assets: Sequence[int]) -> None:
    for number in sorted(set(assets)):
        asset = rows.locked(session, number)
        if asset.case_id not in cases:
            raise NotPossible("assets.asset-of-another-case", number=asset.number)
        if asset.proceeding_id is not None:
            raise NotPossible("assets.asset-in-another-proceeding", number=asset.number)
        asset.proceeding_id = row.id
    session.flush()


def give_notice(
    ledger: Ledger,
    officer: Officer,
    proceeding_id: int,
    at: datetime,
    key: str,
    *,
    now: datetime | None = None,
) -> ProceedingView:
    """The notice to victims was published at `at`: they may register for as long as the rule then in force says.

    Raises NotAllowed, NotFound, NotPossible where notice was given already or the time is in the future.
    """
    now = now or clock.now()
    with ledger.session() as session:
        row = rows.locked_proceeding(session, proceeding_id)
        person = officers.require(session, officer, *role_groups.NOTICE_GIVERS)
        cases_open_to(session, person, row)
        asked = ["proceeding.notice", proceeding_id, plain(at)]
        if idempotency.first_time(session, person, key, asked, now) is not None:
            return proceeding_view(session, row.id)
        if row.notice_at is not None:
            raise NotPossible("assets.notice-given")
        if not now - rows.LONG_AGO <= at <= now + rows.AHEAD:
            raise NotPossible("assets.notice-time-unfit")
        _, rule = rows.rule_of(session, "victim-payout", at)
        row.notice_at, row.register_until = at, at + rule.period
        deadlines.start(session, "proceeding", row.id, "registration", row.register_until)
        detail = {"at": at, "until": row.register_until, "rule": rule.id, "text": rule.digest}
        rows.log_proceeding(session, officer, "proceeding.notice", row, now, detail)
        return proceeding_view(session, row.id)


def cases_open_to(session: Session, person: OfficerRow, row: Proceeding) -> None:
    """Raises NotFound where a case of the proceeding is sealed to the officer."""
    mine = select(Case).join(ProceedingCase, ProceedingCase.case_id == Case.id)
    for case in session.scalars(mine.where(ProceedingCase.proceeding_id == row.id)):
        sealing.may_see(session, person, case, "assets.no-such-proceeding")


def register_loss(
    ledger: Ledger,
    officer: Officer,
    proceeding_id: int,
    source: str,
    report: str,
    claimed: int,
    pay_bank: str,
    pay_account: str,
    key: str,
    *,
    now: datetime | None = None,
) -> LossView:
    """Register the loss of the victim who made this report; returns the receipt.

    Raises NotAllowed; NotFound for no such proceeding or report; NotPossible outside the window, for a victim of
    another case, a claim above the reported loss, a second registration, or without where to pay.
    """
    now = now or clock.now()
    with ledger.session() as session:
        row = rows.locked_proceeding(session, proceeding_id)
        person = officers.require(session, officer, *role_groups.LOSS_CLERKS)
        cases_open_to(session, person, row)
        asked = ["loss.register", proceeding_id, source, report, claimed, pay_bank, pay_account]
        before = idempotency.first_time(session, person, key, asked, now)
        if before is not None:
            return loss_view(session, before[0])
        _within_window(row, now)
        told = _reported(session, row, source, report)
        if not 0 < claimed <= told.loss:
            raise NotPossible("assets.loss-amount-unfit")
        if not (pay_bank.strip() and pay_account.strip()):
            raise NotPossible("assets.victim-account-missing")
        number = _register(session, row, told, claimed, pay_bank.strip(), pay_account.strip(), person, now)
        idempotency.keep(session, person, key, [number])
        detail = {"source": source, "report": report, "claimed": claimed}
        case = session.get_one(Case, told.case_id).number
        subject = f"proceeding:{row.id}"
        writing.append(session, officer, "loss.registered", subject, detail, case=case, at=now)
        return loss_view(session, number)


def _within_window(row: Proceeding, now: datetime) -> None:
    if row.notice_at is None or row.register_until is None:
        raise NotPossible("assets.notice-missing")
    if not row.notice_at <= now < row.register_until:
        raise NotPossible("assets.registration-over", day=f"{row.register_until:%Y-%m-%d}")


def _reported(session: Session, row: Proceeding, source: str, report: str) -> CaseReportRow:
    told = session.get(CaseReportRow, (source, report))
    if told is None:
        raise NotFound("assets.no-such-report")
    if session.get(ProceedingCase, (row.id, told.case_id)) is None:
        raise NotPossible("assets.report-of-another-case")
    return told


def _register(
    session: Session,
    row: Proceeding,
    told: CaseReportRow,
    claimed: int,
    bank: str,
    account: str,
    person: OfficerRow,
    now: datetime,
) -> int:
    values = {
        "receipt": new_reference(),
        "proceeding_id": row.id,
        "case_id": told.case_id,
        "source": told.source,
        "record_id": told.record_id,
        "claimed": claimed,
        "pay_bank": bank,
        "pay_account": account,
        "state": "filed",
        "filed_at": now,
        "filed_by": person.id,
        "reason": "",
    }
    once_only = (
        insert(LossRegistration)
        .values(values)
        .on_conflict_do_nothing(index_elements=["proceeding_id", "source", "record_id"])
    )
    added = session.execute(once_only.returning(LossRegistration.id)).scalar()
    if added is None:
        raise NotPossible("assets.loss-registered")
    return added


def decide_loss(
    ledger: Ledger,
    officer: Officer,
    registration_id: int,
    accepted: int,
    reason: str,
    key: str,
    *,
    now: datetime | None = None,
) -> LossView:
    """Accept `accepted` satang of a registered loss, or none of it, with a reason where it is not all.

    Raises NotAllowed; NotFound; NotPossible for who registered it, where it is decided, more is accepted than was
    claimed, or the losses accepted in a case would exceed the case's loss.
    """
    now = now or clock.now()
    with ledger.session() as session:
        loss = session.get(LossRegistration, registration_id, with_for_update=True)
        if loss is None:
            raise NotFound("assets.no-such-loss")
        person = officers.require(session, officer, *role_groups.LOSS_JUDGES)
        cases_open_to(session, person, session.get_one(Proceeding, loss.proceeding_id))
        asked = ["loss.decide", registration_id, accepted, reason]
        if idempotency.first_time(session, person, key, asked, now) is not None:
            return loss_view(session, loss.id)
        case = session.get_one(Case, loss.case_id, with_for_update=True)
        _may_accept(session, loss, case, person, accepted, reason)
        loss.state, loss.accepted = ("accepted", accepted) if accepted else ("refused", None)
        loss.decided_by, loss.decided_at, loss.reason = person.id, now, reason.strip()
        subject, detail = f"proceeding:{loss.proceeding_id}", {"receipt": loss.receipt, "accepted": accepted}
        writing.append(session, officer, "loss.decided", subject, detail, case=case.number, at=now)
        return loss_view(session, loss.id)


def _may_accept(
    session: Session, loss: LossRegistration, case: Case, person: OfficerRow, accepted: int, reason: str
) -> None:
    if loss.state != "filed":
        raise NotPossible("assets.loss-decided")
    if person.id == loss.filed_by:
        raise NotPossible("assets.loss-registered-by-you")
    if not 0 <= accepted <= loss.claimed:
        raise NotPossible("assets.accepted-above-claimed")
    if accepted < loss.claimed and not reason.strip():
        raise NotPossible("assets.less-reason-missing")
    others = select(func.coalesce(func.sum(LossRegistration.accepted), 0)).where(
        LossRegistration.proceeding_id == loss.proceeding_id, LossRegistration.case_id == case.id
    )
    if int(session.scalar(others) or 0) + accepted > _loss_of(session, case):
        raise NotPossible("assets.losses-exceed-case")


def _loss_of(session: Session, case: Case) -> int:
    """A case's loss: what its trail shows, or what was reported where that is more. Reports that joined a case tell of
    the same transfers, so their losses are one.
    """
    reported = session.scalar(select(func.max(CaseReportRow.loss)).where(CaseReportRow.case_id == case.id))
    return max(case.loss, int(reported or 0))
