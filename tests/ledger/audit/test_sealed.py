"""A sealed case is not found by way of the log."""

import pytest

from tests.cases.scenes import Scene
from warroom.errors import NotAllowed
from warroom.ledger.audit import writing
from warroom.room.worklist.log_proof import prove_log_row


def test_the_proof_of_a_row_that_names_a_sealed_case_is_not_for_other_agencies(scene: Scene) -> None:
    scene.case()
    auditor = scene.officer("aud", "auditor")
    scene.sql(
        "INSERT INTO case_access (case_id, agency, officer_id, at) SELECT id, 'OTHER', :o, now() FROM cases",
        o=scene.anna.id,
    )
    with scene.ledger.open_session() as session:
        writing.write_audit_row(
            session, scene.anna, "cases.searched", "cases", {"words": "lamyai", "cases": ["C-1"]}
        )
    [number] = scene.sql("SELECT sequence FROM audit WHERE verb = 'cases.searched'")[0]
    assert prove_log_row(scene.ledger, number).row.verb == "cases.searched"
    with pytest.raises(NotAllowed, match="sealed to your agency"):
        prove_log_row(scene.ledger, number, officer=auditor)
