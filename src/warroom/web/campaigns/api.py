"""Campaigns for programs: what rises, alerts and their wording, and what officers decide of them."""

from typing import Annotated, Any

from fastapi import Query
from pydantic import Field
from starlette.requests import Request

from warroom.access.role_groups import CAMPAIGN_APPROVERS, CAMPAIGN_ENDERS, CAMPAIGN_READERS, CAMPAIGN_WRITERS
from warroom.public.campaigns import decisions, queries, renewals
from warroom.public.campaigns.decisions import CampaignDraft
from warroom.public.campaigns.views import (
    Audience,
    CampaignEffectView,
    CampaignLine,
    CampaignList,
    CampaignPlaceView,
    CampaignView,
    CampaignWeek,
    CampaignWording,
    Channel,
    MessageLine,
    Metric,
    Renewal,
    Rise,
    Source,
)
from warroom.web.kit.answers import make_list_type, make_view_answer
from warroom.web.kit.api import Body, Book, Caller, Key, Line, Moment, Text, make_area_router
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.shapes import Id, Limit, Offset

router = make_area_router("campaigns")
Lines = Annotated[list[Text], Field(max_length=10)]


class WordingIn(Body):
    """What is said in one language: things to do, marks to know it by, what genuine ones do, a text short enough to send on."""

    title: Text
    do: Lines = Field(default_factory=list)
    looks: Lines = Field(default_factory=list)
    genuine: Text = ""
    short: Text = ""


class CampaignIn(Body):
    """An alert as an officer writes it. `wording` by language (th, en, zh, my, km, lo, vi); `held_share` of the areas, 0 to 0.5,
    hears nothing for `hold_days` (7, 14, 21 or 28), so that the effect can be measured.
    """

    threat: Annotated[str, Field(max_length=40, examples=["parcel"])]
    source: Source = "cases"
    audience: Audience = "everyone"
    channels: Annotated[list[Channel], Field(min_length=1, max_length=4)]
    wording: dict[Annotated[str, Field(pattern=r"^[a-z]{2}$")], WordingIn]
    release_at: Moment | None = None
    held_share: Annotated[float, Field(ge=0, le=0.5)] = 0.0
    hold_days: Annotated[int, Field(ge=7, le=28)] = 7
    measure: Metric = "reports"

    def to_draft(self) -> CampaignDraft:
        """The same for the service."""
        said: dict[str, Any] = self.model_dump(exclude={"release_at"})
        return CampaignDraft(**said, release_at=self.release_at)


class ApprovalIn(Body):
    """The digest of the campaign as it was read: what has changed since is not approved."""

    digest: Line


class WhyIn(Body):
    """Why, which stands in the log."""

    reason: Text


WeekOut = make_view_answer(CampaignWeek)
RiseOut = make_view_answer(Rise, of=(WeekOut,))
WordingOut = make_view_answer(CampaignWording)
CampaignPlaceOut = make_view_answer(CampaignPlaceView, name="CampaignPlaceOut")
EffectOut = make_view_answer(CampaignEffectView, name="CampaignEffectOut")
CampaignMessageOut = make_view_answer(MessageLine, name="CampaignMessageOut")
RenewalOut = make_view_answer(Renewal, name="CampaignRenewalOut", of=(RiseOut,))
CampaignLineOut = make_view_answer(CampaignLine)
Campaigns = make_view_answer(CampaignList, name="Campaigns", of=(CampaignLineOut,))
CampaignOut = make_view_answer(
    CampaignView,
    of=(CampaignLineOut, WordingOut, RiseOut, CampaignPlaceOut, EffectOut, CampaignMessageOut, RenewalOut),
)


@router.get("/campaigns", may=CAMPAIGN_READERS, response_model=Campaigns)
def listed(
    caller: Caller,
    book: Book,
    show: Annotated[str, Query(max_length=20, description="open, or a state.")] = "open",
    limit: Limit = 50,
    offset: Offset = 0,
) -> object:
    """Campaigns, the newest first."""
    return queries.list_campaigns(book, caller, show, limit=limit, offset=offset)


