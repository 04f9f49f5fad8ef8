"""Lists and pages of people: numbers, statuses, clocks and what was done, and never what was said."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from warroom.access import role_groups
from warroom.cases.schema import Case
from warroom.ledger import deadlines, officers
from warroom.ledger.decision import look
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.rows import view_of
from warroom.ledger.schema import OfficerRow
from warroom.ledger.views import DeadlineView
from warroom.survivors import confidential, events, repository
from warroom.survivors.schema import (
    Charge,
    Consent,
    Glass,
    Identification,
    Person,
    PersonNotice,
    Referral,
    ReturnAssessment,
    Screening,
    TeamMember,
)
from warroom.survivors.views import (
    AssessmentView,
    ChargeView,
    ConsentView,
    GlassView,
    IdentificationView,
    NoticeView,
    PersonLine,
    PersonPage,
    ReferralView,
    ScreeningView,
)

# Who reviews broken glass whosever lead they are; anybody else reviews that of the people they lead.
ALL_GLASS = ("lawyer", "auditor")


def people(
    ledger: Ledger, officer: Officer, *, limit: int = 50, offset: int = 0, now: datetime | None = None
) -> tuple[tuple[PersonLine, ...], int]:
    """People this officer may know of, the undecided who wait longest first, and how many there are; the look is logged."""
    with look(ledger, officer, *role_groups.PEOPLE_READERS, now=now) as this:
        seen = repository.visible(this.person)
        total = this.session.scalar(select(func.count()).select_from(Person).where(seen)) or 0
        query = select(Person).where(seen).order_by(Person.victim != "presumed", Person.found_at, Person.id)
        lines = _lines(this.session, list(this.session.scalars(query.limit(limit).offset(offset))))
        this.log("people.listed", "people", {"rows": len(lines)})
        return lines, total


def _lines(session: Session, found: Sequence[Person]) -> tuple[PersonLine, ...]:
    ids = [person.id for person in found]
    running = deadlines.of(session, repository.ABOUT, ids)
    cases = _pairs(session, select(Case.id, Case.number).where(Case.id.in_([p.case_id for p in found])))
    leads = _pairs(
        session,
        select(TeamMember.person_id, OfficerRow.name)
        .join(OfficerRow, OfficerRow.id == TeamMember.officer_id)
        .where(TeamMember.person_id.in_(ids), TeamMember.lead, TeamMember.until.is_(None)),
    )
    done = set(
        session.scalars(
            select(Screening.person_id).where(Screening.person_id.in_(ids), Screening.state == "completed")
        )
    )
    return tuple(
        view_of(
            PersonLine,
            person,
            case=cases.get(person.case_id or 0, ""),
            screened=person.id in done,
            lead=leads.get(person.id, ""),
            next_due=next(filter(_waits, running[person.id]), None),
        )
        for person in found
    )


def _waits(one: DeadlineView) -> bool:
    """The days of rest are a right and never late; the decision may be."""
    return one.kind == events.IDENTIFICATION and one.state in ("running", "struck")


def _pairs(session: Session, query) -> dict[int, str]:  # type: ignore[no-untyped-def]
    return {row[0]: row[1] for row in session.execute(query)}


def person_page(ledger: Ledger, officer: Officer, number: str, *, now: datetime | None = None) -> PersonPage:
    """A person as this officer may see them; consents, referrals, assessments and looks for their screeners alone.

    Raises NotFound for no such person or one that is not this officer's. The look is logged.
    """
    with look(ledger, officer, *role_groups.PEOPLE_READERS, now=now) as this:
        person = repository.find(this, number)
        page = _page(this.session, this.person, person)
        repository.log(this, "person.read", person)
        return page


def _page(session: Session, row: OfficerRow, person: Person) -> PersonPage:
    names = _pairs(session, select(OfficerRow.id, OfficerRow.name))
    mine = (
        repository.member_of(session, person, row.id) is not None
        and "screener" in row.roles
        and not repository.conflict(session, person, row)
    )
    return PersonPage(
        line=_lines(session, [person])[0],
        age_band=person.age_band,  # type: ignore[arg-type]
        age_basis=person.age_basis,  # type: ignore[arg-type]
        team=_team(session, person, names),
        mine=mine,
        deadlines=deadlines.of(session, repository.ABOUT, [person.id])[person.id],
        screenings=_screenings(session, person, names),
        identifications=_identifications(session, person, names),
        consents=_consents(session, person) if mine else (),
        referrals=_referrals(session, person) if mine else (),
        assessments=_assessments(session, person, names) if mine else (),
        charges=_charges(session, person, names),
        glasses=tuple(glass_view(session, one) for one in _of(session, Glass, person)) if mine else (),
        looks=confidential.looks(session, person.id, names) if mine else (),
    )


def _of(session: Session, table, person: Person):  # type: ignore[no-untyped-def]
    return session.scalars(select(table).where(table.person_id == person.id).order_by(table.id))


def _team(session: Session, person: Person, names: dict[int, str]) -> tuple[str, ...]:
    rows = [one for one in _of(session, TeamMember, person) if one.until is None]
    return tuple(names[one.officer_id] for one in sorted(rows, key=lambda one: not one.lead))


def _screenings(session: Session, person: Person, names: dict[int, str]) -> tuple[ScreeningView, ...]:
    rows = _of(session, Screening, person)
    return tuple(view_of(ScreeningView, one, screener=names[one.screener_id]) for one in rows)


def _identifications(
    session: Session, person: Person, names: dict[int, str]
) -> tuple[IdentificationView, ...]:
    return tuple(
        view_of(IdentificationView, one, first=names[one.first_id], second=names.get(one.second_id or 0, ""))
        for one in _of(session, Identification, person)
    )


def _consents(session: Session, person: Person) -> tuple[ConsentView, ...]:
    return tuple(view_of(ConsentView, one) for one in _of(session, Consent, person))


def _referrals(session: Session, person: Person) -> tuple[ReferralView, ...]:
    rows = _of(session, Referral, person)
    return tuple(view_of(ReferralView, one, agency=one.agency or "") for one in rows)


def _assessments(session: Session, person: Person, names: dict[int, str]) -> tuple[AssessmentView, ...]:
    rows = _of(session, ReturnAssessment, person)
    return tuple(view_of(AssessmentView, one, officer=names[one.officer_id]) for one in rows)


def _charges(session: Session, person: Person, names: dict[int, str]) -> tuple[ChargeView, ...]:
    return tuple(
        view_of(
            ChargeView, one, prosecutor=names[one.prosecutor_id], second=names.get(one.second_id or 0, "")
        )
        for one in _of(session, Charge, person)
    )


def notices(ledger: Ledger, officer: Officer) -> tuple[NoticeView, ...]:
    """What this officer must know about their people, the newest first; ids and kinds only."""
    with ledger.session() as session:
        row = officers.require(session, officer, *role_groups.PEOPLE_READERS)
        query = (
            select(PersonNotice, Person.number)
            .join(Person, Person.id == PersonNotice.person_id)
            .where(PersonNotice.officer_id == row.id, PersonNotice.seen_at.is_(None))
            .order_by(PersonNotice.id.desc())
            .limit(200)
        )
        return tuple(
            NoticeView(one.id, number, one.kind, one.at)  # type: ignore[arg-type]
            for one, number in session.execute(query)
        )


def broken_glass(ledger: Ledger, officer: Officer, *, now: datetime | None = None) -> list[GlassView]:
    """Every broken glass this officer may review, unreviewed ones first; the list itself is logged."""
    with look(ledger, officer, *role_groups.GLASS_REVIEWERS, now=now) as this:
        query = select(Glass).where(reviewable(this.person))
        query = query.order_by(Glass.reviewed_at.is_not(None), Glass.at.desc())
        found = [glass_view(this.session, glass) for glass in this.session.scalars(query.limit(200))]
        this.log("glass.listed", "people")
        return found


def reviewable(row: OfficerRow) -> ColumnElement[bool]:
    """Which broken glass an officer may review: that of the people they lead, and as a lawyer or auditor any that no seal
    hides from them. So a sealed case's glass is judged within the agencies it is sealed to.
    """
    led = select(TeamMember.person_id).where(
        TeamMember.officer_id == row.id, TeamMember.lead, TeamMember.until.is_(None)
    )
    if not set(row.roles) & set(ALL_GLASS):
        return Glass.person_id.in_(led)
    return or_(
        Glass.person_id.in_(led), Glass.person_id.in_(select(Person.id).where(repository.unsealed(row)))
    )


def glass_view(session: Session, glass: Glass) -> GlassView:
    """Broken glass as its reviewers read it."""
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
