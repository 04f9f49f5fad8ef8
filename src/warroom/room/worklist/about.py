"""Details of a task that waits for an officer: who brought it, what it does, whom it harms, and what it still lacks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session

from warroom.access import masking
from warroom.actions import visibility
from warroom.actions.schema import (
    Action,
    ActionApproval,
    ActionDocument,
    ActionSubject,
    Operation,
    OperationAgency,
    OperationNeed,
    OperationPlace,
)
from warroom.assets.schema import Asset
from warroom.cases.schema import Case, HoldExtension
from warroom.cases.views import UNKNOWN_KINDS
from warroom.deliveries.schema import WaitingCorrection
from warroom.law.kinds.declarations import Input, load_kind, load_prerequisite
from warroom.ledger import officers
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow
from warroom.requests.schema import Request
from warroom.room.waiting.views import Task, What
from warroom.room.worklist.views import AboutTasks, RowPaper, TaskDetails
from warroom.survivors.schema import Screening, SurvivorRow

# By kind of task: the id's column and that of the officer who brought it. Kinds that are missing show
# nobody.
BROUGHT: Mapping[What, tuple[Any, Any]] = {
    "action": (Action.id, Action.proposed_by),
    "operation": (Operation.id, Operation.proposed_by),
    "request": (Request.id, Request.drafted_by),
    "extension": (HoldExtension.id, HoldExtension.requested_by),
    "person": (SurvivorRow.id, SurvivorRow.made_by),
    "correction": (WaitingCorrection.id, WaitingCorrection.officer_id),
}
NAMED_SUBJECTS = 3
"""So many subjects of an action are named in its row; of more, their number is."""
About = dict[tuple[What, int], TaskDetails]


def load_task_details(session: Session, person: OfficerRow, tasks: Sequence[Task]) -> AboutTasks:
    """Details by (kind, id), as this officer may see them: seven queries at most, however many tasks there are."""
    ids: dict[What, list[int]] = {}
    for task in tasks:
        if task.id not in ids.setdefault(task.what, []):
            ids[task.what].append(task.id)
    unnamed = [task.id for task in tasks if task.what == "case" and task.kind.strip() in UNKNOWN_KINDS]
    brought = {
        (what, id_): name
        for what in BROUGHT.keys() & ids
        for id_, name in _list_bringers(session, what, ids[what])
    }
    about = _load_action_details(session, person, ids.get("action", []))
    about |= _load_operation_details(session, ids.get("operation", []))
    about |= _load_person_details(session, ids.get("person", []))
    about |= _load_asset_details(session, ids.get("asset", []))
    about |= _load_unnamed_cases(session, unnamed)
    officer = officers.to_officer(person)
    return {
        key: masking.redact(officer, replace(about.get(key, TaskDetails()), by=brought.get(key, "")))
        for key in {*about, *brought}
    }


def _list_bringers(session: Session, what: What, ids: list[int]) -> list[tuple[int, str]]:
    id_, brought = BROUGHT[what]
    query = select(id_, OfficerRow.name).join(OfficerRow, OfficerRow.id == brought).where(id_.in_(ids))
    return [(row[0], row[1]) for row in session.execute(query)]


def _load_action_details(session: Session, person: OfficerRow, ids: list[int]) -> About:
    if not ids:
        return {}
    approval_count = (
        select(func.count(func.distinct(ActionApproval.officer_id)))
        # A document that came later voids an approval: its officer has not seen it.
        .where(ActionApproval.action_id == Action.id, ~_has_newer_paper())
        .correlate(Action)
        .scalar_subquery()
    )
    columns = (Action.id, Action.kind, Action.details, Action.needed, Action.operation_id)
    rows = session.execute(select(*columns, approval_count.label("given")).where(Action.id.in_(ids))).all()
    subjects, papers = _list_subjects(session, ids), _load_papers(session, ids)
    planned = _PlannedPlaces(session, {row.operation_id for row in rows if row.operation_id})
    officer = officers.to_officer(person)
    return {
        ("action", row.id): _build_action_details(
            officer, row, subjects.get(row.id, []), papers.get(row.id, {}), planned
        )
        for row in rows
    }


def _lies_with_action() -> ColumnElement[bool]:
    """Whether a document lies with the action or with the whole of its joint operation."""
    return or_(ActionDocument.action_id == Action.id, ActionDocument.operation_id == Action.operation_id)


def _has_newer_paper() -> ColumnElement[bool]:
    newer = exists().where(_lies_with_action(), ActionDocument.at > ActionApproval.at)
    return newer.correlate(Action, ActionApproval)


def _list_subjects(session: Session, ids: list[int]) -> dict[int, list[tuple[str, str]]]:
    """The (kind, subject) pairs of each action."""
    query = select(ActionSubject.action_id, ActionSubject.kind, ActionSubject.subject)
    subjects: dict[int, list[tuple[str, str]]] = {}
    for id_, kind, subject in session.execute(
        query.where(ActionSubject.action_id.in_(ids)).order_by(ActionSubject.action_id, ActionSubject.place)
    ):
        subjects.setdefault(id_, []).append((kind, subject))
    return subjects


def _load_papers(session: Session, ids: list[int]) -> dict[int, dict[str, dict[str, Any]]]:
    """The newest document of each prerequisite by action, those of its joint operation included."""
    columns = (Action.id, ActionDocument.prerequisite, ActionDocument.content)
    query = select(*columns).join(ActionDocument, _lies_with_action())
    papers: dict[int, dict[str, dict[str, Any]]] = {}
    for id_, prerequisite, content in session.execute(
        query.where(Action.id.in_(ids)).order_by(ActionDocument.id)
    ):
        papers.setdefault(id_, {})[prerequisite] = content
    return papers


class _PlannedPlaces:
    """The places of joint operations by name, and the children expected at each."""

    def __init__(self, session: Session, operation_ids: set[int]) -> None:
        self._provinces: dict[tuple[int, str], str] = {}
        self._children: dict[tuple[int, str], int] = {}
        if not operation_ids:
            return
        children = (
            select(func.sum(OperationNeed.count))
            .where(OperationNeed.operation_id == OperationPlace.operation_id, OperationNeed.why == "children")
            .where(OperationNeed.place == OperationPlace.place)
            .correlate(OperationPlace)
            .scalar_subquery()
        )
        query = select(OperationPlace.operation_id, OperationPlace.name, OperationPlace.province, children)
        for id_, name, province, count in session.execute(
            query.where(OperationPlace.operation_id.in_(operation_ids))
        ):
            self._provinces[id_, name], self._children[id_, name] = province, int(count or 0)

    def list_provinces(self, operation_id: int | None, names: Sequence[str]) -> tuple[str, ...]:
        """The provinces of these places, each once."""
        found = (self._provinces.get((operation_id or 0, name), "") for name in names)
        return tuple(province for province in dict.fromkeys(found) if province)

    def count_children(self, operation_id: int | None, names: Sequence[str]) -> int:
        """The children expected at these places."""
        return sum(self._children.get((operation_id or 0, name), 0) for name in names)


def _build_action_details(
    officer: Officer,
    row: Any,
    subjects: list[tuple[str, str]],
    papers: Mapping[str, Mapping[str, Any]],
    planned: _PlannedPlaces,
) -> TaskDetails:
    kind, names = load_kind(row.kind), [subject for _, subject in subjects]
    acts = officer.has_role(*visibility.list_roles_of(kind))
    sorts = {sort for sort, _ in subjects}
    return TaskDetails(
        subjects=tuple(
            visibility.mask_subject(officer, row.kind, sorts, name) for name in names[:NAMED_SUBJECTS]
        ),
        subject_count=len(names),
        places=planned.list_provinces(row.operation_id, names),
        content=_select_row_fields(kind.inputs, row.details),
        papers=tuple(
            RowPaper(prerequisite, _select_row_fields(load_prerequisite(prerequisite).inputs, content))
            for prerequisite, content in papers.items()
            # What does not go along is read by those alone who act in this kind.
            if prerequisite in kind.requires and (acts or load_prerequisite(prerequisite).goes_along)
        ),
        missing=tuple(prerequisite for prerequisite in kind.requires if prerequisite not in papers),
        approvals=row.given,
        needed=row.needed,
        children=planned.count_children(row.operation_id, names),
    )


def _select_row_fields(inputs: Iterable[Input], content: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that a row shows."""
    return {one.name: content[one.name] for one in inputs if one.row and one.name in content}


