"""Queries of actions: the list by what waits for the officer, and one action in full."""

from datetime import datetime

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy import case as sa_case
from sqlalchemy.orm import Session

from warroom.access import role_groups
from warroom.actions import visibility
from warroom.actions.filters import where_sort
from warroom.actions.render import build_action_view
from warroom.actions.rows import find_case_number, load_visible_action, log_action
from warroom.actions.schema import Action, ActionSubject, ActionTransition
from warroom.actions.views import ACTION_SORTS, ActionLine, ActionSort, ActionState, ActionView
from warroom.cases.schema import Case
from warroom.cases.sealing import is_visible_to
from warroom.law.kinds.declarations import load_kind
from warroom.ledger import officers
from warroom.ledger.decision import logged_read
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.rows import make_view
from warroom.ledger.schema import OfficerRow
from warroom.subjects.subject import Subject

TAKEDOWN = "page-takedown"
HAPPENS = ("at", "from", "expected_at", "not_before")
"""Fields of kinds that say when the action is to happen; other moments are of the past, or ends."""
TAKEN: tuple[ActionState, ...] = ("in_effect", "done")


def load_action(
    ledger: Ledger, officer: Officer, measure_id: int, *, now: datetime | None = None
) -> ActionView:
    """An action with its documents and approvals; the read is logged. Raises NotAllowed, NotFound, or
    PurposeNeeded by who has not said why they open its case.
    """
    with logged_read(ledger, officer, now=now) as this:
        measure = load_visible_action(this, measure_id)
        visibility.may_read(this.session, this.person, measure.case_id, this.now)
        log_action(this, "measure.read", measure)
        return visibility.redact_action(this.person, build_action_view(this.session, measure, this.now))


def load_named_ids(ledger: Ledger) -> frozenset[str]:
    """The ids of whomever and whatever actions are or were about, for the machine itself: what it joins by itself leaves these out."""
    with ledger.open_session() as session:
        return frozenset(session.scalars(select(ActionSubject.subject).distinct()))


def load_taken_down_pages(ledger: Ledger) -> dict[Subject, datetime]:
    """Pages that officers had taken down, and when it was known to be done, for the machine itself. What was taken back, as of
    a page found to be honest, is none.
    """
    done = func.min(ActionTransition.at)
    query = (
        select(ActionSubject.subject, done)
        .join(Action, Action.id == ActionSubject.action_id)
        .join(ActionTransition, ActionTransition.action_id == Action.id)
        .where(Action.kind == TAKEDOWN, Action.state.in_(TAKEN), ActionTransition.after.in_(TAKEN))
        .where(ActionSubject.kind == "page")
        .group_by(ActionSubject.subject, Action.id)
        # The last of several comes last, and is the one that stays.
        .order_by(done)
    )
    with ledger.open_session() as session:
        return {Subject("page", page): at for page, at in session.execute(query)}


def list_actions(
    ledger: Ledger,
    officer: Officer,
    *,
    state: str = "",
    kind: str = "",
    case: str = "",
    operation: int | None = None,
    asset: str = "",
    sort: ActionSort | None = None,
    pillar: str = "",
    waiting_first: bool = False,
    limit: int = 50,
    offset: int = 0,
) -> tuple[tuple[ActionLine, ...], int]:
    """Actions that the officer may know of, the newest first, and how many there are; raises NotAllowed. `asset` is the
    number of an asset that they are about, such as A-7; with `waiting_first` what is to be decided comes before all others, the
    soonest first.
    """
    with logged_read(ledger, officer, *role_groups.CASE_READERS) as this:
        this.log_list_read("measures")
        session, person = this.session, this.person
        # Sealed cases are left out by the query, so that the count says nothing of them either.
        wanted = _where_wanted(person, state, kind, case, operation)
        if sort is not None:
            wanted &= where_sort(person, sort)
        if pillar:
            wanted &= Action.pillar == pillar
        if asset:
            about = ActionSubject.kind == "asset", ActionSubject.subject == asset
            wanted &= Action.id.in_(select(ActionSubject.action_id).where(*about))
        waits = [sa_case((Action.state == "proposed", Action.decide_by)).asc().nulls_last()]
        query = select(Action).where(wanted).order_by(*(waits if waiting_first else ()), Action.id.desc())
        rows = session.scalars(query.limit(limit).offset(offset))
        total = session.scalar(select(func.count()).select_from(Action).where(wanted))
        return _build_lines(session, officers.to_officer(person), list(rows)), int(total or 0)


def count_actions(ledger: Ledger, officer: Officer) -> dict[str, dict[str, int]]:
    """How many actions the officer may know of, by pillar and sort, `all` with them; raises NotAllowed."""
    with logged_read(ledger, officer, *role_groups.CASE_READERS) as this:
        sums = [func.count().filter(where_sort(this.person, sort)).label(sort) for sort in ACTION_SORTS]
        mine = is_visible_to(this.person, Action.case_id)
        query = select(Action.pillar, func.count().label("all"), *sums).where(mine)
        rows = this.session.execute(query.group_by(Action.pillar)).mappings()
        return {row["pillar"]: {name: row[name] for name in ("all", *ACTION_SORTS)} for row in rows}


def _where_wanted(
    person: OfficerRow, state: str, kind: str, case: str, operation: int | None
) -> ColumnElement[bool]:
    condition = is_visible_to(person, Action.case_id) & true()
    if state:
        condition &= Action.state == state
    if kind:
        condition &= Action.kind == kind
    if case:
        condition &= Action.case_id == select(Case.id).where(Case.number == case).scalar_subquery()
    if operation is not None:
        condition &= Action.operation_id == operation
    return condition


def _build_lines(session: Session, officer: Officer, rows: list[Action]) -> tuple[ActionLine, ...]:
    ids = [row.id for row in rows]
    query = select(
        ActionSubject.action_id,
        func.count(),
        func.min(ActionSubject.subject),
        func.array_agg(ActionSubject.kind.distinct()),
    ).where(ActionSubject.action_id.in_(ids))
    # Subjects and names of the whole page at once.
    subjects = {
        row[0]: (row[1], row[2], row[3]) for row in session.execute(query.group_by(ActionSubject.action_id))
    }
    query_names = select(OfficerRow.id, OfficerRow.name).where(
        OfficerRow.id.in_({row.proposed_by for row in rows})
    )
    names = {row.id: row.name for row in session.execute(query_names)}
    return tuple(
        make_view(
            ActionLine,
            row,
            title=load_kind(row.kind).title,
            case=find_case_number(session, row),
            operation=row.operation_id,
            subject=visibility.mask_subject(officer, row.kind, subjects[row.id][2], subjects[row.id][1]),
            subjects=subjects[row.id][0],
            proposed_by=names[row.proposed_by],
            happens_at=_find_moment(row),
            people=_count_reached(row),
        )
        for row in rows
    )


def _find_moment(row: Action) -> datetime | None:
    """When the action is to happen, by the field of its kind that says so."""
    names = [one.name for one in load_kind(row.kind).inputs if one.kind == "moment" and one.name in HAPPENS]
    found = next((row.details[name] for name in names if row.details.get(name)), None)
    return datetime.fromisoformat(found) if found else None


def _count_reached(row: Action) -> int | None:
    """How many people it reaches, by the field of its kind that counts people."""
    names = [one.name for one in load_kind(row.kind).inputs if one.unit == "people"]
    return next((int(row.details[name]) for name in names if row.details.get(name) is not None), None)
