"""People found as others see them. What they said and who they are is in none of these but `OpenedRows`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, get_args

from warroom.bilingual.texts import Texts
from warroom.ledger.views import DeadlineView
from warroom.marking import Open, Survivor

Found = Literal["raid", "checkpoint", "self", "report"]
AgeBand = Literal["child", "18-24", "25-34", "35-49", "50-64", "65+", "adult", "unknown"]
AgeBasis = Literal["stated", "assessed", "document", "doubted"]
Victim = Literal["presumed", "identified", "not_identified", "withdrawn"]
Suspect = Literal["none", "suspected", "charged", "dropped"]
Outcome = Literal["indicated", "doubt", "no_indication"]
IdentificationDecision = Literal["identified", "not_identified", "withdrawn"]
ConsentPurpose = Literal["screening", "embassy", "return", "family"]
GivenBy = Literal["person", "guardian"]
Counsel = Literal["wanted", "present", "declined"]
ReferralKind = Literal["shelter", "medical", "counsel", "embassy", "return", "family"]
ReferralState = Literal["asked", "accepted", "refused", "done", "withdrawn"]
Verdict = Literal["safe", "danger", "unclear"]
GlassVerdict = Literal["justified", "not_justified"]
NoticeKind = Literal["glass_broken", "glass_review_late", "identification_late", "reflection_over"]
Mark = Literal["yes", "no", "unsure", "not_said"]

FOUND: tuple[Found, ...] = get_args(Found)
AGE_BANDS: tuple[AgeBand, ...] = get_args(AgeBand)
AGE_BASES: tuple[AgeBasis, ...] = get_args(AgeBasis)
VICTIM: tuple[Victim, ...] = get_args(Victim)
SUSPECT: tuple[Suspect, ...] = get_args(Suspect)
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
DECISIONS: tuple[IdentificationDecision, ...] = get_args(IdentificationDecision)
CONSENT_PURPOSES: tuple[ConsentPurpose, ...] = get_args(ConsentPurpose)
REFERRAL_KINDS: tuple[ReferralKind, ...] = get_args(ReferralKind)
REFERRAL_STATES: tuple[ReferralState, ...] = get_args(ReferralState)
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
NOTICES: tuple[NoticeKind, ...] = get_args(NoticeKind)
MARKS: tuple[Mark, ...] = get_args(Mark)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is: a name and papers as shown. It goes behind the wall and comes out for screeners only."""

    name: str = ""
    papers: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ScreeningView:
    """That a screening took place and what followed, never an answer."""

    id: int
    screener: str
    state: Literal["open", "completed", "stopped"]
    consent_at: datetime
    rights_at: datetime
    counsel: Counsel
    interpreter: str
    ended_at: datetime | None
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class IdentificationView:
    """A decision about a person as a victim; `second` is empty until another screener agrees."""

    id: int
    decision: IdentificationDecision
    first: str
    first_at: datetime
    second: str
    second_at: datetime | None
    state: Literal["waiting", "decided", "lapsed"]


@dataclass(frozen=True, slots=True)
class ConsentView:
    """A consent. Towards whom it reaches only screeners see."""

    id: int
    purpose: ConsentPurpose
    given_by: GivenBy
    at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReferralView:
    """A help asked for. `agency` is empty where its name would tell who the person is."""

    id: int
    kind: ReferralKind
    agency: str
    at: datetime
    state: ReferralState
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class AssessmentView:
    """What was found about a return home."""

    id: int
    verdict: Verdict
    officer: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ChargeView:
    """A charge and the two officers behind it."""

    id: int
    act: str
    statement: Survivor
    prosecutor: str
    at: datetime
    second: str
    second_at: datetime | None
    state: Literal["waiting", "charged", "dropped"]
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class GlassView:
    """Broken glass and its review.

    `late` where nobody reviewed it in time.
    """

    id: int
    person: str
    officer: str
    reason: str
    at: datetime
    until: datetime
    review_due: datetime | None
    late: bool
    reviewer: str
    reviewed_at: datetime | None
    verdict: GlassVerdict | None
    note: str


@dataclass(frozen=True, slots=True)
class LookView:
    """Somebody looked behind the wall; `officer` is empty where the program did to protect the person."""

    officer: str
    kinds: tuple[str, ...]
    way: Literal["team", "glass", "program", "erasure"]
    at: datetime


@dataclass(frozen=True, slots=True)
class NoticeView:
    """Something a screener must know about one of their people."""

    id: int
    person: str
    kind: NoticeKind
    at: datetime


@dataclass(frozen=True, slots=True)
class SurvivorLine:
    """A person in a list; `child` says whose protections they have, also where the age is unknown or in doubt. While nobody has
    spoken with them, somebody is to by `talk_by`.
    """

    number: str
    case: str
    found: Found
    found_at: datetime
    child: bool
    age_band: AgeBand
    victim: Victim
    suspect: Suspect
    screened: bool
    lead: str
    next_due: DeadlineView | None
    talk_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class SurvivorPage:
    """A person as the caller may see them; the last lists are filled for the person's screeners alone.

    Only what may stand outside the wall. `mine` says whether the reader is one of the person's screeners.
    """

    line: SurvivorLine
    age_band: AgeBand
    age_basis: AgeBasis
    team: tuple[str, ...]
    mine: bool
    deadlines: tuple[DeadlineView, ...]
    screenings: tuple[ScreeningView, ...]
    identifications: tuple[IdentificationView, ...]
    consents: tuple[ConsentView, ...]
    referrals: tuple[ReferralView, ...]
    assessments: tuple[AssessmentView, ...]
    charges: tuple[ChargeView, ...]
    glasses: tuple[GlassView, ...]
    looks: tuple[LookView, ...]


@dataclass(frozen=True, slots=True)
class AnswerIn:
    """What a screener marked at one indicator, with the person's own words where they help."""

    mark: Mark
    words: str = ""


@dataclass(frozen=True, slots=True)
class OpenedRow:
    """One thing from behind the wall.

    `body` is what was put there.
    """

    kind: str
    about_id: int
    author: str
    at: datetime
    body: Annotated[dict[str, Any], Open("what the wall was opened for, by its own roles")]


@dataclass(frozen=True, slots=True)
class OpenedRows:
    """What was told in confidence, and by which way the caller came to it."""

    person: str
    way: Literal["team", "glass"]
    things: tuple[OpenedRow, ...]


@dataclass(frozen=True, slots=True)
class SurvivorCell:
    """A count; None where it is too small to be told or would tell one that is."""

    name: str
    count: int | None


@dataclass(frozen=True, slots=True)
class SurvivorTable:
    """Counts by one quality; `null` is a cell too small to be told.

    `until` is the end of the last whole week counted.
    """

    until: datetime
    by: str
    total: int | None
    cells: tuple[SurvivorCell, ...]


@dataclass(frozen=True, slots=True)
class SurvivorErasure:
    """What went, and what the law keeps.

    At the person's wish.
    """

    person: str
    erased: int
    kept: tuple[Texts, ...]
