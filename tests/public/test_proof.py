"""What was sent can be proved later: the file holds the row of our log, the way to a signed checkpoint, and nothing else."""

import hashlib
import io
import json
import subprocess
import sys

from httpx import Client

from tests.public.test_report import code_on, turn
from tests.web.conftest import Night
from warroom.keys import format_public_key
from warroom.ledger.audit.checkpoints import sign_checkpoint
from warroom.public.outside.proof import verify_receipt
from warroom.public.outside.sealing import to_canonical_json
from warroom.public.proving import publish_proofs

SAID = {"text": "They pay 500 baht for a bank account at the market.", "place": "", "about": ""}


def kept(night: Night, outside: Client) -> tuple[str, bytes]:
    code = code_on(outside.post("/report/tip", data=SAID).text)
    turn(night)
    night.ledger.number_committed_rows()
    sign_checkpoint(night.ledger, night.now)
    assert publish_proofs(night.ledger, night.now) == 1
    assert publish_proofs(night.ledger, night.now) == 0
    turn(night)
    answer = outside.post("/receipt/file", data={"code": code})
    assert answer.headers["content-disposition"].startswith("attachment")
    return code, answer.content


def test_the_file_proves_what_was_sent_offline_and_on_the_page(night: Night, outside: Client) -> None:
    _, file = kept(night, outside)
    key = bytes.fromhex(format_public_key(night.home))
    proved = verify_receipt(file, key)
    body = {"kind": "tip", "said": SAID, "files": []}
    assert proved is not None
    assert proved.seal == hashlib.sha256(to_canonical_json(body)).hexdigest()
    assert b"market" not in file
    page = outside.post(
        "/receipt/proof", files={"file": ("receipt.json", io.BytesIO(file), "application/json")}
    )
    assert page.status_code == 200
    assert proved.seal[:8] in page.text
    changed = json.loads(file)
    changed["leaf"] = changed["leaf"].replace(proved.seal[:4], "0000", 1)
    for content in (json.dumps(changed).encode(), b"", b"[]", b"{" * 60_000, file[:-40]):
        assert verify_receipt(content, key) is None
        upload = {"file": ("receipt.json", io.BytesIO(content), "application/json")}
        assert outside.post("/receipt/proof", files=upload).status_code == 400
    assert verify_receipt(file, bytes(32)) is None


def test_the_check_needs_nothing_of_the_house(night: Night, outside: Client) -> None:
    _, file = kept(night, outside)
    from warroom.public.outside import proof

    (night.home.root / "receipt.json").write_bytes(file)
    asked = [
        sys.executable,
        "-I",
        str(proof.__file__),
        str(night.home.root / "receipt.json"),
        format_public_key(night.home),
    ]
    assert "sent " in subprocess.run(asked, capture_output=True, text=True, check=True).stdout


def test_without_the_code_there_is_no_file(night: Night, outside: Client) -> None:
    assert outside.post("/receipt/file", data={"code": "0" * 20}).status_code == 404
