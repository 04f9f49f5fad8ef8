"""Anyone who changes the log past every right and trigger is found out, and the row is named."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.ledger.audit import test_numbering
from warroom import clock
from warroom.keys import load_signing_key
from warroom.ledger import merkle, signed_notes
from warroom.ledger.audit import checkpoints, witnesses
from warroom.ledger.audit import leaf as audit_leaf
from warroom.ledger.ledger import Ledger
from warroom.ledger.verify import verify_audit

Deed = Callable[[str], None]


def fill(ledger: Ledger, rows: int) -> None:
    """Rows that have their numbers."""
    test_numbering.fill(ledger, rows)
    ledger.number_committed_rows()


def found(ledger: Ledger) -> list[tuple[int, str]]:
    return [(fault.sequence, fault.kind) for fault in verify_audit(ledger).faults]


def forged(sequence: int, subject: str = "thing:forged") -> tuple[str, str, str]:
    """SQL of leaf, hash and time of a row as the program would have written it."""
    leaf = audit_leaf.build_leaf(sequence, clock.get_now(), "anna", "test", subject, {}, None)
    text = f"'\\x{leaf.hex()}'::bytea"
    moment = f"(convert_from({text}, 'UTF8')::json->>'at')::timestamptz"
    return text, f"'\\x{merkle.leaf_hash(leaf).hex()}'::bytea", moment


def insert_at(sequence: int) -> str:
    leaf, hashed, moment = forged(sequence)
    return (
        f"INSERT INTO audit VALUES ({sequence}, {moment}, 'anna', 'test', 'thing:forged', NULL, {leaf}, {hashed}, "
        "sha256('guess'))"
    )


def move(first: int, step: int) -> str:
    return (
        f"UPDATE audit SET sequence = sequence + 1000 WHERE sequence >= {first};"
        f"UPDATE audit SET sequence = sequence - 1000 + {step} WHERE sequence >= 1000 + {first}"
    )


def rewrite(ledger: Ledger, by_superuser: Deed, sequence: int) -> None:
    """One row changed by somebody who has the database and the home's secret: hashes and chain all fit again."""
    leaf, hashed, moment = forged(sequence)
    by_superuser(
        f"UPDATE audit SET leaf = {leaf}, hash = {hashed}, at = {moment}, subject = 'thing:forged' "
        f"WHERE sequence = {sequence}"
    )
    with ledger.open_session() as session:
        key, chain = session.info["chain_key"], audit_leaf.START
        for number, each in list(checkpoints.iter_stored_hashes(session)):
            chain = audit_leaf.compute_next_chain(key, chain, each)
            by_superuser(f"UPDATE audit SET chain = '\\x{chain.hex()}' WHERE sequence = {number}")


def test_a_row_put_in_between_is_named_and_the_rows_after_it_are_not(
    ledger: Ledger, by_superuser: Deed
) -> None:
    fill(ledger, 10)
    by_superuser(move(5, 1) + ";" + insert_at(5))
    assert found(ledger) == [(5, "added")]


def test_also_where_a_checkpoint_knows_better(ledger: Ledger, by_superuser: Deed) -> None:
    fill(ledger, 10)
    checkpoints.sign_checkpoint(ledger)
    by_superuser(move(5, 1) + ";" + insert_at(5))
    faults = found(ledger)
    assert (5, "added") in faults
    assert {kind for _, kind in faults} == {"added", "checkpoint"}


def test_a_row_put_before_the_first_is_named(ledger: Ledger, by_superuser: Deed) -> None:
    fill(ledger, 5)
    checkpoints.sign_checkpoint(ledger)
    by_superuser(move(1, 1) + ";" + insert_at(1))
    faults = found(ledger)
    assert (1, "added") in faults
    assert {kind for _, kind in faults} == {"added", "checkpoint"}


def test_a_row_of_which_only_the_chain_was_changed_is_named_alone(ledger: Ledger, by_superuser: Deed) -> None:
    fill(ledger, 10)
    by_superuser("UPDATE audit SET chain = sha256('x') WHERE sequence = 4")
    assert found(ledger) == [(4, "changed")]


def test_neighbours_changed_in_different_ways_are_both_named(ledger: Ledger, by_superuser: Deed) -> None:
    fill(ledger, 10)
    leaf, hashed, moment = forged(5)
    by_superuser(
        "UPDATE audit SET officer = 'x' WHERE sequence = 4;"
        f"UPDATE audit SET leaf = {leaf}, hash = {hashed}, at = {moment}, subject = 'thing:forged' WHERE sequence = 5"
    )
    assert found(ledger) == [(4, "changed"), (5, "changed")]


