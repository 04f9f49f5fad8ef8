"""The log over HTTP: for auditors, page by page, each row provable without the house."""

from collections.abc import Callable, Iterator

import pytest
from httpx import Client

from tests.cases.scenes import PASSWORD
from tests.web.conftest import Night
from warroom.access.sign_in import sign_in
from warroom.keys import load_verify_key
from warroom.ledger import merkle, signed_notes
from warroom.ledger.audit import leaf as audit_leaf
from warroom.ledger.audit import writing


@pytest.fixture
def call(night: Night, address: str) -> Iterator[Callable[..., Client]]:
    """`call("dara", "auditor")` is an officer's program."""
    clients = []
    night.officer("first", "admin")

    def one(username: str, *roles: str) -> Client:
        night.officer(username, *roles)
        token = sign_in(night.ledger, username, PASSWORD).token
        headers = {"authorization": f"Bearer {token}"}
        clients.append(Client(base_url=f"{address}/api/v1", timeout=60, headers=headers))
        return clients[-1]

    yield one
    for client in clients:
        client.close()


def test_pages_of_the_log_go_from_the_newest_row_to_the_first(
    night: Night, call: Callable[..., Client]
) -> None:
    auditor = call("audrey", "auditor")
    with night.ledger.open_session() as session:
        writing.write_audit_rows(
            session, [audit_leaf.AuditEntry("anna", "test", f"thing:{n}", case="C-9") for n in range(5)]
        )
    first = auditor.get("/audit/rows", params={"limit": 3}).json()
    assert first["rows"][0]["verb"] == "log.read"
    assert [row["subject"] for row in first["rows"][1:]] == ["thing:4", "thing:3"]
    own = auditor.get("/audit/rows", params={"case": "C-9", "offset": 3}).json()
    assert [row["subject"] for row in own["rows"]] == ["thing:1", "thing:0"]
    assert own["total"] == 5
    last = auditor.get("/audit/rows", params={"offset": 10**6}).json()
    assert last["rows"] == []


def test_a_row_is_proved_to_who_has_the_key_alone(night: Night, call: Callable[..., Client]) -> None:
    given = call("audrey", "auditor").get("/audit/rows/2/proof").json()
    note = signed_notes.find_signed_note(load_verify_key(night.home), given["checkpoint"])
    assert note is not None
    leaf = merkle.leaf_hash(given["leaf"].encode())
    hashes = [bytes.fromhex(each) for each in given["hashes"]]
    assert merkle.verify_inclusion(leaf, 1, note.size, hashes, note.root)


def test_a_row_that_is_not_there_is_not_found(call: Callable[..., Client]) -> None:
    answer = call("audrey", "auditor").get("/audit/rows/99999/proof", headers={"accept-language": "en"})
    assert (answer.status_code, "99999" in answer.json()["error"]) == (404, True)


def test_the_whole_log_is_verified_on_request(call: Callable[..., Client]) -> None:
    answer = call("audrey", "auditor").post("/audit/verify")
    assert answer.status_code == 200
    assert (answer.json()["ok"], answer.json()["faults"]) == (True, [])


def test_nobody_but_auditors_reads_the_log(call: Callable[..., Client]) -> None:
    officer = call("otto", "officer", "supervisor")
    asked = [officer.get("/audit/rows"), officer.get("/audit/rows/1/proof"), officer.post("/audit/verify")]
    assert [answer.status_code for answer in asked] == [403, 403, 403]
