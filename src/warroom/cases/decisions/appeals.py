"""Appeals: anyone with the code on a notice may object; an officer who did not approve the hold must answer
in time.
"""

import re
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom import clock
from warroom.bilingual.texts import Texts
from warroom.cases import alerts, sealing
from warroom.cases.decisions.hold_release import end_hold, locked_hold
from warroom.cases.decisions.holds import ALPHABET, CODE_SIGNS, REASON_SIGNS
from warroom.cases.hold_views import appeal_views
from warroom.cases.schema import AppealRow, Hold, HoldApproval
from warroom.cases.summary import recount
from warroom.cases.views import ACTIVE, AppealView, PublicHold
from warroom.errors import NotFound, NotPossible
from warroom.law.rules import repository as law
from warroom.ledger import deadlines, officers
from warroom.ledger.audit import writing
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.rows import view_of

TEXT_SIGNS = 4000
WHO_SIGNS = 200
# What people write for signs that look alike (Crockford).
_ALIKE = str.maketrans("OIL", "011")


def appeal(ledger: Ledger, reference: str, who: str, text: str, *, now: datetime | None = None) -> AppealView:
    """Object to a hold with the code printed on its notice; no sign-in is needed.

    `who` is how to reach the holder, `text` what they say. Raises NotFound for an unknown code, NotPossible
    where the hold has ended, an appeal is open already, or nothing was written.
    """
    now = now or clock.now()
    who, text = who.strip()[:WHO_SIGNS], text.strip()[:TEXT_SIGNS]
    if not who or not text:
        raise NotPossible("cases.appeal-empty")
    with ledger.session() as session:
        action, case = locked_hold(session, _by_code(session, reference).id)
        if action.state not in ACTIVE:
            raise NotPossible("cases.hold-ended")
        open_one = select(AppealRow).where(AppealRow.hold_id == action.id, AppealRow.state == "open")
        if session.scalars(open_one).first() is not None:
            raise NotPossible("cases.appeal-open")
        rule = law.rule_under(law.APPEAL)
        limit = now + (rule.limit or rule.period)
        row = AppealRow(
            hold_id=action.id,
            who=who,
            text=text,
            filed_at=now,
            due_at=now + rule.period,
            limit_at=limit,
            state="open",
            reason="",
        )
        session.add(row)
        session.flush()
        deadlines.start(session, "hold", action.id, "appeal_due", row.due_at, action.case_id)
        deadlines.start(session, "hold", action.id, "appeal_limit", row.limit_at, action.case_id)
        recount(session, case.id)
        detail = {"appeal": row.id, "due": row.due_at}
        writing.append(
            session, "public", "appeal.filed", f"hold:{action.id}", detail, case=case.number, at=now
        )
        return appeal_views(session, [row])[0]


def answer_appeal(
    ledger: Ledger,
    officer: Officer,
    appeal_id: int,
    uphold: bool,
    reason: str,
    *,
    now: datetime | None = None,
) -> AppealView:
    """Answer an appeal: `uphold` True keeps the hold, False releases it. The same answer again changes
    nothing.

    Raises NotAllowed without the role, NotPossible for an officer who approved the hold, without a reason,
    or where it has been answered otherwise; NotFound for no such appeal.
    """
    now = now or clock.now()
    reason = reason.strip()[:REASON_SIGNS]
    if not reason:
        raise NotPossible("cases.appeal-reason-missing")
    with ledger.session() as session:
        person = officers.require(session, officer, "appeals")
        action_id = session.scalar(select(AppealRow.hold_id).where(AppealRow.id == appeal_id))
        if action_id is None:
            raise NotFound("cases.no-such-appeal")
        action, case = locked_hold(session, action_id)
        sealing.may_see(session, person, case, "cases.no-such-appeal")
        row = session.get_one(AppealRow, appeal_id, with_for_update=True)
        state = "upheld" if uphold else "granted"
        if row.state != "open":
            if row.state == state and row.answered_by == person.id:
                return appeal_views(session, [row])[0]
            raise NotPossible("cases.appeal-answered")
        mine = select(HoldApproval.id).where(
            HoldApproval.hold_id == action.id, HoldApproval.officer_id == person.id
        )
        if session.scalar(mine):
            raise NotPossible("cases.appeal-by-same-officer")
        row.state, row.reason, row.answered_by, row.answered_at = state, reason, person.id, now
        deadlines.stop(session, "hold", action.id, "appeal_due", "appeal_limit")
        alerts.clear(session, action.id, ("appeal_due", "appeal_limit"), now)
        if not uphold and action.state in ACTIVE:
            end_hold(session, action, "appeal", person, reason, now)
        recount(session, case.id)
        detail = {"appeal": row.id, "state": state, "reason": reason}
        writing.append(
            session, officer, f"appeal.{state}", f"hold:{action.id}", detail, case=case.number, at=now
        )
        return appeal_views(session, [row])[0]


def public_hold(ledger: Ledger, reference: str) -> PublicHold:
    """What the holder may see with the code: amount, end, reason and how the appeal stands. Raises
    NotFound.
    """
    with ledger.session() as session:
        action = _by_code(session, reference)
        writing.append(session, "public", "hold.read", f"hold:{action.id}")
        newest = (
            select(AppealRow).where(AppealRow.hold_id == action.id).order_by(AppealRow.id.desc()).limit(1)
        )
        row = session.scalars(newest).first()
        return view_of(
            PublicHold,
            action,
            notice=Texts(action.notice_th, action.notice_en),
            appeal_state=row.state if row else "",
            appeal_due=row.due_at if row else None,
            appeal_limit=row.limit_at if row else None,
            appeal_reason=row.reason if row else "",
        )


def _by_code(session: Session, reference: str) -> Hold:
    signs = re.sub(r"[\s-]", "", reference.upper()).translate(_ALIKE)
    if len(signs) != CODE_SIGNS or set(signs) - set(ALPHABET):
        raise NotFound("cases.no-hold-with-code")
    code = "-".join(signs[start : start + 4] for start in range(0, CODE_SIGNS, 4))
    action = session.scalars(select(Hold).where(Hold.reference == code)).first()
    if action is None:
        raise NotFound("cases.no-hold-with-code")
    return action
