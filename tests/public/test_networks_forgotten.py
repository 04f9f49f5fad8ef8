"""Anyone who has a backup, or the home a day later, finds no reporter's network, however long they look."""

import hashlib
import hmac
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from httpx import Client
from sqlalchemy import text

from tests.cases.scenes import Scene
from tests.public.test_report import MONEY, turn
from tests.web.conftest import PLAIN, serving
from warroom import clock
from warroom.ledger.backup import write_backup
from warroom.public import reported, senders, taking_in
from warroom.public.keys import NUMBERS, seal_key
from warroom.public.outside.card import Card
from warroom.public.outside.identifiers import mark_of
from warroom.public.outside.sealing import public_half, seal, unseal
from warroom.public.outside.threats import OTHER, THREATS
from warroom.web.public import limits
from warroom.web.public.app import create_public_app

NETWORKS = [f"10.0.{third}.0/24" for third in range(256)]
"""A small part of all: what is found in it is found in all, in minutes."""
MINE = "10.0.77.0/24"
DAYS = 3
"""How many days an attacker tries, around today."""


@pytest.fixture
def from_network(card: Card, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """Somebody on a network of the small part."""
    monkeypatch.setattr(limits, "_parse_network", lambda request, old, new: MINE)
    with (
        serving(create_public_app(card)) as address,
        Client(base_url=address, timeout=60, verify=PLAIN) as client,
    ):
        yield client


def report(client: Client) -> None:
    said = {"text": "089 111 4477 rang and rang again, and asked for my code.", "scam_type": "bank"}
    assert client.post("/report/tip", data=said).status_code == 200
    assert client.post("/check/tip", data=said).status_code == 200
    assert client.post("/report/money", data=MONEY).status_code == 200


def everything(scene: Scene) -> bytes:
    """All bytes of the ledger, what was sealed as the room can open it, in the spellings in which digests stand."""
    with scene.ledger.open_session() as session:
        tables = [
            row[0]
            for row in session.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
        ]
        readable = [name for name in tables if name != "outside_keys"]
        rows = [
            str(row[0])
            for name in readable
            for row in session.execute(text(f'SELECT t::text FROM "{name}" t'))
        ]
        sealed = [bytes(row[0]) for row in session.execute(text("SELECT sealed FROM outside_submissions"))]
    opened = [json.dumps(unseal(seal_key(scene.home), one)[0]) for one in sealed]
    return "\n".join([*rows, *opened]).encode()


def keys_in(folder: Path) -> list[bytes]:
    """Every key that lies there."""
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


def recovered(content: bytes, keys: list[bytes], digests: list[bytes]) -> set[str]:
    """The networks of which a digest under one of the keys stands in the content, in every way in which one was ever made."""
    today = int(clock.get_real_now().timestamp()) // limits.DAY
    found = set()
    for network in NETWORKS:
        words = [f"{day}:{network}".encode() for day in range(today - DAYS, today + DAYS)]
        words += [f"threat:{threat}:{network}".encode() for threat in (*THREATS.values(), OTHER)]
        words += [b"reporter:" + digest + network.encode() for digest in digests]
        for key in keys:
            for word in words:
                if hmac.new(key, word, hashlib.sha256).hexdigest().encode() in content:
                    found.add(network)
    return found


def digests_of(scene: Scene) -> list[bytes]:
    with scene.ledger.open_session() as session:
        return [bytes(row[0]) for row in session.execute(text("SELECT DISTINCT digest FROM public_mentions"))]


def day_key(scene: Scene, card: Card) -> bytes:
    import psycopg

    with psycopg.connect(card.database) as connection:
        row = connection.execute("SELECT outside_day_key()").fetchone()
        assert row
        return bytes(row[0])


def a_day_later(scene: Scene) -> None:
    """Everything was a day ago, and the room's turn comes."""
    with scene.ledger.open_session() as session:
        session.execute(text("UPDATE outside_submissions SET sent_at = sent_at - interval '1 day'"))
        session.execute(text("UPDATE outside_senders SET day = day - 1"))
    senders.forget_senders(scene.ledger)


def test_the_walk_finds_a_network_where_the_key_is_there(
    scene: Scene, card: Card, from_network: Client
) -> None:
    report(from_network)
    turn(scene)
    reported.count_mentions(scene.ledger, scene.now)
    assert recovered(everything(scene), [day_key(scene, card)], digests_of(scene)) == {MINE}


def test_neither_a_backup_nor_the_home_gives_a_network_away(
    scene: Scene, card: Card, from_network: Client, tmp_path: Path
) -> None:
    report(from_network)
    turn(scene)
    reported.count_mentions(scene.ledger, scene.now)
    key = day_key(scene, card)
    write_backup(scene.home, scene.ledger, tmp_path / "copy.tar")
    with tarfile.open(tmp_path / "copy.tar") as archive:
        archive.extractall(tmp_path / "copy", filter="data")
    taken = b"".join(path.read_bytes() for path in (tmp_path / "copy").rglob("*") if path.is_file())
    assert key not in taken
    assert key.hex().encode() not in taken
    assert recovered(everything(scene), keys_in(tmp_path / "copy" / "keys"), digests_of(scene)) == set()
    a_day_later(scene)
    content = everything(scene)
    assert recovered(content, keys_in(scene.home.keys), digests_of(scene)) == set()
    with scene.ledger.open_session() as session:
        assert {bytes(row[0]) for row in session.execute(text("SELECT sender FROM outside_submissions"))} == {
            b""
        }
        assert {bytes(row[0]) for row in session.execute(text("SELECT sender FROM public_reports"))} == {b""}


def test_the_key_is_another_one_each_day_and_the_same_after_a_restart_within_it(
    scene: Scene, card: Card, ledger_server: object
) -> None:
    first = day_key(scene, card)
    assert len(first) == 32
    assert day_key(scene, card) == first, "another process of the same day"
    senders.forget_senders(scene.ledger)
    assert day_key(scene, card) == first
    owner(scene, "UPDATE outside_keys SET day = day - 1")
    senders.forget_senders(scene.ledger)
    assert owner(scene, "SELECT count(*) FROM outside_keys") == [(0,)]
    second = day_key(scene, card)
    assert second != first
    owner(scene, "UPDATE outside_keys SET day = day - 1")
    assert day_key(scene, card) != second, "also where the room is away"
    assert owner(scene, "SELECT count(*) FROM outside_keys") == [(1,)]


def owner(scene: Scene, words: str) -> list[object]:
    import psycopg

    from warroom.ledger.backup import get_owner_url

    with psycopg.connect(get_owner_url(scene.ledger)) as connection:
        answer = connection.execute(words.encode())
        return list(answer.fetchall()) if answer.description else []


STORIES = (
    "Behind the rice mill forty people sleep behind a locked gate and cry.",
    "My aunt sold her buffalo since a doctor on the telephone asked for it",
    "Two vans without plates left the hotel by the river before it got day",
    "Someone who said he was from the post wanted a fee for an empty parcel",
)


def test_within_a_day_what_a_network_sent_orders_its_reports_and_a_day_later_it_is_not_known(
    scene: Scene, from_network: Client
) -> None:
    for story in STORIES[:3]:
        assert from_network.post("/report/tip", data={"text": story}).status_code == 200
        turn(scene)
    first, second, third = (rank for rank, _ in reports(scene))
    assert first > second > third
    a_day_later(scene)
    assert from_network.post("/report/tip", data={"text": STORIES[3]}).status_code == 200
    turn(scene)
    assert reports(scene)[-1][0] == first


def reports(scene: Scene) -> list[tuple[float, int | None]]:
    with scene.ledger.open_session() as session:
        rows = session.execute(text("SELECT rank, duplicate_of FROM public_reports ORDER BY id"))
        return [(row[0], row[1]) for row in rows]


def test_reports_that_waited_over_a_day_are_not_taken_for_one_network(
    scene: Scene, from_network: Client
) -> None:
    for number in range(2):
        assert from_network.post("/report/tip", data={"text": f"Story {number}"}).status_code == 200
    with scene.ledger.open_session() as session:
        session.execute(text("UPDATE outside_submissions SET sender = ''"))
    assert taking_in.ingest_submissions(scene.ledger, scene.lake, scene.now) == 2
    assert [duplicate for _, duplicate in reports(scene)] == [None, None]


def test_marks_under_a_key_that_lasts_are_sealed_again_without_them(scene: Scene, card: Card) -> None:
    private = seal_key(scene.home)
    lasting = keys_in(scene.home.keys)
    number_key = (scene.home.keys / f"{NUMBERS}.secret").read_bytes()
    digest = b"d" * 32
    body = {
        "kind": "tip",
        "said": {"text": "089 111 4477 rang"},
        "files": [{"media": "image/png", "sha256": "", "size": 3}],
        "mentions": [[digest.hex(), mark_of(digest, MINE, number_key).hex()]],
        "of_week": mark_of(b"week", MINE, number_key).hex(),
    }
    from warroom.public.outside.door import PublicDoor

    door = PublicDoor(card.database)
    door.open()
    for place in range(60):
        door.submit("tip", 1, None, b"k%d" % place, b"", seal(public_half(private), body, b"png"), b"h" * 32)
    door.close()
    with scene.ledger.open_session() as session:
        session.execute(
            text("INSERT INTO bookmarks SELECT 'public.old-marks', max(id)::text FROM outside_submissions")
        )
    assert recovered(everything(scene), lasting, [digest]) == {MINE}
    for _ in range(3):
        senders.forget_senders(scene.ledger)
    assert recovered(everything(scene), lasting, [digest]) == set()
    with scene.ledger.open_session() as session:
        opened = [
            unseal(private, bytes(row[0]))
            for row in session.execute(text("SELECT sealed FROM outside_submissions"))
        ]
    assert all(said["said"] == body["said"] and files == b"png" for said, files in opened)
    reported.count_mentions(scene.ledger, scene.now)
    with scene.ledger.open_session() as session:
        marks = [
            bytes(row[0])
            for row in session.execute(
                text("SELECT mark FROM public_mentions WHERE digest = :d"), {"d": digest}
            )
        ]
    assert len(set(marks)) == 60
    assert mark_of(digest, MINE, number_key) not in marks
