"""Lists and pages of people: numbers, statuses, deadlines and what was done, never what was said."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, func, or_, select
from sqlalchemy.orm import Session

from warroom.access import role_groups
from warroom.cases.schema import Case
from warroom.ledger import deadlines, officers
from warroom.ledger.decision import logged_read
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.rows import make_view
from warroom.ledger.schema import Deadline, OfficerRow
from warroom.ledger.views import DeadlineView
from warroom.survivors import confidential, events, repository
from warroom.survivors.first_talk import select_talk_by
from warroom.survivors.schema import (
    Charge,
    Consent,
    Glass,
    Identification,
    Referral,
    ReturnAssessment,
    Screening,
    SurvivorNotice,
    SurvivorRow,
    TeamMember,
)
from warroom.survivors.views import (
    AssessmentView,
    ChargeView,
    ConsentView,
    GlassView,
    IdentificationView,
    NoticeView,
    ReferralView,
    ScreeningView,
    SurvivorLine,
    SurvivorPage,
)

# Roles that review all broken glass; leads review that of the people they lead.
ALL_GLASS = ("lawyer", "auditor")


def list_survivors(
    ledger: Ledger, officer: Officer, *, limit: int = 50, offset: int = 0, now: datetime | None = None
) -> tuple[tuple[SurvivorLine, ...], int]:
    """People this officer may know of, those whose help is due soonest first and the decided last, and how many there are; the
    look is logged.
    """
    with logged_read(ledger, officer, *role_groups.SURVIVOR_READERS, now=now) as this:
        seen = repository.where_visible(this.person)
        total = this.session.scalar(select(func.count()).select_from(SurvivorRow).where(seen)) or 0
        query = (
            select(SurvivorRow)
            .where(seen)
            .order_by(
                SurvivorRow.victim != "presumed",
                func.coalesce(select_talk_by(), _select_next_due()).asc().nulls_last(),
                SurvivorRow.found_at,
                SurvivorRow.id,
            )
        )
        lines = _build_person_lines(
            this.session, list(this.session.scalars(query.limit(limit).offset(offset)))
        )
        this.log_entry("people.listed", "people", {"rows": len(lines)})
        return lines, total


def _select_next_due() -> ScalarSelect[Any]:
    """The end of the deadline that waits for work."""
    mine = (Deadline.about == repository.ABOUT, Deadline.about_id == SurvivorRow.id)
    waits = (Deadline.kind == events.IDENTIFICATION, Deadline.state.in_(("running", "struck")))
    return select(func.min(Deadline.due_at)).where(*mine, *waits).correlate(SurvivorRow).scalar_subquery()


def _build_person_lines(session: Session, persons: Sequence[SurvivorRow]) -> tuple[SurvivorLine, ...]:
    ids = [person.id for person in persons]
    running = deadlines.list_deadlines_by_thing(session, repository.ABOUT, ids)
    cases = _load_pairs(
        session, select(Case.id, Case.number).where(Case.id.in_([p.case_id for p in persons]))
    )
    leads = _load_pairs(
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
    talks = _load_pairs(session, select(SurvivorRow.id, select_talk_by()).where(SurvivorRow.id.in_(ids)))
    return tuple(
        make_view(
            SurvivorLine,
            person,
            case=cases.get(person.case_id or 0, ""),
            screened=person.id in done,
            lead=leads.get(person.id, ""),
            next_due=next(filter(_is_waiting, running[person.id]), None),
            talk_by=talks.get(person.id),
        )
        for person in persons
    )


def _is_waiting(one: DeadlineView) -> bool:
    """Whether a deadline waits for work: the identification does; the reflection period is a right and never
    late.
    """
    return one.kind == events.IDENTIFICATION and one.state in ("running", "struck")


def _load_pairs(session: Session, query) -> dict[int, str]:  # type: ignore[no-untyped-def]
    return {row[0]: row[1] for row in session.execute(query)}


def load_person_page(
    ledger: Ledger, officer: Officer, number: str, *, now: datetime | None = None
) -> SurvivorPage:
    """A person as this officer may see them; consents, referrals, assessments and looks for their screeners alone.

    Raises NotFound for no such person or one that is not this officer's. The read is logged.
    """
    with logged_read(ledger, officer, *role_groups.SURVIVOR_READERS, now=now) as this:
        person = repository.load_visible_person(this, number)
        page = _build_person_page(this.session, this.person, person)
        repository.log_person(this, "person.read", person)
        return page


def _build_person_page(session: Session, row: OfficerRow, person: SurvivorRow) -> SurvivorPage:
    names = _load_pairs(session, select(OfficerRow.id, OfficerRow.name))
    mine = (
        repository.find_member(session, person, row.id) is not None
        and "screener" in row.roles
        and not repository.find_conflict(session, person, row)
    )
    return SurvivorPage(
        line=_build_person_lines(session, [person])[0],
        age_band=person.age_band,  # type: ignore[arg-type]
        age_basis=person.age_basis,  # type: ignore[arg-type]
        team=_list_team(session, person, names),
        mine=mine,
        deadlines=deadlines.list_deadlines_by_thing(session, repository.ABOUT, [person.id])[person.id],
        screenings=_list_screenings(session, person, names),
        identifications=_list_identifications(session, person, names),
        consents=_list_consents(session, person) if mine else (),
        referrals=_list_referrals(session, person) if mine else (),
        assessments=_list_assessments(session, person, names) if mine else (),
        charges=_list_charges(session, person, names),
        glasses=tuple(build_glass_view(session, glass) for glass in _load_rows_of(session, Glass, person))
        if mine
        else (),
        looks=confidential.list_looks(session, person.id, names) if mine else (),
    )


def _load_rows_of(session: Session, table, person: SurvivorRow):  # type: ignore[no-untyped-def]
    return session.scalars(select(table).where(table.person_id == person.id).order_by(table.id))


def _list_team(session: Session, person: SurvivorRow, names: dict[int, str]) -> tuple[str, ...]:
    rows = [one for one in _load_rows_of(session, TeamMember, person) if one.until is None]
    return tuple(names[one.officer_id] for one in sorted(rows, key=lambda one: not one.lead))


def _list_screenings(
    session: Session, person: SurvivorRow, names: dict[int, str]
) -> tuple[ScreeningView, ...]:
    rows = _load_rows_of(session, Screening, person)
    return tuple(make_view(ScreeningView, one, screener=names[one.screener_id]) for one in rows)


def _list_identifications(
    session: Session, person: SurvivorRow, names: dict[int, str]
) -> tuple[IdentificationView, ...]:
    return tuple(
        make_view(
            IdentificationView, row, first=names[row.first_id], second=names.get(row.second_id or 0, "")
        )
        for row in _load_rows_of(session, Identification, person)
    )


def _list_consents(session: Session, person: SurvivorRow) -> tuple[ConsentView, ...]:
    return tuple(make_view(ConsentView, one) for one in _load_rows_of(session, Consent, person))


def _list_referrals(session: Session, person: SurvivorRow) -> tuple[ReferralView, ...]:
    rows = _load_rows_of(session, Referral, person)
    return tuple(make_view(ReferralView, one, agency=one.agency or "") for one in rows)


def _list_assessments(
    session: Session, person: SurvivorRow, names: dict[int, str]
) -> tuple[AssessmentView, ...]:
    rows = _load_rows_of(session, ReturnAssessment, person)
    return tuple(make_view(AssessmentView, one, officer=names[one.officer_id]) for one in rows)


def _list_charges(session: Session, person: SurvivorRow, names: dict[int, str]) -> tuple[ChargeView, ...]:
    return tuple(
        make_view(
            ChargeView, one, prosecutor=names[one.prosecutor_id], second=names.get(one.second_id or 0, "")
        )
        for one in _load_rows_of(session, Charge, person)
    )


def list_notices(ledger: Ledger, officer: Officer) -> tuple[NoticeView, ...]:
    """What this officer must know about their people, the newest first; ids and kinds only."""
    with ledger.open_session() as session:
        row = officers.require_role(session, officer, *role_groups.SURVIVOR_READERS)
        query = (
            select(SurvivorNotice, SurvivorRow.number)
            .join(SurvivorRow, SurvivorRow.id == SurvivorNotice.person_id)
            .where(SurvivorNotice.officer_id == row.id, SurvivorNotice.seen_at.is_(None))
            .order_by(SurvivorNotice.id.desc())
            .limit(200)
        )
        return tuple(
            NoticeView(notice.id, number, notice.kind, notice.at)  # type: ignore[arg-type]
            for notice, number in session.execute(query)
        )


def list_broken_glass(ledger: Ledger, officer: Officer, *, now: datetime | None = None) -> list[GlassView]:
    """Every broken glass this officer may review, unreviewed ones first; the list itself is logged."""
    with logged_read(ledger, officer, *role_groups.GLASS_REVIEWERS, now=now) as this:
        query = select(Glass).where(where_reviewable(this.person))
        query = query.order_by(Glass.reviewed_at.is_not(None), Glass.at.desc())
        found = [build_glass_view(this.session, glass) for glass in this.session.scalars(query.limit(200))]
        this.log_entry("glass.listed", "people")
        return found


def where_reviewable(row: OfficerRow) -> ColumnElement[bool]:
    """Which broken glass an officer may review: that of the people they lead, and as a lawyer or auditor any that no seal
    hides from them. So a sealed case's glass is judged within the agencies it is sealed to.
    """
    led = select(TeamMember.person_id).where(
        TeamMember.officer_id == row.id, TeamMember.lead, TeamMember.until.is_(None)
    )
    if not set(row.roles) & set(ALL_GLASS):
        return Glass.person_id.in_(led)
    return or_(
        Glass.person_id.in_(led),
        Glass.person_id.in_(select(SurvivorRow.id).where(repository.where_unsealed(row))),
    )


def build_glass_view(session: Session, glass: Glass) -> GlassView:
    """Broken glass as its reviewers read it."""
    names = {row.id: row.name for row in session.execute(select(OfficerRow.id, OfficerRow.name))}
    due = next(iter(deadlines.list_deadlines_by_thing(session, events.GLASS, [glass.id])[glass.id]), None)
    return make_view(
        GlassView,
        glass,
        person=session.get_one(SurvivorRow, glass.person_id).number,
        officer=names[glass.officer_id],
        review_due=due.due_at if due else None,
        late=due is not None and due.state == "struck",
        reviewer=names[glass.reviewer_id] if glass.reviewer_id else "",
    )
