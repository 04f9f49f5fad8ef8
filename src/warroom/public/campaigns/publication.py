"""The public view of campaigns: running alerts, their CAP messages verbatim, and the effects of ended ones.

The public process reads this page under the name `alerts`, and a message under `cap/IDENTIFIER`, and nothing else of campaigns.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from lxml import etree
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warroom import settings
from warroom.exchange.standards.cap import CapAlert, CapInfo, CapReference, join_texts, render
from warroom.home import Home
from warroom.public.campaigns.schema import Campaign, CampaignEffect, CampaignMessage, CampaignPlace
from warroom.public.campaigns.views import CampaignWording, MessageKind
from warroom.public.campaigns.wording import LANGUAGES
from warroom.public.numbers import PAGE as NUMBERS
from warroom.public.published import publish_page
from warroom.public.schema import PublishedPage
from warroom.public.small_cells import FEWEST
from warroom.sentences.catalogue import list_words
from warroom.sites.gazetteer import load_gazetteer

PAGE = "alerts"
ENDED_SHOWN = 12
"""Ended campaigns that stay on the page with their effects. Chosen, not measured."""
ROUGHLY = 5
"""Weekly counts in the chart are rounded to fives: a case that changed its kind must not be visible as a difference."""
COUNTRY = "TH"
FEED_KEEPS = timedelta(days=8)
"""How long a Cancel stays in the feed: an alert runs for seven days at most after its last message."""
LOCK = 20_572  # advisory lock: its holder writes the page of alerts; an arbitrary number


def issue_message(
    session: Session, home: Home, row: Campaign, kind: MessageKind, now: datetime
) -> CampaignMessage:
    """Write the next CAP message of a campaign, and publish it and the updated page."""
    before = session.scalars(
        select(CampaignMessage).where(CampaignMessage.campaign_id == row.id).order_by(CampaignMessage.number)
    ).all()
    number = len(before) + 1
    identifier = f"{row.seed_digest[:12]}-{row.id}-{number}"
    message = CampaignMessage(
        campaign_id=row.id,
        number=number,
        kind=kind,
        identifier=identifier,
        at=now,
        text=_render_cap(session, home, row, kind, identifier, before, now),
    )
    session.add(message)
    session.flush()
    publish_page(session, f"cap/{identifier}", {"xml": message.text}, now)
    publish_alerts(session, home, now)
    return message


def publish_alerts(session: Session, home: Home, now: datetime) -> None:
    """Update the page of alerts. A second caller waits for the first, and then reads its changes."""
    session.flush()
    session.execute(select(func.pg_advisory_xact_lock(LOCK)))
    running = session.scalars(
        select(Campaign)
        .where(Campaign.state == "released")
        .order_by(Campaign.released_at.desc(), Campaign.id)
    ).all()
    ended = session.scalars(
        select(Campaign)
        .where(Campaign.state == "ended", Campaign.released_at.is_not(None))
        .order_by(Campaign.ended_at.desc(), Campaign.id)
        .limit(ENDED_SHOWN)
    ).all()
    body = {
        "alerts": [_build_alert(session, home, row) for row in running],
        "ended": [_build_ended(session, row) for row in ended],
        "cancelled": _list_cancelled(session, home, now),
    }
    publish_page(session, PAGE, body, now)


def has_running_holdout(session: Session, row: Campaign) -> bool:
    """Whether some areas are still held out."""
    return row.held_share > 0 and row.opened_at is None


def list_sent_places(session: Session, home: Home, row: Campaign) -> list[tuple[str, str, str]] | None:
    """The alerted areas: code, Thai and English name of each; None for the whole country."""
    if not has_running_holdout(session, row):
        return None
    known = {spot.code: spot.name for spot in load_gazetteer(home.exercise).provinces}
    sent = session.scalars(
        select(CampaignPlace.place)
        .where(CampaignPlace.campaign_id == row.id, CampaignPlace.arm == "sent")
        .order_by(CampaignPlace.place)
    )
    return [(code, known[code].th, known[code].en) for code in sent if code in known]


def parse_wordings(row: Campaign) -> dict[str, CampaignWording]:
    """The wording by language, Thai first."""
    return {
        language: CampaignWording(
            wording_body["title"],
            tuple(wording_body["do"]),
            tuple(wording_body["looks"]),
            wording_body["genuine"],
            wording_body["short"],
        )
        # In the order of `LANGUAGES`: JSONB does not keep the order of keys.
        for language in LANGUAGES
        if (wording_body := row.wording.get(language))
    }


def _build_alert(session: Session, home: Home, row: Campaign) -> dict[str, Any]:
    messages = session.execute(
        select(CampaignMessage.identifier, CampaignMessage.kind, CampaignMessage.at, CampaignMessage.text)
        .where(CampaignMessage.campaign_id == row.id)
        .order_by(CampaignMessage.number)
    ).all()
    return {
        "id": row.id,
        "threat": row.threat,
        "audience": row.audience,
        "wording": {language: asdict(wording) for language, wording in parse_wordings(row).items()},
        "since": _format_time(row.released_at),
        "until": _format_time(row.until),
        "rise": _build_rise(session, row),
        "places": list_sent_places(session, home, row),
        "messages": [
            [message.identifier, message.kind, _format_time(message.at), len(message.text.encode())]
            for message in messages
        ],
    }


def _build_ended(session: Session, row: Campaign) -> dict[str, Any]:
    effect = session.get(CampaignEffect, row.id)
    kept = ("verdict", "change", "low", "high", "seen_from")
    return {
        "id": row.id,
        "title": {language: wording.title for language, wording in parse_wordings(row).items()},
        "since": _format_time(row.released_at),
        "ended": _format_time(row.ended_at),
        "cancelled": row.cause == "cancelled",
        "effect": {name: effect.found[name] for name in kept} if effect else None,
        "messages": list(
            session.scalars(
                select(CampaignMessage.identifier)
                .where(CampaignMessage.campaign_id == row.id)
                .order_by(CampaignMessage.number.desc())
                .limit(1)
            )
        ),
    }


def _list_cancelled(session: Session, home: Home, now: datetime) -> list[dict[str, Any]]:
    """Cancelled alerts with their Cancel message, until the alert would have expired, so that feed readers see it."""
    rows = session.scalars(
        select(Campaign)
        .where(Campaign.state == "ended", Campaign.cause == "cancelled", Campaign.ended_at > now - FEED_KEEPS)
        .order_by(Campaign.ended_at.desc(), Campaign.id)
    ).all()
    shown_rows = [(row, _build_alert(session, home, row), _load_expiry(session, row)) for row in rows]
    return [
        _build_ended(session, row) | alert | {"expires": _format_time(over)}
        for row, alert, over in shown_rows
        if over > now
    ]


def _load_expiry(session: Session, row: Campaign) -> datetime:
    """The expiry in the last message before the Cancel."""
    text = session.scalars(
        select(CampaignMessage.text)
        .where(CampaignMessage.campaign_id == row.id, CampaignMessage.kind != "Cancel")
        .order_by(CampaignMessage.number.desc())
        .limit(1)
    ).one()
    return datetime.fromisoformat(etree.fromstring(text.encode()).findtext(".//{*}expires") or "")


def _build_rise(session: Session, row: Campaign) -> dict[str, Any] | None:
    """The figures that may be public, rounded where a difference could identify a case; None without a usual range or for a small
    group.
    """
    seen = row.seen
    if seen is None or seen["low"] is None or seen["low"] < FEWEST:
        return None
    last = seen["weeks"][-1]
    # Cases of a week are published once, by the public figures, or not at all: two counts of a week could
    # be subtracted.
    count = (
        _find_published_count(session, row.threat, last["start"]) if row.source == "cases" else last["count"]
    )
    if count is None or count < FEWEST or not last["shown"]:
        return None
    return {
        "count": count,
        "usual": round(seen["usual"]),
        "low": seen["low"],
        "high": seen["high"],
        "times": round(count / seen["usual"], 1),
        "weeks": [_round_count(week) for week in seen["weeks"][:-1]] + [count],
        "from": last["start"],
    }


def _round_count(week: Mapping[str, Any]) -> int | None:
    return ROUGHLY * round(week["count"] / ROUGHLY) if week["shown"] and week["count"] >= FEWEST else None


def _find_published_count(session: Session, threat: str, week: str) -> int | None:
    body = session.scalar(select(PublishedPage.body).where(PublishedPage.name == NUMBERS)) or {}
    if not body.get("weeks") or body["weeks"][-1]["from"] != week:
        return None
    return dict(body["kinds"]).get(threat)


def _render_cap(
    session: Session,
    home: Home,
    row: Campaign,
    kind: MessageKind,
    identifier: str,
    before: Sequence[CampaignMessage],
    now: datetime,
) -> str:
    zone = ZoneInfo(settings.get_text("WARROOM_TIMEZONE"))
    where, address = (
        list_sent_places(session, home, row),
        settings.get_text("WARROOM_PUBLIC_ADDRESS").rstrip("/"),
    )
    infos = []
    for language, wording in parse_wordings(row).items():
        parts = (
            wording.title,
            *wording.looks,
            f"{_translate_word('alert', 'genuine', language)} {wording.genuine}",
        )
        area = (
            [(_translate_word("alert", "country", language), COUNTRY)]
            if where is None
            else [(th if language == "th" else en, code) for code, th, en in where]
        )
        infos.append(
            CapInfo(
                language=language,
                event=_translate_word("threat", row.threat, language),
                headline=wording.title,
                description=_translate_word("alert", "over", language)
                if kind == "Cancel"
                else join_texts(parts),
                instruction="" if kind == "Cancel" else join_texts(wording.do),
                sender=_translate_word("alert", "sender", language),
                web=f"{address}/alerts/{row.id}" if address else "",
                area=tuple(area),
            )
        )
    assert row.until is not None
    return render(
        CapAlert(
            identifier=identifier,
            sender=settings.get_text("WARROOM_ALERT_SENDER"),
            sent=now.astimezone(zone),
            exercise=home.exercise,
            kind=kind,
            references=tuple(
                CapReference(message.identifier, message.at.astimezone(zone)) for message in before
            ),
            threat=row.threat,
            audience=_translate_word("audience", row.audience, "en"),
            channels=tuple(row.channels),
            effective=now.astimezone(zone),
            expires=max(row.until, now).astimezone(zone),
            code="ISO3166-1" if where is None else "exercise-area" if home.exercise else "ISO3166-2",
            infos=tuple(infos),
        )
    )


def _translate_word(table: str, code: str, language: str) -> str:
    """A word of the catalogue: Thai for Thai, English for any other language."""
    return list_words(f"campaigns.{table}")[code]["th" if language == "th" else "en"]


def _format_time(at: datetime | None) -> str:
    return at.isoformat(timespec="seconds") if at else ""
