"""Connections that say nothing, or too much: they are dropped, and the room stays open to everybody else."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from urllib.parse import urlsplit

import httpx
import pytest

from tests.cases.scenes import PASSWORD
from tests.web.conftest import FIELD, Night, Visitor
from warroom.access import hashing
from warroom.web import connections
from warroom.web.connections import TimedHttpProtocol

HALF = b"GET /sign-in HTTP/1.1\r\nHost: localhost\r\n"


def connect(address: str) -> socket.socket:
    there = urlsplit(address)
    return socket.create_connection((there.hostname, there.port), timeout=20)


def trickle(one: socket.socket, parts: list[bytes], pause: float) -> None:
    for part in parts:
        one.sendall(part)
        time.sleep(pause)


def ends(one: socket.socket) -> bool:
    """Whether the other side ends the connection."""
    try:
        return one.recv(100) == b""
    except ConnectionResetError:
        return True


def test_a_request_that_does_not_come_whole_in_time_is_dropped(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.5)
    monkeypatch.setattr(connections, "STILL_SECONDS", 0.5)
    form = b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nusername="
    post = b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\n" + form
    before = dropped(address)
    for begun in (b"", HALF, post):
        with closing(connect(address)) as one:
            one.sendall(begun)
            assert ends(one)
    assert dropped(address) == before + 3, "and whoever watches the room sees it"


def dropped(address: str) -> int:
    lines = httpx.get(f"{address}/metrics", timeout=20).text.splitlines()
    return int(next(line for line in lines if line.startswith("warroom_connections_dropped ")).split()[1])


def test_a_head_that_comes_a_sign_at_a_time_is_late_all_the_same(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "HEAD_SECONDS", 1)
    with closing(connect(address)) as one, pytest.raises(OSError, match=r"."):
        trickle(one, [bytes([sign]) for sign in HALF * 10], 0.1)


def test_connections_that_say_nothing_make_room_for_those_that_do(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TimedHttpProtocol, "max_connections", 20)
    with ExitStack() as stack:
        silent = [stack.enter_context(closing(connect(address))) for _ in range(200)]
        for one in silent[::2]:
            one.sendall(HALF) if one.fileno() >= 0 else None
        for _ in range(5):
            assert httpx.get(f"{address}/sign-in", timeout=20).status_code == 200
        assert ends(silent[0])


def test_a_head_of_more_than_32_kilobytes_is_refused_whether_it_ends_or_not(address: str) -> None:
    answer = httpx.get(f"{address}/sign-in", headers={"x-long": "x" * 40_000})
    assert (answer.status_code, "32 KB" in answer.text) == (431, True)
    with closing(connect(address)) as one, pytest.raises(OSError, match=r"."):
        trickle(one, [HALF + b"x-long: ", *[b"x" * 10_000] * 200], 0.01)


def test_the_server_may_open_as_many_files_as_the_system_allows() -> None:
    program = (
        "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (256, 3000))\n"
        "from warroom.web.connections import most_connections\n"
        "print(most_connections(), resource.getrlimit(resource.RLIMIT_NOFILE)[0])"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert said.split() == ["2744", "3000"]


@pytest.mark.parametrize("words", [" bytes came and ", "' is no bank on file here; ", "x"])
def test_nothing_that_a_stranger_sends_costs_more_than_a_twentieth_of_a_second(
    address: str, words: str
) -> None:
    def sent(keyid: str, body: bytes = b"{}") -> float:
        said = f'warroom=("@method");created=1;keyid="{keyid}";alg="ed25519"'
        headers = {"signature-input": said, "content-type": "application/json", "accept-language": "th"}
        begun = time.process_time()
        try:
            answer = httpx.post(f"{address}/api/v1/answers", content=body, headers=headers, timeout=60)
            assert answer.status_code in (403, 431)
        except (httpx.ReadError, httpx.WriteError):
            # Refused while it still sent: the system drops the answer with the connection.
            assert len(keyid) > 30_000 or len(body) > 30_000
        return time.process_time() - begun

    # This very process serves and asks: what both do for the plainest request is taken off.
    plain = min(sent("B99") for _ in range(5))
    for signs in (60, 7_000, 30_000, 60_000, 200_000):
        keyid = (words * (signs // len(words) + 1))[:signs]
        assert min(sent(keyid) for _ in range(3)) - plain < 0.05
    assert min(sent("B99", (words * 100_000)[:1_000_000].encode()) for _ in range(3)) - plain < 0.05


def test_many_sign_ins_at_once_leave_memory_and_other_pages_alone(address: str) -> None:
    answers: list[httpx.Response] = []

    def sign_in(number: int) -> None:
        with httpx.Client(base_url=address, timeout=60) as client:
            form = dict(FIELD.findall(client.get("/sign-in").text))
            ready.wait()
            given = form | {"username": f"nobody-{number % 7}", "password": PASSWORD}
            answers.append(client.post("/sign-in", data=given))

    hashing.verify_password(None, PASSWORD)
    before: list[float] = []
    # Measured when everybody stands at the door: what the visitors themselves take is none of the room's.
    ready = threading.Barrier(40, lambda: before.append(_memory()))
    people = [threading.Thread(target=sign_in, args=(number,)) for number in range(40)]
    with passwords_wait():
        for thread in people:
            thread.start()
        # Other pages are answered while every place is taken, and as long as none becomes free.
        with httpx.Client(base_url=address, timeout=60) as client:
            while len(answers) < 40 - PLACES:
                assert client.get("/sign-in").status_code == 200
            for _ in range(20):
                assert client.get("/sign-in").status_code == 200
        assert {answer.status_code for answer in answers} == {503}
    for thread in people:
        thread.join()
    assert _memory() - before[0] < 150
    refused = [answer for answer in answers if answer.status_code == 503]
    assert {answer.status_code for answer in answers} == {403, 503}
    assert all(int(answer.headers["retry-after"]) > 0 for answer in refused)
    assert refused


PLACES = hashing.AT_ONCE + hashing.WAITING


@contextmanager
def passwords_wait() -> Iterator[None]:
    """No password is looked at before the block ends."""
    ended = threading.Event()
    for _ in range(hashing.AT_ONCE):
        hashing._get_workers(os.getpid()).submit(ended.wait, 120)
    try:
        yield
    finally:
        ended.set()


def _memory() -> float:
    """The most megabytes that this process has had."""
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))


def test_behind_a_proxy_that_does_not_say_for_whom_no_stranger_locks_an_officer_out(
    night: Night, enter: Callable[..., Visitor]
) -> None:
    anna = enter("anna", **{"x-forwarded-proto": "http"})
    stranger = enter(**{"x-forwarded-proto": "http", "x-forwarded-for": "any text, at all" * 100})
    for _ in range(5):
        stranger.sign_in("anna", "wrong password here")
    assert "wait 5 minutes" in stranger.sign_in("anna").text
    del anna.client.cookies["warroom_session"]
    assert anna.sign_in("anna", to="/account").url.path == "/account"
    assert night.sql("SELECT count(*) FROM address_tries") == [(0,)]
    assert night.sql("SELECT DISTINCT address FROM sessions") == [("",)]


def test_an_address_is_taken_as_the_proxy_says_it_where_it_is_one(
    night: Night, enter: Callable[..., Visitor]
) -> None:
    enter("anna", **{"x-forwarded-for": "198.51.100.7"})
    assert night.sql("SELECT address FROM sessions") == [("198.51.100.7",)]
