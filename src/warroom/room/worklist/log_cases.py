"""Which cases a row of the log is about, so that it follows their seals: those it names, else those of its
subject.

Not every row carries its case: old rows do not, nor rows about things that got their case later. The subject
names the thing, and the thing's own row names its case. Nothing that is hashed is changed.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, String, cast, func, or_, select, union_all
from sqlalchemy.orm import Session

from warroom.actions.schema import Action, Operation
from warroom.assets.refunds.schema import RefundEntry
from warroom.assets.schema import Asset, ProceedingCase
from warroom.cases.schema import Alert, Case, Hold, Proposal, Wake
from warroom.evidence.schema import EvidenceItem
from warroom.ledger.audit.reading import list_cases_in
from warroom.ledger.schema import AuditLine
from warroom.ledger.views import AuditRow
from warroom.partners.schema import SharedObject
from warroom.requests.schema import Request
from warroom.survivors.schema import Glass, SurvivorRow

if TYPE_CHECKING:
    from warroom.ledger.ledger import Ledger

SEALED = "sealed"
"""Stands in every text field of a row about a sealed case."""
_Cases = Select[str, str] | CompoundSelect[str, str]
"""Query for pairs of a thing's name in the log and the number of a case it belongs to."""


def _make_case_query(own_id: Any, case_id: Any, prefix: str = "") -> Callable[[Sequence[str]], _Cases]:
    name: ColumnElement[str] = func.concat(prefix, cast(own_id, String))
    return lambda names: select(name, Case.number).where(Case.id == case_id, name.in_(names))


def _select_cases_of_survivors(names: Sequence[str]) -> _Cases:
    """People by their number; a deadline's row names them by their id."""
    by_number, by_id = (
        select(name, Case.number).where(Case.id == SurvivorRow.case_id, name.in_(names))
        for name in (SurvivorRow.number, cast(SurvivorRow.id, String))
    )
    return union_all(by_number, by_id)


def _select_cases_of_glass(names: Sequence[str]) -> _Cases:
    name = cast(Glass.id, String)
    of_person = (SurvivorRow.id == Glass.person_id, Case.id == SurvivorRow.case_id)
    return select(name, Case.number).where(*of_person, name.in_(names))


CASES_OF: Mapping[str, Callable[[Sequence[str]], _Cases]] = MappingProxyType(
    {
        "case": lambda names: select(Case.number, Case.number).where(Case.number.in_(names)),
        "hold": _make_case_query(Hold.id, Hold.case_id),
        "proposal": _make_case_query(Proposal.id, Proposal.case_id),
        "alert": _make_case_query(Alert.id, Alert.case_id),
        "wake": _make_case_query(Wake.id, Wake.case_id),
        "measure": _make_case_query(Action.id, Action.case_id),
        "joint": _make_case_query(Operation.id, Operation.case_id),
        "request": _make_case_query(Request.id, Request.case_id),
        "shared": _make_case_query(SharedObject.id, SharedObject.case_id),
        "asset": _make_case_query(Asset.id, Asset.case_id),
        "proceeding": _make_case_query(ProceedingCase.proceeding_id, ProceedingCase.case_id),
        "refund": _make_case_query(RefundEntry.refund_id, RefundEntry.case_id),
        "evidence": _make_case_query(EvidenceItem.id, EvidenceItem.case_id, "E-"),
        "person": _select_cases_of_survivors,
        "person:glass": _select_cases_of_glass,
    }
)
"""By how the log names a kind of thing: the query for the cases of such things."""


def may_be_hidden(shut: set[str]) -> ColumnElement[bool]:
    """A condition for rows that are about a sealed case, or may be: such a row need not carry its case."""
    kinds = [AuditLine.subject.like(f"{kind}:%") for kind in CASES_OF]
    without_case = AuditLine.case_number.is_(None) & or_(*kinds, AuditLine.verb == "case.searched")
    return func.coalesce(AuditLine.case_number, "").in_(shut) | without_case


def list_cases_of_rows(session: Session, rows: Sequence[AuditRow]) -> list[frozenset[str]]:
    """For each row the numbers of the cases it is about: those it names, else its subject's."""
    named = [frozenset(list_cases_in(row)) for row in rows]
    known = _list_numbers_by_subject(
        session, {row.subject for row, own in zip(rows, named, strict=True) if not own}
    )
    return [own or known.get(row.subject, frozenset()) for row, own in zip(rows, named, strict=True)]


def _list_numbers_by_subject(session: Session, subjects: Iterable[str]) -> dict[str, frozenset[str]]:
    """The cases of each subject that belongs to any; one query for each kind of thing."""
    by_kind: dict[str, set[str]] = {}
    for subject in subjects:
        # The last colon: "person:glass:7" names a thing of the kind "person:glass".
        kind, _, name = subject.rpartition(":")
        by_kind.setdefault(kind, set()).add(name)
    numbers_by_subject: dict[str, frozenset[str]] = {}
    for kind, names in by_kind.items():
        if query := CASES_OF.get(kind):
            for name, number in session.execute(query(sorted(names))):
                subject = f"{kind}:{name}"
                numbers_by_subject[subject] = numbers_by_subject.get(subject, frozenset()) | {number}
    return numbers_by_subject


def redact_sealed_rows(ledger: "Ledger", rows: list[AuditRow], shut: set[str]) -> list[AuditRow]:
    """The rows; those about a sealed case keep number, time and hash only, so that the chain can still be
    checked.
    """
    if not shut:
        return rows
    with ledger.open_session() as session:
        cases = list_cases_of_rows(session, rows)
    return [row if shut.isdisjoint(own) else _redact_row(row) for row, own in zip(rows, cases, strict=True)]


def _redact_row(row: AuditRow) -> AuditRow:
    # Kept as a row: one that was left out would look like a gap in the numbers, which only a forger makes.
    return replace(row, officer=SEALED, verb=SEALED, subject=SEALED, detail={}, case="")
