"""Campaigns as officers read them: what rises, what is said of it to whom, who did not hear of it, and what that shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args

from warroom.bilingual.texts import Texts
from warroom.public.scam_groups import GROUPS

State = Literal["draft", "waiting", "scheduled", "released", "ended", "withdrawn"]
STATES: tuple[State, ...] = get_args(State)
"""`waiting`: written, for another officer to approve; `scheduled`: approved, and let out by itself when its hour comes."""
OPEN = ("draft", "waiting", "scheduled", "released")
Source = Literal["cases", "tips", "messages", "adverts"]
SOURCES: tuple[Source, ...] = get_args(Source)
"""Where it was counted: reported losses; what people named on the public pages; messages handed in; adverts that look like lures."""
Audience = Literal["everyone", "older", "students", "job-seekers", "shoppers", "savers"]
AUDIENCES: tuple[Audience, ...] = get_args(Audience)
Channel = Literal["page", "cells", "banks", "volunteers"]
CHANNELS: tuple[Channel, ...] = get_args(Channel)
"""`page`: the alert's page, RSS and CAP, which this room serves itself. The others carry the CAP message on: operators to telephones
of an area, banks into their apps, volunteers as a printed sheet.
"""
Metric = Literal["reports", "losses"]
MEASURES: tuple[Metric, ...] = get_args(Metric)
Arm = Literal["sent", "held"]
ARMS: tuple[Arm, ...] = get_args(Arm)
MessageKind = Literal["Alert", "Update", "Cancel"]
MESSAGE_KINDS: tuple[MessageKind, ...] = get_args(MessageKind)
"""Types of message of CAP 1.2."""
Cause = Literal["expiry", "cancelled"]
CAUSES: tuple[Cause, ...] = get_args(Cause)
Verdict = Literal["fewer", "more", "none", "unknown"]
"""`none`: no effect found; `unknown`: too little was counted to say anything."""
THREATS = GROUPS


@dataclass(frozen=True, slots=True)
class CampaignWeek:
    """So many in a week that begins on a Monday. `shown`: whether everybody may read it: no small group can be worked out from it."""

    start: date
    count: int
    shown: bool


@dataclass(frozen=True, slots=True)
class Rise:
    """One threat's last whole week beside what is usual. `low` to `high`: eight of ten usual weeks lie there; `chance`: how often a
    usual week brings so many; `among`: how often one of all the threats looked at does by chance. All of them None of fewer than
    eight weeks before.
    """

    threat: str
    source: Source
    weeks: tuple[CampaignWeek, ...]
    count: int
    usual: float | None
    low: int | None
    high: int | None
    chance: float | None
    among: float | None
    rising: bool

    @property
    def times(self) -> float | None:
        """How many times the usual number."""
        return self.count / self.usual if self.usual else None


@dataclass(frozen=True, slots=True)
class RiseList:
    """Every threat that was counted. `looked_at`: when this week's look was taken, by which alerts are approved; None before."""

    rows: tuple[Rise, ...]
    looked_at: datetime | None


@dataclass(frozen=True, slots=True)
class CampaignWording:
    """What is said in one language: at most three things to do and three marks to know it by, what genuine ones do, and a text
    short enough to be sent on.
    """

    title: str
    do: tuple[str, ...]
    looks: tuple[str, ...]
    genuine: str
    short: str


@dataclass(frozen=True, slots=True)
class CampaignPlaceView:
    """A province and whether it hears of the campaign or is held out; `before`: what was counted there before the draw. None of
    fewer than eleven, and of losses: those are told as sums of an arm.
    """

    code: str
    name: Texts
    arm: Arm
    before: int | None
    after: int | None = None


@dataclass(frozen=True, slots=True)
class CampaignEffectView:
    """What the campaign changed where it was heard, in per cent of what was to be expected; 95 of 100 such bands hold the true
    number. `seen_from`: an effect smaller than that would not have been found in four of five such trials. `chance`: how often
    chance alone shows as much. The last two of each arm: per 100,000 known account holders, before and after.
    """

    verdict: Verdict
    change: float | None
    low: float | None
    high: float | None
    chance: float | None
    seen_from: float | None
    sent: tuple[float | None, float | None]
    held: tuple[float | None, float | None]
    counted: int
    seed: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MessageLine:
    """A CAP message that went out."""

    number: int
    kind: MessageKind
    identifier: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Renewal:
    """Seven days more, from the second on by two officers. `until`: None while nobody approved it; `seen`: that week's look."""

    number: int
    asked_by: str
    asked_at: datetime
    approved_by: str
    until: datetime | None
    seen: Rise | None


@dataclass(frozen=True, slots=True)
class CampaignLine:
    """A campaign as the list shows it. `title` by language."""

    id: int
    threat: str
    state: State
    title: Texts
    audience: Audience
    held_share: float
    release_at: datetime | None
    until: datetime | None
    written_by: str
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class CampaignList:
    """The campaigns that fit a filter, and how many there are in each state."""

    rows: tuple[CampaignLine, ...]
    total: int
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class CampaignView:
    """A campaign whole. `seen`: the rise as it stood when approval was asked; `digest`: of what an officer approves; `power`:
    the effect that could be found four times in five, in per cent, told before it begins.
    """

    line: CampaignLine
    source: Source
    channels: tuple[Channel, ...]
    wording: Mapping[str, CampaignWording]
    seen: Rise | None
    measure: Metric
    hold_days: int
    power: float | None
    written_at: datetime
    asked_at: datetime | None
    decided_by: str
    decided_at: datetime | None
    declined: str
    released_at: datetime | None
    opened_at: datetime | None
    ended_at: datetime | None
    ended_by: str
    cause: str
    reason: str
    seed_digest: str
    digest: str
    places: tuple[CampaignPlaceView, ...]
    messages: tuple[MessageLine, ...]
    renewals: tuple[Renewal, ...]
    effect: CampaignEffectView | None