@router.get("/campaigns/rising", may=CAMPAIGN_READERS, response_model=make_list_type(RiseOut))
def rising(request: Request, caller: Caller, book: Book, source: Source = "cases") -> object:
    """Every threat's last whole week beside its usual ups and downs, what rises first."""
    return queries.list_rises(book, open_home_of(request).lake, caller, source).rows


@router.post("/campaigns", may=CAMPAIGN_WRITERS, response_model=CampaignOut)
def written(caller: Caller, book: Book, key: Key, given: CampaignIn) -> object:
    """Keep a draft."""
    return queries.load_campaign(book, caller, decisions.save_draft(book, caller, given.to_draft(), key))


@router.get("/campaigns/{campaign_id}", may=CAMPAIGN_READERS, response_model=CampaignOut)
def one(caller: Caller, book: Book, campaign_id: Id) -> object:
    """One campaign with its messages, areas and effect."""
    return queries.load_campaign(book, caller, campaign_id)


@router.put("/campaigns/{campaign_id}", may=CAMPAIGN_WRITERS, response_model=CampaignOut)
def rewritten(caller: Caller, book: Book, campaign_id: Id, key: Key, given: CampaignIn) -> object:
    """Write a draft again."""
    return queries.load_campaign(
        book, caller, decisions.save_draft(book, caller, given.to_draft(), key, campaign_id)
    )


@router.post("/campaigns/{campaign_id}/ask", may=CAMPAIGN_WRITERS, response_model=CampaignOut)
def asked(request: Request, caller: Caller, book: Book, campaign_id: Id, key: Key) -> object:
    """Ask another officer to approve it; refused for a threat inside its usual ups and downs."""
    return decisions.request_approval(book, open_home_of(request).lake, caller, campaign_id, key)


@router.post("/campaigns/{campaign_id}/approve", may=CAMPAIGN_APPROVERS, response_model=CampaignOut)
def approved(
    request: Request, caller: Caller, book: Book, campaign_id: Id, key: Key, given: ApprovalIn
) -> object:
    """Approve what another officer wrote: it goes out at its hour, and who is held out is drawn now."""
    return decisions.approve_campaign(
        book, open_home_of(request).lake, caller, campaign_id, given.digest, key
    )


@router.post("/campaigns/{campaign_id}/decline", may=CAMPAIGN_APPROVERS, response_model=CampaignOut)
def declined(caller: Caller, book: Book, campaign_id: Id, key: Key, given: WhyIn) -> object:
    """Give it back to be written again."""
    return decisions.decline_campaign(book, caller, campaign_id, given.reason, key)


@router.post("/campaigns/{campaign_id}/renew", may=CAMPAIGN_WRITERS, response_model=CampaignOut)
def renewed(request: Request, caller: Caller, book: Book, campaign_id: Id, key: Key) -> object:
    """Say that it still holds: seven days more the first time; after that it is asked of another officer."""
    return renewals.renew_campaign(book, open_home_of(request).lake, caller, campaign_id, key)


@router.post("/campaigns/{campaign_id}/renew/approve", may=CAMPAIGN_APPROVERS, response_model=CampaignOut)
def renewal_approved(caller: Caller, book: Book, campaign_id: Id, key: Key) -> object:
    """Let it run on seven days more, as another officer asked."""
    return renewals.approve_renewal(book, caller, campaign_id, key)


@router.post("/campaigns/{campaign_id}/open", may=CAMPAIGN_ENDERS, response_model=CampaignOut)
def opened(caller: Caller, book: Book, campaign_id: Id, key: Key, given: WhyIn) -> object:
    """End the hold-out before its time."""
    return decisions.open_to_all(book, caller, campaign_id, given.reason, key)


@router.post("/campaigns/{campaign_id}/end", may=CAMPAIGN_ENDERS, response_model=CampaignOut)
def ended(caller: Caller, book: Book, campaign_id: Id, key: Key, given: WhyIn) -> object:
    """Take it back, by a CAP cancel where it went out already."""
    return decisions.end_campaign(book, caller, campaign_id, given.reason, key)
