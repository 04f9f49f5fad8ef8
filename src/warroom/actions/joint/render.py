"""From rows to views: how an operation looks from outside, and the two digests that decisions send back."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warroom.access import role_groups
from warroom.actions import visibility
from warroom.actions.dossier import dossiers
from warroom.actions.joint.views import OperationView, Place, ReadinessView, Total, WordView
from warroom.actions.prerequisites import missing, stopped
from warroom.actions.render import document_views, people_of
from warroom.actions.schema import (
    Action,
    ActionDocument,
    Operation,
    OperationAgency,
    OperationPlace,
    OperationResult,
    OperationWord,
)
from warroom.cases.schema import Case
from warroom.law.kinds.declarations import kind_of, prerequisite_of
from warroom.law.kinds.named import named
from warroom.ledger import deadlines, officers
from warroom.ledger.canonical_json import canonical, digest
from warroom.ledger.officers import Officer
from warroom.ledger.rows import view_of
from warroom.ledger.schema import OfficerRow
from warroom.sentences.sentence import Sentence

RAID = ("screening-plan", "shelter")
"""What lies with an operation that goes through doors, before anyone may say go."""


@dataclass(frozen=True, slots=True)
class Board:
    """Everything on which a go or no-go is decided, read once."""

    operation: Operation
    places: Sequence[OperationPlace]
    agencies: Sequence[OperationAgency]
    documents: Sequence[ActionDocument]
    measures: Sequence[tuple[int, str]]
    now: datetime

    @property
    def digest(self) -> str:
        """SHA-256 over places, readiness, documents and the state of every action."""
        # The newest alone, and readiness with its reason: an agency that takes its word back makes it another board.
        newest = {one.prerequisite: one.sha256 for one in self.documents}
        return digest(
            canonical(
                {
                    "operation": [self.operation.id, self.operation.title, self.operation.hour],
                    "places": [[one.name, one.province, one.note] for one in self.places],
                    "agencies": [[one.agency, one.readiness, one.reason] for one in self.agencies],
                    "documents": sorted(newest.items()),
                    "measures": [list(one) for one in self.measures],
                }
            )
        )

    @property
    def missing(self) -> tuple[str, ...]:
        """What keeps it from a go, a sentence each."""
        return (*self._documents(), *self._agencies(), *self._actions())

    def _documents(self) -> tuple[str, ...]:
        if not self.operation.raid:
            return ()
        contents = {one.prerequisite: one.content for one in self.documents}
        lacking = [prerequisite_of(one).title.en.lower() for one in missing(RAID, contents)]
        said = tuple(Sentence("actions.raid-document-missing", document=named(title)) for title in lacking)
        return (*said, *stopped(RAID, contents, self.now))

    def _agencies(self) -> tuple[str, ...]:
        waiting = [one.agency for one in self.agencies if one.readiness == "unknown"]
        against = [f"{one.agency} ({one.reason})" for one in self.agencies if one.readiness == "not_ready"]
        said = (Sentence("actions.operation-agency-silent", agencies=", ".join(waiting)),) if waiting else ()
        return (
            *said,
            *(
                (Sentence("actions.operation-agency-not-ready", agencies=", ".join(against)),)
                if against
                else ()
            ),
        )

    def _actions(self) -> tuple[str, ...]:
        undecided = sum(state == "proposed" for _, state in self.measures)
        said = (Sentence("actions.operation-actions-undecided", count=undecided),) if undecided else ()
        # An operation of agencies alone, without an action, may go; one whose actions were all declined may not.
        gone = bool(self.measures) and not any(state == "approved" for _, state in self.measures)
        return (*said, *((Sentence("actions.operation-none-approved"),) if gone and not undecided else ()))


def board_of(session: Session, operation: Operation, now: datetime) -> Board:
    """Everything a go rests on, in four queries."""
    own = {"operation_id": operation.id}
    states = select(Action.id, Action.state).where(Action.operation_id == operation.id)
    return Board(
        operation,
        list(session.scalars(select(OperationPlace).filter_by(**own).order_by(OperationPlace.place))),
        list(session.scalars(select(OperationAgency).filter_by(**own).order_by(OperationAgency.agency))),
        list(session.scalars(select(ActionDocument).filter_by(**own).order_by(ActionDocument.id))),
        [(row.id, row.state) for row in session.execute(states.order_by(Action.id))],
        now,
    )


def table_digest(session: Session, operation: Operation, now: datetime) -> str:
    """SHA-256 over the tables of all its actions that wait for approval."""
    # Apart from the board: approvals and a go ask for different things, and neither is to undo the other.
    query = select(Action).where(Action.operation_id == operation.id, Action.state == "proposed")
    found = dossiers(session, session.scalars(query.order_by(Action.id)), now)
    return digest(canonical([[number, one.digest] for number, one in found.items()]))


def view(session: Session, operation: Operation, now: datetime, person: OfficerRow) -> OperationView:
    """An operation with all that a decision about it needs, as this officer may see it."""
    officer = officers.officer_view(person)
    session.flush()
    board = board_of(session, operation, now)
    words = list(
        session.scalars(select(OperationWord).filter_by(operation_id=operation.id).order_by(OperationWord.id))
    )
    given = [one.officer_id for one in (*board.agencies,)] + [one.officer_id for one in words]
    people = people_of(session, [operation.proposed_by, *given, *(one.officer_id for one in board.documents)])
    case = session.get_one(Case, operation.case_id).number if operation.case_id is not None else None
    return view_of(
        OperationView,
        operation,
        case=case,
        proposed_by=people[operation.proposed_by].name,
        places=tuple(Place(one.name, one.province, one.note) for one in board.places),
        agencies=tuple(
            view_of(ReadinessView, one, by=people[one.officer_id].name if one.officer_id is not None else "")
            for one in board.agencies
        ),
        documents=visibility.papers(document_views(board.documents, people), _own(session, board, officer)),
        words=tuple(
            view_of(
                WordView,
                one,
                officer=people[one.officer_id].name,
                agency=people[one.officer_id].agency,
                counts=operation.state != "planned" or one.digest == board.digest,
            )
            for one in words
        ),
        measures=tuple(number for number, _ in board.measures),
        counts=dict(Counter(state for _, state in board.measures)),
        missing=board.missing if operation.state == "planned" else (),
        totals=totals(session, operation),
        deadlines=deadlines.of(session, "joint", [operation.id])[operation.id],
        table=table_digest(session, operation, now),
        board=board.digest,
    )


def _own(session: Session, board: Board, officer: Officer) -> set[str]:
    """The papers whose contents are the officer's business: of kinds that they propose, approve or carry out, and of a
    raid for who plans or screens there.
    """
    query = select(Action.kind).where(Action.operation_id == board.operation.id).distinct()
    kinds = [kind_of(one) for one in session.scalars(query)]
    own = {name for one in kinds if officer.may(*visibility.roles_of(one)) for name in one.requires}
    return own | (set(RAID) if officer.may(*role_groups.OPERATION_PLANNERS, "screener") else set())


def totals(session: Session, operation: Operation) -> tuple[Total, ...]:
    """What was found, added up by kind."""
    query = (
        select(OperationResult.kind, func.sum(OperationResult.count), func.sum(OperationResult.amount))
        .where(OperationResult.operation_id == operation.id)
        .group_by(OperationResult.kind)
        .order_by(OperationResult.kind)
    )
    return tuple(
        Total(row[0], int(row[1]), int(row[2]))  # type: ignore[arg-type]
        for row in session.execute(query)
    )
