"""Actions that are no holds, from the approval to the partner's word: a message, a letter, an answer."""

import json
import socket
from datetime import timedelta

import httpx
import pytest

from tests.actions.room import Room
from tests.cases.scenes import Scene
from tests.exchange.bank import running
from tests.exchange.pdf import close, words
from warroom.access.agencies import add_agency
from warroom.bilingual.texts import Texts
from warroom.exchange.deliver import deliver_orders
from warroom.exchange.inbox import read_answers
from warroom.law.decisions import confirm_law
from warroom.orders import outbox
from warroom.runtime.handlers import ORDER_HANDLERS


@pytest.fixture
def room(scene: Scene) -> Room:
    return Room.of(scene)


@pytest.fixture
def live_room(live_scene: Scene) -> Room:
    """In earnest: a power utility on file, and a lawyer has confirmed the rule."""
    admin = live_scene.officer("first", "admin")
    add_agency(live_scene.ledger, admin, "POWER", Texts("การไฟฟ้าตัวอย่าง", "Example Power"), "power")
    confirm_law(live_scene.ledger, live_scene.officer("law", "lawyer"), "power-cut")
    return Room(live_scene)


def approved_cut(room: Room) -> int:
    cut = room.cut()
    room.approve(cut, room.com)
    return room.approve(cut, room.sup).id


def state(room: Room, number: int) -> str:
    ((found,),) = room.scene.sql("SELECT state FROM actions WHERE id = :n", n=number)
    return str(found)


def send(room: Room) -> None:
    report = deliver_orders(room.scene.ledger, ORDER_HANDLERS, room.scene.home, room.now)
    assert report.sentences == ()


def test_a_power_cut_lies_in_the_outbox_as_message_and_letter(room: Room) -> None:
    number = approved_cut(room)
    send(room)
    files = sorted(path.suffix for path in room.scene.home.outbox.iterdir())
    assert files == [".json", ".pdf"]
    (message,) = room.scene.home.outbox.glob("*.json")
    body = json.loads(message.read_bytes())
    assert (body["action"], body["exercise"], body["partner"]) == ("power-cut", True, "POWER")
    assert body["documents"][0]["contents"][0]["read"] == {"th": "40 หลังคาเรือน", "en": "40 homes"}
    (letter,) = room.scene.home.outbox.glob("*.pdf")
    text = words(letter.read_bytes())
    for said in ("ตัดกระแสไฟฟ้า", "feeder-1", "Sup", "Com", body["order_id"]):
        assert close(said) in text
    assert state(room, number) == "sent"


def test_the_partners_answer_by_file_puts_it_into_effect(room: Room) -> None:
    number = approved_cut(room)
    send(room)
    (message,) = room.scene.home.outbox.glob("*.json")
    answer = {"order_id": message.stem, "partner": "POWER", "time": room.now.isoformat(), "status": "done"}
    (room.scene.home.inbox / "a.jsonl").write_text(json.dumps(answer))
    report = read_answers(room.scene.ledger, ORDER_HANDLERS, room.scene.lake, room.scene.home, room.now)
    assert (report.refused, len(report.recorded)) == ((), 1)
    assert state(room, number) == "in_effect"


def test_another_partners_answer_changes_nothing(room: Room) -> None:
    number = approved_cut(room)
    send(room)
    (message,) = room.scene.home.outbox.glob("*.json")
    answer = {"order_id": message.stem, "partner": "TELCO", "time": room.now.isoformat(), "status": "done"}
    (room.scene.home.inbox / "a.jsonl").write_text(json.dumps(answer))
    report = read_answers(room.scene.ledger, ORDER_HANDLERS, room.scene.lake, room.scene.home, room.now)
    assert "went to POWER, not to TELCO" in report.refused[0]
    assert state(room, number) == "sent"


def test_a_rehearsal_posts_no_action_even_where_the_partner_is_configured(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a connection was opened")

    (room.scene.home.root / "banks.toml").write_text(
        f'[banks.POWER]\nurl = "https://power.example/orders"\npublic_key = "{"00" * 32}"\n'
    )
    approved_cut(room)
    monkeypatch.setattr(httpx, "Client", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    assert deliver_orders(room.scene.ledger, ORDER_HANDLERS, room.scene.home, room.now).posted == 0


def test_in_earnest_the_message_is_posted_signed_and_the_signed_answer_counts(live_room: Room) -> None:
    scene = live_room.scene
    with running("POWER", scene.home) as partner:
        number = approved_cut(live_room)
        assert deliver_orders(scene.ledger, ORDER_HANDLERS, scene.home, live_room.now).posted == 1
        report = read_answers(scene.ledger, ORDER_HANDLERS, scene.lake, scene.home, live_room.now)
    assert [one.effect for one in report.recorded] == ["in_effect"]
    assert state(live_room, number) == "in_effect"
    assert json.loads(partner.requests[0])["exercise"] is False
    (letter,) = scene.home.outbox.glob("*.pdf")
    assert "EXERCISE" not in words(letter.read_bytes())


def test_a_partner_that_fails_gets_the_same_bytes_and_acts_once(live_room: Room) -> None:
    scene = live_room.scene
    with running("POWER", scene.home) as partner:
        partner.plan = ["fail-after"]
        approved_cut(live_room)
        deliver_orders(scene.ledger, ORDER_HANDLERS, scene.home, live_room.now)
        scene.sql("UPDATE orders SET next_try = :now", now=live_room.now)
        deliver_orders(scene.ledger, ORDER_HANDLERS, scene.home, live_room.now)
    assert len(partner.requests) == 2
    assert len(set(partner.requests)) == 1
    assert partner.carried_out == 1


def test_a_hold_leaves_before_letters_that_waited_longer(room: Room) -> None:
    room.scene.now -= timedelta(hours=1)
    approved_cut(room)
    room.scene.now += timedelta(hours=1)
    room.scene.hold()
    with room.scene.ledger.open_session() as session:
        assert [one.about for one in outbox.list_due_orders(session, room.now)] == ["hold", "measure"]
