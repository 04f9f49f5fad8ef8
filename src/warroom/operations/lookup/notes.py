"""The room's own words: reasons, purposes and notes that officers wrote, found in the middle of a sentence."""

import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, not_, select, text
from sqlalchemy.orm import Session

from warroom.lake.texts import Query
from warroom.lake.texts.fold import around
from warroom.operations import access
from warroom.operations.access.marks import Mark
from warroom.operations.lookup.facts import hidden_numbers
from warroom.operations.schema import Action, Answer, AppealRow, OfficerRow, Order, Proposal, Release
from warroom.operations.schema.measures import Measure, Operation, OperationTimeline
from warroom.operations.schema.requests import Request, RequestEvent, RequestItem
from warroom.operations.views.lookup import NoteHit, Why

MOST = 20
AROUND = 60


@dataclass(frozen=True, slots=True)
class Place:
    """Where words are written: a query of (case id, words, time, number of its page), and what such a page's address is."""

    kind: str
    rows: Select[*tuple[Any, ...]]
    address: str


def _places() -> tuple[Place, ...]:
    of_hold = "/cases/{case}#hold-{number}"
    return (
        Place(
            "action",
            select(Measure.case_id, Measure.reason, Measure.proposed_at, Measure.id),
            "/actions/{number}",
        ),
        Place(
            "request",
            select(Request.case_id, Request.purpose, Request.drafted_at, Request.id),
            "/requests/{number}",
        ),
        Place(
            "request",
            select(Request.case_id, Request.subject, Request.drafted_at, Request.id),
            "/requests/{number}",
        ),
        Place(
            "request",
            select(Request.case_id, RequestItem.text, Request.drafted_at, Request.id).join(
                RequestItem, RequestItem.request_id == Request.id
            ),
            "/requests/{number}",
        ),
        Place(
            "request",
            select(Request.case_id, RequestEvent.text, RequestEvent.at, Request.id).join(
                RequestEvent, RequestEvent.request_id == Request.id
            ),
            "/requests/{number}",
        ),
        Place(
            "operation",
            select(Operation.case_id, OperationTimeline.text, OperationTimeline.at, Operation.id).join(
                OperationTimeline, OperationTimeline.operation_id == Operation.id
            ),
            "/operations/{number}",
        ),
        Place(
            "operation",
            select(Operation.case_id, Operation.title, Operation.proposed_at, Operation.id),
            "/operations/{number}",
        ),
        Place(
            "release",
            select(Action.case_id, Release.reason, Release.at, Action.id).join(
                Release, Release.action_id == Action.id
            ),
            of_hold,
        ),
        Place(
            "appeal",
            select(Action.case_id, AppealRow.text, AppealRow.filed_at, Action.id).join(
                AppealRow, AppealRow.action_id == Action.id
            ),
            of_hold,
        ),
        Place(
            "appeal",
            select(Action.case_id, AppealRow.reason, AppealRow.filed_at, Action.id).join(
                AppealRow, AppealRow.action_id == Action.id
            ),
            of_hold,
        ),
        Place(
            "answer",
            select(Action.case_id, Answer.text, Answer.time, Action.id)
            .join(Order, Order.action_id == Action.id)
            .join(Answer, Answer.order_id == Order.order_id),
            of_hold,
        ),
        Place(
            "declined",
            select(Proposal.case_id, Proposal.decline_reason, Proposal.decided_at, Proposal.id),
            "/cases/{case}#holds",
        ),
    )


def find(
    session: Session, person: OfficerRow, cases: Mapping[int, Why], query: Query, shut: Collection[Mark]
) -> tuple[list[NoteHit], bool]:
    """Words in own cases that hold the query, the newest first, and whether there are some in others."""
    found: list[NoteHit] = []
    elsewhere = False
    for place in _places():
        case_id, words, at, _ = place.rows.selected_columns
        wanted = and_(*(_holds(words, word) for word in query.words), at.is_not(None))
        own = place.rows.where(wanted, case_id.in_(cases)).order_by(at.desc()).limit(MOST)
        found += _hits(session.execute(own), place, cases, query, shut)
        if not elsewhere:
            other = place.rows.where(
                wanted, access.visible(person, case_id), not_(func.coalesce(case_id.in_(cases), False))
            )
            elsewhere = session.execute(other.limit(1)).first() is not None
    return sorted(found, key=lambda one: one.time, reverse=True), elsewhere


def _hits(
    rows: Any, place: Place, cases: Mapping[int, Why], query: Query, shut: Collection[Mark]
) -> Iterator[NoteHit]:
    for case_id, words, at, number in rows:
        case = cases[case_id].case
        before, here, after = (hidden_numbers(part, shut) for part in around(words, query.words[0], AROUND))
        yield NoteHit(
            place.kind, before, here, after, case, at, place.address.format(case=case, number=number)
        )


def _holds(column: ColumnElement[str], word: str) -> ColumnElement[bool]:
    """Whether a column's text holds a word as the index would find it: letters small, spaces beside Thai left out."""
    plain = func.regexp_replace(
        func.lower(func.normalize(column, text("NFKC"))), r"[\s\u200B-\u200F]+", "", "g"
    )
    wanted = "".join(unicodedata.normalize("NFKC", word).split()).translate(ESCAPED)
    return plain.like(f"%{wanted}%", escape="\\")


ESCAPED = str.maketrans({"%": r"\%", "_": r"\_", "\\": r"\\"})
