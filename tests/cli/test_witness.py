"""The log at the command line: proofs, hand-over, and a witness who checks on a machine of their own."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from cyclopts import App
from sqlalchemy import select

from tests.ledger.audit.test_numbering import fill
from warroom.cli import witness as cli_witness
from warroom.cli.audit import app
from warroom.errors import NotPossible
from warroom.keys import format_public_key, load_signing_key
from warroom.ledger import signed_notes
from warroom.ledger.audit import checkpoints, reading, witnesses
from warroom.ledger.ledger import Ledger
from warroom.ledger.schema import Cosignature
from warroom.ledger.verify import verify_audit


def run(capsys: pytest.CaptureFixture[str], *words: str, of: App = app) -> dict[str, object]:
    of([*words, "--json"], result_action="return_value")
    out: dict[str, object] = json.loads(capsys.readouterr().out)
    return out


@pytest.fixture
def stick(tmp_path: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a witness who was handed a checkpoint over three rows and one over more."""
    monkeypatch.setenv("WARROOM_HOME", str(ledger.home.root))
    for rows in (3, 300):
        fill(ledger, rows)
        checkpoints.sign_checkpoint(ledger)
        witnesses.write_for_witness(ledger, tmp_path / "stick")
    return tmp_path / "stick"


def requests(stick: Path) -> list[Path]:
    return sorted(stick.glob("*.request"))


def test_a_witness_checks_each_checkpoint_against_the_one_they_hold(
    stick: Path,
    ledger: Ledger,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    key, held = format_public_key(ledger.home), tmp_path / "held"
    monkeypatch.setenv("WARROOM_HOME", str(tmp_path / "nowhere"))  # a machine without the house
    first, second = requests(stick)
    for path, rows in ((first, 3), (second, 303)):
        told = run(capsys, "witness", "verify", str(path), "--log-key", key, "--held", str(held))
        assert told == {"ok": True, "rows": rows, "cosigned": False}
    assert held.read_text().startswith("warroom.example/audit\n303\n")
    assert not (tmp_path / "nowhere").exists()


def test_a_rewritten_log_is_refused_and_the_held_checkpoint_stays(
    stick: Path, ledger: Ledger, tmp_path: Path
) -> None:
    key, held = format_public_key(ledger.home), tmp_path / "held"
    other = signed_notes.sign(load_signing_key(ledger.home), 3, bytes(32))
    held.write_text(other)
    with pytest.raises(NotPossible, match="was rewritten"):
        cli_witness.verify(requests(stick)[1], log_key=key, held=held)
    assert held.read_text() == other


def test_a_checkpoint_of_another_log_is_refused(stick: Path, tmp_path: Path) -> None:
    with pytest.raises(NotPossible, match="not signed by this log's key"):
        cli_witness.verify(requests(stick)[0], log_key="ab" * 32)
    with pytest.raises(NotPossible, match="64 hexadecimal"):
        cli_witness.verify(requests(stick)[0], log_key="ab")


def test_a_proof_that_starts_elsewhere_says_where_it_must(
    stick: Path, ledger: Ledger, tmp_path: Path
) -> None:
    fill(ledger, 2)
    checkpoints.sign_checkpoint(ledger)
    witnesses.write_for_witness(ledger, stick)
    held = tmp_path / "held"
    shutil.copy(sorted(stick.glob("*.checkpoint"))[0], held)
    with pytest.raises(NotPossible, match="starts at row 303 and you hold row 3"):
        cli_witness.verify(requests(stick)[2], log_key=format_public_key(ledger.home), held=held)


def test_what_a_witness_cosigns_comes_back_and_is_kept(
    stick: Path, ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pem = tmp_path / "key.pem"
    subprocess.run(
        ["openssl", "genpkey", "-algorithm", "ed25519", "-out", pem], check=True, capture_output=True
    )
    path = requests(stick)[1]
    cli_witness.verify(path, log_key=format_public_key(ledger.home), cosign=pem, name="auditor.example/w1")
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    named = signed_notes.WitnessKey(
        "auditor.example/w1", load_pem_private_key(pem.read_bytes(), None).public_key()
    )  # type: ignore[arg-type]
    monkeypatch.setenv("WARROOM_WITNESSES", f"{stick}#{named}")
    (place,) = witnesses.list_witnesses()
    assert witnesses.import_cosignatures(ledger, place) == 1
    assert witnesses.import_cosignatures(ledger, place) == 0
    with ledger.open_session() as session:
        kept = session.execute(select(Cosignature.witness, Cosignature.size)).all()
    assert [tuple(row) for row in kept] == [(named.name, 303)]
    assert verify_audit(ledger).ok


def test_a_row_is_proved_and_the_asking_is_a_row_itself(
    stick: Path, ledger: Ledger, capsys: pytest.CaptureFixture[str]
) -> None:
    told = run(capsys, "prove", "7")
    assert told["size"] == 303
    assert reading.list_rows(ledger)[0].verb == "log.proved"
    assert reading.list_rows(ledger)[0].officer.startswith("shell:")
    told = run(capsys, "hand-over", "--to", str(stick))
    assert told["rows"] == 305
    told = run(capsys, "witness", "key")
    assert told == {"key": format_public_key(ledger.home)}


def test_verify_answers_as_promised(stick: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = run(capsys, "verify")
    assert list(told) == ["ok", "rows", "checkpoint", "faults"]
    assert (told["ok"], told["rows"], told["faults"]) == (True, 303, [])
