"""Evidence over HTTP: streamed in, given out as nothing but bytes, and only to the people of the case."""

import hashlib
import http.client
import io
import itertools
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import psutil
import pytest
from httpx import Client, Response

from tests.cases.scenes import PASSWORD
from tests.web.conftest import Night
from warroom.access.sign_in import sign_in
from warroom.cases.decisions.cases import state_purpose
from warroom.evidence import store

MIB = 1 << 20
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(2)</script></svg>'
keys = (f"evidence-{number:06d}" for number in itertools.count())


class Caller:
    """An officer's program: it has a token, and a new key for each decision."""

    def __init__(self, client: Client, token: str) -> None:
        self.client, self.token = client, token
        client.headers["authorization"] = f"Bearer {token}"

    def get(self, path: str) -> Response:
        return self.client.get(f"/api/v1{path}")

    def post(self, path: str, **body: Any) -> Response:
        return self.client.post(f"/api/v1{path}", json=body, headers={"Idempotency-Key": next(keys)})

    def upload(self, content: bytes, name: str = "photo.jpg", case: str = "C-1", **more: Any) -> Response:
        headers = {"Idempotency-Key": next(keys), "Content-Type": "application/octet-stream"}
        asked = {"name": name, "reason": "handed in at the desk"} | more
        return self.client.post(
            f"/api/v1/cases/{case}/evidence", content=content, params=asked, headers=headers
        )


@pytest.fixture
def call(night: Night, address: str) -> Iterator[Callable[..., Caller]]:
    """`call("kan", "custodian")` is an officer of the case with a program."""
    night.case()
    clients = []

    def one(username: str, *roles: str) -> Caller:
        officer = night.officer(username, *roles)
        if "admin" not in roles:
            state_purpose(night.ledger, officer, "C-1", "investigation", "custody of exhibits")
        clients.append(Client(base_url=address, timeout=120, cookies={"warroom_language": "en"}))
        return Caller(clients[-1], sign_in(night.ledger, username, PASSWORD).token)

    yield one
    for client in clients:
        client.close()


@pytest.fixture
def kan(call: Callable[..., Caller]) -> Caller:
    return call("kan", "custodian")


def test_a_file_goes_in_and_comes_out_byte_for_byte(kan: Caller) -> None:
    content = b"\xff\xd8\xff" + bytes(range(256)) * 9_000
    added = kan.upload(content, "ภาพถ่าย.jpg", location="room 4", seal="S-1")
    assert added.status_code == 201, added.text
    item = added.json()["item"]
    assert (item["sha256"], item["size"]) == (hashlib.sha256(content).hexdigest(), len(content))
    assert (item["name"], item["media"], item["seal"]) == ("ภาพถ่าย.jpg", "image/jpeg", "S-1")
    given = kan.get(f"/evidence/{item['id']}/file")
    assert given.content == content
    assert given.headers["etag"] == f'"{item["sha256"]}"'
    assert kan.get("/cases/C-1/evidence").json()["total"] == 1
    assert kan.get(f"/evidence/{item['id']}").json()["custody"][0]["by"]["username"] == "kan"


def test_no_file_is_ever_shown_by_a_browser(kan: Caller) -> None:
    item = kan.upload(SVG, "picture.svg").json()["item"]
    assert item["media"] == "image/svg+xml"
    given = kan.get(f"/evidence/{item['id']}/file")
    assert given.content == SVG
    assert given.headers["content-type"] == "application/octet-stream"
    assert given.headers["content-disposition"] == f'attachment; filename="{item["number"]}.bin"'
    assert given.headers["x-content-type-options"] == "nosniff"
    assert given.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert "content-encoding" not in given.headers


@pytest.mark.parametrize(
    ("name", "shown"),
    [("../../x", "../../x"), ("a\x00b\nc", "a\\u0000b\\u000ac"), ("gnp.\u202eexe", "gnp.\\u202eexe")],
)
def test_a_hostile_name_is_only_words(kan: Caller, name: str, shown: str) -> None:
    item = kan.upload(b"x", name).json()["item"]
    assert item["name"] == shown
    given = kan.get(f"/evidence/{item['id']}/file")
    assert name not in given.headers["content-disposition"]


def test_what_is_no_file_with_a_length_is_refused_in_a_sentence(kan: Caller) -> None:
    path, asked = "/api/v1/cases/C-1/evidence", {"name": "x", "reason": "handed in"}
    form = kan.client.post(path, params=asked, files={"file": b"x"}, headers={"Idempotency-Key": next(keys)})
    assert (form.status_code, "without a form" in form.json()["error"]) == (400, True)
    headers = {"Idempotency-Key": next(keys)}
    endless = kan.client.post(path, params=asked, content=iter([b"x"]), headers=headers)
    assert (endless.status_code, "Content-Length" in endless.json()["error"]) == (400, True)


def test_an_upload_whose_line_breaks_leaves_nothing(kan: Caller, night: Night, address: str) -> None:
    place = urlsplit(address)
    line = http.client.HTTPConnection(place.hostname or "", place.port)
    line.putrequest("POST", "/api/v1/cases/C-1/evidence?name=x&reason=handed%20in")
    for name, value in {
        "Authorization": f"Bearer {kan.token}",
        "Idempotency-Key": next(keys),
        "Content-Type": "application/octet-stream",
        "Content-Length": str(10 * MIB),
    }.items():
        line.putheader(name, value)
    line.endheaders()
    line.send(bytes(3 * MIB))
    folder = store.get_files_folder(night.home)
    wait_for(lambda: any(path.stat().st_size >= MIB for path in folder.glob(".draft-*")))
    line.close()
    wait_for(lambda: not any(path.is_file() for path in folder.rglob("*")))
    assert kan.get("/cases/C-1/evidence").json()["total"] == 0


