"""Open pages hear that something has changed: kinds and numbers, only of what the officer may see."""

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from httpx import Client

from tests.web.conftest import Night, Visitor
from warroom.access.officers import deactivate_officer
from warroom.cases.decisions import cases
from warroom.cases.decisions.cases import take_case
from warroom.web.kit import live, logs

WAIT = 120.0
"""Seconds until a test gives up; a quiet machine needs one."""


class Heard:
    """What a stream has said so far, read beside the test."""

    def __init__(self) -> None:
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.over = threading.Event()

    def read(self, client: Client) -> None:
        with client.stream("GET", "/events") as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            assert answer.headers["cache-control"] == "no-store"
            name = ""
            for line in answer.iter_lines():
                if line.startswith("event: "):
                    name = line.removeprefix("event: ")
                elif line.startswith("data: "):
                    self.events.append((name, json.loads(line.removeprefix("data: "))))
        self.over.set()

    def named(self, name: str) -> list[dict[str, Any]]:
        return [data for each, data in self.events if each == name]

    def wait(self, name: str, count: int = 1) -> None:
        until = time.monotonic() + WAIT
        while len(self.named(name)) < count:
            assert time.monotonic() < until, self.events
            time.sleep(0.02)


@contextmanager
def listening(visitor: Visitor, silence: float = 60) -> Iterator[Heard]:
    """A stream of the visitor's own until the block ends; begun, so that the next change is heard. Its line is closed after
    `silence` seconds without a word.
    """
    heard = Heard()
    # Not the visitor's own client: its connection stays with the stream.
    client = Client(base_url=visitor.client.base_url, cookies=visitor.client.cookies, timeout=silence)
    thread = threading.Thread(target=_quietly, args=(heard, client), daemon=True)
    thread.start()
    heard.wait("ready")
    time.sleep(3 * live.EVERY)
    yield heard
    client.close()


def _quietly(heard: Heard, client: Client) -> None:
    try:
        heard.read(client)
    except Exception:  # the test closes the line under it
        heard.over.set()


def test_a_page_hears_of_a_change_by_its_kind_and_of_nothing_else(
    anna: Visitor, night: Night, enter: Callable[..., Visitor]
) -> None:
    with listening(anna) as heard:
        enter("dara").page("/cases")
        take_case(night.ledger, night.boon, "C-1")
        heard.wait("changed")
        [told] = heard.named("changed")
        assert told["kinds"] == {"case": 1}
        assert set(told) == {"kinds", "spread"}
        assert "C-1" not in json.dumps(heard.events)


def test_a_sealed_case_is_not_even_a_change_to_others(
    night: Night, anna: Visitor, enter: Callable[..., Visitor]
) -> None:
    com = night.officer("com", "commander")
    night.officer("far", agency="Elsewhere")
    cases.seal_case(night.ledger, com, "C-1", ["Police"], "A source is at risk.")
    with listening(enter("far")) as far, listening(anna) as near:
        take_case(night.ledger, night.boon, "C-1")
        near.wait("changed")
        time.sleep(2 * live.EVERY)
        assert far.named("changed") == []


def test_the_stream_ends_with_the_officers_access(anna: Visitor, night: Night) -> None:
    night.officer("root", "admin")
    with listening(anna) as heard:
        deactivate_officer(night.ledger, "anna")
        take_case(night.ledger, night.boon, "C-1")
        assert heard.over.wait(WAIT)
        assert heard.named("changed") == []
    assert anna.client.get("/events", follow_redirects=False).status_code in (303, 401)


def test_nobody_listens_without_a_sign_in(visitor: Visitor) -> None:
    assert visitor.client.get("/events", follow_redirects=False).status_code in (303, 401)


def metric(anna: Visitor, name: str) -> float:
    line = re.search(rf"^{re.escape(name)} ([\d.]+)$", anna.get("/metrics").text, re.MULTILINE)
    return float(line[1]) if line else 0.0


def test_a_page_that_listens_for_long_is_no_slow_answer(
    anna: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = [1.0]
    monkeypatch.setattr(logs, "time", SimpleNamespace(perf_counter=lambda: seconds[0]))
    before = metric(anna, "warroom_request_seconds_sum")
    with listening(anna, silence=2):
        seconds[0] += 3_600
    until = time.monotonic() + WAIT
    while not metric(anna, 'warroom_requests_total{route="/events",status="200"}'):
        assert time.monotonic() < until
        time.sleep(0.02)
    assert metric(anna, "warroom_request_seconds_sum") == before
