"""Appeals against holds: anybody with the code on a notice may see the state of the hold, and appeal."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.bilingual.texts import Texts
from warroom.cases import objection, receipts
from warroom.cases.hold_ending import locked_hold
from warroom.cases.hold_views import load_appeal_views
from warroom.cases.references import read_reference
from warroom.cases.schema import AppealRow, Hold
from warroom.cases.summary import recount_case
from warroom.cases.views import ACTIVE, AppealView
from warroom.errors import NotFound, NotPossible
from warroom.ledger.audit import looks
from warroom.ledger.decision import logged_read, open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.rows import make_view
from warroom.public.views import PublicHold


def submit_appeal(
    ledger: Ledger,
    reference: str,
    who: str,
    text: str,
    receipt: bytes = b"",
    *,
    needed_today: bool = False,
    now: datetime | None = None,
) -> AppealView:
    """File an appeal with the code printed on the hold's notice; no sign-in is needed.

    `who` is how to reach the holder, `text` the grounds, `receipt` a picture or a PDF as evidence; `needed_today` orders the
    officers' list. Raises NotFound for
    an unknown code, NotPossible where the hold has ended, an appeal is open already, the text is empty or the file is
    of another type; TooLarge.
    """
    who, text = objection.clean_objection(who, text)
    kept = receipts.clean_receipt(receipt) if receipt else None
    with open_decision(ledger, "public", now=now) as this:
        hold, case = locked_hold(this.session, _load_hold_by_code(this.session, reference).id)
        # After the hold has ended there is nothing left to release.
        if hold.state not in ACTIVE:
            raise NotPossible("cases.hold-ended")
        row = AppealRow(hold_id=hold.id, who=who, text=text, needed_today=needed_today)
        objection.file_objection(this, row, AppealRow.hold_id, "hold", hold.case_id)
        if kept:
            receipts.attach_receipt(this, row, case.number, kept)
        recount_case(this.session, case.id, this.now)
        this.log_entry("appeal.filed", f"hold:{hold.id}", {"appeal": row.id, "due": row.due_at}, case.number)
        return load_appeal_views(this.session, [row])[0]


def add_evidence(
    ledger: Ledger, reference: str, text: str, file: bytes = b"", *, now: datetime | None = None
) -> None:
    """Add words or a file to the open appeal against the hold with this code. Raises NotFound for an unknown code, NotPossible where
    no appeal is open, nothing was sent or the file is of another type; TooLarge.
    """
    text = text.strip()[: objection.TEXT_SIGNS]
    if not text and not file:
        raise NotPossible("cases.appeal-empty")
    kept = receipts.clean_receipt(file) if file else None
    with open_decision(ledger, "public", now=now) as this:
        hold, case = locked_hold(this.session, _load_hold_by_code(this.session, reference).id)
        newest = select(AppealRow).where(AppealRow.hold_id == hold.id, AppealRow.state == "open")
        row = this.session.scalars(newest).first()
        if row is None:
            raise NotPossible("cases.appeal-answered")
        receipts.add_to_appeal(this, row, case.number, text, kept)


def load_public_hold(ledger: Ledger, reference: str, *, now: datetime | None = None) -> PublicHold:
    """What the holder may see with the code: amount, end, reason and the state of the appeal. Raises
    NotFound.
    """
    with logged_read(ledger, "public", now=now) as this:
        hold = _load_hold_by_code(this.session, reference)
        # Without the case's number: public reads are not part of the case's history. Once an hour: there is
        # no sign-in here, and ten thousand requests for a page must not fill the log.
        looks.log_list_read(this.session, "public", f"hold:{hold.id}", this.now, "hold.read")
        newest = select(AppealRow).where(AppealRow.hold_id == hold.id).order_by(AppealRow.id.desc())
        row = this.session.scalars(newest.limit(1)).first()
        return make_view(
            PublicHold,
            hold,
            notice=Texts(hold.notice_th, hold.notice_en),
            appeal_state=row.state if row else "",
            appeal_due=row.due_at if row else None,
            appeal_limit=row.limit_at if row else None,
            appeal_reason=row.reason if row else "",
            receipt=bool(row and receipts.media_by_appeal(this.session, [row.id])),
        )


def _load_hold_by_code(session: Session, reference: str) -> Hold:
    # People copy the code from a letter or hear it on the telephone.
    code = read_reference(reference)
    hold = session.scalars(select(Hold).where(Hold.reference == code)).first() if code else None
    if hold is None:
        raise NotFound("cases.no-hold-with-code")
    return hold
