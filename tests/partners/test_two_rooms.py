"""Two whole rooms on this machine, each with its own folder, ledger and server: they share, match, ask, revoke, and catch up."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from tests.conftest import fresh_database
from tests.partners.conftest import Desk
from tests.web.conftest import Server
from warroom import clock
from warroom.errors import ExchangeError, NotAllowed, NotPossible
from warroom.exchange import signing
from warroom.exchange.deliver import deliver_orders
from warroom.exchange.rooms import matching
from warroom.exchange.rooms.post import MATCHING, MESSAGES, RoomPostSummary, post_room_messages
from warroom.home import open_home
from warroom.keys import format_public_key, load_signing_key, make_all_keys
from warroom.lake.lake import Lake
from warroom.law.decisions import confirm_law
from warroom.ledger.ledger import Ledger
from warroom.ledger.postgres import PostgresServer
from warroom.partners import queries
from warroom.partners.decisions import asks, runs, sharing
from warroom.partners.views import AskView, FieldView, SharedObjectView
from warroom.requests.decisions.drafts import RequestDraft, approve_request, draft_request
from warroom.requests.queries import load_request
from warroom.requests.views import RequestView
from warroom.runtime import background
from warroom.runtime.deadlines import strike_due_deadlines
from warroom.runtime.handlers import ORDER_HANDLERS, STRIKERS
from warroom.web.app import create_app


@dataclass
class Room:
    """One room: its desk, its port, and its server while that runs."""

    desk: Desk
    port: int
    ends: ExitStack = field(default_factory=ExitStack)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        app = create_app(self.desk.home, self.desk.ledger, background=False)
        self.ends.enter_context(listening(app, self.port))

    def cut_off(self) -> None:
        self.ends.close()

    def turn(self, hours: float = 0.0) -> RoomPostSummary:
        return post_room_messages(self.desk.ledger, self.desk.home, self.desk.now + timedelta(hours=hours))

    def knows(self, other: "Room", code: str) -> None:
        home = other.desk.home
        self.desk.partner(
            code,
            "agency",
            room_url=other.address,
            public_key=format_public_key(home),
            match_key=matching.load_match_key(home).public.hex(),
        )

    def shared(self) -> list[SharedObjectView]:
        return queries.list_objects(self.desk.ledger, self.desk.sup, now=self.desk.now)

    def asked(self) -> list[AskView]:
        return queries.list_asks(self.desk.ledger, self.desk.sup, now=self.desk.now)

    def log(self) -> list[str]:
        rows = self.desk.sql("SELECT verb, subject FROM audit ORDER BY sequence")
        return [f"{verb} {subject}" for verb, subject in rows]


@contextmanager
def listening(app: Any, port: int) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(background, "freeze_garbage", lambda: None)
        listener = socket.create_server(("127.0.0.1", port))
        server = Server(
            uvicorn.Config(app, log_level="critical", access_log=False, timeout_graceful_shutdown=1)
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        try:
            yield
        finally:
            server.should_exit = True
            thread.join(timeout=20)
            listener.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.fixture
def rooms(
    tmp_path: Path, ledger_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[list[Room]]:
    """Rooms A and B in earnest, that know each other as ROOM-B and ROOM-A."""
    with ExitStack() as ends:
        made = []
        for name in ("a", "b"):
            ends.enter_context(fresh_database(ledger_server, monkeypatch))
            home = open_home(tmp_path / name, "live")
            make_all_keys(home)
            ledger = ends.enter_context(Ledger.open(home))
            made.append(Room(Desk(home, ledger, Lake.open(home)), free_port()))
        first, second = made
        second.desk.now = first.desk.now
        for room in made:
            room.start()
            ends.callback(room.cut_off)
        first.knows(second, "ROOM-B")
        second.knows(first, "ROOM-A")
        yield made


def ask_b(room: Room) -> RequestView:
    """A asks B for information, by its own law and four eyes, and the letter leaves."""
    desk = room.desk
    confirm_law(desk.ledger, desk.officer("lek", "lawyer"), "information-request")
    draft = RequestDraft(
        "ROOM-B",
        "information",
        "To find who held the account.",
        "Account B02:2002",
        ("Who held it on the day",),
        desk.now + timedelta(days=90),
    )
    request = draft_request(desk.ledger, desk.ines, draft, "request-key-1", now=desk.now)
    approve_request(desk.ledger, desk.sup, request.id, "request-key-2", now=desk.now)
    deliver_orders(desk.ledger, ORDER_HANDLERS, desk.home, desk.now)
    return request


def test_two_rooms_share_match_ask_revoke_and_catch_up(rooms: list[Room]) -> None:
    first, second = rooms
    a, b = first.desk, second.desk
    # B holds the accounts of a case of its own.
    b.case()

    # Matching: A learns how many, then another officer releases which; B learns neither.
    numbers = ["B02:2002", "B03:3003", "B09:9009", "b02:2002"]
    run, count = matching.ask_matching(
        a.ledger, a.home, a.ines, "ROOM-B", "fraud", numbers, "Case 12", now=a.now
    )
    assert count == 2
    (shown,) = queries.list_runs(a.ledger, a.sup, now=a.now)
    assert (shown.count, shown.hits, shown.asked) == (2, (), 3)
    assert b"2002" not in a.sql("SELECT sealed FROM match_runs")[0][0]
    with pytest.raises(NotAllowed):
        runs.release_hits(a.ledger, a.home, a.ines, run, "To ask B", now=a.now)
    assert runs.release_hits(a.ledger, a.home, a.sup, run, "To ask B about them", now=a.now) == (
        "B02:2002",
        "B03:3003",
    )
    (theirs,) = queries.list_runs(b.ledger, b.sup, now=b.now)
    assert (theirs.ours, theirs.count, theirs.asked, theirs.hits) == (False, None, 3, ())

    # Sharing: what is agreed and marked arrives, with a receipt.
    object_id = a.prepare(
        FieldView("account", "B02:2002", "amber", False),
        FieldView("secret", "never agreed", "clear", False),
        FieldView("statement", "what she said", "green", True),
    )
    a.send(object_id, "ROOM-B")
    assert first.turn().sent == 1
    (arrived,) = second.shared()
    assert [(one.name, one.value, one.mark) for one in arrived.fields] == [("account", "B02:2002", "amber")]
    (send,) = a.look(object_id).sends
    assert (send.state, len(send.receipt)) == ("received", 64)

    # A request, with B's clock; B answers in part, then in whole.
    request = ask_b(first)
    assert first.turn() == RoomPostSummary(queued=1, sent=1)
    (ask,) = second.asked()
    assert (ask.kind, ask.state, ask.items) == ("information", "received", ("Who held it on the day",))
    asks.answer_ask(b.ledger, b.lia, ask.id, "acknowledged", "", now=b.now)
    asks.answer_ask(b.ledger, b.lia, ask.id, "partly", "The name follows.", now=b.now)
    assert second.turn().sent == 2
    assert load_request(a.ledger, a.sup, request.id, now=a.now).state == "partly"

    # B is cut off: A revokes meanwhile, B answers meanwhile; nothing is lost and nothing comes twice.
    derived = b.prepare(FieldView("note", "B02:2002 is a mule", "amber", False), sources=(arrived.id,))
    court = b.prepare(FieldView("account", "B02:2002", "amber", False), sources=(derived,))
    sharing.note_court_bundle(b.ledger, b.ines, court, "Bundle 7/2569", now=b.now)
    second.cut_off()
    sharing.revoke_object(a.ledger, a.ines, object_id, "Another person's account", now=a.now)
    late = a.prepare(FieldView("account", "B03:3003", "amber", False))
    a.send(late, "ROOM-B")
    asks.answer_ask(b.ledger, b.lia, ask.id, "answered", "It was held by a firm.", now=b.now)
    assert first.turn() == RoomPostSummary(later=1)
    assert a.look(object_id).sends[0].state == "revoking"
    second.start()
    # B is heard again, and what waits for it is due at once.
    assert second.turn().sent == 1
    assert first.turn(hours=1).sent == 2
    assert first.turn(hours=1) == RoomPostSummary()
    assert load_request(a.ledger, a.sup, request.id, now=a.now).state == "answered"

    # The revocation reached what was made from it, however far; the court's bundle is named and not destroyed.
    at_b = {one.id: one for one in second.shared()}
    assert [(at_b[one].state, at_b[one].fields[0].value != "") for one in (arrived.id, derived, court)] == [
        ("revoked", False),
        ("revoked", False),
        ("kept", True),
    ]
    assert second.turn(hours=1).sent == 1
    assert a.look(object_id).sends[0].state == "kept"
    assert a.look(object_id).fields[0].value == ""
    assert len(second.shared()) == 4

    # The log of B reads as a story.
    story = [line.split(" ")[0] for line in second.log()]
    expected = [
        "matching.answered",
        "share.taken",
        "partner-ask.received",
        "partner-ask.acknowledged",
        "partner-ask.partly",
        "share.prepared",
        "share.bundled",
        "partner-ask.answered",
        "share.revoked",
        "share.taken",
    ]
    told = [verb for verb in story if verb in expected]
    assert told == [*expected[:6], "share.prepared", *expected[6:]]


def post_raw(
    room: Room, sender: Desk, content: dict[str, Any], path: str = MESSAGES, **more: Any
) -> httpx.Response:
    """A message as a room signs it, whatever it says."""
    body = json.dumps(content).encode()
    parts = {"@method": "POST", "@path": more.get("signed_path", path)}
    at: datetime = more.get("at", clock.get_real_now())
    key = load_signing_key(sender.home)
    headers = signing.sign(key, format_public_key(sender.home), signing.ANSWER, parts, body, at)
    return httpx.post(room.address + path, content=more.get("body", body), headers=headers, timeout=60)


def share_of(**more: Any) -> dict[str, Any]:
    given = {"name": "account", "value": "B02:1", "mark": "green", "survivor": False} | more.pop("field", {})
    body = {
        "about": "f" * 32,
        "kind": "lead",
        "purpose": "fraud",
        "basis": "Law",
        "keep_until": "2030-01-01T00:00:00+00:00",
        "fields": [given],
    }
    return {"number": 1, "kind": "share", "body": body | more}


def test_bad_messages_are_refused_and_change_nothing(rooms: list[Room]) -> None:
    first, second = rooms
    a = first.desk
    bad = {
        "a forged mark": share_of(field={"mark": "white"}),
        "a mark left out": share_of(fields=[{"name": "x", "value": "y"}]),
        "no fields": share_of(fields=[]),
        "another purpose than agreed": share_of(purpose="trafficking"),
        "no time": share_of(keep_until="soon"),
        "another kind": share_of() | {"kind": "everything"},
        "a hole in the numbers": share_of() | {"number": 3},
        "a number that is none": share_of() | {"number": True},
        "a revocation of what nobody sent": {
            "number": 1,
            "kind": "revoke",
            "body": {"about": "a" * 32, "reason": "x"},
        },
    }
    numbers_used = 0
    for why, content in bad.items():
        if content["number"] is not True and content["number"] == 1:
            content["number"] = numbers_used + 1
        answer = post_raw(second, a, content)
        assert 400 <= answer.status_code < 500, why
        assert answer.json()["error"], why
        # A refused message uses up its number, so that it does not hold up those behind it.
        numbers_used = second.desk.sql("SELECT last_in FROM room_partners")[0][0]
    assert numbers_used == 6
    assert post_raw(second, a, share_of(fields=[]) | {"number": 3}).status_code in (403, 409)
    # Signed an hour ago, signed for another door, changed on the way, and by nobody on the register.
    hour = timedelta(hours=1)
    assert post_raw(second, a, share_of(), at=clock.get_real_now() - hour).status_code == 403
    assert post_raw(second, a, share_of(), signed_path=MATCHING).status_code == 403
    assert post_raw(second, a, share_of(), body=b"{}").status_code == 403
    assert post_raw(second, second.desk, share_of()).status_code == 403
    nested: dict[str, Any] = {}
    for _ in range(200):
        nested = {"a": nested}
    assert post_raw(second, a, nested).status_code == 400
    assert post_raw(second, a, {"big": "x" * 3_000_000}).status_code == 413
    assert second.shared() == []
    # The first true one is taken; again it changes nothing, and under the same number another one is refused.
    good = share_of() | {"number": 7}
    taken = post_raw(second, a, good)
    assert taken.status_code == 200
    assert post_raw(second, a, good).json() == taken.json()
    assert post_raw(second, a, share_of(kind="other") | {"number": 7}).status_code == 403
    assert len(second.shared()) == 1
    # What was agreed to be kept for ninety days is gone after them.
    second.turn(hours=24 * 91)
    (gone,) = second.shared()
    assert (gone.state, gone.revoked_reason, gone.fields[0].value) == ("revoked", "retention", "")


def test_matching_refuses_a_block_a_quota_and_another_key(rooms: list[Room]) -> None:
    first, second = rooms
    a = first.desk
    block = [f"08123{number:05d}" for number in range(300)]
    with pytest.raises(NotPossible, match="count through a block"):
        matching.ask_matching(a.ledger, a.home, a.ines, "ROOM-B", "fraud", block, "Case", now=a.now)
    assert any(line.startswith("matching.refused") for line in first.log())
    assert a.sql("SELECT count(*) FROM match_runs") == [(0,)]
    spread = [f"B02:{number * 7_919:09d}" for number in range(1, 1_002)]
    with pytest.raises(NotPossible, match="quota"):
        matching.ask_matching(a.ledger, a.home, a.ines, "ROOM-B", "fraud", spread, "Case", now=a.now)
    # B's own quota for A holds whatever A believes.
    second.desk.agree("ROOM-A", per_day=5, per_month=5)
    with pytest.raises(ExchangeError, match="quota"):
        matching.ask_matching(a.ledger, a.home, a.ines, "ROOM-B", "fraud", spread[:9], "Case", now=a.now)
    # A key for one asker alone would tell who asked: its proof does not hold against the key on file.
    a.sql("UPDATE room_partners SET match_key = :key", key=matching.load_match_key(a.home).public.hex())
    with pytest.raises(ExchangeError, match="did not use the key on file"):
        matching.ask_matching(a.ledger, a.home, a.ines, "ROOM-B", "fraud", spread[:2], "Case", now=a.now)
    assert {row[0] for row in a.sql("SELECT state FROM match_runs")} == {"refused"}


def test_a_clock_that_strikes_passes_the_request_on_to_a_supervisor(rooms: list[Room]) -> None:
    first, second = rooms
    b = second.desk
    ask_b(first)
    first.turn()
    (ask,) = second.asked()
    late = ask.due_at + timedelta(minutes=1)
    strike_due_deadlines(b.ledger, STRIKERS, late)
    (passed_on,) = second.asked()
    assert passed_on.escalated_at == late
    with pytest.raises(NotAllowed):
        asks.answer_ask(b.ledger, b.lia, ask.id, "answered", "Here it is.", now=late)
    with pytest.raises(NotPossible, match="why it is refused"):
        asks.answer_ask(b.ledger, b.sup, ask.id, "refused", " ", now=late)
    asks.answer_ask(b.ledger, b.sup, ask.id, "refused", "Our law does not allow it.", now=late)
    second.turn(hours=200)
    (request,) = first.desk.sql("SELECT state FROM requests")
    assert request[0] == "refused"
