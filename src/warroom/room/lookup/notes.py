"""Full-text search over what officers wrote: reasons, purposes and notes, matched anywhere in a sentence."""

import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, func, literal, not_, or_, select, text
from sqlalchemy.orm import Session

from warroom.actions.schema import Action, ActionSubject, Operation, OperationTimeline
from warroom.cases import sealing
from warroom.cases.schema import AppealRow, Case, Hold, HoldRelease, Proposal
from warroom.lake.texts.fold import fold_text, split_around_match
from warroom.lake.texts.query import TextQuery
from warroom.ledger.schema import OfficerRow
from warroom.marking import Mark
from warroom.orders.schema import Order, OrderAnswer
from warroom.requests.schema import Request, RequestEvent, RequestItem
from warroom.room.lookup.reach import is_one_of
from warroom.room.lookup.record_facts import hidden_numbers
from warroom.room.lookup.views import KnowingCase, NoteHit

# Hits of each place that is searched; as many as the search shows of any table.
MOST = 20
# Characters shown on each side of a match: a line of the page.
AROUND = 60


@dataclass(frozen=True, slots=True)
class NotePlace:
    """A place where text is written: a query of (case id, text, time, id of its page, author's id), and the
    pattern of the page's address.
    """

    kind: str
    rows: Select[*tuple[Any, ...]]
    address: str


def _make_place(kind: str, of: Any, words: Any, at: Any, by: Any, *ways: ColumnElement[bool]) -> NotePlace:
    """A place of text in a row `of` a case, written `by` an officer (NULL for outsiders). `ways` are the
    joins to the tables that hold it, the joined table on the left.
    """
    rows = select(of.case_id, words, at, of.id, by)
    for way in ways:
        rows = rows.join(way.left.table, way)
    return NotePlace(kind, rows, ADDRESSES[kind])


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
_ORDERED, _ANSWERED = Order.hold_id == Hold.id, OrderAnswer.order_id == Order.order_id
_OUTSIDERS = literal(None, Integer)
"""The author of a holder's objection and of a bank's answer: no officer."""
PLACES = (
    _make_place("action", Action, Action.reason, Action.proposed_at, Action.proposed_by),
    _make_place(
        "action",
        Action,
        ActionSubject.subject,
        Action.proposed_at,
        Action.proposed_by,
        ActionSubject.action_id == Action.id,
    ),
    _make_place("request", Request, Request.purpose, Request.drafted_at, Request.drafted_by),
    _make_place("request", Request, Request.subject, Request.drafted_at, Request.drafted_by),
    _make_place(
        "request",
        Request,
        RequestItem.text,
        Request.drafted_at,
        Request.drafted_by,
        RequestItem.request_id == Request.id,
    ),
    _make_place(
        "request",
        Request,
        RequestEvent.text,
        RequestEvent.at,
        RequestEvent.officer_id,
        RequestEvent.request_id == Request.id,
    ),
    _make_place("operation", Operation, Operation.title, Operation.proposed_at, Operation.proposed_by),
    _make_place(
        "operation",
        Operation,
        OperationTimeline.text,
        OperationTimeline.at,
        OperationTimeline.officer_id,
        OperationTimeline.operation_id == Operation.id,
    ),
    _make_place(
        "release",
        Hold,
        HoldRelease.reason,
        HoldRelease.at,
        HoldRelease.officer_id,
        HoldRelease.hold_id == Hold.id,
    ),
    _make_place("appeal", Hold, AppealRow.text, AppealRow.filed_at, _OUTSIDERS, AppealRow.hold_id == Hold.id),
    _make_place(
        "appeal",
        Hold,
        AppealRow.reason,
        AppealRow.filed_at,
        AppealRow.answered_by,
        AppealRow.hold_id == Hold.id,
    ),
    _make_place("answer", Hold, OrderAnswer.text, OrderAnswer.time, _OUTSIDERS, _ORDERED, _ANSWERED),
    _make_place("declined", Proposal, Proposal.decline_reason, Proposal.decided_at, Proposal.officer_id),
)


def search_notes(
    session: Session,
    person: OfficerRow,
    cases: Mapping[int, KnowingCase],
    query: TextQuery,
    shut: Collection[Mark],
    most_outside: int,
) -> tuple[list[NoteHit], int]:
    """Texts that match the query in the officer's own cases or that the officer wrote, the newest first; and
    the number of matches elsewhere, counted up to `most_outside`.
    """
    hits: list[NoteHit] = []
    outside = 0
    for place in PLACES:
        case_id, words, at, _, by = place.rows.selected_columns
        wanted = and_(*(_contains_word(words, word) for word in query.words), at.is_not(None))
        seen = sealing.is_visible_to(person, case_id)
        # The author knows the words already; a case sealed since then hides them all the same.
        mine = or_(is_one_of(case_id, cases), and_(by == person.id, seen))
        # Own ones are asked for by themselves, since a newer hit elsewhere must not take the place of one of them.
        own = place.rows.where(wanted, mine).order_by(at.desc()).limit(MOST)
        hits += _iter_hits(session, session.execute(own).all(), place, (cases, person.id, query, shut))
        if outside < most_outside:
            # A row of no case or of no officer compares as NULL, which a plain NOT would leave out.
            other = place.rows.where(wanted, seen, not_(func.coalesce(mine, False)))
            outside += len(session.execute(other.limit(most_outside - outside)).all())
    # One row of the room is one hit, in however many of its columns the words stand.
    once = {(hit.address, hit.before, hit.at): hit for hit in hits}
    return sorted(once.values(), key=lambda hit: hit.time, reverse=True), outside


def _iter_hits(
    session: Session,
    rows: Sequence[Any],
    place: NotePlace,
    of: tuple[Mapping[int, KnowingCase], int, TextQuery, Collection[Mark]],
) -> Iterator[NoteHit]:
    cases, me, query, shut = of
    others = {row[0] for row in rows if row[0] is not None and row[0] not in cases}
    numbers = select(Case.id, Case.number).where(Case.id.in_(others))
    # Most places have no hit; asking the ledger for no cases would be a third of all that a search asks.
    named: dict[int, str] = dict(session.execute(numbers).all()) if others else {}
    for case_id, words, at, number, by in rows:
        case = cases[case_id].case if case_id in cases else named.get(case_id, "")
        # Masked as a whole, and not a hit where it is masked: half a number would be too short to be masked.
        words = hidden_numbers(words, shut)
        if shut and any(word.isdigit() and word not in fold_text(words) for word in query.words):
            continue
        before, here, after = split_around_match(words, query.words[0], AROUND)
        address = place.address.format(case=case, number=number)
        yield NoteHit(place.kind, before, here, after, case, at, address, by == me)


def _contains_word(column: ColumnElement[str], word: str) -> ColumnElement[bool]:
    """Whether a column's text contains a word by the rules of the text index: lower case, no spaces, and for
    a number no separators between its digits.
    """
    # Zero-width characters count as spaces: Thai text copied from a page carries them between words.
    between = r"[\s\-.\u200B-\u200F]+" if word.isdigit() else r"[\s\u200B-\u200F]+"
    plain = func.regexp_replace(func.lower(func.normalize(column, text("NFKC"))), between, "", "g")
    wanted = "".join(unicodedata.normalize("NFKC", word).split()).translate(ESCAPED)
    return plain.like(f"%{wanted}%", escape="\\")


# The wildcards of LIKE, which somebody may have typed.
ESCAPED = str.maketrans({"%": r"\%", "_": r"\_", "\\": r"\\"})
