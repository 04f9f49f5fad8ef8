"""Checkpoints are stamped and witnessed by others, later where those are away, and never from a rehearsal."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from tests.exchange import authority, witness
from tests.exchange.authority import Authority
from tests.exchange.witness import Witness
from tests.ledger.audit.test_numbering import fill
from warroom import clock
from warroom.errors import SettingError
from warroom.exchange.vouch import vouch_for_log
from warroom.home import Home
from warroom.keys import load_verify_key
from warroom.ledger.audit import checkpoints, reading, stamps, witnesses
from warroom.ledger.ledger import Ledger
from warroom.ledger.postgres import PostgresServer
from warroom.ledger.verify import verify_audit


@pytest.fixture
def log(live_home: Home, database: str) -> Iterator[Ledger]:
    """A log in earnest, with a checkpoint over three rows."""
    with Ledger.open(live_home) as ledger:
        fill(ledger, 3)
        checkpoints.sign_checkpoint(ledger)
        yield ledger


@pytest.fixture
def tsa(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Authority]:
    with authority.running(tmp_path / "tsa") as running:
        monkeypatch.setenv("WARROOM_TIMESTAMP_URL", running.url)
        monkeypatch.setenv("WARROOM_TIMESTAMP_CA", str(running.root))
        yield running


@pytest.fixture
def outsider(log: Ledger, monkeypatch: pytest.MonkeyPatch) -> Iterator[Witness]:
    with witness.running(load_verify_key(log.home)) as running:
        monkeypatch.setenv("WARROOM_WITNESSES", running.setting)
        yield running


@pytest.fixture
def by_superuser(ledger_server: PostgresServer, database: str) -> Callable[[str], None]:
    def run(text: str) -> None:
        with psycopg.connect(ledger_server.make_url("postgres", database)) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute(text)  # type: ignore[call-overload]

    return run


def test_a_checkpoint_is_stamped_once_and_the_stamp_kept_in_two_places(log: Ledger, tsa: Authority) -> None:
    assert vouch_for_log(log, log.home, clock.get_now()).stamped == 1
    assert vouch_for_log(log, log.home, clock.get_now()).stamped == 0
    assert len(tsa.asked) == 1
    (kept,) = checkpoints.get_checkpoint_folder(log).glob("*.tsr")
    assert abs(stamps.parse_stamp_time(kept.read_bytes()) - clock.get_now()) < timedelta(minutes=1)
    note = checkpoints.get_checkpoint_folder(log) / "000000000003.checkpoint"
    authority.openssl(
        kept.parent, "ts", "-verify", "-data", str(note), "-in", str(kept), "-CAfile", str(tsa.root)
    )
    assert verify_audit(log).ok


def test_a_service_that_is_away_is_asked_again_later(log: Ledger, tsa: Authority) -> None:
    tsa.away = True
    now = clock.get_now()
    assert "503" in vouch_for_log(log, log.home, now).sentences[0]
    tsa.away = False
    assert vouch_for_log(log, log.home, now + timedelta(minutes=1)).stamped == 0
    assert vouch_for_log(log, log.home, now + timedelta(minutes=6)).stamped == 1


def test_a_stamp_of_another_authority_is_not_believed(
    log: Ledger, tsa: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "other").mkdir()
    authority.make(tmp_path / "other")
    monkeypatch.setenv("WARROOM_TIMESTAMP_CA", str(tmp_path / "other" / "ca.pem"))
    report = vouch_for_log(log, log.home, clock.get_now())
    assert report.stamped == 0
    assert "not the authority's" in report.sentences[0]


def test_a_stamp_that_is_not_over_its_checkpoint_is_named(
    log: Ledger, tsa: Authority, by_superuser: Callable[[str], None]
) -> None:
    vouch_for_log(log, log.home, clock.get_now())
    fill(log, 2)
    checkpoints.sign_checkpoint(log)
    assert vouch_for_log(log, log.home, clock.get_now()).stamped == 0, "once an hour"
    assert vouch_for_log(log, log.home, clock.get_now() + timedelta(hours=1)).stamped == 1
    by_superuser(
        "UPDATE checkpoint_stamps SET response = (SELECT response FROM checkpoint_stamps WHERE size = 3)"
    )
    faults = verify_audit(log).faults
    assert {(fault.sequence, fault.kind) for fault in faults} == {(5, "stamp")}


def test_a_wrong_certificate_file_is_a_sentence(log: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARROOM_TIMESTAMP_CA", "/nowhere.pem")
    with pytest.raises(SettingError, match="holds no certificates"):
        stamps.load_authorities()


def test_a_rehearsal_asks_nobody(
    ledger: Ledger, tsa: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WARROOM_WITNESSES", str(tmp_path / "witness"))
    fill(ledger, 3)
    checkpoints.sign_checkpoint(ledger)
    assert vouch_for_log(ledger, ledger.home, clock.get_now()) == vouch_for_log(
        ledger, ledger.home, clock.get_now()
    )
    assert not tsa.asked
    assert not (tmp_path / "witness").exists()


def test_a_witness_cosigns_each_checkpoint_that_continues_the_one_before(
    log: Ledger, outsider: Witness
) -> None:
    report = vouch_for_log(log, log.home, clock.get_now())
    assert (report.handed, report.sentences) == (1, ())
    fill(log, 300)
    checkpoints.sign_checkpoint(log)
    assert vouch_for_log(log, log.home, clock.get_now()).handed == 1
    assert vouch_for_log(log, log.home, clock.get_now()).handed == 0
    assert outsider.answers == [200, 200]
    kept = sorted(path.name for path in checkpoints.get_checkpoint_folder(log).glob("*.cosigned"))
    assert kept == ["000000000003.cosigned", "000000000303.cosigned"]
    assert verify_audit(log).ok


def test_a_witness_that_holds_another_size_than_we_remember_is_asked_from_there(
    log: Ledger, outsider: Witness
) -> None:
    vouch_for_log(log, log.home, clock.get_now())
    fill(log, 4)
    checkpoints.sign_checkpoint(log)
    with log.open_session() as session:
        session.connection().exec_driver_sql("UPDATE bookmarks SET value = '0' WHERE name LIKE 'witness.%%'")
    assert vouch_for_log(log, log.home, clock.get_now()).handed == 1
    assert outsider.answers == [200, 409, 200]


def test_a_witness_refuses_a_rewritten_log_and_the_refusal_is_logged(
    log: Ledger, outsider: Witness, by_superuser: Callable[[str], None]
) -> None:
    vouch_for_log(log, log.home, clock.get_now())
    by_superuser(
        "DELETE FROM cosignatures; DELETE FROM checkpoints; DELETE FROM audit_subtrees; DELETE FROM audit;"
    )
    for path in (*checkpoints.get_checkpoint_folder(log).iterdir(), log.home.run / "audit.head"):
        path.unlink()
    fill(log, 9)
    checkpoints.sign_checkpoint(log)
    report = vouch_for_log(log, log.home, clock.get_now())
    assert report.handed == 0
    assert "422" in report.sentences[0]
    assert reading.list_rows(log)[0].verb == "witness.refused"


def test_a_cosignature_that_is_not_the_witnesss_is_named(
    log: Ledger, outsider: Witness, by_superuser: Callable[[str], None]
) -> None:
    vouch_for_log(log, log.home, clock.get_now())
    by_superuser("UPDATE cosignatures SET line = replace(line, 'A', 'B')")
    faults = verify_audit(log).faults
    assert [(fault.sequence, fault.kind) for fault in faults] == [(3, "witness")]


def test_a_folder_gets_note_request_and_hashes_each_time(
    log: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WARROOM_WITNESSES", str(tmp_path / "stick"))
    assert vouch_for_log(log, log.home, clock.get_now()).handed == 1
    fill(log, 2)
    checkpoints.sign_checkpoint(log)
    assert vouch_for_log(log, log.home, clock.get_now()).handed == 1
    names = sorted(path.name for path in (tmp_path / "stick").iterdir())
    assert names == [
        "000000000001-000000000003.leaves",
        "000000000003.checkpoint",
        "000000000003.request",
        "000000000004-000000000005.leaves",
        "000000000005.checkpoint",
        "000000000005.request",
    ]
    assert witnesses.parse_request((tmp_path / "stick" / names[-1]).read_text())[0] == 3


def test_a_witness_is_reached_over_tls_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    for words, said in (("http://w.example", "https"), ("https://w.example#nonsense", "verifier key")):
        monkeypatch.setenv("WARROOM_WITNESSES", words)
        with pytest.raises(SettingError, match=said):
            witnesses.list_witnesses()
