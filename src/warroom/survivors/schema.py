"""People who may be victims and suspects at once: screening, referral, and who may look.

What they said, their names and their papers are in no table here: they lie sealed in the schema `survivors`,
which SQLAlchemy does not describe and the application's role cannot open (`guards.sql`).
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from warroom.ledger.base import Base, format_in_check
from warroom.survivors.views import (
    AGE_BANDS,
    AGE_BASES,
    CONSENT_PURPOSES,
    DECISIONS,
    FOUND,
    NOTICES,
    OUTCOMES,
    REFERRAL_KINDS,
    REFERRAL_STATES,
    SUSPECT,
    VERDICTS,
    VICTIM,
)


class SurvivorRow(Base):
    """A person found, by number. `child` is decided once, in the child's favour: doubt about age means child."""

    __tablename__ = "people"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    found: Mapped[str]
    found_at: Mapped[datetime]
    made_by: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    made_at: Mapped[datetime]
    age_band: Mapped[str]
    age_basis: Mapped[str]
    child: Mapped[bool]
    victim: Mapped[str]
    suspect: Mapped[str]
    __table_args__ = (
        CheckConstraint(format_in_check("found", FOUND), name="found"),
        CheckConstraint(format_in_check("age_band", AGE_BANDS), name="age_band"),
        CheckConstraint(format_in_check("age_basis", AGE_BASES), name="age_basis"),
        CheckConstraint(
            "child OR (age_band NOT IN ('child', 'unknown') AND age_basis <> 'doubted')", name="child"
        ),
        CheckConstraint(format_in_check("victim", VICTIM), name="victim"),
        CheckConstraint(format_in_check("suspect", SUSPECT), name="suspect"),
        # The database holds these lines as well: a fault in a program charges no child and nobody in doubt.
        CheckConstraint("NOT (child AND suspect = 'charged')", name="no_child_charged"),
        CheckConstraint("NOT (victim = 'presumed' AND suspect = 'charged')", name="doubt"),
        CheckConstraint("NOT (child AND victim = 'withdrawn')", name="child_stays"),
    )


class SurvivorStatus(Base):
    """A status as it was decided; the newest of a side is the one on the person."""

    __tablename__ = "person_statuses"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    side: Mapped[str]
    status: Mapped[str]
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint(format_in_check("side", ("victim", "suspect")), name="side"),
        Index("person_statuses_person_id_idx", "person_id", "id"),
    )


class TeamMember(Base):
    """A screener who needs to know about one person. One of them leads."""

    __tablename__ = "person_team"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"), index=True)
    lead: Mapped[bool]
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    __table_args__ = (
        Index(
            "person_team_one_idx", "person_id", "officer_id", unique=True, postgresql_where="until IS NULL"
        ),
        # One who answers for the person: notices go to the lead, and two would each leave them to the other.
        Index("person_team_lead_idx", "person_id", unique=True, postgresql_where="lead AND until IS NULL"),
    )


class Screening(Base):
    """One screening: that it was consented to, by which form, and what follows from the answers.

    `interpreter` is empty or the interpreter's code; `form` the digest of the form's text.
    """

    __tablename__ = "screenings"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    screener_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    state: Mapped[str]
    form: Mapped[str]
    consent_at: Mapped[datetime]
    rights_at: Mapped[datetime]
    counsel: Mapped[str]
    interpreter: Mapped[str]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    __table_args__ = (
        CheckConstraint(format_in_check("state", ("open", "completed", "stopped")), name="state"),
        CheckConstraint(format_in_check("counsel", ("wanted", "present", "declined")), name="counsel"),
        CheckConstraint(format_in_check("outcome", OUTCOMES), name="outcome"),
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended"),
        CheckConstraint("(state = 'completed') = (outcome IS NOT NULL)", name="completed"),
        # Two open at once would ask a person twice for the worst they went through.
        Index("screenings_one_idx", "person_id", unique=True, postgresql_where="state = 'open'"),
    )