def _load_operation_details(session: Session, ids: list[int]) -> About:
    if not ids:
        return {}
    query = select(OperationAgency.operation_id, OperationAgency.agency, OperationAgency.readiness)
    rows = session.execute(query.where(OperationAgency.operation_id.in_(ids))).all()
    places = select(OperationPlace.operation_id, OperationPlace.name, OperationPlace.province)
    place_rows = session.execute(
        places.where(OperationPlace.operation_id.in_(ids)).order_by(OperationPlace.place)
    ).all()
    needs = select(OperationNeed.operation_id, OperationNeed.why, func.sum(OperationNeed.count))
    expected = {
        (id_, why): int(count or 0)
        for id_, why, count in session.execute(
            needs.where(
                OperationNeed.operation_id.in_(ids), OperationNeed.why.in_(("screening", "children"))
            ).group_by(OperationNeed.operation_id, OperationNeed.why)
        )
    }
    about: About = {}
    for id_ in ids:
        words = [(row.agency, row.readiness) for row in rows if row.operation_id == id_]
        names = [row.name for row in place_rows if row.operation_id == id_]
        about["operation", id_] = TaskDetails(
            subjects=tuple(names[:NAMED_SUBJECTS]),
            subject_count=len(names),
            places=tuple(
                dict.fromkeys(row.province for row in place_rows if row.operation_id == id_ and row.province)
            ),
            people=expected.get((id_, "screening"), 0),
            children=expected.get((id_, "children"), 0),
            ready=sum(word == "ready" for _, word in words),
            agencies=len(words),
            unready=tuple(agency for agency, word in words if word != "ready"),
        )
    return about


def _load_person_details(session: Session, ids: list[int]) -> About:
    spoken = exists().where(Screening.person_id == SurvivorRow.id).correlate(SurvivorRow)
    query = select(SurvivorRow.id, SurvivorRow.child, SurvivorRow.found, spoken)
    rows = session.execute(query.where(SurvivorRow.id.in_(ids))) if ids else ()
    return {
        ("person", id_): TaskDetails(is_child=child, found=found, is_spoken_with=has_spoken)
        for id_, child, found, has_spoken in rows
    }


def _load_asset_details(session: Session, ids: list[int]) -> About:
    query = select(Asset.id, Asset.title, Asset.place)
    rows = session.execute(query.where(Asset.id.in_(ids))) if ids else ()
    return {
        ("asset", id_): TaskDetails(title=title, places=(place,) if place else ())
        for id_, title, place in rows
    }


def _load_unnamed_cases(session: Session, ids: list[int]) -> About:
    query = select(Case.id, Case.loss, Case.victim_bank)
    rows = session.execute(query.where(Case.id.in_(ids))) if ids else ()
    return {("case", id_): TaskDetails(bank=victim_bank, loss=loss) for id_, loss, victim_bank in rows}
