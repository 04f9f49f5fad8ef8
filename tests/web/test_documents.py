"""Documents in forms: the file is chosen, its hash is taken by the program, and the file itself is not kept."""

import hashlib
import re
from collections.abc import Callable

import pytest

from tests.web.conftest import Night, Visitor
from tests.web.test_actions import said
from warroom.access.agencies import seed_exercise

Enter = Callable[..., Visitor]
PAGE = "/actions/new?kind=page-takedown"
COPY = b"<html>work from home, 40,000 baht</html>"
TAKEDOWN = {
    "subjects": "https://example.com/jobs",
    "d-scheme": "job",
    "d-preserve": "yes",
    "partner": "PLATFORM",
    "reason": "It offers work that does not exist.",
}


@pytest.fixture
def logi(night: Night, enter: Enter) -> Visitor:
    night.officer("first", "admin")
    seed_exercise(night.ledger)
    night.officer("logi", "logistics")
    return enter("logi")


def send(visitor: Visitor, content: bytes = b"", name: str = "page.html", **more: str) -> str:
    data = visitor.fields(PAGE, "/actions/new") | TAKEDOWN | {"d-copied_at": "2026-11-20T09:00"} | more
    files = {"d-copy_sha256.file": (name, content, "text/html")}
    return visitor.client.post("/actions/new", data=data, files=files).text


def test_the_hash_of_a_file_is_taken_by_the_program_and_shown(logi: Visitor, night: Night) -> None:
    shown = send(logi, COPY)
    digest = hashlib.sha256(COPY).hexdigest()
    assert digest in shown
    assert night.sql("SELECT details->>'copy_sha256' FROM actions") == [(digest,)]


def test_a_refused_form_keeps_the_hash_so_that_the_file_need_not_be_chosen_again(
    logi: Visitor, night: Night
) -> None:
    shown = send(logi, COPY, reason=" ")
    digest = hashlib.sha256(COPY).hexdigest()
    assert f'value="{digest}"' in shown
    assert night.sql("SELECT count(*) FROM actions") == [(0,)]
    send(logi, b"", name="", **{"d-copy_sha256": digest.upper()})
    assert night.sql("SELECT details->>'copy_sha256' FROM actions") == [(digest,)]


def test_a_missing_file_is_named_in_both_languages(logi: Visitor) -> None:
    assert "Choose the file of the copy of the page." in said(send(logi, b"", name=""))
    logi.client.cookies.set("warroom_language", "th")
    assert "เลือกไฟล์ของสำเนาหน้าเว็บที่เก็บไว้" in said(send(logi, b"", name="")).replace("\u2060", "")


def test_a_fingerprint_that_is_none_is_told_with_an_example(logi: Visitor) -> None:
    wrong = said(send(logi, b"", name="", **{"d-copy_sha256": "9f86"}))
    assert "64 characters of 0-9 and a-f, such as 9f86d081" in wrong


def test_what_the_house_knows_stands_in_the_form(logi: Visitor, night: Night, enter: Enter) -> None:
    page = logi.page(PAGE)
    assert 'name="d-copied_at" required' in page
    copied_at = re.search(r'name="d-copied_at"[^>]* value="(\d+ \w+ \d{4} \d\d:\d\d)"', page)
    assert copied_at, "written as people write it, the day before the month"
    night.officer("ines", "investigator")
    assert 'value="THB"' in enter("ines").get("/assets/new?kind=cash").text


def test_a_form_that_asks_for_no_document_takes_none(logi: Visitor) -> None:
    data = logi.fields("/", "/preferences") | {"language": "en", "back": "/"}
    answer = logi.client.post("/preferences", data=data, files={"a.file": ("a", b"1", "text/plain")})
    assert answer.status_code == 400
