"""What the interface says about people found: numbers, statuses and clocks; what was said only in `ToldOut`."""

from typing import Annotated

from pydantic import Field

from warroom.ledger.views import DeadlineView
from warroom.survivors.confidential import SealedKind
from warroom.survivors.forms import Act, Form, ScreeningQuestion
from warroom.survivors.views import (
    AgeBand,
    AgeBasis,
    AssessmentView,
    ChargeView,
    ConsentPurpose,
    ConsentView,
    Counsel,
    Found,
    GivenBy,
    GlassVerdict,
    GlassView,
    IdentificationView,
    LookView,
    Mark,
    NoticeView,
    OpenedRow,
    OpenedRows,
    Outcome,
    ReferralKind,
    ReferralState,
    ReferralView,
    ScreeningView,
    SurvivorCell,
    SurvivorErasure,
    SurvivorLine,
    SurvivorPage,
    SurvivorTable,
    Verdict,
    Victim,
)
from warroom.web.kit.answers import make_page_answer, make_view_answer
from warroom.web.kit.api import Answer, Body, Line, Moment, Text

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

    purpose: ConsentPurpose
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


DeadlineOut = make_view_answer(DeadlineView, "PersonDeadlineOut", doc="")
PersonLineOut = make_view_answer(SurvivorLine, "PersonLineOut", of=(DeadlineOut,))
SurvivorsOut = make_page_answer(PersonLineOut, "PeopleOut", "A page of people.")
ScreeningOut = make_view_answer(ScreeningView, doc="", text=("state",))
IdentificationOut = make_view_answer(IdentificationView, doc="", text=("state",))
ConsentOut = make_view_answer(ConsentView, doc="")
ReferralOut = make_view_answer(ReferralView, doc="")
AssessmentOut = make_view_answer(AssessmentView, doc="")
ChargeOut = make_view_answer(ChargeView, doc="", text=("state",))
GlassOut = make_view_answer(GlassView)
GlassesOut = make_page_answer(GlassOut, "GlassesOut", "")
LookOut = make_view_answer(LookView, doc="", text=("way",))
PersonOut = make_view_answer(
    SurvivorPage,
    "PersonOut",
    of=(
        PersonLineOut,
        DeadlineOut,
        ScreeningOut,
        IdentificationOut,
        ChargeOut,
        ConsentOut,
        ReferralOut,
        AssessmentOut,
        LookOut,
    ),
)
SealedOut = make_view_answer(OpenedRow, also={"kind": SealedKind})
ToldOut = make_view_answer(OpenedRows, "ToldOut", text=("way",), of=(SealedOut,))
NoticeOut = make_view_answer(NoticeView, doc="")
NoticesOut = make_page_answer(NoticeOut, "NoticesOut", "")
CellOut = make_view_answer(SurvivorCell, "PeopleCellOut", doc="")
TableOut = make_view_answer(SurvivorTable, "TableOut", of=(CellOut,))
ErasureOut = make_view_answer(SurvivorErasure, "PersonErasureOut")
QuestionOut = make_view_answer(ScreeningQuestion, doc="", text=("element",))
ActOut = make_view_answer(Act, doc="")
FormOut = make_view_answer(Form, leave_out=("kept",), of=(QuestionOut, ActOut))


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
