"""The proposals of a case for its page, with a cache by row version: an open page of a case with thousands of
accounts asks every few seconds, and rows that nobody rewrote are not read again.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import BigInteger, literal_column, select
from sqlalchemy.orm import Session

from warroom.access import masking
from warroom.cases.forecasts import ExpectedExit, forecast_case
from warroom.cases.schema import Case, Proposal
from warroom.cases.views import ProposalView
from warroom.ledger.rows import make_view
from warroom.ledger.schema import OfficerRow
from warroom.marking import Mark

# Cases whose views a process keeps. Chosen, not measured: as many as are open at once.
CASES_KEPT = 16
WRITTEN_BY = literal_column("proposals.xmin::text::bigint", BigInteger)
"""The transaction that wrote a row's current version (xmin): it changes with every update of the row."""
_COLUMNS = (
    Proposal.id,
    Proposal.bank,
    Proposal.account,
    Proposal.amount,
    Proposal.balance,
    Proposal.rank,
    Proposal.minutes_to_exit,
    Proposal.reasons,
    Proposal.innocent_evidence,
    Proposal.state,
    Proposal.hold_id,
    Proposal.decided_at,
    Proposal.decline_reason,
    Proposal.hop,
    Proposal.opened_at,
)

Views = tuple[ProposalView, ...]


@dataclass(frozen=True, slots=True)
class _Kept:
    """A row's view without what changes with the hour, by which transaction it was written, and how it was masked."""

    by: int
    view: ProposalView
    masked: dict[frozenset[Mark], ProposalView] = field(default_factory=dict)

    def get_masked(self, shut: frozenset[Mark]) -> ProposalView:
        if not shut:
            return self.view
        if shut not in self.masked:
            self.masked[shut] = masking.mask_view(self.view, shut)
        return self.masked[shut]


_kept: OrderedDict[tuple[Path, int], dict[int, _Kept]] = OrderedDict()


def proposals_of(session: Session, case: Case, now: datetime, shut: frozenset[Mark]) -> tuple[Views, Views]:
    """The proposals unmasked, and masked for a reader with these marks shut; by rank, those not to be held
    last.
    """
    query = select(Proposal.id, WRITTEN_BY.label("by")).where(
        Proposal.case_id == case.id, Proposal.state != "superseded"
    )
    order = (Proposal.state == "not_held", Proposal.rank, Proposal.id)
    written = {row.id: row.by for row in session.execute(query.order_by(*order))}
    kept = _load_kept_views(session, case, written)
    expected = forecast_case(session, case.id, now) if case.state == "open" else {}
    # Forecasts are added after the cache: they change with every minute.
    bare = {number: _as_of_now(kept[number].view, expected.get(number)) for number in written}
    if all(kept[number].get_masked(shut) is kept[number].view for number in written):
        return tuple(bare.values()), tuple(bare.values())
    shown = (_as_of_now(kept[number].get_masked(shut), expected.get(number)) for number in written)
    return tuple(bare.values()), tuple(shown)


def _load_kept_views(session: Session, case: Case, written: Mapping[int, int]) -> dict[int, _Kept]:
    """The views of a case's rows by id: from the cache where nobody rewrote them, all others from the ledger."""
    key = (session.info["home"].root, case.id)
    before = _kept.pop(key, {})
    same = {number: kept_view for number, kept_view in before.items() if written.get(number) == kept_view.by}
    views_by_id = same | _load_views(
        session, {number: by for number, by in written.items() if number not in same}
    )
    # A decision names its officer, who may be called otherwise tomorrow: those are read each time.
    _kept[key] = {
        number: kept_view for number, kept_view in views_by_id.items() if not kept_view.view.decided_by
    }
    while len(_kept) > CASES_KEPT:
        _kept.popitem(last=False)
    return views_by_id


def _load_views(session: Session, written: Mapping[int, int]) -> dict[int, _Kept]:
    query = (
        select(*_COLUMNS, OfficerRow.name)
        .outerjoin(OfficerRow, OfficerRow.id == Proposal.officer_id)
        .where(Proposal.id.in_(written))
    )
    rows = session.execute(query) if written else ()
    return {row.id: _Kept(written[row.id], _to_view(row)) for row in rows}


def _to_view(row: Any) -> ProposalView:
    reasons, innocent = tuple(row.reasons), tuple(row.innocent_evidence)
    return make_view(
        ProposalView,
        row,
        reasons=reasons,
        innocent_evidence=innocent,
        action_id=row.hold_id,
        decided_by=row.name or "",
    )


def _as_of_now(view: ProposalView, expected: ExpectedExit | None) -> ProposalView:
    if expected is None:
        return view
    return replace(
        view,
        leaves=expected.leaves,
        decide_by=expected.decide_by,
        decide_by_was=expected.decide_by_was,
        decide_by_seen=expected.decide_by_seen,
    )
