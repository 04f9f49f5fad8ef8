"""Strangers who know the source and the address: what they try, and what stays shut."""

import re
import socket
import time
from contextlib import ExitStack, suppress
from select import POLLIN, poll
from types import SimpleNamespace
from typing import Any, cast

import psycopg
import pytest
from httpx import Client
from psycopg import errors
from sqlalchemy import select, text
from starlette.requests import Request

from tests.speed import allow_seconds
from warroom.errors import LedgerError, NotPossible
from warroom.ledger.ledger import DATABASE, Ledger
from warroom.ledger.postgres import PostgresServer
from warroom.ledger.upgrade import PUBLIC_ROLE
from warroom.papers.cleaning import clean_file
from warroom.public.keys import seal_key
from warroom.public.outside import sealing
from warroom.public.outside.card import Card
from warroom.public.outside.door import PublicDoor
from warroom.public.schema import Submission
from warroom.web.public import limits
from warroom.web.public.app import is_outside
from warroom.web.public.limits import digest_address, digest_network

MONEY = {"when": "15", "amount": "77,000", "bank": "B01", "to": "200-2", "once": "9e" * 16}


def code_on(page: str) -> str:
    found = re.search(r'name="code" value="([0-9A-Z]{20})"', page)
    assert found
    return found[1]


@pytest.mark.parametrize(
    "words",
    [
        "SELECT pg_advisory_lock(20566)",
        "SELECT pg_try_advisory_xact_lock(1)",
        "SELECT pg_sleep(60)",
        "SELECT lo_from_bytea(0, 'x')",
        "SELECT lo_create(0)",
        "SELECT pg_notify('partner_keys', '')",
        "CREATE TEMP TABLE mine (x int)",
        "CREATE TABLE mine (x int)",
        "SET temp_file_limit = '10GB'",
        "SELECT n_live_tup FROM pg_stat_user_tables",
        "SELECT seq_tup_read FROM pg_stat_all_tables",
        "SELECT heap_blks_read FROM pg_statio_user_tables",
        "SELECT pid FROM pg_stat_activity",
        "SELECT pg_stat_get_live_tuples('audit'::regclass)",
        "SELECT pg_stat_get_tuples_inserted('audit'::regclass)",
        "SELECT pg_total_relation_size('audit'::regclass)",
        "SELECT pg_relation_size('audit'::regclass)",
        "SELECT reltuples FROM pg_class",
        "SELECT relpages FROM pg_class",
        "EXPLAIN SELECT * FROM audit",
        "SELECT last_value FROM pg_sequences WHERE last_value IS NOT NULL UNION SELECT last_value FROM outside_submissions_id_seq",
    ],
)
def test_the_public_login_holds_no_lock_of_the_rooms_and_fills_no_disk(
    ledger_server: PostgresServer, words: str
) -> None:
    with (
        psycopg.connect(ledger_server.make_url(PUBLIC_ROLE, DATABASE), autocommit=True) as thief,
        pytest.raises(errors.InsufficientPrivilege),
    ):
        thief.execute(words.encode())


def test_the_public_login_reaches_the_rooms_database_alone_and_has_few_connections(
    ledger_server: PostgresServer,
) -> None:
    for other in ("postgres", "template1"):
        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            psycopg.connect(ledger_server.make_url(PUBLIC_ROLE, other))
    address = ledger_server.make_url(PUBLIC_ROLE, DATABASE)
    with ExitStack() as held:
        for _ in range(12):
            held.enter_context(psycopg.connect(address))
        with pytest.raises(psycopg.OperationalError, match="too many connections"):
            psycopg.connect(address)


def test_the_room_still_takes_its_locks(ledger: Ledger) -> None:
    with ledger.open_session() as session:
        session.execute(text("SELECT pg_advisory_xact_lock(5), pg_notify('partner_keys', '')"))


def send(door: PublicDoor, name: str, sealed: bytes, **more: bytes) -> bool:
    parts = {"code": None, "once": name.encode(), "sender": b"net", "seal": b"h" * 32} | more
    return door.submit("tip", 1, parts["code"], parts["once"], parts["sender"], sealed, parts["seal"])


@pytest.fixture
def door(card: Card) -> Any:
    door = PublicDoor(card.database)
    door.open()
    yield door
    door.close()


def test_a_flood_of_pictures_ends_before_the_disk_does_and_words_still_come_in(
    ledger: Ledger, door: PublicDoor
) -> None:
    large = bytes(5_000_000)
    assert send(door, "first", large)
    with ledger.open_session() as session:
        session.execute(text("UPDATE outside_days SET bytes = 4 * 1024::bigint ^ 3 - 1000000"))
    with pytest.raises(LedgerError):
        send(door, "second", large)
    assert send(door, "words", bytes(2048))
    assert not send(door, "first", large), "sent again, it is known"
    with ledger.open_session() as session:
        session.execute(text("UPDATE outside_days SET bytes = 8 * 1024::bigint ^ 3"))
    with pytest.raises(LedgerError):
        send(door, "more words", bytes(2048))


@pytest.mark.parametrize("part", ["code", "once", "sender", "seal"])
def test_no_part_beside_the_seal_is_longer_than_a_digest(door: PublicDoor, part: str) -> None:
    with pytest.raises(LedgerError):
        send(door, "one", b"x", **{part: b"x" * 5000})


