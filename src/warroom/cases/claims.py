"""Which reported transfers serve which case: one baht serves one victim, and a case follows what it claims."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from warroom.cases.reports import VictimReport
from warroom.cases.schema import Case, CaseReportRow, Claim, ClaimKey
from warroom.cases.transfers import Sightings, list_transfer_keys
from warroom.orders.views import TransferRef

LOCK = 20_570  # advisory lock for giving transfers to cases; taken before any case is locked


# What a case owns is found here by any name that a report may give it, as `_list_names` gives them for one row.
_WAITING = text(
    """
SELECT c.id, c.number, c.flag,
       c.flag = 'not_followed' OR (c.flag = '' AND c.snapshot_id IS NULL AND bool_or(k.case_id IS NOT NULL)),
       array_agg(n.name), array_agg(n.name) FILTER (WHERE k.case_id IS NULL)
FROM cases c
JOIN case_reports r ON r.case_id = c.id
CROSS JOIN LATERAL unnest(r.transfer_ids) AS n(name)
LEFT JOIN LATERAL (
  SELECT m.case_id FROM claims m
  WHERE m.case_id = c.id
    AND n.name IN (m.record_id, m.source || ':' || m.record_id, m.uetr, m.end_to_end_id)
  LIMIT 1) k ON true
WHERE c.state = 'open'
GROUP BY c.id
HAVING bool_or(k.case_id IS NULL) OR c.flag = 'not_followed' OR (c.flag = '' AND c.snapshot_id IS NULL)
ORDER BY c.reported_at, c.id
"""
)


@dataclass(frozen=True, slots=True)
class WaitingCase:
    """An open case whose reports name transfers it does not own, or that was never followed.

    `named`: all that its reports name; `unowned`: of these, names that match no row the case owns.
    """

    id: int
    number: str
    flag: str
    untraced: bool
    named: list[str]
    unowned: list[str] | None


@dataclass(frozen=True, slots=True)
class ReportStanding:
    """How a report relates to existing cases, and the case that it belongs to unless it is new.

    A correction is of a report that a case was opened for or joined by; a duplicate names only what one case serves.
    """

    kind: Literal["new", "duplicate", "correction"]
    case_id: int = 0


@dataclass(frozen=True, slots=True)
class ClaimResult:
    """What a case may follow (`ids`, each 'SOURCE:RECORD_ID'), and which names match nothing of its own."""

    ids: tuple[str, ...]
    missing: tuple[str, ...]
    ambiguous: tuple[tuple[str, tuple[TransferRef, ...]], ...]
    others: tuple[str, ...]  # cases that own transfers these reports name


class Claims:
    """Assignment of reported transfers to cases, within one transaction; `seen` is what the lake has of their
    names.

    What changes claims is done on `Claims.open_locked`; a claim once made is never taken away again.
    """

    def __init__(self, session: Session, seen: Sightings) -> None:
        self._session, self._seen = session, seen

    @classmethod
    def open_locked(cls, session: Session, seen: Sightings) -> "Claims":
        """Claims that nobody else changes until this transaction ends. Called before any case is locked.

        Without the lock two reports of one transfer, taken in side by side, would each find it free and open a case.
        """
        session.execute(select(func.pg_advisory_xact_lock(LOCK)))
        return cls(session, seen)

    def classify_report(self, report: VictimReport) -> ReportStanding:
        """How a report relates to existing cases."""
        known = self._session.get(CaseReportRow, report.key)
        if known is not None:
            return ReportStanding("correction", known.case_id)
        serves = self._map_names_to_cases(report.transfer_ids)
        # One free transfer is enough for a case of its own: its money is followed nowhere else.
        if serves and len(serves) == len(report.transfer_ids):
            # Several cases may be named; the oldest is the one that officers know.
            return ReportStanding("duplicate", min(serves.values()))
        return ReportStanding("new")

    def claim_transfers(self, case: Case) -> ClaimResult:
        """Claim what the reports of a case name and nobody owns, and drop the names of what another case owns."""
        names = list_reported_names(self._session, case.id)
        owned = self._map_transfers_to_cases(names)
        missing, ambiguous, foreign = [], [], {}
        for name in names:
            refs = self._seen.list_transfers((name,))
            mine = [ref for ref in refs if owned.get(ref) == case.id]
            if not refs:
                missing.append(name)
            # An officer decides which payment is meant; a guess could hold a stranger's money.
            elif not mine and self._seen.is_ambiguous(name):
                ambiguous.append((name, refs))
            elif not mine and any(ref in owned for ref in refs):
                foreign[name] = next(owned[ref] for ref in refs if ref in owned)
            elif not mine:
                self._insert_claims(case, refs)
                owned |= dict.fromkeys(refs, case.id)
        self._drop_names(case, foreign.keys())
        kept = {name for name in names if name not in foreign}
        ids = self._list_followed_rows(case, kept, set(missing))
        return ClaimResult(ids, tuple(missing), tuple(ambiguous), self._list_case_numbers(foreign.values()))

    def has_new_transfers(self, case: WaitingCase) -> bool:
        """Whether following this case again can find anything: a name of its reports now matches a row."""
        if case.untraced:
            return True
        asked = case.flag == "ambiguous"  # an officer was alerted to these names already
        names = [name for name in case.unowned or () if not asked or not self._seen.is_ambiguous(name)]
        owned = self._map_transfers_to_cases(names)
        return any(owned.get(ref) != case.id for ref in self._seen.list_transfers(names))

    def _map_names_to_cases(self, names: Iterable[str]) -> dict[str, int]:
        """The case that each of these names serves, for names of exactly one transfer that serves a case."""
        owned = self._map_transfers_to_cases(names)
        sure = {
            name: self._seen.list_transfers((name,)) for name in names if not self._seen.is_ambiguous(name)
        }
        return {name: owned[ref] for name, refs in sure.items() for ref in refs if ref in owned}

    def _map_transfers_to_cases(self, names: Iterable[str]) -> dict[TransferRef, int]:
        """The case that each transfer of these names serves; a row's own claim counts before a copy's."""
        keys = {ref: list_transfer_keys(ref) for ref in self._seen.list_transfers(names)}
        wanted = sorted({key for each in keys.values() for key in each})
        query = select(ClaimKey.key, ClaimKey.case_id).where(ClaimKey.key.in_(wanted))
        owned = {row.key: row.case_id for row in self._session.execute(query)}
        found = {ref: next((owned[key] for key in each if key in owned), None) for ref, each in keys.items()}
        return {ref: case_id for ref, case_id in found.items() if case_id is not None}

    def _insert_claims(self, case: Case, refs: Iterable[TransferRef]) -> None:
        for ref in refs:
            values = {
                "case_id": case.id,
                **{name: getattr(ref, name) for name in ref.__dataclass_fields__},
            }
            self._session.execute(insert(Claim).values(values).on_conflict_do_nothing())
            for key in list_transfer_keys(ref):
                # A key that another case took first stays with it: one baht serves one victim.
                given = insert(ClaimKey).values(key=key, case_id=case.id)
                self._session.execute(given.on_conflict_do_nothing())

    def _drop_names(self, case: Case, foreign: Collection[str]) -> None:
        """Take the names of what other cases own out of this case's reports."""
        for report in self._session.scalars(select(CaseReportRow).where(CaseReportRow.case_id == case.id)):
            if not set(foreign).isdisjoint(report.transfer_ids):
                report.transfer_ids = [name for name in report.transfer_ids if name not in foreign]

    def _list_followed_rows(self, case: Case, names: set[str], missing: set[str]) -> tuple[str, ...]:
        """The rows a case owns and the lake (still) has, the earliest first; those no report names any more
        stay its own but are not followed: a report that names one joins this case.
        """
        ordered = (Claim.time, Claim.source, Claim.record_id)
        query = select(Claim).where(Claim.case_id == case.id).order_by(*ordered)
        named = [row for row in self._session.scalars(query) if _list_names(row) & names]
        return tuple(f"{row.source}:{row.record_id}" for row in named if not _list_names(row) & missing)

    def _list_case_numbers(self, case_ids: Iterable[int]) -> tuple[str, ...]:
        query = select(Case.number).where(Case.id.in_(set(case_ids))).order_by(Case.id)
        return tuple(self._session.scalars(query))


def get_transfer_name(ref: TransferRef) -> str:
    """A transfer's name that no other row has."""
    return f"{ref.source}:{ref.record_id}"


def list_reported_names(session: Session, case_id: int) -> tuple[str, ...]:
    """Every transfer the reports of a case name, in order."""
    query = select(CaseReportRow.transfer_ids).where(CaseReportRow.case_id == case_id)
    ordered = query.order_by(CaseReportRow.first.desc(), CaseReportRow.source, CaseReportRow.record_id)
    return tuple(dict.fromkeys(name for ids in session.scalars(ordered) for name in ids))


def list_waiting_cases(session: Session) -> list[WaitingCase]:
    """Open cases that may have something new to follow, the first reported first."""
    return [WaitingCase(*row) for row in session.execute(_WAITING)]


def _list_names(row: Claim) -> set[str]:
    return {row.record_id, f"{row.source}:{row.record_id}", row.uetr, row.end_to_end_id} - {""}
