"""Cases: every report of the lake opens one, or joins the one whose transfers it names; each look is
frozen.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from warroom import clock
from warroom.cases import alerts, claims, purposes, sealing
from warroom.cases.schema import AppealRow, Case, CaseReportRow, Hold
from warroom.cases.summary import recount
from warroom.cases.trails import freeze, inflows
from warroom.cases.transfers import Sightings, look_up_named, satang, utc
from warroom.cases.views import ACTIVE
from warroom.errors import NotFound, NotPossible, TraceError
from warroom.ledger import officers
from warroom.ledger.audit import writing
from warroom.ledger.canonical_json import canonical, digest
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import Bookmark
from warroom.money.trace.trail import Trail
from warroom.orders.views import TransferRef

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

# Follows transfers through the lake: warroom.money.trace, or another way to the same answer.
Tracer = Callable[..., Trail]
LOCK = 20_568  # whoever holds it turns reports into cases
MARK = "reports"


@dataclass(frozen=True, slots=True)
class _Report:
    """A visible row of the lake's `reports`."""

    source: str
    record_id: str
    reported_at: datetime
    scam_type: str
    loss: int
    channel: str
    transfer_ids: tuple[str, ...]

    @property
    def digest(self) -> str:
        return digest(canonical([self.transfer_ids, self.loss, self.scam_type, self.reported_at]))


def sync_cases(
    ledger: Ledger, lake: "Lake", index: Any, *, now: datetime | None = None, tracer: Tracer | None = None
) -> int:
    """Open a case for every report that has none, and look again where a report was corrected; returns how
    many cases were opened.

    A report whose transfers all serve a case already joins it. One that names no transfer opens a case
    without a trail, flagged `no_transfer`; one whose transfers are not in the lake yet is flagged
    `not_found`, one that names a number of several sources `ambiguous`, one whose money cannot be followed
    `not_followed`; whatever a case names and does not own is tried again when the lake grows. Each case is one transaction. While another process
    does this, 0 is returned at once.
    """
    now, tracer = now or clock.now(), tracer or _trace
    # Autocommit: the lock belongs to the connection, and no transaction lies idle while the money is followed.
    with ledger.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as guard:
        if not guard.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": LOCK}).scalar():
            return 0
        try:
            return _sync(ledger, lake, index, now, tracer)
        finally:
            guard.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": LOCK})


def _sync(ledger: Ledger, lake: "Lake", index: Any, now: datetime, tracer: Tracer) -> int:
    head = str(lake.head)
    with ledger.session() as session:
        mark = session.get(Bookmark, MARK)
        if mark is not None and mark.value == head:
            return 0
        known = {(row.source, row.record_id): row.digest for row in session.scalars(select(CaseReportRow))}
        waiting = claims.waiting(session)
    fresh = [
        report
        for report in _reports(lake, now)
        if known.get((report.source, report.record_id)) != report.digest
    ]
    named = [name for report in fresh for name in report.transfer_ids]
    seen = look_up_named(lake, [*named, *(name for case in waiting for name in case.named)], now)
    # Those who reported first come first to a transfer that has only now arrived.
    for case in waiting:
        with ledger.session() as session:
            again = claims.due(session, case, seen)
        if again:
            _follow(ledger, lake, index, case.number, seen, now, tracer)
    opened = 0
    for report in sorted(fresh, key=lambda report: (report.reported_at, report.source, report.record_id)):
        opened += _take_in(ledger, lake, index, report, seen, now, tracer)
    with ledger.session() as session:
        session.merge(Bookmark(name=MARK, value=head))
    return opened


def _reports(lake: "Lake", now: datetime) -> list[_Report]:
    table = lake.rows("reports", as_of=now)
    columns = ("source", "record_id", "time", "received_at", "scam_type", "loss", "channel", "transfer_ids")
    return [
        _Report(
            source=row["source"],
            record_id=row["record_id"],
            reported_at=utc(row["time"] or row["received_at"]),
            scam_type=row["scam_type"] or "",
            loss=satang(row["loss"]),
            channel=row["channel"] or "",
            transfer_ids=tuple(dict.fromkeys(name for name in row["transfer_ids"] or () if name)),
        )
        for row in table.select(*columns).to_pyarrow().to_pylist()
    ]


