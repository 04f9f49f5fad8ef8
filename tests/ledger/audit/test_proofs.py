"""A row is proved under a checkpoint, and one checkpoint under a later one, from a few hundred stored hashes."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from tests.cases.scenes import Scene
from tests.ledger.audit.test_numbering import fill
from warroom.errors import NotAllowed, NotFound, NotPossible
from warroom.keys import load_verify_key
from warroom.ledger import merkle, signed_notes
from warroom.ledger.audit import checkpoints, proofs, subtrees
from warroom.ledger.ledger import Ledger
from warroom.ledger.verify import verify_audit
from warroom.room.worklist import log_proof

ROWS = 1_100  # four full subtrees and a rest


@pytest.fixture
def filled(ledger: Ledger) -> Ledger:
    for rows in (100, 155, 1, 2, 700, 142):  # just under, at and over the edge of a subtree
        fill(ledger, rows)
    ledger.number_committed_rows()
    return ledger


def test_any_row_is_proved_among_any_number_of_rows(filled: Ledger) -> None:
    with filled.open_session() as session:
        hashes = [hashed for _, hashed in checkpoints.iter_stored_hashes(session)]
        for size in (1, 2, 255, 256, 257, 512, 769, ROWS):
            root = merkle.compute_root(hashes[:size])
            for sequence in {1, 2, 255, 256, 257, 513, size // 2, size} & set(range(1, size + 1)):
                made = proofs.build_inclusion_proof(session, sequence, size)
                assert made.root == root
                assert merkle.verify_inclusion(hashes[sequence - 1], sequence - 1, size, made.hashes, root)


def test_the_log_is_shown_to_continue_any_earlier_one(filled: Ledger) -> None:
    with filled.open_session() as session:
        hashes = [hashed for _, hashed in checkpoints.iter_stored_hashes(session)]
        for old in (0, 1, 255, 256, 300, 512, 1_024, ROWS):
            proof = proofs.build_consistency_proof(session, old, ROWS)
            roots = merkle.compute_root(hashes[:old]), merkle.compute_root(hashes)
            assert merkle.verify_consistency(old, roots[0], ROWS, roots[1], proof)


def test_a_proof_reads_a_few_hundred_hashes_and_not_all(
    filled: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = []
    stored = subtrees.load_hashes
    monkeypatch.setattr(subtrees, "load_hashes", lambda *given: read.append(stored(*given)) or read[-1])
    with filled.open_session() as session:
        proofs.build_inclusion_proof(session, 700, ROWS)
    assert sum(map(len, read)) <= 2 * 256 + 4


def test_a_row_that_is_not_there_is_not_proved(filled: Ledger) -> None:
    with filled.open_session() as session:
        for sequence, size in ((0, 5), (6, 5), (1, ROWS + 1)):
            with pytest.raises(NotPossible):
                proofs.build_inclusion_proof(session, sequence, size)
        with pytest.raises(NotPossible, match="does not continue"):
            proofs.build_consistency_proof(session, 6, 5)
    with pytest.raises(NotFound, match="no row 5000"):
        log_proof.prove_log_row(filled, 5_000)


def test_no_proof_is_given_of_a_log_that_does_not_add_up(
    filled: Ledger, by_superuser: Callable[[str], None]
) -> None:
    checkpoints.sign_checkpoint(filled)
    by_superuser("UPDATE audit_subtrees SET hash = sha256('x') WHERE level = 1 AND number = 1")
    with pytest.raises(NotPossible, match="audit verify"):
        log_proof.prove_log_row(filled, 3)
    (fault,) = verify_audit(filled).faults
    assert (fault.sequence, fault.kind) == (257, "subtree")


def test_what_is_given_out_is_checked_with_the_key_alone(filled: Ledger) -> None:
    given = log_proof.prove_log_row(filled, 700)
    note = signed_notes.find_signed_note(load_verify_key(filled.home), given.checkpoint)
    assert note is not None
    hashes = [bytes.fromhex(each) for each in given.hashes]
    leaf = merkle.leaf_hash(given.leaf.encode())
    assert merkle.verify_inclusion(leaf, 699, note.size, hashes, note.root)
    assert not merkle.verify_inclusion(merkle.leaf_hash(b"{}"), 699, note.size, hashes, note.root)


def test_a_row_after_the_last_checkpoint_gets_a_new_one(ledger: Ledger) -> None:
    fill(ledger, 3)
    first = log_proof.prove_log_row(ledger, 2)
    fill(ledger, 3)
    assert log_proof.prove_log_row(ledger, 3).checkpoint == first.checkpoint
    assert log_proof.prove_log_row(ledger, 5).size == 6


def test_only_auditors_ask_and_asking_is_logged(scene: Scene) -> None:
    auditor = scene.officer("audrey", "auditor")
    given = log_proof.prove_log_row(scene.ledger, 1, officer=auditor, now=scene.now)
    assert given.row.sequence == 1
    assert scene.sql("SELECT officer, subject FROM audit WHERE verb = 'log.proved'") == [("audrey", "row:1")]
    with pytest.raises(NotAllowed):
        log_proof.prove_log_row(scene.ledger, 1, officer=scene.anna)


def test_a_log_without_stored_subtrees_makes_them_as_it_goes_on(
    filled: Ledger, by_superuser: Callable[[str], None]
) -> None:
    by_superuser("DELETE FROM audit_subtrees")
    fill(filled, 200)
    filled.number_committed_rows()
    with filled.open_session() as session:
        assert session.scalar(sa.text("SELECT count(*) FROM audit_subtrees")) == 5
        assert proofs.build_inclusion_proof(session, 3, ROWS + 200).is_valid
