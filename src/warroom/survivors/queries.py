"""Lists and pages of people: numbers, statuses, clocks and what was done, and never what was said."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warroom import clock
from warroom.access import role_groups
from warroom.cases.schema import Case
from warroom.errors import NotFound
from warroom.ledger import deadlines, officers
from warroom.ledger.audit import writing
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.rows import view_of
from warroom.ledger.schema import OfficerRow
from warroom.survivors import confidential, repository
from warroom.survivors.decisions import break_glass
from warroom.survivors.schema import (
    Charge,
    Consent,
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
    IdentificationView,
    NoticeView,
    PersonLine,
    PersonPage,
    ReferralView,
    ScreeningView,
)


def people(
    ledger: Ledger, officer: Officer, *, limit: int = 50, offset: int = 0, now: datetime | None = None
) -> tuple[tuple[PersonLine, ...], int]:
    """People this officer may know of, whose clock ends first first, and how many there are. The look is logged."""
    with ledger.session() as session:
        row = officers.require(session, officer, *role_groups.PEOPLE_READERS)
        seen = repository.visible(row)
        total = session.scalar(select(func.count()).select_from(Person).where(seen)) or 0
        query = select(Person).where(seen).order_by(Person.victim != "presumed", Person.found_at, Person.id)
        found = list(session.scalars(query.limit(limit).offset(offset)))
        lines = _lines(session, found)
        writing.append(session, officer, "people.listed", "people", {"rows": len(lines)}, at=now)
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
            next_due=next(
                (
                    one
                    for one in running[person.id]
                    if one.state in ("running", "struck") and _waits(one.kind)
                ),
                None,
            ),
        )
        for person in found
    )


def _waits(kind: str) -> bool:
    """The days of rest are a right and never late; the decision may be."""
    return kind == "identification"


def _pairs(session: Session, query) -> dict[int, str]:  # type: ignore[no-untyped-def]
    return {row[0]: row[1] for row in session.execute(query)}


def person_page(ledger: Ledger, officer: Officer, number: str, *, now: datetime | None = None) -> PersonPage:
    """A person as this officer may see them; consents, referrals, assessments and looks for their screeners alone.

    Raises NotFound for no such person or one that is not this officer's. The look is logged.
    """
    now = now or clock.now()
    with ledger.session() as session:
        row = officers.require(session, officer, *role_groups.PEOPLE_READERS)
        person = repository.find(session, row, number)
        page = _page(session, row, person)
        writing.append(session, officer, "person.read", repository.subject(person), at=now)
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
        glasses=break_glass.views_of(session, person) if mine else (),
        looks=confidential.looks(session, person.id, names) if mine else (),
    )


def _of(session: Session, table, person: Person):  # type: ignore[no-untyped-def]
    return session.scalars(select(table).where(table.person_id == person.id).order_by(table.id))


def _team(session: Session, person: Person, names: dict[int, str]) -> tuple[str, ...]:
    rows = [one for one in _of(session, TeamMember, person) if one.until is None]
    return tuple(names[one.officer_id] for one in sorted(rows, key=lambda one: not one.lead))


def _screenings(session: Session, person: Person, names: dict[int, str]) -> tuple[ScreeningView, ...]:
    return tuple(
        ScreeningView(
            one.id,
            names[one.screener_id],
            one.state,
            one.consent_at,
            one.rights_at,
            one.counsel,
            one.interpreter,
            one.ended_at,
            one.outcome,
        )
        for one in _of(session, Screening, person)
    )


def _identifications(
    session: Session, person: Person, names: dict[int, str]
) -> tuple[IdentificationView, ...]:
    return tuple(
        IdentificationView(
            one.id,
            one.decision,
            names[one.first_id],
            one.first_at,
            names.get(one.second_id or 0, ""),
            one.second_at,
            one.state,
        )
        for one in _of(session, Identification, person)
    )


def _consents(session: Session, person: Person) -> tuple[ConsentView, ...]:
    return tuple(
        ConsentView(one.id, one.purpose, one.given_by, one.at, one.withdrawn_at)
        for one in _of(session, Consent, person)
    )


def _referrals(session: Session, person: Person) -> tuple[ReferralView, ...]:
    return tuple(
        ReferralView(one.id, one.kind, one.agency or "", one.at, one.state, one.answered_at)
        for one in _of(session, Referral, person)
    )


def _assessments(session: Session, person: Person, names: dict[int, str]) -> tuple[AssessmentView, ...]:
    return tuple(
        AssessmentView(one.id, one.verdict, names[one.officer_id], one.at)
        for one in _of(session, ReturnAssessment, person)
    )


def _charges(session: Session, person: Person, names: dict[int, str]) -> tuple[ChargeView, ...]:
    return tuple(
        ChargeView(
            one.id,
            one.act,
            one.statement,
            names[one.prosecutor_id],
            one.at,
            names.get(one.second_id or 0, ""),
            one.second_at,
            one.state,
            one.ended_at,
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


def see_notice(ledger: Ledger, officer: Officer, notice_id: int, *, now: datetime | None = None) -> None:
    """The officer has seen a notice of theirs."""
    now = now or clock.now()
    with ledger.session() as session:
        row = officers.require(session, officer, *role_groups.PEOPLE_READERS)
        notice = session.get(PersonNotice, notice_id, with_for_update=True)
        if notice is None or notice.officer_id != row.id:
            raise NotFound("survivors.no-such-notice")
        notice.seen_at = notice.seen_at or now
        person = session.get_one(Person, notice.person_id)
        writing.append(
            session, officer, "notice.seen", repository.subject(person), {"notice": notice.id}, at=now
        )
