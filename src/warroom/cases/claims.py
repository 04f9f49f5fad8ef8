"""Which reported transfers serve which case: one baht serves one victim, and a case follows what it claims."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from warroom.cases.schema import Case, CaseReportRow, Claim, ClaimKey
from warroom.cases.transfers import Sightings, keys_of
from warroom.orders.views import TransferRef

LOCK = 20_570  # whoever holds it gives transfers to cases; taken before any case is locked


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
class Waiting:
    """An open case whose reports name what it does not own, or that was never followed.

    `named`: all that its reports name; `unowned`: of these, what stands for no row the case owns.
    """

    id: int
    number: str
    flag: str
    untraced: bool
    named: list[str]
    unowned: list[str] | None


@dataclass(frozen=True, slots=True)
class Taken:
    """What a case may follow (`ids`, each 'SOURCE:RECORD_ID'), and which names stand for nothing of its own."""

    ids: tuple[str, ...]
    missing: tuple[str, ...]
    ambiguous: tuple[tuple[str, tuple[TransferRef, ...]], ...]
    others: tuple[str, ...]  # cases that own transfers these reports name


def alone(session: Session) -> None:
    """Until this transaction ends nobody else gives transfers to cases."""
    session.execute(select(func.pg_advisory_xact_lock(LOCK)))


def name_of(ref: TransferRef) -> str:
    """A transfer's name that no other row has."""
    return f"{ref.source}:{ref.record_id}"


def names_of(session: Session, case_id: int) -> tuple[str, ...]:
    """Every transfer the reports of a case name, in order."""
    query = select(CaseReportRow.transfer_ids).where(CaseReportRow.case_id == case_id)
    ordered = query.order_by(CaseReportRow.first.desc(), CaseReportRow.source, CaseReportRow.record_id)
    return tuple(dict.fromkeys(name for ids in session.scalars(ordered) for name in ids))


def owners(session: Session, refs: Iterable[TransferRef]) -> dict[TransferRef, int]:
    """Which of these transfers already serve a case, and which; a row's own claim counts before a copy's."""
    keys = {ref: keys_of(ref) for ref in refs}
    wanted = sorted({key for names in keys.values() for key in names})
    query = select(ClaimKey.key, ClaimKey.case_id).where(ClaimKey.key.in_(wanted))
    owned = {row.key: row.case_id for row in session.execute(query)}
    found = {ref: next((owned[key] for key in names if key in owned), None) for ref, names in keys.items()}
    return {ref: case_id for ref, case_id in found.items() if case_id is not None}


def claim(session: Session, case: Case, refs: Iterable[TransferRef]) -> None:
    """Give free transfers to a case."""
    for ref in refs:
        values = {
            "case_id": case.id,
            **{name: getattr(ref, name) for name in ref.__dataclass_fields__},
        }
        session.execute(insert(Claim).values(values).on_conflict_do_nothing())
        for key in keys_of(ref):
            session.execute(insert(ClaimKey).values(key=key, case_id=case.id).on_conflict_do_nothing())


def take(session: Session, case: Case, seen: Sightings) -> Taken:
    """Claim what the reports of a case name and nobody owns, and drop the names of what another case
    owns. Call `alone` first.
    """
    reports = list(session.scalars(select(CaseReportRow).where(CaseReportRow.case_id == case.id)))
    names = names_of(session, case.id)
    owned = owners(session, seen.of(names))
    missing, ambiguous, foreign = [], [], {}
    for name in names:
        refs = seen.of((name,))
        mine = [ref for ref in refs if owned.get(ref) == case.id]
        if not refs:
            missing.append(name)
        elif not mine and seen.ambiguous(name):
            ambiguous.append((name, refs))
        elif not mine and any(ref in owned for ref in refs):
            foreign[name] = next(owned[ref] for ref in refs if ref in owned)
        elif not mine:
            claim(session, case, refs)
            owned |= dict.fromkeys(refs, case.id)
    for report in reports:
        if foreign.keys() & set(report.transfer_ids):
            report.transfer_ids = [name for name in report.transfer_ids if name not in foreign]
    kept = [name for name in names if name not in foreign]
    ids = _rows(session, case, kept, set(missing))
    others = tuple(
        session.scalars(select(Case.number).where(Case.id.in_(set(foreign.values()))).order_by(Case.id))
    )
    return Taken(ids, tuple(missing), tuple(ambiguous), others)


def _rows(session: Session, case: Case, names: Sequence[str], missing: set[str]) -> tuple[str, ...]:
    """The rows a case owns and the lake (still) has, the earliest first; those no report names any more
    stay its own but are not followed: whoever names one joins this case.
    """
    query = select(Claim).where(Claim.case_id == case.id).order_by(Claim.time, Claim.source, Claim.record_id)
    named = [row for row in session.scalars(query) if _names(row) & set(names)]
    return tuple(f"{row.source}:{row.record_id}" for row in named if not _names(row) & missing)


def _names(row: Claim) -> set[str]:
    return {row.record_id, f"{row.source}:{row.record_id}", row.uetr, row.end_to_end_id} - {""}


def waiting(session: Session) -> list[Waiting]:
    """Open cases that may have something new to follow, the first reported first."""
    return [Waiting(*row) for row in session.execute(_WAITING)]


def due(session: Session, case: Waiting, seen: Sightings) -> bool:
    """Whether following this case again can bring anything: a name of its reports now stands for a row."""
    if case.untraced:
        return True
    known = [name for name in case.unowned or () if case.flag != "ambiguous" or not seen.ambiguous(name)]
    refs = seen.of(known)
    owned = owners(session, refs)
    return any(owned.get(ref) != case.id for ref in refs)