@pytest.mark.parametrize(
    "content",
    [
        b"[]",
        b"7",
        b"[" * 100_000,
        b'{"said":{"text":"\\ud800"}}',
        b'{"said":{"text":"a\\u0000b"}}',
        b'{"said":{"amount":NaN}}',
        b'{"said":{"amount":' + b"9" * 5000 + b"}}",
        b"\xff\xfe",
    ],
)
def test_what_no_form_could_have_sent_opens_as_nothing(ledger: Ledger, card: Card, content: bytes) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sealing, "to_canonical_json", lambda body: content)
        sealed = sealing.seal(card.seal_to, {})
    with pytest.raises(LedgerError):
        sealing.unseal(seal_key(ledger.home), sealed)


def test_whoever_writes_of_odd_signs_is_read(ledger: Ledger, card: Card) -> None:
    said = {"said": {"text": "C:\\u0000 \\\\u0000 \\ud800 👩‍👩‍👧 NaN"}}
    assert sealing.unseal(seal_key(ledger.home), sealing.seal(card.seal_to, said)) == (said, b"")


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n" + b"<x:xmpmeta" * 450_000,
        b"%PDF-1.7\n" + b"1 0 obj<</FlateDecode/Metadata>>stream\n" * 120_000,
        b"%PDF-1.7\n" + b"1 0 obj<</FlateDecode/Metadata>>stream\n" * 120_000 + b"endstream",
    ],
    ids=["open", "endless", "nested"],
)
def test_a_file_made_to_be_read_for_hours_is_read_in_a_moment(content: bytes) -> None:
    began = time.process_time()
    with suppress(NotPossible):
        clean_file(content)
    assert time.process_time() - began < allow_seconds(5)


def test_an_address_that_looks_like_another_sites_leads_to_no_other_site(outside: Client) -> None:
    page = outside.get("//elsewhere.example/sign-in")
    assert page.status_code == 404
    assert not re.search(r'href="(//|/\\|http)', page.text)


def test_wrong_codes_of_one_network_keep_nobody_from_a_right_one(outside: Client) -> None:
    code = code_on(outside.post("/report/money", data=MONEY).text)
    answers = [outside.post("/receipt", data={"code": f"{n}" * 20}).status_code for n in range(8)]
    assert answers[-1] == 429
    assert outside.post("/receipt", data={"code": code}).status_code == 200


def test_a_form_sent_again_with_other_words_is_not_lost(outside: Client, ledger: Ledger) -> None:
    first = outside.post("/report/money", data=MONEY)
    again = outside.post("/report/money", data=MONEY | {"amount": "78,000"})
    assert code_on(first.text) != code_on(again.text), "who knows the key of a form does not get its code"
    with ledger.open_session() as session:
        assert len(session.scalars(select(Submission.id)).all()) == 2


def asking(host: str) -> Request:
    return cast(Request, SimpleNamespace(client=SimpleNamespace(host=host)))


def test_addresses_of_the_old_kind_written_in_the_new_are_networks_of_their_own() -> None:
    one, near, far, plain = (
        digest_network(asking(host), b"key")
        for host in ("::ffff:10.1.2.3", "::ffff:10.1.2.9", "::ffff:10.1.3.3", "10.1.2.77")
    )
    assert one == near == plain
    assert one != far


def test_behind_a_proxy_of_both_kinds_everybody_of_the_old_kind_has_a_share_of_their_own() -> None:
    one, near, plain, new, of_the_same = (
        digest_address(asking(host), b"key")
        for host in ("::ffff:10.1.2.3", "::ffff:10.1.2.9", "10.1.2.3", "2001:db8::1", "2001:db8::9")
    )
    assert one == plain
    assert len({one, near, new}) == 3
    assert new == of_the_same, "one connection of the new kind has many addresses"


@pytest.mark.parametrize("path", ["*", "", "/", "//check", "/%2e%2e"])
def test_odd_paths_are_told_apart_without_falling_over(path: str) -> None:
    assert is_outside({"type": "http", "method": "OPTIONS", "path": path, "headers": []}) is False


def test_who_sends_much_and_never_finishes_keeps_no_words_out(
    public_address: str, outside: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "UNDER_WAY", 300_000)
    host, port = public_address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as slow:
        slow.sendall(
            b"POST /report/tip HTTP/1.1\r\nhost: localhost\r\ncontent-length: 900000\r\n"
            b"content-type: application/x-www-form-urlencoded\r\n\r\ntext=" + b"x" * 290_000
        )
        large = {"text": "x" * 100_000}
        answers = poll()
        answers.register(slow, POLLIN)
        deadline = time.monotonic() + 60
        # Anyone who brings it over the bound is refused: the large one, or the slow one whose last part came while it was sent.
        while outside.post("/report/tip", data=large).status_code != 503:
            if answers.poll(0):
                assert b" 503 " in slow.recv(4096)
                break
            assert time.monotonic() < deadline
        assert outside.post("/report/tip", data={"text": "They hold us."}).status_code == 200
    deadline = time.monotonic() + 60
    while outside.post("/report/tip", data=large).status_code != 200:
        assert time.monotonic() < deadline
