"""Deadlines of holds, actions, requests, assets and people: what must have happened by a moment.

A package that has deadlines says in a `Striker` what happens when one of its own strikes; who calls `strike` names
all of them. Each strikes in a transaction of its own, so that one that cannot strike keeps no other from it.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from warroom.ledger.schema import Deadline
from warroom.ledger.views import DeadlineAbout, DeadlineView

log = logging.getLogger(__name__)
RUNNING = ("running",)


@dataclass(frozen=True, slots=True)
class NewDeadline:
    """A deadline to be set: about which thing, of what kind, when, in which case."""

    about_id: int
    kind: str
    at: datetime
    case_id: int | None = None


def _make_usual_detail(session: Session, deadline: Deadline) -> dict[str, object]:
    return {"deadline": deadline.kind, "due": deadline.due_at}


@dataclass(frozen=True, slots=True)
class Striker:
    """What happens when a deadline about one sort of thing strikes.

    `lock` locks the thing before its deadline is looked at, so that a deadline that strikes at the moment of a decision
    waits for it, and finds itself stopped; without it `strike` locks its own rows. `verb` and `detail` are what the log
    says of it afterwards.
    """

    strike: Callable[[Session, Deadline, datetime], None]
    lock: Callable[[Session, int], object] | None = None
    verb: str = "deadline.struck"
    detail: Callable[[Session, Deadline], dict[str, object]] = _make_usual_detail


Strikers = Mapping[str, Striker]
"""By what a deadline is about."""


@dataclass(frozen=True, slots=True)
class Strikes:
    """How many deadlines struck, by what they are about and their kind, and how many are due about things for which no
    striker is named.
    """

    counts: Counter[tuple[str, str]]
    unhandled: int = 0

    @property
    def struck(self) -> int:
        return self.counts.total()


def start_deadline(
    session: Session,
    about: DeadlineAbout,
    about_id: int,
    kind: str,
    due: datetime,
    case_id: int | None = None,
) -> None:
    """Set a deadline; a running one of the same kind about the same thing stops."""
    start_deadlines(session, about, [NewDeadline(about_id, kind, due, case_id)])


def start_deadlines(
    session: Session, about: DeadlineAbout, dues: Iterable[NewDeadline], *, first: bool = False
) -> None:
    """Set deadlines about many things of one sort; running ones of the same kind about the same thing stop. `first`
    says that there can be none, so none is looked for.
    """
    wanted = list(dues)
    if not wanted:
        return
    for kind in {due.kind for due in wanted} if not first else ():
        _end_deadlines(
            session, about, [due.about_id for due in wanted if due.kind == kind], (kind,), "stopped", RUNNING
        )
    rows = [
        {
            "about": about,
            "about_id": due.about_id,
            "case_id": due.case_id,
            "kind": due.kind,
            "due_at": due.at,
            "state": "running",
        }
        for due in wanted
    ]
    session.flush()
    session.execute(insert(Deadline.metadata.tables["deadlines"]), rows)


def stop_deadlines(session: Session, about: DeadlineAbout, about_id: int, *kinds: str) -> None:
    """Stop the running deadlines of these kinds; of every kind where none is named."""
    _end_deadlines(session, about, [about_id], kinds, "stopped", RUNNING)


def meet_deadlines(session: Session, about: DeadlineAbout, about_id: int, *kinds: str) -> None:
    """What a deadline asked for has happened, in time or late."""
    meet_deadlines_of_many(session, about, [about_id], *kinds)


def meet_deadlines_of_many(session: Session, about: DeadlineAbout, ids: Iterable[int], *kinds: str) -> None:
    """The same about many things of one sort."""
    _end_deadlines(session, about, list(ids), kinds, "met", ("running", "struck"))


def _end_deadlines(
    session: Session,
    about: DeadlineAbout,
    ids: list[int],
    kinds: tuple[str, ...],
    state: str,
    before: tuple[str, ...],
) -> None:
    mine = update(Deadline).where(
        Deadline.about == about, Deadline.about_id.in_(ids), Deadline.state.in_(before)
    )
    session.execute(
        (mine.where(Deadline.kind.in_(kinds)) if kinds else mine).values(state=state, struck_at=None),
        execution_options={"synchronize_session": "fetch"},
    )


def list_deadlines_by_thing(
    session: Session, about: DeadlineAbout, ids: Iterable[int]
) -> dict[int, tuple[DeadlineView, ...]]:
    """The deadlines of these things, the one due first first."""
    wanted = list(ids)
    query = select(Deadline).where(Deadline.about == about, Deadline.about_id.in_(wanted))
    views_by_id: dict[int, tuple[DeadlineView, ...]] = dict.fromkeys(wanted, ())
    for row in session.scalars(query.order_by(Deadline.due_at, Deadline.id)):
        view = DeadlineView(row.kind, row.due_at, row.state, row.struck_at)  # type: ignore[arg-type]
        views_by_id[row.about_id] += (view,)
    return views_by_id


def count_overdue(session: Session, now: datetime) -> int:
    """How many deadlines are past at `now` and have not struck."""
    return (
        session.scalar(select(func.count()).where(Deadline.state == "running", Deadline.due_at <= now)) or 0
    )
