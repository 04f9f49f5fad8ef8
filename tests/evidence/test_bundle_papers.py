"""Papers that no partner reads do not leave with a bundle."""

import zipfile
from pathlib import Path

from tests.actions.forms import document, filled
from tests.evidence.conftest import Cupboard
from warroom.access.agencies import seed_exercise
from warroom.actions.decisions import documents, proposals
from warroom.actions.decisions.proposals import ActionDraft
from warroom.evidence.bundle.make import make_bundle
from warroom.orders.order_content import OrderSubject

SECRET = "Presses buttons because somebody stood behind the chair."


def test_what_is_doubted_and_what_a_screening_found_stay_in_the_house(
    cupboard: Cupboard, tmp_path: Path
) -> None:
    scene = cupboard.scene
    scene.case()
    seed_exercise(scene.ledger)
    kind = "arrest-warrant-request"
    draft = ActionDraft(
        kind, (OrderSubject("person", "P-1"),), filled(kind), "The trail leads there.", "COURT", "C-1"
    )
    made = proposals.propose_action(scene.ledger, cupboard.nid, draft, key="key-one", now=scene.now)
    papers = {"screening-result": document("screening-result") | {"screener": SECRET}}
    papers["rights-notice"] = document("rights-notice") | {"thai": "Told to the person."}
    for name, content in papers.items():
        documents.attach_document(
            scene.ledger, cupboard.nid, made.id, name, content, key=f"key-{name}", now=scene.now
        )
    report = make_bundle(
        scene.ledger, cupboard.nid, "C-1", tmp_path / "C-1.zip", "for the court", now=scene.now
    )
    with zipfile.ZipFile(tmp_path / "C-1.zip") as given:
        rows = given.read("audit.jsonl").decode()
    assert (SECRET in rows, "Told to the person." in rows) == (False, True)
    assert report.withheld == 1
