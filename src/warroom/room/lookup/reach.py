"""An officer's own cases, and the numbers and names that occur in them."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, any_, bindparam, func, select
from sqlalchemy.orm import Session

from warroom.actions.schema import Action, ActionSubject
from warroom.cases import sealing
from warroom.cases.schema import Case, CaseReportRow, Claim, Hold, Proposal, Purpose, Snapshot
from warroom.lake.texts.declared import SEARCHED
from warroom.lake.texts.query import map_forms
from warroom.lake.texts.record import IndexedRecord
from warroom.ledger.canonical_json import to_canonical_json
from warroom.ledger.schema import OfficerRow
from warroom.room.lookup.views import KnowingCase
from warroom.subjects.subject import find_account_in


@dataclass(frozen=True)
class OfficerReach:
    """An officer's own cases by id, for each form of a number or name the cases that contain it, and the accounts that
    they name as (case id, bank, number).
    """

    cases: dict[int, KnowingCase]
    forms: dict[str, set[str]] = field(default_factory=dict)
    accounts: Collection[tuple[int, str, str]] = ()

    def list_cases_knowing(self, forms: Iterable[str]) -> set[str]:
        """The own cases that know one of these forms."""
        found: set[str] = set()
        return found.union(*(self.forms.get(form, ()) for form in forms))

    def list_reasons(self, numbers: Collection[str]) -> tuple[KnowingCase, ...]:
        """The stated purposes under which the officer may see what these own cases contain."""
        return tuple(why for why in self.cases.values() if why.case in numbers)


def is_one_of(case_id: Any, cases: Collection[int]) -> ColumnElement[bool]:
    """A condition for rows of these cases. One parameter: a list with one for each case takes longer to write out than
    the query takes to run.
    """
    is_own: ColumnElement[bool] = case_id == any_(bindparam(None, list(cases), type_=ARRAY(BigInteger)))
    return is_own


def load_own_cases(session: Session, person: OfficerRow, now: datetime) -> dict[int, KnowingCase]:
    """The cases that the officer may see and has stated a purpose for that is in force, the newest case first."""
    query = (
        select(Case.id, Case.number, Purpose.purpose, Purpose.until)
        .join(Purpose, Purpose.case_id == Case.id)
        .where(Purpose.officer_id == person.id, Purpose.until > now, sealing.is_visible_to(person))
        .order_by(Case.id.desc(), Purpose.until)
    )
    # An officer may have stated several; of those in force the mapping keeps the last, which ends last.
    rows = session.execute(query)
    return {case_id: KnowingCase(number, purpose, until) for case_id, number, purpose, until in rows}  # type: ignore[arg-type]


def load_reach(session: Session, person: OfficerRow, now: datetime) -> OfficerReach:
    """The officer's own cases and every number and name in them."""
    cases = load_own_cases(session, person, now)
    accounts = set(_iter_accounts(session, cases))
    # Normalised in one call, as that is a vectorised pass over all names.
    pairs = list({(case_id, number) for case_id, _, number in accounts} | set(_iter_subjects(session, cases)))
    cases_by_form: dict[str, set[str]] = {}
    for form, places in map_forms([name for _, name in pairs]).items():
        cases_by_form[form] = {cases[pairs[place][0]].case for place in places}
    # An account is known with its bank, and a report by its exact number.
    exact = [(case_id, f"@{bank}:{number}") for case_id, bank, number in accounts]
    exact += [(case_id, f"r{record_id}") for case_id, record_id in _iter_records(session, cases)]
    for case_id, form in exact:
        cases_by_form.setdefault(form, set()).add(cases[case_id].case)
    return OfficerReach(cases, cases_by_form, accounts)


def _iter_accounts(session: Session, cases: Collection[int]) -> Iterator[tuple[int, str, str]]:
    """Accounts that a case names: its reported transfers', its proposals' and its holds'. An action's subject that names
    bank and number together is one too.
    """
    queries = (
        select(Claim.case_id, Claim.payer_bank, Claim.payer).where(is_one_of(Claim.case_id, cases)),
        select(Claim.case_id, Claim.payee_bank, Claim.payee).where(is_one_of(Claim.case_id, cases)),
        select(Proposal.case_id, Proposal.bank, Proposal.account).where(is_one_of(Proposal.case_id, cases)),
        select(Hold.case_id, Hold.bank, Hold.account).where(is_one_of(Hold.case_id, cases)),
    )
    for query in queries:
        yield from ((row[0], row[1], row[2]) for row in session.execute(query))
    for case_id, subject_text in _iter_subjects(session, cases):
        # Officers name an account with or without its bank; only with it is it one account.
        if named := find_account_in(subject_text):
            yield case_id, named.bank, named.number


def _iter_subjects(session: Session, cases: Collection[int]) -> Iterator[tuple[int, str]]:
    query = select(Action.case_id, ActionSubject.subject).join(
        ActionSubject, ActionSubject.action_id == Action.id
    )
    for case_id, said in session.execute(query.where(is_one_of(Action.case_id, cases))):
        if case_id is not None:
            yield case_id, said


def _iter_records(session: Session, cases: Collection[int]) -> Iterator[tuple[int, str]]:
    query = select(CaseReportRow.case_id, CaseReportRow.record_id)
    yield from (
        (row[0], row[1]) for row in session.execute(query.where(is_one_of(CaseReportRow.case_id, cases)))
    )


def list_cases_on_trail(session: Session, cases: Collection[int], bank: str, number: str) -> set[int]:
    """The cases whose frozen trail passes through an account: most of those accounts have no proposal."""
    # A trail is frozen as canonical JSON: an account is written in exactly this way, and no trail has to
    # be parsed.
    account_json = to_canonical_json({"bank": bank, "number": number})
    query = (
        select(Case.id)
        .join(Snapshot, Snapshot.id == Case.snapshot_id)
        .where(is_one_of(Case.id, cases), func.strpos(Snapshot.trail, account_json) > 0)
    )
    return set(session.scalars(query))


def list_sealed_records(session: Session, person: OfficerRow) -> set[tuple[str, str]]:
    """Reports of cases sealed to this officer, by source and number; a search treats them as absent."""
    query = select(CaseReportRow.source, CaseReportRow.record_id).where(
        ~sealing.is_visible_to(person, CaseReportRow.case_id)
    )
    return {(row[0], row[1]) for row in session.execute(query)}


def list_record_names(record: IndexedRecord) -> list[str]:
    """What a record names, as it is written."""
    said: list[str] = []
    for column in SEARCHED[record.table].names:
        value = record.values.get(column)
        said += value if isinstance(value, list) else [value] if value else []
    return said
