"""What strangers send to break the public side: every field, every size, every file; nothing falls over and nothing is lost."""

import io
import zipfile

import pytest
from httpx import Client, TransportError

from tests.public.test_inbox import PNG, desk
from tests.public.test_report import MONEY, turn
from tests.web.conftest import Night
from warroom.home import Home
from warroom.public.schema import PublicReport

NAUGHTY = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'; DROP TABLE officers; --",
    '=HYPERLINK("http://x.example","open")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "{{ 7 * 7 }} {% for x in y %} ${7*7} #{7*7}",
    "%s %n %x %d {0} {name}",
    "../../../../etc/passwd\x00.png",
    "👩‍👩‍👧‍👦 ก็๊๋ํ͂͂͂ \u202e drow \u200b\ufeff",
    "ق" * 10_000,
    "\r\nSet-Cookie: warroom_session=1",
    "-1e999",
    "NaN",
    "١٢٣",
)
FORMS = {
    "/report/tip": ("text", "place", "about"),
    "/report/money": ("when", "amount", "bank", "to"),
    "/report/job": ("text", "ticked"),
    "/report/job/send": ("text", "way", "trusted", "word"),
    "/report/missing": ("heard", "place", "lured"),
    "/report/code": ("code", "group", "tries", "phone"),
    "/receipt": ("code",),
}


@pytest.mark.parametrize("path", FORMS)
def test_no_field_of_any_form_breaks_the_page_or_the_room(night: Night, outside: Client, path: str) -> None:
    for naughty in NAUGHTY:
        data = dict.fromkeys(FORMS[path], naughty)
        answer = outside.post(path, data=data | {"once": naughty})
        assert answer.status_code < 500, naughty[:40]
        assert "<script>alert" not in answer.text
        assert "warroom_session" not in str(answer.headers)
    raw = outside.post(
        path,
        content=b"text=%ff%fe%00&amount=%C0%80&code=%ED%A0%80",
        headers={"content-type": "application/x-www-form-urlencoded"},
    )
    assert raw.status_code < 500
    turn(night)


def test_what_was_sent_stands_on_the_officers_page_as_it_was_and_runs_nothing(
    home: Home, night: Night, outside: Client
) -> None:
    for naughty in NAUGHTY[:6]:
        outside.post("/report/tip", data={"text": naughty})
    outside.post("/report/money", data=MONEY | {"to": "=1+1", "bank": "<b>"})
    turn(night)
    with desk(home, night, "anna") as anna:
        with night.ledger.open_session() as session:
            ids = [row.id for row in session.query(PublicReport)]
        assert len(ids) == 7
        for number in ids:
            anna.post(f"/public-reports/{number}", f"/public-reports/{number}/open")
            page = anna.page(f"/public-reports/{number}")
            assert "<script>alert" not in page
            assert "<img src=x" not in page
        assert "&lt;script&gt;alert(1)" in "".join(anna.page(f"/public-reports/{number}") for number in ids)


def test_what_is_no_picture_is_refused_beside_its_field_and_an_appended_archive_is_dropped(
    night: Night, outside: Client
) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("bomb.txt", "0" * 1_000_000)
    for content in (
        packed.getvalue(),
        b"MZ\x90",
        b"<svg onload='alert(1)'/>",
        PNG[:20],
        b"\xff\xd8\xff\xe1\xff\xff",
    ):
        refused = outside.post(
            "/report/tip", data={"text": "Look at this."}, files={"file": ("photo.jpg", io.BytesIO(content))}
        )
        assert refused.status_code == 400
        assert "Look at this." in refused.text
    assert turn(night) == 0
    both = {"file": ("photo.png", io.BytesIO(PNG + packed.getvalue()))}
    assert outside.post("/report/tip", data={"text": "Look at this."}, files=both).status_code == 200
    assert turn(night) == 1


def test_a_photo_of_fifty_megabytes_is_refused_and_the_next_report_comes_in(
    outside: Client, night: Night
) -> None:
    try:
        huge = {"file": ("photo.jpg", io.BytesIO(b"\xff\xd8\xff" + bytes(50_000_000)))}
        assert outside.post("/report/tip", data={"text": "x"}, files=huge).status_code == 413
    except TransportError:
        pass  # the server hung up before all of it was sent
    assert outside.post("/report/money", data=MONEY).status_code == 200
    assert turn(night) == 1
