"""Proceedings: a court's case over assets, the notice to victims, and their registered losses within its window."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from warroom.access import agencies
from warroom.assets import rows
from warroom.assets.queries import loss_view, proceeding_view
from warroom.assets.schema import LossRegistration, Proceeding, ProceedingCase
from warroom.assets.steps import JUDGE, LOSS, NOTICE, OPEN_PROCEEDING
from warroom.assets.views import LossView, ProceedingView
from warroom.cases import sealing
from warroom.cases.belonging import case_number
from warroom.cases.references import new_reference
from warroom.cases.schema import Case, CaseReportRow
from warroom.errors import NotFound, NotPossible
from warroom.ledger import deadlines
from warroom.ledger.decision import Decision, open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer


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
    if not (title.strip() and cases and assets):
        raise NotPossible("assets.proceeding-unfit")
    with open_decision(ledger, officer, *OPEN_PROCEEDING.roles, now=now) as this:
        known = this.find_earlier_result(key, "proceeding.open", title, cases, assets, court, fund)
        if known is not None:
            return proceeding_view(this.session, known[0])
        case_ids = {sealing.case_of(this.session, this.person, number).id for number in cases}
        row = _create_proceeding(this, title.strip(), court, fund)
        this.session.add_all(ProceedingCase(proceeding_id=row.id, case_id=case) for case in case_ids)
        _attach_cases(this.session, row, case_ids, assets)
        this.save_result(row.id)
        rows.log_proceeding(this, "proceeding.opened", row.id, {"assets": list(assets), "fund": fund})
        return proceeding_view(this.session, row.id)


def _create_proceeding(this: Decision, title: str, court: str, fund: str) -> Proceeding:
    agencies.agency_of(this.session, court, "court")
    # The fund is an agency of the ledger too: what is left never goes to a name that somebody typed.
    agencies.agency_of(this.session, fund, "money", "other")
    number = this.session.scalar(select(func.nextval("proceedings_id_seq")))
    row = Proceeding(
        id=number,
        number=f"P-{number}",
        title=title,
        court=court,
        fund=fund,
        made_by=this.person.id,
        made_at=this.now,
    )
    this.session.add(row)
    this.session.flush()
    return row


def _attach_cases(session: Session, row: Proceeding, cases: set[int], assets: Sequence[int]) -> None:
    # In the order of their numbers: two proceedings over the same assets must not wait for each other in a circle.
    for number in sorted(set(assets)):
        asset = rows.lock_asset(session, number)
        if asset.case_id not in cases:
            raise NotPossible("assets.asset-of-another-case", number=asset.number)
        # In two proceedings the same money would be promised to two groups of victims.
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
    with open_decision(ledger, officer, *NOTICE.roles, now=now) as this:
        row = rows.locked_proceeding(this, proceeding_id)
        if this.find_earlier_result(key, "proceeding.notice", proceeding_id, at) is None:
            # A second notice would move the published window, and with it who is too late.
            if row.notice_at is not None:
                raise NotPossible("assets.notice-given")
            if not this.now - rows.LONG_AGO <= at <= this.now + rows.AHEAD:
                raise NotPossible("assets.notice-time-unfit")
            # The window is that of the day of the notice: a rule changed later takes no day from anybody.
            _, rule = rows.rule_of(this.session, "victim-payout", at)
            row.notice_at, row.register_until = at, at + rule.period
            deadlines.start_deadline(this.session, "proceeding", row.id, "registration", row.register_until)
            detail = {"at": at, "until": row.register_until, "rule": rule.id, "text": rule.digest}
            rows.log_proceeding(this, "proceeding.notice", row.id, detail)
        return proceeding_view(this.session, row.id)


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
    with open_decision(ledger, officer, *LOSS.roles, now=now) as this:
        row = rows.locked_proceeding(this, proceeding_id)
        asked = (proceeding_id, source, report, claimed, pay_bank, pay_account)
        if (known := this.find_earlier_result(key, "loss.register", *asked)) is not None:
            return loss_view(this.session, known[0])
        _check_window(this, row)
        case_report = _load_report(this.session, row, source, report)
        if not 0 < claimed <= case_report.loss:
            raise NotPossible("assets.loss-amount-unfit")
        if not (pay_bank.strip() and pay_account.strip()):
            raise NotPossible("assets.victim-account-missing")
        number = _insert_registration(this, row, case_report, claimed, pay_bank.strip(), pay_account.strip())
        this.save_result(number)
        # The account is left out: a log that many read must not say where a victim banks.
        detail = {"source": source, "report": report, "claimed": claimed}
        case = case_number(this.session, case_report.case_id)
        this.log_entry("loss.registered", f"proceeding:{row.id}", detail, case)
        return loss_view(this.session, number)


def _check_window(this: Decision, row: Proceeding) -> None:
    if row.notice_at is None or row.register_until is None:
        raise NotPossible("assets.notice-missing")
    if not row.notice_at <= this.now < row.register_until:
        this.require_trusted_clock()  # no victim is refused as too late by a wrong clock
        raise NotPossible("assets.registration-over", day=f"{row.register_until:%Y-%m-%d}")


def _load_report(session: Session, row: Proceeding, source: str, report: str) -> CaseReportRow:
    # A loss is a report and not a tale: what nobody reported to a bank or the police cannot be registered.
    told = session.get(CaseReportRow, (source, report))
    if told is None:
        raise NotFound("assets.no-such-report")
    if session.get(ProceedingCase, (row.id, told.case_id)) is None:
        raise NotPossible("assets.report-of-another-case")
    return told


def _insert_registration(
    this: Decision, row: Proceeding, case_report: CaseReportRow, claimed: int, bank: str, account: str
) -> int:
    values = {
        "receipt": new_reference(),
        "proceeding_id": row.id,
        "case_id": case_report.case_id,
        "source": case_report.source,
        "record_id": case_report.record_id,
        "claimed": claimed,
        "pay_bank": bank,
        "pay_account": account,
        "state": "filed",
        "filed_at": this.now,
        "filed_by": this.person.id,
        "reason": "",
    }
    once_only = (
        insert(LossRegistration)
        .values(values)
        .on_conflict_do_nothing(index_elements=["proceeding_id", "source", "record_id"])
    )
    added = this.session.execute(once_only.returning(LossRegistration.id)).scalar()
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
    with open_decision(ledger, officer, *JUDGE.roles, now=now) as this:
        loss = this.session.get(LossRegistration, registration_id, with_for_update=True)
        if loss is None:
            raise NotFound("assets.no-such-loss")
        rows.cases_open_to(this, loss.proceeding_id)
        if this.find_earlier_result(key, "loss.decide", registration_id, accepted, reason) is None:
            # The case is locked too: two losses of it, accepted at once, would each still fit below its sum.
            case = this.session.get_one(Case, loss.case_id, with_for_update=True)
            _may_accept(this, loss, case, accepted, reason)
            loss.state, loss.accepted = ("accepted", accepted) if accepted else ("refused", None)
            loss.decided_by, loss.decided_at, loss.reason = this.person.id, this.now, reason.strip()
            detail = {"receipt": loss.receipt, "accepted": accepted}
            this.log_entry("loss.decided", f"proceeding:{loss.proceeding_id}", detail, case.number)
        return loss_view(this.session, loss.id)


def _may_accept(this: Decision, loss: LossRegistration, case: Case, accepted: int, reason: str) -> None:
    if loss.state != "filed":
        raise NotPossible("assets.loss-decided")
    # Two officers for every satang: one who invents a victim must not also accept the loss.
    if this.person.id == loss.filed_by:
        raise NotPossible("assets.loss-registered-by-you")
    if not 0 <= accepted <= loss.claimed:
        raise NotPossible("assets.accepted-above-claimed")
    # A victim who gets less has a right to the reason.
    if accepted < loss.claimed and not reason.strip():
        raise NotPossible("assets.less-reason-missing")
    others = select(func.coalesce(func.sum(LossRegistration.accepted), 0)).where(
        LossRegistration.proceeding_id == loss.proceeding_id, LossRegistration.case_id == case.id
    )
    if int(this.session.scalar(others) or 0) + accepted > compute_case_loss(this.session, case):
        raise NotPossible("assets.losses-exceed-case")


def compute_case_loss(session: Session, case: Case) -> int:
    """A case's loss: what its trail shows, or what was reported where that is more. Reports that joined a case tell of
    the same transfers, so their losses are one.
    """
    reported = session.scalar(select(func.max(CaseReportRow.loss)).where(CaseReportRow.case_id == case.id))
    return max(case.loss, int(reported or 0))
