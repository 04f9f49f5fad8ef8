"""Weeks of reports with one threat that rises, an alert about it, and provinces in which its victims live."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select

from tests.cases.scenes import Scene
from warroom.cases.schema import Case, Claim
from warroom.public import numbers
from warroom.public.campaigns import decisions
from warroom.public.campaigns.decisions import CampaignDraft
from warroom.runtime import deadlines
from warroom.runtime.handlers import STRIKERS

THURSDAY = datetime(2026, 11, 26, 5, tzinfo=UTC)
MONDAY = datetime(2026, 11, 16, 5, tzinfo=UTC)
"""A moment in the last whole week before."""
SAID: Mapping[str, Mapping[str, Any]] = {
    "th": {
        "title": "ข้อความอ้างเป็นขนส่ง ให้จ่ายค่าภาษีพัสดุ",
        "do": ["ไม่กดลิงก์ เปิดแอปขนส่งเองถ้ารอของอยู่", "กรอกเลขบัตรไปแล้ว โทรเบอร์หลังบัตร และ 1441"],
        "looks": ["เงินน้อย ราว 20 ถึง 60 บาท", "ให้เวลาไม่ถึงวัน"],
        "genuine": "ขนส่งจริงแจ้งภาษีได้ แต่ให้ดูในแอป หรือจ่ายกับคนส่ง",
        "short": "ช่วงนี้มีข้อความอ้างเป็นขนส่งให้จ่ายภาษี อย่ากดลิงก์ เปิดแอปเอง",
    },
    "en": {
        "title": "Messages about a parcel ask for a small tax",
        "do": [
            "Press no link; open the carrier's app yourself",
            "Gave your card's number? Call the number on it, then 1441",
        ],
        "looks": ["A small sum, 20 to 60 baht", "Less than a day's time"],
        "genuine": "Carriers do announce a tax, but you see it in their app or pay at the door",
        "short": "Messages about a parcel ask for a small tax just now: press no link, open the app yourself",
    },
}
PARCEL = CampaignDraft("parcel", "cases", "shoppers", ["page", "cells"], SAID)


def reported(scene: Scene, at: datetime, kind: str, count: int, payer: str = "") -> None:
    """So many cases of a kind, opened at a time; each with a claim of the account that paid, where one is named."""
    values: dict[str, Any] = {
        one.name: {datetime: at, str: "", bool: False}.get(one.type.python_type, 0)
        for one in Case.__table__.columns
        if not one.nullable and one.name != "id" and one.computed is None
    }
    values |= {"state": "open", "scam_type": kind, "loss": 100_00}
    with scene.ledger.open_session() as session:
        first = session.scalar(select(func.count()).select_from(Case)) or 0
        rows = [values | {"number": f"N-{first + n}"} for n in range(count)]
        ids = session.scalars(insert(Case).returning(Case.id), rows).all()
        if payer:
            session.execute(insert(Claim), [_claim(case, payer) for case in ids])


def _claim(case: int, payer: str) -> dict[str, Any]:
    said = dict.fromkeys(("uetr", "end_to_end_id"), "")
    accounts = {"payer_bank": "B01", "payer": payer, "payee_bank": "B02", "payee": "1"}
    return (
        {"source": "s", "record_id": f"R-{case}", "case_id": case, "amount": 100_00, "time": None}
        | said
        | accounts
    )


def last_week(now: datetime) -> datetime:
    """A moment in the last whole week before."""
    return now - timedelta(days=now.astimezone(UTC).weekday() + 5)


def weeks(
    scene: Scene, last: int = 60, usual: int = 20, kind: str = "parcel", monday: datetime = MONDAY
) -> None:
    """Ten whole weeks of a threat, the last of them with more, beside another that stays as it is."""
    for back in range(10):
        at = monday - timedelta(weeks=back)
        reported(scene, at, kind, last if back == 0 else usual + back % 4)
        reported(scene, at, "purchase", 14 + back % 3)


def approved(scene: Scene, draft: CampaignDraft = PARCEL, now: datetime = THURSDAY, key: str = "a") -> int:
    """A campaign that anna wrote and boon approved; its number."""
    number = decisions.save_draft(scene.ledger, scene.anna, draft, f"{key}-w", now=now)
    seen = decisions.request_approval(scene.ledger, scene.lake, scene.anna, number, f"{key}-q", now=now)
    decisions.approve_campaign(scene.ledger, scene.lake, scene.boon, number, seen.digest, f"{key}-a", now=now)
    return number


def struck(scene: Scene, now: datetime) -> None:
    """Everything that is due happens, and the figures for everyone are there."""
    numbers.publish_numbers(scene.ledger, now)
    deadlines.strike_due_deadlines(scene.ledger, STRIKERS, now)


def released(scene: Scene, draft: CampaignDraft = PARCEL, now: datetime = THURSDAY, key: str = "a") -> int:
    """One that has gone out."""
    number = approved(scene, draft, now, key)
    struck(scene, now)
    return number


def held(share: float = 0.25, days: int = 7) -> CampaignDraft:
    return replace(PARCEL, held_share=share, hold_days=days)


def victims(scene: Scene, by: Mapping[str, Mapping[datetime, int]], kind: str = "parcel") -> None:
    """Cases of people in provinces: by province so many opened at each time. Each province has a holder with one account."""
    places = sorted(by)
    scene.lake.write_rows(
        "holders",
        [
            {"record_id": f"H-{place}", "kind": "person", "province": place, "known_since": None}
            for place in places
        ],
        source="bank",
    )
    scene.lake.write_rows(
        "accounts",
        [
            {"record_id": f"A-{place}", "bank": "B01", "account": f"9{n:04d}", "holder_id": f"H-{place}"}
            for n, place in enumerate(places)
        ],
        source="bank",
    )
    for n, place in enumerate(places):
        for at, count in by[place].items():
            reported(scene, at, kind, count, f"9{n:04d}")
