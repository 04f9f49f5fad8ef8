"""Breaking the glass: a commander or prosecutor reads what a survivor said, for an hour, with a reason.

The person's lead is told at once, and another person judges within 72 hours whether it was right. Whoever looked
takes no part in charging the person afterwards.
"""

from datetime import datetime

from sqlalchemy import any_, literal, select
from sqlalchemy.orm import Session

from warroom import clock
from warroom.access import role_groups
from warroom.errors import NotAllowed, NotFound, NotPossible
from warroom.law.rules.repository import service_level
from warroom.ledger import deadlines, idempotency, officers
from warroom.ledger.audit import writing
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.rows import view_of
from warroom.ledger.schema import OfficerRow
from warroom.survivors import events, repository
from warroom.survivors.decisions import consents
from warroom.survivors.schema import Glass, Person, TeamMember
from warroom.survivors.views import GlassVerdict, GlassView


def break_glass(
    ledger: Ledger, officer: Officer, number: str, reason: str, key: str, *, now: datetime | None = None
) -> GlassView:
    """Open the wall to this officer for an hour. Raises NotAllowed but for commanders and prosecutors, NotPossible
    without a reason. The reason is read by whoever reviews it; it must not repeat what the person said.
    """
    now, why = now or clock.now(), consents.reasoned(reason)
    with ledger.session() as session:
        row = officers.require(session, officer, *role_groups.GLASS_BREAKERS)
        person = repository.find(session, row, number, lock=True)
        before = idempotency.first_time(session, row, key, ["glass", person.id, why], now)
        if before is not None:
            return _view(session, session.get_one(Glass, before[0]))
        until = now + service_level("glass_open")
        glass = Glass(person_id=person.id, officer_id=row.id, reason=why, at=now, until=until, note="")
        session.add(glass)
        session.flush()
        due = now + service_level("glass_review")
        deadlines.start(session, events.GLASS, glass.id, events.REVIEW, due, person.case_id)
        _alert(session, person, row, now)
        idempotency.keep(session, row, key, [glass.id])
        detail = {"glass": glass.id, "until": until}
        writing.append(session, officer, "glass.broken", repository.subject(person), detail, at=now)
        return _view(session, glass)


def _alert(session: Session, person: Person, row: OfficerRow, now: datetime) -> None:
    """The lead is told; where nobody leads yet, every other commander is."""
    if repository.lead_of(session, person.id) is not None:
        repository.tell(session, person.id, None, "glass_broken", now)
        return
    others = select(OfficerRow.id).where(
        OfficerRow.active, literal("commander") == any_(OfficerRow.roles), OfficerRow.id != row.id
    )
    for other in session.scalars(others):
        repository.tell(session, person.id, other, "glass_broken", now)


def review_glass(
    ledger: Ledger,
    officer: Officer,
    glass_id: int,
    verdict: GlassVerdict,
    note: str,
    *,
    now: datetime | None = None,
) -> GlassView:
    """Another person judges; where it was not right an hour still running ends at once.

    The person's lead, a lawyer or an auditor may. Raises NotAllowed for whoever broke it, NotPossible for a second
    review.
    """
    now, said = now or clock.now(), consents.reasoned(note)
    if verdict not in ("justified", "not_justified"):
        raise NotPossible("survivors.review-unfit")
    with ledger.session() as session:
        row = officers.require(session, officer, *role_groups.GLASS_REVIEWERS)
        glass = session.get(Glass, glass_id, with_for_update=True)
        if glass is None or not _may_review(session, row, glass):
            raise NotFound("survivors.no-glass-to-review", glass=glass_id)
        if glass.officer_id == row.id:
            raise NotAllowed("survivors.review-of-oneself")
        if glass.verdict is not None:
            raise NotPossible("survivors.reviewed-already")
        glass.reviewer_id, glass.reviewed_at, glass.verdict, glass.note = row.id, now, verdict, said
        if verdict == "not_justified":
            glass.until = min(glass.until, now)
        deadlines.meet(session, events.GLASS, glass.id, events.REVIEW)
        session.flush()
        person = session.get_one(Person, glass.person_id)
        detail = {"glass": glass.id, "verdict": verdict}
        writing.append(session, officer, "glass.reviewed", repository.subject(person), detail, at=now)
        return _view(session, glass)


def _may_review(session: Session, row: OfficerRow, glass: Glass) -> bool:
    if set(row.roles) & {"lawyer", "auditor"}:
        return True
    return repository.lead_of(session, glass.person_id) == row.id


def broken_glass(ledger: Ledger, officer: Officer, *, now: datetime | None = None) -> list[GlassView]:
    """Every broken glass this officer may review, unreviewed ones first; the list itself is logged."""
    with ledger.session() as session:
        row = officers.require(session, officer, *role_groups.GLASS_REVIEWERS)
        query = select(Glass).order_by(Glass.reviewed_at.is_not(None), Glass.at.desc())
        if not set(row.roles) & {"lawyer", "auditor"}:
            led = select(TeamMember.person_id).where(
                TeamMember.officer_id == row.id, TeamMember.lead, TeamMember.until.is_(None)
            )
            query = query.where(Glass.person_id.in_(led))
        found = [_view(session, glass) for glass in session.scalars(query.limit(200))]
        writing.append(session, officer, "glass.listed", "people", at=now)
        return found


def views_of(session: Session, person: Person) -> tuple[GlassView, ...]:
    """A person's broken glass, in order."""
    query = select(Glass).where(Glass.person_id == person.id).order_by(Glass.id)
    return tuple(_view(session, glass) for glass in session.scalars(query))


def _view(session: Session, glass: Glass) -> GlassView:
    names = {row.id: row.name for row in session.execute(select(OfficerRow.id, OfficerRow.name))}
    due = next(iter(deadlines.of(session, events.GLASS, [glass.id])[glass.id]), None)
    return view_of(
        GlassView,
        glass,
        person=session.get_one(Person, glass.person_id).number,
        officer=names[glass.officer_id],
        review_due=due.due_at if due else None,
        late=due is not None and due.state == "struck",
        reviewer=names[glass.reviewer_id] if glass.reviewer_id else "",
    )
