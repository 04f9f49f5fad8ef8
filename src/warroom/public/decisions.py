"""What an officer does with a public report: open it, write to its bearer, keep a tip, close it. Each on the one walk."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from warroom.access import role_groups
from warroom.errors import NotFound, NotPossible
from warroom.ledger.decision import Decision, decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.public import reported
from warroom.public.schema import PublicMessage, PublicReport
from warroom.public.taking_in import SOURCE, record_of
from warroom.public.unsealing import unsealed
from warroom.public.views import OUTCOMES, RECHECKED, Outcome, Recheck

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

LONGEST = 4_000  # signs of what an officer writes
ANSWER_WITHIN = timedelta(days=3)
"""How long after it was opened a bearer waits at most for the next word; past it, their report rises."""


def open_report(
    ledger: Ledger, officer: Officer, report_id: int, key: str, *, now: datetime | None = None
) -> None:
    """Open what lies sealed of a report: what was sent, and its bearer's messages so far. Raises NotAllowed, NotFound."""
    with decision(ledger, officer, *role_groups.SIGNAL_HANDLERS, now=now) as this:
        row = _locked(this, report_id)
        if this.before(key, "public.opened", report_id) is not None:
            return
        if row.opened_at is None:
            row.opened_at, row.opened_by, row.answer_by = this.now, this.person.id, this.now + ANSWER_WITHIN
        row.state = "open" if row.state == "waiting" else row.state
        row.read_to, row.told_at = row.heard, None
        # Receipts of one payment are shown alike.
        same = update(PublicReport).where(PublicReport.duplicate_of == row.id)
        this.session.execute(same.values(told_at=None))
        this.keep(report_id)
        this.log("public.opened", f"public-report:{report_id}", {"kind": row.kind, "read_to": row.read_to})


def write(
    ledger: Ledger,
    officer: Officer,
    report_id: int,
    text: str,
    asks: bool,
    key: str,
    *,
    now: datetime | None = None,
) -> None:
    """Write to the bearer, who reads it with their code; `asks` where an answer is wanted. The log keeps how long it is, not
    the words. Raises NotAllowed, NotFound, and NotPossible for nothing written or a report that nobody opened.
    """
    text = text.replace("\x00", "").strip()[:LONGEST]
    if not text:
        raise NotPossible("public.nothing-written")
    with decision(ledger, officer, *role_groups.SIGNAL_HANDLERS, now=now) as this:
        row = _opened(this, report_id)
        if this.before(key, "public.written", report_id, text, asks) is not None:
            return
        this.session.add(
            PublicMessage(report_id=report_id, officer_id=this.person.id, text=text, asks=asks, at=this.now)
        )
        row.told_at = None
        this.keep(report_id)
        this.log("public.written", f"public-report:{report_id}", {"asks": asks, "signs": len(text)})


def close(
    ledger: Ledger,
    officer: Officer,
    report_id: int,
    outcome: Outcome | Recheck,
    key: str,
    *,
    now: datetime | None = None,
) -> None:
    """Close a report with what became of it, and those that are one with it; a later message of a bearer opens it again.

    Somebody's wish that their number be looked at again is closed by `withdrawn`, whereupon it is told as reported no longer, or
    `stays`. Raises NotAllowed, NotFound, and NotPossible for no outcome, a report that nobody opened, a wish that names not one number, an
    officer who believed one of the reports on which it stands, or `stays` for what was withdrawn and is not told as reported since.
    """
    with decision(ledger, officer, *role_groups.SIGNAL_HANDLERS, now=now) as this:
        row = _opened(this, report_id)
        if outcome not in (RECHECKED if row.kind == "recheck" else OUTCOMES):
            raise NotPossible("public.outcome-missing")
        if this.before(key, "public.closed", report_id, outcome) is not None:
            return
        if row.kind == "recheck":
            _look_again(ledger, this, row, outcome)
        same = select(PublicReport).where(PublicReport.duplicate_of == row.id).order_by(PublicReport.id)
        rows = [row, *this.session.scalars(same.with_for_update())]
        for one in rows:
            one.state, one.outcome, one.told_at = "closed", outcome, None
            one.closed_at, one.closed_by = this.now, this.person.id
        this.session.flush()
        reported.renew(this.session, [one.submission_id for one in rows])
        this.keep(report_id)
        detail = {"outcome": outcome, "reports": [one.id for one in rows]}
        this.log("public.closed", f"public-report:{report_id}", detail)


def keep_tip(
    ledger: Ledger, lake: "Lake", officer: Officer, report_id: int, key: str, *, now: datetime | None = None
) -> None:
    """Make an opened report a row of tips: its words can be searched from then on. Raises NotAllowed, NotFound, NotPossible."""
    with decision(ledger, officer, *role_groups.SIGNAL_HANDLERS, now=now) as this:
        row = _opened(this, report_id)
        if this.before(key, "public.kept", report_id) is not None:
            return
        if row.kind == "money_left":
            raise NotPossible("public.no-tip")
        found = unsealed(ledger, this.session, row.submission_id)
        if found is None:
            raise NotPossible("public.no-tip")
        said = dict(found[0])
        about = said.pop("about", "")
        place = said.pop("place", "")
        # The lake first: written again after a crash, it is the same row.
        tip = {
            "record_id": record_of(row.submission_id),
            "time": row.received_at,
            "kind": kind_of(about, place),
            "text": "\n".join(said.values()),
            "place": place or None,
            "about": about or None,
        }
        lake.write("tips", [tip], source=SOURCE)
        row.record_id, row.told_at = record_of(row.submission_id), None
        this.session.flush()
        reported.renew(this.session, [row.submission_id])
        this.keep(report_id)
        this.log("public.kept", f"public-report:{report_id}", {"record": f"{SOURCE}:{row.record_id}"})


def _look_again(ledger: Ledger, this: Decision, row: PublicReport, outcome: Outcome | Recheck) -> None:
    """Withdraw the number that a wish names, or let it stand; not by whoever believed what it stands on."""
    said = unsealed(ledger, this.session, row.submission_id)
    digest = reported.named_in(ledger, dict(said[0]).get("text", "")) if said else None
    if digest is None:
        raise NotPossible("public.names-no-number")
    stands = reported.standing_on(this.session, digest)
    by = {one for each in stands for one in (each.opened_by, each.closed_by)}
    # Keeping a tip believes it too, and another officer may have opened and closed it.
    if this.person.id in by or this.officer.username in reported.who_kept(this.session, stands):
        raise NotPossible("public.looked-already")
    if outcome == "stays" and reported.is_withdrawn(this.session, digest):
        raise NotPossible("public.withdrawn-already")
    if outcome == "withdrawn":
        reported.withdraw(this.session, digest, row.id, this.person.id, this.now)


def kind_of(about: str, place: str) -> str:
    """What a tip is about, as the table of tips names it: a number, a page, a place, a person."""
    if about:
        return "number" if any(sign.isdigit() for sign in about) and "." not in about else "page"
    return "place" if place else "person"


def _locked(this: Decision, report_id: int) -> PublicReport:
    row = this.session.get(PublicReport, report_id, with_for_update=True)
    if row is None:
        raise NotFound("public.no-such-report")
    return row


def _opened(this: Decision, report_id: int) -> PublicReport:
    row = _locked(this, report_id)
    if row.opened_at is None:
        raise NotPossible("public.not-opened")
    return row