def _take_in(
    ledger: Ledger, lake: "Lake", index: Any, report: _Report, seen: Sightings, now: datetime, tracer: Tracer
) -> int:
    """One report: a new case, a case joined, or a correction of a known report. Returns cases opened (0 or
    1).
    """
    with ledger.session() as session:
        claims.alone(session)
        known = session.get(CaseReportRow, (report.source, report.record_id))
        if known is not None:
            number, opened = _correct(session, known, report, now), False
        else:
            number, opened = _open_or_join(session, report, seen, now)
    if opened:
        _follow(ledger, lake, index, number, seen, now, tracer)
    else:
        refresh_case(ledger, lake, index, number, now=now, tracer=tracer)
    return int(opened)


def _open_or_join(session: Session, report: _Report, seen: Sightings, now: datetime) -> tuple[str, bool]:
    """The number of the report's case, and whether it was opened for it (else the report joined it)."""
    refs = {name: seen.of((name,)) for name in report.transfer_ids}
    owned = claims.owners(session, seen.of(report.transfer_ids))
    foreign = {
        name: owned[ref]
        for name, found in refs.items()
        for ref in found
        if ref in owned and not seen.ambiguous(name)
    }
    if foreign and len(foreign) == len(refs):
        return _join(session, min(foreign.values()), report, now), False
    case = _new_case(session, report, now)
    _add_report(session, case, report, first=True)
    _tell(session, case, claims.take(session, case, seen), now)
    recount(session, case.id)
    detail = {"source": report.source, "report": report.record_id, "transfers": list(report.transfer_ids)}
    writing.append(session, None, "case.opened", f"case:{case.number}", detail, case=case.number, at=now)
    return case.number, True


def _new_case(session: Session, report: _Report, now: datetime) -> Case:
    case_id = (session.scalar(select(func.max(Case.id))) or 0) + 1
    zeros = ("still_there", "exited", "spent", "beyond_horizon", "held", "accounts", "banks")
    counts = ("undecided", "open_appeals", "alerts", "silent", "reports")
    case = Case(
        id=case_id,
        number=f"C-{case_id}",
        state="open",
        flag="" if report.transfer_ids else "no_transfer",
        scam_type=report.scam_type,
        reported_at=report.reported_at,
        opened_at=now,
        loss=report.loss,
        next_kind="",
        **dict.fromkeys((*zeros, *counts), 0),
    )
    session.add(case)
    session.flush()
    return case


def _add_report(session: Session, case: Case, report: _Report, first: bool) -> None:
    session.add(
        CaseReportRow(
            source=report.source,
            record_id=report.record_id,
            case_id=case.id,
            reported_at=report.reported_at,
            loss=report.loss,
            channel=report.channel,
            transfer_ids=list(report.transfer_ids),
            digest=report.digest,
            first=first,
        )
    )


def _join(session: Session, case_id: int, report: _Report, now: datetime) -> str:
    """One baht serves one victim: a second report of the same transfers is shown on the same case."""
    case = session.get_one(Case, case_id, with_for_update=True)
    _add_report(session, case, report, first=False)
    name = {"report": f"{report.source}/{report.record_id}"}
    alerts.raise_alert(session, case.id, None, "second_report", name, now)
    recount(session, case.id)
    writing.append(session, None, "case.joined", f"case:{case.number}", name, case=case.number, at=now)
    return case.number


def _correct(session: Session, known: CaseReportRow, report: _Report, now: datetime) -> str:
    """A corrected report: facts follow at once, transfers when the case is followed again, and nothing
    already decided is undone.
    """
    case = session.get_one(Case, known.case_id, with_for_update=True)
    known.transfer_ids = list(report.transfer_ids)
    known.loss, known.digest, known.channel = report.loss, report.digest, report.channel
    if known.first:
        case.scam_type = report.scam_type
        if case.flag == "no_transfer" and known.transfer_ids:
            case.flag = ""
        if case.snapshot_id is None:
            case.loss = report.loss
    recount(session, case.id)
    writing.append(
        session,
        None,
        "case.corrected",
        f"case:{case.number}",
        {"report": report.record_id},
        case=case.number,
        at=now,
    )
    return case.number


def refresh_case(
    ledger: Ledger,
    lake: "Lake",
    index: Any,
    number: str,
    *,
    now: datetime | None = None,
    tracer: Tracer | None = None,
) -> bool:
    """Claim what the reports name and follow it again as of now; True where something changed and a new look
    was frozen.

    Raises NotFound for no such case. A case without a transfer stays as it is; why money could not be
    followed is said on the case.
    """
    now, tracer = now or clock.now(), tracer or _trace
    with ledger.session() as session:
        names = claims.names_of(session, _case(session, number).id)
    return _follow(ledger, lake, index, number, look_up_named(lake, names, now), now, tracer)


