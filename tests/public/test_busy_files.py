"""Who posts files that keep a reader busy stops nobody else, and uses up a share of their own whatever becomes of the form."""

import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
from httpx import Client, HTTPError

from tests.cases.test_receipt_cleaning import HOSTILE, jpeg, paper
from tests.public.test_report import MONEY
from tests.public.test_strangers import code_on
from tests.web.conftest import PLAIN
from warroom.web.public import forms
from warroom.web.public.limits import SHARES

TOGETHER = 9
SECONDS = 5


@pytest.fixture
def attack(public_address: str) -> Iterator[list[int]]:
    """One client that posts nine hostile files of 4.5 MB at once, over and over; the statuses of its answers."""
    ended, statuses = threading.Event(), list[int]()
    shapes = [HOSTILE[name] for name in ("many Exif marks", "many authors", "many scans")]

    def post(number: int) -> None:
        with Client(base_url=public_address, timeout=60, verify=PLAIN) as client:
            for turn in range(1_000):
                files = {"file": ("f", shapes[(number + turn) % 3], "application/pdf")}
                if ended.is_set():
                    return
                with suppress(HTTPError):
                    statuses.append(
                        client.post("/report/tip", data={"text": "They rang"}, files=files).status_code
                    )

    threads = [threading.Thread(target=post, args=(number,), daemon=True) for number in range(TOGETHER)]
    for thread in threads:
        thread.start()
    yield statuses
    ended.set()
    for thread in threads:
        thread.join(60)


def test_honest_pages_answer_while_one_client_posts_hostile_files(
    outside: Client, public_address: str, attack: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SHARES, "raw", 2**40)  # the attack never ends by itself
    cleaned: list[int] = []
    until = time.monotonic() + SECONDS
    while time.monotonic() < until or len(attack) <= TOGETHER:
        for ask in (
            lambda: outside.get("/"),
            lambda: outside.post("/check", data={"q": "081-234-5678"}),
            lambda: outside.post("/report/money", data=MONEY | {"once": str(time.monotonic_ns())}),
        ):
            before = attack.count(400)
            assert ask().status_code == 200
            cleaned.append(attack.count(400) - before)
        time.sleep(0.2)
    cleaned.sort()
    assert len(attack) > TOGETHER, "the attack went on"
    assert set(attack) == {400, 503}, "of one address three are cleaned at once"
    # A page that waited for the files would see all that one address has in the queue cleaned before its own answer.
    assert cleaned[len(cleaned) * 19 // 20] < forms.TOGETHER, cleaned


def test_the_share_is_counted_before_the_files_are_cleaned_and_also_where_the_form_is_refused(
    outside: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = b"MZ" + bytes(100_000)
    monkeypatch.setitem(SHARES, "raw", 350_000)
    for status in (400, 400, 400, 503):
        answer = outside.post(
            "/report/tip?l=en",
            data={"text": "They rang"},
            files=[("file", ("f", whole, "image/png")), ("file", ("g", jpeg(), "image/jpeg"))],
        )
        assert answer.status_code == status
    assert outside.post("/report/tip", data={"text": "They rang"}).status_code == 200, (
        "words have a share of their own"
    )
    assert outside.post("/check", files={"f": ("f", whole, "image/png")}).status_code == 503


def test_pictures_and_papers_that_are_attached_still_come_in(outside: Client) -> None:
    answer = outside.post(
        "/report/tip",
        data={"text": "They rang"},
        files=[("file", ("f", jpeg(), "image/jpeg")), ("file", ("g", paper(), "application/pdf"))],
    )
    assert answer.status_code == 200
    assert code_on(answer.text)
