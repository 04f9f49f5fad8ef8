"""The room's own words: reasons, purposes and notes that officers wrote, found in the middle of a sentence."""

import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, not_, select, text
from sqlalchemy.orm import Session

from warroom.actions.schema import Action, Operation, OperationTimeline
from warroom.cases import sealing
from warroom.cases.schema import AppealRow, Hold, HoldRelease, Proposal
from warroom.lake.texts.fold import around
from warroom.lake.texts.query import Query
from warroom.ledger.schema import OfficerRow
from warroom.marking import Mark
from warroom.orders.schema import Answer, Order
from warroom.requests.schema import Request, RequestEvent, RequestItem
from warroom.room.lookup.record_facts import hidden_numbers
from warroom.room.lookup.views import NoteHit, Why

MOST = 20
AROUND = 60


@dataclass(frozen=True, slots=True)
class Place:
    """Where words are written: a query of (case id, words, time, number of its page), and what such a page's address is."""

    kind: str
    rows: Select[*tuple[Any, ...]]
    address: str


def _place(kind: str, of: Any, words: Any, at: Any, *ways: ColumnElement[bool]) -> Place:
    """Words of a row `of` a case; `ways` lead from it to the tables that hold them, each table named on the left."""
    rows = select(of.case_id, words, at, of.id)
    for way in ways:
        rows = rows.join(way.left.table, way)
    return Place(kind, rows, ADDRESSES[kind])


_OF_HOLD = "/cases/{case}#hold-{number}"
ADDRESSES = {
    "action": "/actions/{number}",
    "request": "/requests/{number}",
    "operation": "/operations/{number}",
    "release": _OF_HOLD,
    "appeal": _OF_HOLD,
    "answer": _OF_HOLD,
    "declined": "/cases/{case}#holds",
}
_ORDERED, _ANSWERED = Order.hold_id == Hold.id, Answer.order_id == Order.order_id
PLACES = (
    _place("action", Action, Action.reason, Action.proposed_at),
    _place("request", Request, Request.purpose, Request.drafted_at),
    _place("request", Request, Request.subject, Request.drafted_at),
    _place("request", Request, RequestItem.text, Request.drafted_at, RequestItem.request_id == Request.id),
    _place("request", Request, RequestEvent.text, RequestEvent.at, RequestEvent.request_id == Request.id),
    _place("operation", Operation, Operation.title, Operation.proposed_at),
    _place(
        "operation",
        Operation,
        OperationTimeline.text,
        OperationTimeline.at,
        OperationTimeline.operation_id == Operation.id,
    ),
    _place("release", Hold, HoldRelease.reason, HoldRelease.at, HoldRelease.hold_id == Hold.id),
    _place("appeal", Hold, AppealRow.text, AppealRow.filed_at, AppealRow.hold_id == Hold.id),
    _place("appeal", Hold, AppealRow.reason, AppealRow.filed_at, AppealRow.hold_id == Hold.id),
    _place("answer", Hold, Answer.text, Answer.time, _ORDERED, _ANSWERED),
    _place("declined", Proposal, Proposal.decline_reason, Proposal.decided_at),
)


def find(
    session: Session, person: OfficerRow, cases: Mapping[int, Why], query: Query, shut: Collection[Mark]
) -> tuple[list[NoteHit], bool]:
    """Words in own cases that hold the query, the newest first, and whether there are some in others."""
    found: list[NoteHit] = []
    elsewhere = False
    for place in PLACES:
        case_id, words, at, _ = place.rows.selected_columns
        wanted = and_(*(_holds(words, word) for word in query.words), at.is_not(None))
        # Own cases are asked for by themselves, since a newer hit elsewhere must not take the place of one of
        # them.
        own = place.rows.where(wanted, case_id.in_(cases)).order_by(at.desc()).limit(MOST)
        found += _hits(session.execute(own), place, cases, query, shut)
        # That there is one elsewhere is all that is told, so the first one found ends the looking.
        if not elsewhere:
            # A row of no case compares as NULL, which a plain NOT would leave out.
            other = place.rows.where(
                wanted, sealing.visible(person, case_id), not_(func.coalesce(case_id.in_(cases), False))
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
