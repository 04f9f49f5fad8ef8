"""A holder attaches a receipt to an appeal without a sign-in and without scripts; the officer who answers sees it."""

import hashlib
from collections.abc import Callable

import pytest
from httpx import Response

from tests.cases.test_receipt_cleaning import SECRET, exif, jpeg, locked, part
from tests.web.conftest import Night, Visitor
from tests.web.test_case import approve
from tests.web.test_queue import said
from warroom.papers.cleaning import MOST, clean_file

Enter = Callable[..., Visitor]
PICTURE = jpeg(part(0xE1, exif(6)), part(0xFE, SECRET))
OBJECTION = {"who": "Somsri", "phone": "", "text": "I sold my old telephone."}


@pytest.fixture
def held(anna: Visitor, night: Night) -> str:
    """The code of a hold that Anna approved."""
    approve(anna)
    return str(night.hold_now(1).reference)


@pytest.fixture
def holder(enter: Enter) -> Visitor:
    return enter()


def object_with(holder: Visitor, code: str, content: bytes, name: str = "photo.jpg", **more: str) -> Response:
    data = holder.fields(f"/appeal/{code}", f"/appeal/{code}") | OBJECTION | more
    return holder.client.post(f"/appeal/{code}", data=data, files={"receipt": (name, content, "image/jpeg")})


def test_a_receipt_is_sealed_with_the_appeal_and_says_nothing_of_its_maker(
    holder: Visitor, night: Night, held: str
) -> None:
    answer = object_with(holder, held, PICTURE)
    assert answer.status_code == 200, answer.text
    assert "The file that you attached is with it." in said(answer.text)
    ((media, content, sha256),) = night.sql("SELECT media, content, sha256 FROM appeal_receipts")
    assert (media, bytes(content)) == clean_file(PICTURE)
    assert SECRET not in bytes(content)
    assert sha256 == hashlib.sha256(bytes(content)).hexdigest()
    ((leaf,),) = night.sql("SELECT leaf FROM audit WHERE verb = 'appeal.receipt'")
    assert sha256.encode() in bytes(leaf)
    with pytest.raises(Exception, match="may not do this"):
        night.sql("UPDATE appeal_receipts SET media = 'image/png'")


def test_the_appeals_officer_sees_it_and_the_look_is_logged(
    holder: Visitor, night: Night, held: str, enter: Enter
) -> None:
    object_with(holder, held, PICTURE)
    chai = enter("chai")
    page = chai.page("/cases/C-1")
    assert "See what the holder attached: a picture" in said(page)
    answer = chai.get("/appeals/1/receipt")
    assert (answer.headers["content-type"], answer.content) == clean_file(PICTURE)
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert night.sql("SELECT count(*) FROM audit WHERE verb = 'appeal.receipt-read'") == [(1,)]


def test_nobody_else_opens_it(holder: Visitor, night: Night, held: str, enter: Enter) -> None:
    object_with(holder, held, PICTURE)
    assert holder.client.get("/appeals/1/receipt", follow_redirects=False).status_code in (303, 401)
    night.officer("first", "admin")
    assert enter("first").get("/appeals/1/receipt").status_code == 403
    assert enter("chai").get("/appeals/9/receipt").status_code == 404


def test_no_file_is_no_receipt_and_an_objection_all_the_same(
    holder: Visitor, night: Night, held: str
) -> None:
    # As a browser sends a field in which nobody chose a file.
    said_of = holder.fields(f"/appeal/{held}", f"/appeal/{held}") | OBJECTION
    parts = [
        f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}' for name, value in said_of.items()
    ]
    parts.append(
        'Content-Disposition: form-data; name="receipt"; filename=""\r\nContent-Type: application/octet-stream\r\n\r\n'
    )
    body = "".join(f"--edge\r\n{one}\r\n" for one in parts) + "--edge--\r\n"
    answer = holder.client.post(
        f"/appeal/{held}",
        content=body.encode(),
        headers={"content-type": "multipart/form-data; boundary=edge"},
    )
    assert "We have your objection" in said(answer.text)
    assert night.sql("SELECT count(*) FROM appeals") == [(1,)]
    assert night.sql("SELECT count(*) FROM appeal_receipts") == [(0,)]


@pytest.mark.parametrize(
    ("content", "english", "thai"),
    [
        (b"MZ a program", "Attach a picture (JPEG or PNG) or a PDF, such as", "โปรดแนบรูปภาพหรือเอกสาร เช่น"),
        (b"\xff\xd8\xff" + bytes(MOST), "The file is larger than 5 megabytes", "ไฟล์ใหญ่กว่า 5 เมกะไบต์"),
        (locked(), "locked with a password", "ล็อกด้วยรหัสผ่าน"),
    ],
)
def test_a_file_that_cannot_be_taken_is_told_in_a_sentence_and_no_word_is_lost(
    holder: Visitor, night: Night, held: str, content: bytes, english: str, thai: str
) -> None:
    for language, words in (("en", english), ("th", thai)):
        holder.client.cookies.set("warroom_language", language)
        answer = object_with(holder, held, content)
        assert answer.status_code in (409, 413)
        assert words in said(answer.text)
        assert "I sold my old telephone." in answer.text
    assert night.sql("SELECT count(*) FROM appeals") == [(0,)]


def test_who_has_no_notice_sends_no_file(holder: Visitor, held: str) -> None:
    data = holder.fields(f"/appeal/{held}", f"/appeal/{held}") | OBJECTION
    answer = holder.client.post(
        "/appeal/AAAA-BBBB", data=data, files={"receipt": ("a.jpg", PICTURE, "image/jpeg")}
    )
    assert answer.status_code == 404