def _follow(
    ledger: Ledger, lake: "Lake", index: Any, number: str, seen: Sightings, now: datetime, tracer: Tracer
) -> bool:
    with ledger.session() as session:
        claims.alone(session)
        case = _case(session, number, lock=True)
        taken = claims.take(session, case, seen)
        _tell(session, case, taken, now)
        recount(session, case.id)
    if not taken.ids:
        return False
    try:
        trail = tracer(lake, index, list(taken.ids), as_of=now)
        into = inflows(lake, trail, now)
    except TraceError as problem:
        with ledger.session() as session:
            _not_followed(session, _case(session, number, lock=True), str(problem), now)
        return False
    with ledger.session() as session:
        return _keep(session, _case(session, number, lock=True), trail, into, now)


def _tell(session: Session, case: Case, taken: claims.Taken, now: datetime) -> None:
    """Say on the case what its reports name and it cannot follow."""
    for other in taken.others:
        alerts.raise_alert(session, case.id, None, "shared_transfer", {"other": other}, now)
    for name, refs in taken.ambiguous:
        choices = ", ".join(sorted(claims.name_of(ref) for ref in refs))
        alerts.raise_alert(session, case.id, None, "ambiguous", {"transfer": name, "choices": choices}, now)
    if taken.ambiguous:
        case.flag = "ambiguous"
        return
    alerts.clear_case(session, case.id, "ambiguous", now)
    if taken.missing and not taken.ids:
        case.flag, case.traced_at = "not_found", now
    elif taken.ids and case.flag != "not_followed":
        case.flag = ""


def _not_followed(session: Session, case: Case, sentence: str, now: datetime) -> None:
    """The money could not be followed for another reason than a transfer not yet here: the case says why."""
    case.traced_at = now
    if case.flag != "not_followed":
        case.flag = "not_followed"
        alerts.raise_alert(session, case.id, None, "not_followed", {"error": sentence}, now)
        detail = {"why": sentence}
        writing.append(
            session, None, "case.not_followed", f"case:{case.number}", detail, case=case.number, at=now
        )
    recount(session, case.id)


def _keep(
    session: Session,
    case: Case,
    trail: Trail,
    into: dict[tuple[str, str], TransferRef],
    now: datetime,
) -> bool:
    if case.flag == "not_followed":
        case.flag = ""
    alerts.clear_case(session, case.id, "not_followed", now)
    changed = freeze(session, case, trail, into, now)
    recount(session, case.id)
    if changed:
        detail = {"snapshot": case.snapshot_id, "still_there": trail.still_there, "loss": trail.loss}
        writing.append(session, None, "case.traced", f"case:{case.number}", detail, case=case.number, at=now)
    return changed


def close_case(
    ledger: Ledger, officer: Officer, number: str, reason: str, *, now: datetime | None = None
) -> None:
    """Take a case off the board; raises NotPossible while money is held for it or an appeal is open."""
    now = now or clock.now()
    if not reason.strip():
        raise NotPossible("Closing a case needs a reason; write one.")
    with ledger.session() as session:
        person = officers.require(session, officer, "officer", "supervisor")
        case = sealing.case_of(session, person, number, lock=True)
        purposes.note_work(session, person, case, now)
        held = select(func.count()).where(Hold.case_id == case.id, Hold.state.in_(ACTIVE))
        asked = select(func.count()).select_from(AppealRow).join(Hold, Hold.id == AppealRow.action_id)
        open_appeals = asked.where(Hold.case_id == case.id, AppealRow.state == "open")
        if session.scalar(held) or session.scalar(open_appeals):
            raise NotPossible("Money is still held or an appeal is open in this case; end those first.")
        case.state = "closed"
        writing.append(
            session, officer, "case.closed", f"case:{number}", {"reason": reason}, case=number, at=now
        )


def _case(session: Session, number: str, lock: bool = False) -> Case:
    query = select(Case).where(Case.number == number)
    case = session.scalars(query.with_for_update() if lock else query).first()
    if case is None:
        raise NotFound(f"There is no case {number}; open the board again.")
    return case


def _trace(lake: "Lake", index: Any, ids: list[str], *, as_of: datetime) -> Trail:
    from warroom.money.trace.tracing import trace  # compiled kernels: loaded when first followed

    found: Trail = trace(lake, index, ids, as_of=as_of)
    return found
