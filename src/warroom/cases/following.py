"""Following a case's money: claim what its reports name, trace it, and freeze the trail or flag why there is
none.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom import clock
from warroom.access.bringers import bringers_of_all
from warroom.cases import alerts
from warroom.cases.claims import ClaimResult, Claims, get_transfer_name, list_reported_names
from warroom.cases.record_ends import find_record_ends, newest_by_bank
from warroom.cases.reports import named_since
from warroom.cases.resting import TrailDeliveries, find_trail_deliveries, list_report_times
from warroom.cases.schema import Case
from warroom.cases.sealing import make_case_not_found
from warroom.cases.summary import recount_case
from warroom.cases.trails import find_inflows, freeze_trail
from warroom.cases.transfers import Sightings, look_up_named
from warroom.errors import TraceError
from warroom.ledger.audit import writing
from warroom.ledger.ledger import Ledger
from warroom.money.trail import Trail
from warroom.orders.views import TransferRef

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

# Follows transfers through the lake: warroom.money.trace, or another way to the same answer.
Tracer = Callable[..., Trail]


@dataclass(frozen=True, slots=True)
class Follower:
    """Follows cases through one state of the lake, as of `now`."""

    ledger: Ledger
    lake: "Lake"
    index: Any
    now: datetime
    tracer: Tracer

    def refresh_and_follow(self, number: str) -> bool:
        """Look up again what the case's reports name, and follow it; True where a new snapshot was frozen."""
        with self.ledger.open_session() as session:
            # Read and closed before the lake is searched, which takes long.
            names = list_reported_names(session, _load_case(session, number).id)
        return self.follow_case(number, self.look_up(names))

    def look_up(self, names: Iterable[str]) -> Sightings:
        """The transfers in the lake that these names meant when the reports named them."""
        return look_up_named(self.lake, names, self.now, lambda: named_since(self.lake, self.now))

    def follow_case(self, number: str, seen: Sightings) -> bool:
        """Claim and follow the case's transfers; True where a new snapshot was frozen."""
        with self.ledger.open_session() as session:
            # The lock of claims before the case's row, as everywhere.
            claims = Claims.open_locked(session, seen)
            case = _load_case(session, number, lock=True)
            taken = claims.claim_transfers(case)
            alert_unfollowed(session, case, taken, self.now)
            recount_case(session, case.id, self.now)
            reports, bringers = list_report_times(session, case), bringers_of_all(session)
        if not taken.ids:
            return False
        # Between transactions: following takes seconds, and officers decide on this case meanwhile.
        try:
            known = {name: seen.known_at[name] for name in taken.ids if name in seen.known_at}
            meant = {"known_at": known} if known else {}
            trail = self.tracer(self.lake, self.index, list(taken.ids), as_of=self.now, **meant)
            into = find_inflows(
                self.lake, trail, self.now, {get_transfer_name(r): r for r in seen.list_transfers(known)}
            )
            behind = find_trail_deliveries(self.lake, trail, reports, self.now, bringers)
            # A bookkeeper that writes its days ahead of time has seen nothing of them.
            ends = newest_by_bank(find_record_ends(self.lake, self.now, self.now))
        except TraceError as problem:
            with self.ledger.open_session() as session:
                _not_followed(session, _load_case(session, number, lock=True), str(problem), self.now)
            return False
        with self.ledger.open_session() as session:
            return _save_trail(
                session, _load_case(session, number, lock=True), trail, into, behind, ends, self.now
            )


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
    return Follower(ledger, lake, index, now or clock.get_now(), tracer or trace_money).refresh_and_follow(
        number
    )


def alert_unfollowed(session: Session, case: Case, taken: ClaimResult, now: datetime) -> None:
    """Alert and flag on the case what its reports name and it cannot follow."""
    for other in taken.others:
        alerts.raise_alert(session, case.id, None, "shared_transfer", {"other": other}, now)
    for name, refs in taken.ambiguous:
        choices = ", ".join(sorted(map(get_transfer_name, refs)))
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
    """Flag a case whose money could not be followed for another reason than a missing transfer; `sentence`
    says why.
    """
    case.traced_at = now
    if case.flag != "not_followed":
        case.flag = "not_followed"
        alerts.raise_alert(session, case.id, None, "not_followed", {"error": sentence}, now)
        detail = {"why": sentence}
        writing.write_audit_row(
            session, None, "case.not_followed", f"case:{case.number}", detail, case=case.number, at=now
        )
    recount_case(session, case.id, now)


def _save_trail(
    session: Session,
    case: Case,
    trail: Trail,
    into: dict[tuple[str, str], TransferRef],
    behind: TrailDeliveries,
    ends: Mapping[str, datetime],
    now: datetime,
) -> bool:
    if case.flag == "not_followed":
        case.flag = ""
    alerts.clear_case(session, case.id, "not_followed", now)
    changed = freeze_trail(session, case, trail, into, behind, ends, now)
    recount_case(session, case.id, now)
    if changed:
        detail = {"snapshot": case.snapshot_id, "still_there": trail.still_there, "loss": trail.loss}
        writing.write_audit_row(
            session, None, "case.traced", f"case:{case.number}", detail, case=case.number, at=now
        )
    return changed


def _load_case(session: Session, number: str, lock: bool = False) -> Case:
    query = select(Case).where(Case.number == number)
    case = session.scalars(query.with_for_update() if lock else query).first()
    if case is None:
        raise make_case_not_found(number)
    return case


def trace_money(
    lake: "Lake",
    index: Any,
    ids: list[str],
    *,
    as_of: datetime,
    known_at: Mapping[str, datetime] | None = None,
) -> Trail:
    """Follow these transfers with `warroom.money`; `known_at`: when ids were named whose number is another payment's now."""
    from warroom.money.trace.tracing import trace  # compiled kernels: loaded when first followed

    trail: Trail = trace(lake, index, ids, as_of=as_of, known_at=known_at)
    return trail
