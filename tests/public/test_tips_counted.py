"""Tips are counted by reports and by networks: who names twenty numbers in one of them makes no rise."""

from collections import Counter
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from httpx import Client
from sqlalchemy import func, select, text

from tests.cases.scenes import Scene
from tests.public.test_reported import send, turn
from warroom.cases.intake import sync_cases
from warroom.cases.schema import Case, CaseReportRow
from warroom.public import numbers, taking_in
from warroom.public.campaigns.counting import _iter_tips
from warroom.public.outside.card import Card
from warroom.public.outside.door import PublicDoor
from warroom.public.outside.identifiers import digest_of, mark_of, number_of
from warroom.public.outside.sealing import seal


@pytest.fixture
def door(card: Card) -> Any:
    """The process outside, as it talks to the database."""
    door = PublicDoor(card.database)
    door.open()
    yield door
    door.close()


def counted(scene: Scene) -> Counter[str]:
    with scene.ledger.open_session() as session:
        return Counter(threat for _, threat in _iter_tips(session, scene.lake, scene.now + timedelta(days=1)))


def test_one_report_with_twenty_numbers_is_one(scene: Scene, door: PublicDoor, card: Card) -> None:
    digests = [digest_of(number_of(f"08911144{n:02d}"), card.numbers) for n in range(20)]
    mentions = [[one.hex(), mark_of(one, "n1", card.numbers).hex()] for one in digests]
    said = {"text": "twenty of them", "scam_type": "parcel"}
    body = {"kind": "tip", "said": said, "files": [], "named": mentions}
    door.submit("tip", 1, None, b"k" * 32, b"n1", seal(card.seal_to, body), b"h" * 32)
    turn(scene)
    assert counted(scene) == {"parcel": 1}


def test_one_network_counts_once_a_day(scene: Scene, door: PublicDoor, card: Card) -> None:
    for n in range(5):
        send(door, card, "n1", number=f"089 111 44{n:02d}", scam="parcel")
    for n in range(3):
        send(door, card, f"n{n + 2}", scam="parcel")
    turn(scene)
    assert counted(scene) == {"parcel": 4}
    send(door, card, "n2", scam="parcel", words="again")
    turn(scene)
    assert counted(scene) == {"parcel": 4}
    # On another day nobody knows the network any more.
    send(door, card, "n2", scam="parcel", words="and again", day_key=b"tomorrow")
    turn(scene)
    assert counted(scene) == {"parcel": 5}


def test_what_no_officer_believed_and_one_text_from_everywhere_count_nothing_more(
    scene: Scene, door: PublicDoor, card: Card
) -> None:
    for n in range(4):
        send(door, card, f"n{n}", number=f"089 111 44{n:02d}", words="the same words", scam="bank")
    send(door, card, "n9", scam="bank")
    turn(scene)
    assert counted(scene) == {"bank": 2}
    with scene.ledger.open_session() as session:
        session.execute(text("UPDATE public_mentions SET accepted = false"))
    assert counted(scene) == {}


def test_one_network_adds_one_a_day_to_a_rise_under_whatever_kinds_of_one_threat(
    scene: Scene, door: PublicDoor, card: Card
) -> None:
    for day in range(7):
        for kind in ("friend", "prize"):
            number = f"089 11{day:02d} 44{len(kind):02d}"
            send(door, card, "n1", number=number, scam=kind, day_key=b"day %d" % day)
    turn(scene)
    assert counted(scene) == {"other": 7}


def test_forms_alone_make_no_rise_of_reported_losses(scene: Scene, outside: Client) -> None:
    form = {"when": "15", "amount": "900000000", "bank": "B01", "to": "999"}
    for n in range(12):
        sent = outside.post("/report/money", data=form | {"to": f"77{n:04d}", "once": f"{n:032d}"})
        assert sent.status_code == 200
    taking_in.ingest_submissions(scene.ledger, scene.lake, scene.now)
    sync_cases(scene.ledger, scene.lake, None, now=scene.now)
    later, zone = scene.now + timedelta(days=8), ZoneInfo("Asia/Bangkok")
    with scene.ledger.open_session() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 12
        assert numbers.count_cases_by_week(session, later.date(), zone) == []
        assert numbers.compute_numbers(session, later.date(), zone, later)["money"] is None
        # A bank reports one of them too.
        case = session.scalar(select(func.min(Case.id)))
        first = session.scalars(select(CaseReportRow).where(CaseReportRow.case_id == case)).one()
        columns = {one.name: getattr(first, one.name) for one in CaseReportRow.__table__.columns}
        session.add(CaseReportRow(**columns | {"source": "hotline"}))
        session.flush()
        [(_, kinds)] = numbers.count_cases_by_week(session, later.date(), zone)
        assert dict(kinds) == {"other": 1}
