"""What the interface says about people found: numbers, statuses and clocks; what was said only in `ToldOut`."""

from typing import Annotated, Any

from pydantic import Field

from warroom.ledger.views import DeadlineState
from warroom.marking import Survivor
from warroom.survivors.confidential import Kind
from warroom.survivors.views import (
    AgeBand,
    AgeBasis,
    Counsel,
    Decision,
    Found,
    GivenBy,
    GlassVerdict,
    Mark,
    NoticeKind,
    Outcome,
    Purpose,
    ReferralKind,
    ReferralState,
    Suspect,
    Verdict,
    Victim,
)
from warroom.web.kit.api import Answer, Body, BothLanguages, Line, Moment, Text

Words = Annotated[str, Field(max_length=4_000, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f]*$")]
Code = Annotated[str, Field(pattern=r"^[A-Z0-9][A-Z0-9-]{0,15}$", examples=["SH-1"])]
Name = Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]


class PersonIn(Body):
    """A person found. Name and papers go behind the wall and are not answered."""

    found: Found
    found_at: Moment
    age_band: AgeBand
    age_basis: AgeBasis
    case: Annotated[str, Field(pattern=r"^(|C-[0-9]{1,15})$")] = ""
    name: Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f]*$")] = ""
    papers: Text = ""
    note: Text = ""


class AgeIn(Body):
    """An age and what it rests on; doubt makes a child."""

    age_band: AgeBand
    age_basis: AgeBasis


class TeamIn(Body):
    """Who becomes one of the person's screeners."""

    username: Line
    lead: bool = False


class ClockIn(Body):
    """Days more, as the person wishes."""

    clock: Annotated[str, Field(pattern="^(reflection|identification)$")]
    days: Annotated[int, Field(ge=1, le=90)]


class OpeningIn(Body):
    """What happened before the first question."""

    consent: bool
    rights_told: bool
    counsel: Counsel
    given_by: GivenBy = "person"
    interpreter: Annotated[str, Field(pattern=r"^[A-Z0-9-]{0,16}$")] = ""
    independent: bool = False


class MarkIn(Body):
    """What the screener marked at one indicator, with words where they help."""

    mark: Mark
    words: Words = ""


Marks = Annotated[dict[Name, MarkIn], Field(max_length=100)]
Acts = Annotated[list[Name], Field(max_length=20)]


class DraftIn(Body):
    """What was marked so far."""

    answers: Marks


class CompleteIn(Body):
    """The answers, why, and what the person was made to do; `identify` says at once that they are a victim."""

    answers: Marks
    reasons: Words
    identify: bool = False
    acts: Acts = Field(default_factory=list)


class FindingIn(Body):
    """A finding and its reasons."""

    reasons: Words
    acts: Acts = Field(default_factory=list)


class ReasonsIn(Body):
    """Reasons of a decision."""

    reasons: Words


class WishIn(Body):
    """Whether the person wishes it."""

    wished: bool


class ConsentIn(Body):
    """For what, towards whom, and in which words."""

    purpose: Purpose
    to: Code
    given_by: GivenBy = "person"
    words: Words = ""


class ReferralIn(Body):
    """Which help, from whom, and that the person wishes it."""

    kind: ReferralKind
    to: Code
    wished: bool


class ReferralAnswerIn(Body):
    """What the agency answered."""

    state: ReferralState


class AssessmentIn(Body):
    """Whether a return would be safe, and why."""

    verdict: Verdict
    reasons: Words


class ChargeIn(Body):
    """The act, and why it was no consequence of trafficking."""

    act: Name
    statement: Words


class ReviewIn(Body):
    """A judgement on broken glass."""

    verdict: GlassVerdict
    note: Words


class DeadlineOut(Answer):
    kind: str
    due_at: Moment
    state: DeadlineState
    struck_at: Moment | None