def test_a_row_added_at_the_end_by_hand_does_not_continue_the_chain(
    ledger: Ledger, by_superuser: Deed
) -> None:
    fill(ledger, 10)
    by_superuser(insert_at(11))
    assert found(ledger) == [(11, "changed")]
    fill(ledger, 3)
    assert found(ledger) == [(11, "changed")]


def test_a_row_taken_out_with_the_rows_after_it_moved_up_is_named(ledger: Ledger, by_superuser: Deed) -> None:
    fill(ledger, 10)
    by_superuser("DELETE FROM audit WHERE sequence = 6;" + move(7, -1))
    assert found(ledger) == [(6, "missing")]


def test_a_rewritten_log_is_named_by_the_hashes_beside_the_checkpoint(
    ledger: Ledger, by_superuser: Deed
) -> None:
    """The database's owner with the home's secret: hashes and chain fit, up to the last checkpoint and after."""
    fill(ledger, 10)
    checkpoints.sign_checkpoint(ledger)
    fill(ledger, 5)
    rewrite(ledger, by_superuser, 4)
    by_superuser("DELETE FROM checkpoints")
    faults = found(ledger)
    assert (4, "changed") in faults
    assert {number for number, kind in faults if kind == "changed"} == {4}


def test_where_the_hashes_are_gone_the_checkpoint_still_contradicts(
    ledger: Ledger, by_superuser: Deed
) -> None:
    fill(ledger, 10)
    checkpoints.sign_checkpoint(ledger)
    rewrite(ledger, by_superuser, 4)
    for path in checkpoints.get_checkpoint_folder(ledger).glob("*.leaves"):
        path.unlink()
    assert set(found(ledger)) == {(10, "checkpoint")}


def test_a_rewritten_row_is_narrowed_down_to_256_by_a_forgotten_subtree(
    ledger: Ledger, by_superuser: Deed
) -> None:
    fill(ledger, 300)
    rewrite(ledger, by_superuser, 4)
    (fault,) = verify_audit(ledger).faults
    assert (fault.sequence, fault.kind) == (1, "subtree")
    assert "to row 256" in fault.text


def test_a_cut_off_end_is_known_outside(ledger: Ledger, by_superuser: Deed) -> None:
    fill(ledger, 10)
    checkpoints.sign_checkpoint(ledger)
    by_superuser("DELETE FROM audit WHERE sequence > 8; DELETE FROM checkpoints")
    assert {number for number, kind in found(ledger) if kind == "missing"} == {9, 10}
    fill(ledger, 4)
    assert {number for number, kind in found(ledger) if kind == "changed"} == {9, 10}


def test_a_checkpoint_replaced_by_another_of_this_home_is_found(ledger: Ledger, by_superuser: Deed) -> None:
    fill(ledger, 10)
    checkpoints.sign_checkpoint(ledger)
    other = signed_notes.sign(load_signing_key(ledger.home), 10, bytes(32))
    (checkpoints.get_checkpoint_folder(ledger) / "000000000010.checkpoint").write_text(
        other, encoding="utf-8"
    )
    assert found(ledger) == [(10, "checkpoint")]


def test_a_witness_contradicts_a_house_that_rewrote_everything_it_has(
    ledger: Ledger, by_superuser: Deed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Log, hashes, checkpoints and files, all signed again; only the witness's folder is out of reach."""
    monkeypatch.setenv("WARROOM_WITNESSES", str(tmp_path / "witness"))
    fill(ledger, 10)
    checkpoints.sign_checkpoint(ledger)
    witnesses.write_for_witness(ledger, tmp_path / "witness")
    assert verify_audit(ledger).ok
    rewrite(ledger, by_superuser, 4)
    by_superuser("DELETE FROM checkpoints")
    for path in (*checkpoints.get_checkpoint_folder(ledger).iterdir(), ledger.home.run / "audit.head"):
        path.unlink()
    checkpoints.sign_checkpoint(ledger)
    faults = verify_audit(ledger).faults
    assert {(fault.sequence, fault.kind) for fault in faults} == {(4, "witness"), (10, "witness")}
    assert any("witness's copy" in fault.text for fault in faults)


def test_the_number_of_faults_is_bounded(ledger: Ledger, by_superuser: Deed) -> None:
    fill(ledger, 2_000)
    by_superuser("UPDATE audit SET officer = 'x'")
    assert len(verify_audit(ledger).faults) == 1_000
    by_superuser("DELETE FROM audit WHERE sequence < 2000")
    assert len(verify_audit(ledger).faults) <= 1_000
