"""Views of joint operations, and the two digests that decisions send back."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warroom.access import role_groups
from warroom.actions import visibility
from warroom.actions.dossier import load_dossiers
from warroom.actions.operations.views import OperationView, PlannedPlace, ReadinessView, ResultTotal, WordView
from warroom.actions.prerequisites import list_missing, list_obstacles
from warroom.actions.render import build_document_views, load_officers_by_id
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
from warroom.law.kinds.declarations import load_kind, load_prerequisite
from warroom.law.kinds.named import translate_words
from warroom.ledger import deadlines, officers
from warroom.ledger.canonical_json import hash_text, to_canonical_json
from warroom.ledger.officers import Officer
from warroom.ledger.rows import make_view
from warroom.ledger.schema import OfficerRow
from warroom.sentences.sentence import Sentence

RAID = ("screening-plan", "shelter")
"""Documents that a raid must have before the go."""


@dataclass(frozen=True, slots=True)
class OperationBoard:
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
        # Only the newest documents, and readiness with its reason: an agency that withdraws its readiness
        # changes the board.
        newest = {document.prerequisite: document.sha256 for document in self.documents}
        return hash_text(
            to_canonical_json(
                {
                    "operation": [self.operation.id, self.operation.title, self.operation.hour],
                    "places": [[place.name, place.province, place.note] for place in self.places],
                    "agencies": [
                        [agency.agency, agency.readiness, agency.reason] for agency in self.agencies
                    ],
                    "documents": sorted(newest.items()),
                    "measures": [list(measure) for measure in self.measures],
                }
            )
        )

    @property
    def missing(self) -> tuple[str, ...]:
        """Obstacles to a go, a sentence each."""
        return (
            *self._list_lacking_documents(),
            *self._list_unready_agencies(),
            *self._list_undecided_actions(),
        )

    def _list_lacking_documents(self) -> tuple[str, ...]:
        if not self.operation.raid:
            return ()
        contents = {document.prerequisite: document.content for document in self.documents}
        lacking = [
            load_prerequisite(prerequisite).title.en.lower() for prerequisite in list_missing(RAID, contents)
        ]
        lacking_sentences = tuple(
            Sentence("actions.raid-document-missing", document=translate_words(title)) for title in lacking
        )
        return (*lacking_sentences, *list_obstacles(RAID, contents, self.now))

    def _list_unready_agencies(self) -> tuple[str, ...]:
        waiting = [agency.agency for agency in self.agencies if agency.readiness == "unknown"]
        against = [
            f"{agency.agency} ({agency.reason})"
            for agency in self.agencies
            if agency.readiness == "not_ready"
        ]
        silent_lines = (
            (Sentence("actions.operation-agency-silent", agencies=", ".join(waiting)),) if waiting else ()
        )
        return (
            *silent_lines,
            *(
                (Sentence("actions.operation-agency-not-ready", agencies=", ".join(against)),)
                if against
                else ()
            ),
        )

    def _list_undecided_actions(self) -> tuple[str, ...]:
        undecided = sum(state == "proposed" for _, state in self.measures)
        said = (Sentence("actions.operation-actions-undecided", count=undecided),) if undecided else ()
        # An operation of agencies alone, without an action, may go; one whose actions were all declined may not.
        gone = bool(self.measures) and not any(state == "approved" for _, state in self.measures)
        return (*said, *((Sentence("actions.operation-none-approved"),) if gone and not undecided else ()))


def load_board(session: Session, operation: Operation, now: datetime) -> OperationBoard:
    """Everything a go rests on, in four queries."""
    own = {"operation_id": operation.id}
    states = select(Action.id, Action.state).where(Action.operation_id == operation.id)
    return OperationBoard(
        operation,
        list(session.scalars(select(OperationPlace).filter_by(**own).order_by(OperationPlace.place))),
        list(session.scalars(select(OperationAgency).filter_by(**own).order_by(OperationAgency.agency))),
        list(session.scalars(select(ActionDocument).filter_by(**own).order_by(ActionDocument.id))),
        [(row.id, row.state) for row in session.execute(states.order_by(Action.id))],
        now,
    )


def compute_table_digest(session: Session, operation: Operation, now: datetime) -> str:
    """SHA-256 over the tables of all its actions that wait for approval."""
    # Apart from the board: approvals and a go ask for different things, and neither is to undo the other.
    query = select(Action).where(Action.operation_id == operation.id, Action.state == "proposed")
    found = load_dossiers(session, session.scalars(query.order_by(Action.id)), now)
    return hash_text(to_canonical_json([[number, one.digest] for number, one in found.items()]))


def build_operation_view(
    session: Session, operation: Operation, now: datetime, person: OfficerRow
) -> OperationView:
    """An operation with all that a decision about it needs, as this officer may see it."""
    officer = officers.to_officer(person)
    session.flush()
    board = load_board(session, operation, now)
    words = list(
        session.scalars(select(OperationWord).filter_by(operation_id=operation.id).order_by(OperationWord.id))
    )
    given = [row.officer_id for row in (*board.agencies,)] + [row.officer_id for row in words]
    people = load_officers_by_id(
        session, [operation.proposed_by, *given, *(document.officer_id for document in board.documents)]
    )
    case = session.get_one(Case, operation.case_id).number if operation.case_id is not None else None
    return make_view(
        OperationView,
        operation,
        case=case,
        proposed_by=people[operation.proposed_by].name,
        places=tuple(PlannedPlace(place.name, place.province, place.note) for place in board.places),
        agencies=tuple(
            make_view(
                ReadinessView,
                agency,
                by=people[agency.officer_id].name if agency.officer_id is not None else "",
            )
            for agency in board.agencies
        ),
        documents=visibility.redact_documents(
            build_document_views(board.documents, people), _list_own_papers(session, board, officer)
        ),
        words=tuple(
            make_view(
                WordView,
                word,
                officer=people[word.officer_id].name,
                agency=people[word.officer_id].agency,
                counts=operation.state != "planned" or word.digest == board.digest,
            )
            for word in words
        ),
        measures=tuple(number for number, _ in board.measures),
        counts=dict(Counter(state for _, state in board.measures)),
        missing=board.missing if operation.state == "planned" else (),
        totals=sum_results(session, operation),
        deadlines=deadlines.list_deadlines_by_thing(session, "joint", [operation.id])[operation.id],
        table=compute_table_digest(session, operation, now),
        board=board.digest,
    )


def _list_own_papers(session: Session, board: OperationBoard, officer: Officer) -> set[str]:
    """The papers whose contents are the officer's business: of kinds that they propose, approve or carry out, and of a
    raid for who plans or screens there.
    """
    query = select(Action.kind).where(Action.operation_id == board.operation.id).distinct()
    kinds = [load_kind(one) for one in session.scalars(query)]
    own = {name for one in kinds if officer.has_role(*visibility.list_roles_of(one)) for name in one.requires}
    return own | (set(RAID) if officer.has_role(*role_groups.OPERATION_PLANNERS, "screener") else set())


def sum_results(session: Session, operation: Operation) -> tuple[ResultTotal, ...]:
    """What was found, added up by kind."""
    query = (
        select(OperationResult.kind, func.sum(OperationResult.count), func.sum(OperationResult.amount))
        .where(OperationResult.operation_id == operation.id)
        .group_by(OperationResult.kind)
        .order_by(OperationResult.kind)
    )
    return tuple(
        ResultTotal(row[0], int(row[1]), int(row[2]))  # type: ignore[arg-type]
        for row in session.execute(query)
    )
