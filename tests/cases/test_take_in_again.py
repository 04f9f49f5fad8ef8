"""A file's key is spent once the file is in: killed or failed before, the same key takes it in, once."""

import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from tests.cases.scenes import Scene
from tests.killing import running
from warroom.access.officers import list_officers
from warroom.deliveries import uploads
from warroom.deliveries.decisions import ingest_uploaded_file
from warroom.errors import NotPossible
from warroom.home import open_home
from warroom.lake.lake import Lake
from warroom.lake.terms import IngestSummary
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.verify import verify_audit
from warroom.records.guess.guess import guess_mapping
from warroom.records.mapping import DeliveryTerms

TERMS = DeliveryTerms(legal_basis="section 4", purpose="following reports")
ROWS = """record_id,time,payer_bank,payer,payee_bank,payee,amount,currency,channel
T1,2026-11-20T03:00:00Z,B01,1001,B02,2002,50000.00,THB,transfer
T2,2026-11-20T03:05:00Z,B01,1001,B02,2003,40000.00,THB,transfer
"""


def bring(scene: Scene, officer: Officer) -> uploads.UploadedFile:
    with uploads.UploadDraft(scene.home, officer, "transfers", "night.csv") as draft:
        draft.write(ROWS.encode())
        draft.finish()
        return uploads.load_uploaded_file(scene.home, officer, draft.save())


def take(ledger: Ledger, lake: Lake, officer: Officer, found: uploads.UploadedFile) -> IngestSummary:
    tree = guess_mapping(found.path, "transfers", found.name).tree if found.path.exists() else TREE
    return ingest_uploaded_file(ledger, lake, officer, found, tree, "bank-one", TERMS, "key-00000001")


TREE: dict[str, Any] = {}


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_take_in_that_failed_is_repeated_with_the_same_key(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    found = bring(scene, scene.anna)
    real = scene.lake.ingest

    def fails(jobs: Any) -> Any:
        if moment == "after":
            real(jobs)
        raise OSError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(scene.lake, "ingest", fails)
        with pytest.raises(OSError, match="disk"):
            take(scene.ledger, scene.lake, scene.anna, found)
    check_taken_in_once(scene, found)


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_take_in_that_was_killed_is_repeated_with_the_same_key(scene: Scene, moment: str) -> None:
    found = bring(scene, scene.anna)
    with running(take_and_hang, str(scene.home.root), found.token, moment):
        pass
    check_taken_in_once(scene, found)


def check_taken_in_once(scene: Scene, found: uploads.UploadedFile) -> None:
    """The same key takes the file in, answers the same again, and nothing is there twice."""
    TREE.update(guess_mapping(found.path, "transfers", found.name).tree)
    first = take(scene.ledger, scene.lake, scene.anna, found)
    assert first.accepted + first.duplicates == 2
    again = take(scene.ledger, scene.lake, scene.anna, found)
    assert (again.accepted, again.duplicates, again.delivery_id) == (
        first.accepted,
        first.duplicates,
        first.delivery_id,
    )
    counted = [
        len(
            scene.sql(
                "SELECT 1 FROM audit WHERE verb = :verb UNION ALL SELECT 1 FROM audit_waiting WHERE verb = :verb",
                verb=verb,
            )
        )
        for verb in ("file.accepted", "file.taken-in")
    ]
    assert counted == [1, 1]
    deliveries = {one.delivery_id for one in scene.lake.list_deliveries()}
    brought = {row[0] for row in scene.sql("SELECT delivery_id FROM bringers")}
    assert deliveries <= brought, "whoever brought the rows is known for each delivery that has some"
    with pytest.raises(NotPossible):
        ingest_uploaded_file(
            scene.ledger, scene.lake, scene.anna, found, TREE, "another", TERMS, "key-00000001"
        )
    assert sum(file.rows for file in scene.lake.list_files("transfers")) == 2
    assert verify_audit(scene.ledger).ok


def take_and_hang(root: str, token: str, moment: str, tell: Connection) -> None:
    """A program that takes a file in and stops before or after its rows are in the lake."""
    home = open_home(Path(root))
    with Ledger.open(home) as ledger:
        lake = Lake.open(home)
        real = lake.ingest

        def hangs(jobs: Any) -> Any:
            if moment == "after":
                real(jobs)
            tell.send(True)
            time.sleep(600)

        lake.ingest = hangs  # type: ignore[method-assign, assignment]
        officer = next(one for one in list_officers(ledger) if one.username == "anna")
        take(ledger, lake, officer, uploads.load_uploaded_file(home, officer, token))