class Identification(Base):
    """A decision about a person as a victim; one against the person needs two screeners."""

    __tablename__ = "identifications"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    screening_id: Mapped[int | None] = mapped_column(ForeignKey("screenings.id"))
    decision: Mapped[str]
    first_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    first_at: Mapped[datetime]
    second_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    second_at: Mapped[datetime | None]
    state: Mapped[str]
    __table_args__ = (
        CheckConstraint(format_in_check("decision", DECISIONS), name="decision"),
        CheckConstraint(format_in_check("state", ("waiting", "decided", "lapsed")), name="state"),
        CheckConstraint("first_id <> second_id", name="two"),
        CheckConstraint(
            # Against the person one screener is not enough, whatever writes the row.
            "NOT (decision = 'not_identified' AND state = 'decided' AND second_id IS NULL)",
            name="second",
        ),
        Index("identifications_one_idx", "person_id", unique=True, postgresql_where="state = 'waiting'"),
    )


class Consent(Base):
    """What the person consented to, until revoked. The receiver is kept behind the wall."""

    __tablename__ = "consents"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    purpose: Mapped[str]
    given_by: Mapped[str]
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(format_in_check("purpose", CONSENT_PURPOSES), name="purpose"),
        CheckConstraint(format_in_check("given_by", ("person", "guardian")), name="given_by"),
        Index(
            "consents_one_idx", "person_id", "purpose", unique=True, postgresql_where="withdrawn_at IS NULL"
        ),
    )


class ReturnAssessment(Base):
    """Whether a return home would be a return into danger; the reasons are kept behind the wall."""

    __tablename__ = "return_assessments"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    verdict: Mapped[str]
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    at: Mapped[datetime]
    __table_args__ = (CheckConstraint(format_in_check("verdict", VERDICTS), name="verdict"),)


class Referral(Base):
    """A help asked for a person, and its answer. `agency` is empty for an embassy's: its name would tell a nationality."""

    __tablename__ = "referrals"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    kind: Mapped[str]
    agency: Mapped[str | None] = mapped_column(ForeignKey("agencies.code"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    at: Mapped[datetime]
    state: Mapped[str]
    answered_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(format_in_check("kind", REFERRAL_KINDS), name="kind"),
        CheckConstraint(format_in_check("state", REFERRAL_STATES), name="state"),
        # The receiver of these is kept behind the wall only: an embassy's name is a nationality.
        CheckConstraint("(kind IN ('embassy', 'return', 'family')) = (agency IS NULL)", name="wall"),
        CheckConstraint("(state = 'asked') = (answered_at IS NULL)", name="answered"),
    )


class Charge(Base):
    """A charge asked by a prosecutor and confirmed by another officer, with the statement that carries it."""

    __tablename__ = "charges"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    act: Mapped[str]
    statement: Mapped[str]
    prosecutor_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    at: Mapped[datetime]
    second_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    second_at: Mapped[datetime | None]
    state: Mapped[str]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(format_in_check("state", ("waiting", "charged", "dropped")), name="state"),
        CheckConstraint("prosecutor_id <> second_id", name="two"),
        CheckConstraint("state <> 'charged' OR second_id IS NOT NULL", name="second"),
        # Too short for a formula such as "no connection"; the service says the same before (`SHORTEST_STATEMENT`).
        CheckConstraint("length(statement) >= 40", name="statement"),
        Index("charges_one_idx", "person_id", "act", unique=True, postgresql_where="state <> 'dropped'"),
    )


class Glass(Base):
    """A break-glass access: somebody outside the team may look for an hour, with a reason that another person reviews."""

    __tablename__ = "glasses"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    reason: Mapped[str]
    at: Mapped[datetime]
    until: Mapped[datetime]
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    reviewed_at: Mapped[datetime | None]
    verdict: Mapped[str | None]
    note: Mapped[str]
    __table_args__ = (
        CheckConstraint(format_in_check("verdict", ("justified", "not_justified")), name="verdict"),
        CheckConstraint(
            "(verdict IS NULL) = (reviewed_at IS NULL) AND (verdict IS NULL) = (reviewer_id IS NULL)",
            name="reviewed",
        ),
        # Nobody judges their own look.
        CheckConstraint("officer_id <> reviewer_id", name="two"),
    )


class SurvivorNotice(Base):
    """What a screener must know about one of their people."""

    __tablename__ = "person_notices"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    kind: Mapped[str]
    at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(format_in_check("kind", NOTICES), name="kind"),
        Index("person_notices_open_idx", "officer_id", postgresql_where="seen_at IS NULL"),
    )