def wait_for(what: Callable[[], bool]) -> None:
    for _ in range(200):
        if what():
            return
        time.sleep(0.05)
    raise AssertionError("did not happen within ten seconds")


def test_a_file_beyond_the_limit_is_refused_before_it_is_read(
    kan: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WARROOM_EVIDENCE_MAX_MB", "1")
    refused = kan.upload(bytes(2 * MIB))
    assert refused.status_code == 413
    assert refused.json()["error"].startswith("The file is larger than 1 MiB; nothing was kept")
    assert kan.upload(bytes(MIB)).status_code == 201


def test_a_full_disk_is_a_sentence(kan: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = store.shutil.disk_usage("/")
    monkeypatch.setattr(store.shutil, "disk_usage", lambda path: usage._replace(free=MIB))
    refused = kan.upload(b"x")
    assert refused.status_code == 503
    assert "1 MiB left" in refused.json()["error"]


def test_strangers_send_nothing_and_see_nothing(
    kan: Caller, call: Callable[..., Caller], address: str
) -> None:
    item = kan.upload(b"x").json()["item"]["id"]
    with Client(base_url=address, timeout=60) as nobody:
        assert nobody.post("/api/v1/cases/C-1/evidence?name=x&reason=y", content=b"x").status_code == 401
        assert nobody.get(f"/api/v1/evidence/{item}/file").status_code == 401
    root = call("root", "admin")
    assert root.upload(b"x").status_code == 403
    assert root.get(f"/evidence/{item}/file").status_code == 403
    assert kan.get("/evidence/999/file").status_code == 404
    assert kan.upload(b"x", case="C-99").status_code == 404


def test_a_hand_over_takes_two_programs(kan: Caller, call: Callable[..., Caller]) -> None:
    phone = kan.post("/cases/C-1/evidence/things", name="phone", reason="seized at the site", seal="S-1")
    assert phone.status_code == 201, phone.text
    path = f"/evidence/{phone.json()['item']['id']}"
    nid = call("nid", "custodian", "investigator")
    offered = kan.post(f"{path}/custody", kind="offered", receiver="nid", reason="for examination")
    assert (offered.status_code, offered.json()["item"]["state"]) == (201, "offered")
    assert kan.post(f"{path}/accept", reason="mine").status_code == 403
    taken = nid.post(f"{path}/accept", reason="received, seal whole", location="laboratory")
    assert (taken.status_code, taken.json()["item"]["holder"]["username"]) == (200, "nid")
    copied = nid.post(f"{path}/copies", holder="kan", reason="image of the phone", sha256="a" * 64)
    assert (copied.status_code, copied.json()["custody"][-1]["copy_number"]) == (201, 1)
    for kind, more in (
        ("sealed", {"seal": "S-2"}),
        ("moved", {"location": "room 5"}),
        ("returned", {"owner": "A."}),
    ):
        step = nid.post(f"{path}/custody", kind=kind, reason="done with it", **more)
        assert (step.status_code, step.json()["custody"][-1]["kind"]) == (201, kind)
    assert nid.post(f"{path}/custody", kind="sealed", reason="again", seal="S-3").status_code == 409


def test_a_bundle_comes_down_and_verifies_on_its_own(kan: Caller, tmp_path: Path, night: Night) -> None:
    kan.upload(b"a photograph")
    trail = kan.post("/cases/C-1/evidence/frozen", what="snapshot", reason="what the approval was made on")
    assert trail.status_code == 201
    given = kan.post("/cases/C-1/bundle", reason="for the Criminal Court")
    assert (given.status_code, given.headers["content-type"]) == (200, "application/zip"), given.text
    assert given.headers["content-disposition"] == 'attachment; filename="C-1.zip"'
    zipfile.ZipFile(io.BytesIO(given.content)).extractall(tmp_path / "expert")
    check = [sys.executable, "-I", str(tmp_path / "expert" / "verify.py"), "--fingerprint"]
    done = subprocess.run([*check, given.headers["x-key-fingerprint"]], env={}, cwd="/", capture_output=True)
    assert done.returncode == 0, done.stdout.decode()
    assert list(night.home.run.glob("bundle-*")) == []


@pytest.mark.slow
def test_three_hundred_megabytes_pass_through_in_constant_memory(kan: Caller, address: str) -> None:
    kan.upload(bytes(MIB))
    before, peak = psutil.Process().memory_info().rss, 0
    for send in (300,):
        place = urlsplit(address)
        line = http.client.HTTPConnection(place.hostname or "", place.port, timeout=120)
        line.putrequest("POST", f"/api/v1/cases/C-1/evidence?name=disk.img&reason={quote('seized')}")
        line.putheader("Authorization", f"Bearer {kan.token}")
        line.putheader("Idempotency-Key", next(keys))
        line.putheader("Content-Length", str(send * MIB))
        line.endheaders()
        block = bytes(MIB)
        for _ in range(send):
            line.send(block)
            peak = max(peak, psutil.Process().memory_info().rss)
        answer = line.getresponse()
        assert answer.status == 201, answer.read()
        line.close()
    assert peak - before < 96 * MIB
