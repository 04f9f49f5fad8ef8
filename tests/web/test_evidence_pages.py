"""The pages of evidence: a file through a plain form, custody with both sides of a hand-over, and the court's bundle."""

import hashlib
import io
import zipfile
from collections.abc import Callable

import pytest
from httpx import Response

from tests.web.conftest import Night, Visitor
from tests.web.leftovers import text, whole_in_both
from warroom.access.officers import deactivate_officer
from warroom.evidence import store

Enter = Callable[..., Visitor]
PHOTO = b"\xff\xd8\xff\xe0 an invented photo"
LIST = "/cases/C-1/evidence"


@pytest.fixture
def kan(night: Night, enter: Enter) -> Visitor:
    """The custodian, who works on the case; boon may receive."""
    night.case()
    night.officer("kan", "custodian")
    kan = enter("kan")
    kan.post("/cases/C-1", "/cases/C-1/purpose", purpose="investigation", text="to keep its evidence")
    return kan


def upload(
    who: Visitor,
    content: bytes,
    name: str = 'a "photo".jpg',
    headers: dict[str, str] | None = None,
    **said: str,
) -> Response:
    fields = who.fields(LIST, f"{LIST}/file") | {"reason": "handed in"} | said
    return who.client.post(f"{LIST}/file", data=fields, files={"file": (name, content)}, headers=headers)


def test_a_file_is_taken_in_by_a_form_and_comes_back_as_it_was(kan: Visitor) -> None:
    page = upload(kan, PHOTO, origin="desk 2").text
    assert "The item is taken in" in page
    assert hashlib.sha256(PHOTO).hexdigest() in page
    assert "desk 2" in page
    back = kan.get("/evidence/1/file")
    assert back.content == PHOTO
    assert back.headers["content-disposition"].startswith("attachment")
    assert "Evidence 1" in kan.page("/cases/C-1")
    assert "&#34;photo&#34;.jpg" in kan.page(LIST)


def test_a_file_larger_than_a_block_goes_through_in_pieces(kan: Visitor) -> None:
    content = b"0123456789abcdef" * (3 * store.BLOCK // 16) + b"end"
    assert hashlib.sha256(content).hexdigest() in upload(kan, content).text
    assert kan.get("/evidence/1/file").content == content


def test_a_refused_file_keeps_nothing_but_what_was_typed(kan: Visitor, night: Night) -> None:
    answer = upload(kan, PHOTO, reason=" ", origin="desk 2")
    assert answer.status_code == 409
    assert 'value="desk 2"' in answer.text
    nothing = upload(kan, b"", name="")
    assert nothing.status_code in (400, 409)
    assert (
        list(store.get_files_folder(night.home).rglob("*")) == []
        or not store.get_files_folder(night.home).exists()
    )


@pytest.mark.parametrize("wall", ["token", "origin", "order", "second"])
def test_a_strange_form_never_begins_a_file(kan: Visitor, night: Night, wall: str) -> None:
    fields = kan.fields(LIST, f"{LIST}/file") | {"reason": "handed in"}
    photo = ("file", ("a.jpg", PHOTO))
    if wall == "token":
        answer = kan.client.post(f"{LIST}/file", data=fields | {"csrf": "0.1"}, files=[photo])
    elif wall == "origin":
        answer = upload(kan, PHOTO, headers={"origin": "https://elsewhere.example"})
    elif wall == "second":
        answer = kan.client.post(f"{LIST}/file", data=fields, files=[photo, photo])
    else:  # the file before the token
        parts = [photo, *((name, (None, value)) for name, value in fields.items())]
        answer = kan.client.post(f"{LIST}/file", files=parts)
    assert answer.status_code in (400, 403)
    assert night.sql("SELECT count(*) FROM evidence_items")[0][0] == 0
    kept = [path for path in store.get_files_folder(night.home).rglob("*") if path.is_file()]
    assert kept == []


def test_a_hand_over_has_two_sides_and_only_the_receiver_accepts(kan: Visitor, enter: Enter) -> None:
    upload(kan, PHOTO)
    boon = enter("boon")
    offered = kan.post("/evidence/1", "/evidence/1/offered", receiver="boon", reason="for the examination")
    assert "/evidence/1/accept" not in offered.text
    accepted = boon.post("/evidence/1", "/evidence/1/accept", reason="one file, hash compared").text
    assert text(accepted).count("from Kan to Boon") == 2
    assert "You have accepted the item" in accepted
    assert "/evidence/1/offered" not in kan.page("/evidence/1")


def test_an_unknown_receiver_is_said_beside_the_form(kan: Visitor) -> None:
    upload(kan, PHOTO)
    answer = kan.post("/evidence/1", "/evidence/1/offered", receiver="nobody", reason="for the examination")
    assert answer.status_code == 409
    assert "There is no such officer" in answer.text
    assert 'value="for the examination"' in answer.text
    assert '<option value="boon">Boon</option>' in answer.text


def test_a_custodian_stands_in_for_a_holder_who_has_left(kan: Visitor, night: Night, enter: Enter) -> None:
    boon = enter("boon")
    upload(boon, PHOTO)
    assert "/evidence/1/offered" not in kan.page("/evidence/1")
    deactivate_officer(night.ledger, "boon")
    offered = kan.post("/evidence/1", "/evidence/1/offered", receiver="anna", reason="the holder has left")
    assert "The hand-over is offered" in offered.text


def test_a_thing_is_written_down_sealed_copied_and_given_back(kan: Visitor) -> None:
    made = kan.post(LIST, f"{LIST}/thing", name="A telephone", reason="seized", seal="S-1").text
    assert "taken into custody" in made
    kan.post("/evidence/1", "/evidence/1/sealed", seal="S-2", reason="new bag")
    copied = kan.post("/evidence/1", "/evidence/1/copies", holder="boon", reason="to read it").text
    assert "for Boon" in text(copied)
    back = kan.post("/evidence/1", "/evidence/1/returned", owner="Its owner", reason="no longer needed").text
    assert "to Its owner" in text(back)


def test_the_bundle_comes_as_a_download_and_the_page_says_how_the_court_checks_it(kan: Visitor) -> None:
    upload(kan, PHOTO)
    page = kan.page(LIST)
    answer = kan.post(LIST, "/cases/C-1/bundle", reason="for the trial")
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["x-key-fingerprint"] in page
    assert "verify.py" in zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert "A bundle needs its reason" in kan.post(LIST, "/cases/C-1/bundle", reason="").text


def test_whoever_has_not_said_why_says_it_and_is_led_on(kan: Visitor, night: Night, enter: Enter) -> None:
    upload(kan, PHOTO)
    night.officer("pros", "prosecutor")
    pros = enter("pros")
    answer = pros.get("/evidence/1")
    assert answer.status_code == 409
    assert "Why do you open case C-1?" in answer.text
    led = pros.post(
        "/evidence/1", "/cases/C-1/purpose", purpose="prosecution", text="to look at it", back="/evidence/1"
    )
    assert led.url.path == "/evidence/1"


def test_the_pages_are_whole_in_thai_and_in_english(kan: Visitor, enter: Enter) -> None:
    upload(kan, PHOTO, name="1.jpg")
    kan.post("/evidence/1", "/evidence/1/offered", receiver="boon", reason="-")
    for who in (kan, enter("boon")):
        whole_in_both(who, (LIST, "/evidence/1"), "1.jpg", "handed in", "image/jpeg")