class PersonLineOut(Answer):
    """A person in a list; `child` says whose protections they have, also where the age is unknown or in doubt."""

    number: str
    case: str
    found: Found
    found_at: Moment
    child: bool
    age_band: AgeBand
    victim: Victim
    suspect: Suspect
    screened: bool
    lead: str
    next_due: DeadlineOut | None


class PeopleOut(Answer):
    """A page of people."""

    rows: list[PersonLineOut]
    total: int


class ScreeningOut(Answer):
    id: int
    screener: str
    state: str
    consent_at: Moment
    rights_at: Moment
    counsel: Counsel
    interpreter: str
    ended_at: Moment | None
    outcome: Outcome | None


class IdentificationOut(Answer):
    id: int
    decision: Decision
    first: str
    first_at: Moment
    second: str
    second_at: Moment | None
    state: str


class ConsentOut(Answer):
    id: int
    purpose: Purpose
    given_by: GivenBy
    at: Moment
    withdrawn_at: Moment | None


class ReferralOut(Answer):
    id: int
    kind: ReferralKind
    agency: str
    at: Moment
    state: ReferralState
    answered_at: Moment | None


class AssessmentOut(Answer):
    id: int
    verdict: Verdict
    officer: str
    at: Moment


class ChargeOut(Answer):
    id: int
    act: str
    statement: Survivor
    prosecutor: str
    at: Moment
    second: str
    second_at: Moment | None
    state: str
    ended_at: Moment | None


class GlassOut(Answer):
    """Broken glass and its review."""

    id: int
    person: str
    officer: str
    reason: str
    at: Moment
    until: Moment
    review_due: Moment | None
    late: bool
    reviewer: str
    reviewed_at: Moment | None
    verdict: GlassVerdict | None
    note: str


class GlassesOut(Answer):
    rows: list[GlassOut]
    total: int


class LookOut(Answer):
    officer: str
    kinds: list[str]
    way: str
    at: Moment


class PersonOut(Answer):
    """A person as the caller may see them; the last lists are filled for the person's screeners alone."""

    line: PersonLineOut
    age_band: AgeBand
    age_basis: AgeBasis
    team: list[str]
    mine: bool
    deadlines: list[DeadlineOut]
    screenings: list[ScreeningOut]
    identifications: list[IdentificationOut]
    charges: list[ChargeOut]
    consents: list[ConsentOut]
    referrals: list[ReferralOut]
    assessments: list[AssessmentOut]
    glasses: list[GlassOut]
    looks: list[LookOut]


class SealedOut(Answer):
    """One thing from behind the wall."""

    kind: Kind
    about_id: int
    author: str
    at: Moment
    body: dict[str, Any]


class ToldOut(Answer):
    """What was told in confidence, and by which way the caller came to it."""

    person: str
    way: str
    things: list[SealedOut]


class NoticeOut(Answer):
    id: int
    person: str
    kind: NoticeKind
    at: Moment


class NoticesOut(Answer):
    rows: list[NoticeOut]
    total: int


class CellOut(Answer):
    name: str
    count: int | None


class TableOut(Answer):
    """Counts by one quality; `null` is a cell too small to be told."""

    until: Moment
    by: str
    total: int | None
    cells: list[CellOut]


class ErasureOut(Answer):
    """What went, and what the law keeps."""

    person: str
    erased: int
    kept: list[BothLanguages]


class QuestionOut(Answer):
    id: str
    element: str
    ask: BothLanguages
    shows: BothLanguages


class ActOut(Answer):
    id: str
    name: BothLanguages
    always: bool


class FormOut(Answer):
    """The screening form of this version."""

    version: str
    digest: str
    opening: BothLanguages
    questions: list[QuestionOut]
    acts: list[ActOut]


class Made(Answer):
    """The number of what was made."""

    id: int


class Numbered(Answer):
    """The number of a person."""

    number: str


class OutcomeOut(Answer):
    outcome: Outcome


class StatusOut(Answer):
    victim: Victim


class UntilOut(Answer):
    until: Moment
