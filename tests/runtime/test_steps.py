"""Steps that fail are told by the log and the register, and what died or went missing is noticed."""

import json
import os
import signal
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.cases.scenes import Scene, hour
from warroom import unwell
from warroom.errors import ExchangeError, LakeDamaged
from warroom.exchange.deliver import deliver
from warroom.home import Home, open_home
from warroom.ledger.ledger import Ledger
from warroom.runtime import rounds
from warroom.runtime.background import Background
from warroom.runtime.handlers import ORDER_HANDLERS
from warroom.runtime.metrics import Metrics
from warroom.runtime.open_home import OpenHome
from warroom.runtime.steps import Steps
from warroom.sentences.sentence import Sentence


def raising(problem: Exception) -> Callable[[], object]:
    def step() -> None:
        raise problem

    return step


def codes(home: Home) -> list[str]:
    return [one.code for one in unwell.troubles(home)]


def test_a_step_that_failed_three_times_in_a_row_is_unwell_until_it_succeeds(home: Home) -> None:
    steps = Steps(home)
    for _ in range(2):
        assert not steps.well("orders", raising(ExchangeError("banks.toml cannot be read; correct it.")))
    assert codes(home) == []
    assert steps.well("orders", lambda: None)
    for _ in range(3):
        steps.well("orders", raising(ExchangeError("banks.toml cannot be read; correct it.")))
        steps.well("texts", lambda: None)
    (trouble,) = unwell.noted(home)
    assert (trouble.code, trouble.about) == ("health.step-orders-stopped", "orders")
    assert "banks.toml cannot be read" in trouble.why
    assert steps.well("orders", lambda: None)
    assert codes(home) == []


def test_a_note_of_the_server_before_goes_at_the_first_success_of_this_one(home: Home) -> None:
    for _ in range(3):
        Steps(home).well("other", raising(ValueError()))
    before = Steps(home)
    for _ in range(3):
        before.well("other", raising(ValueError()))
    assert codes(home) == ["health.step-stopped"]
    Steps(home).well("other", lambda: None)
    assert codes(home) == []


@pytest.mark.parametrize(
    ("problem", "said", "unsaid"),
    [
        (OSError(28, "No space left on device"), "OSError: [Errno 28] No space left on device", "????"),
        (
            ExchangeError("Account 0001447101 is unknown."),
            "ExchangeError: Account … is unknown.",
            "0001447101",
        ),
        (ValueError("Somsri 12"), "ValueError (steps.py:", "Somsri"),
    ],
)
def test_the_log_says_why_a_step_failed_and_names_nobody(
    home: Home, capsys: pytest.CaptureFixture[str], problem: Exception, said: str, unsaid: str
) -> None:
    Steps(home).well("work", raising(problem))
    captured = capsys.readouterr()
    assert said in captured.out + captured.err
    assert unsaid not in captured.out + captured.err


def test_files_of_the_lake_that_are_gone_or_cut_are_noticed_and_forgotten_once_they_are_back(
    scene: Scene,
) -> None:
    for number in range(2):
        scene.transfer(f"T{number}")
    rounds.look_at_lake(scene.lake, {})
    assert codes(scene.home) == []
    one, other = scene.lake.files("transfers")
    kept = one.path.read_bytes(), other.path.read_bytes()
    one.path.unlink()
    other.path.write_bytes(kept[1][:-1])
    rounds.look_at_lake(scene.lake, {})
    (trouble,) = unwell.noted(scene.home)
    assert trouble.sentence.facts["count"] == 2
    one.path.write_bytes(kept[0])
    other.path.write_bytes(kept[1])
    rounds.look_at_lake(scene.lake, {})
    assert codes(scene.home) == []


@pytest.mark.parametrize("looked_before", [True, False])
def test_a_file_of_the_lake_that_somebody_wrote_to_is_told_without_waiting_for_the_night(
    scene: Scene, looked_before: bool
) -> None:
    for number in range(2):
        scene.transfer(f"T{number}")
    known: dict[str, int] = {}
    if looked_before:
        rounds.look_at_lake(scene.lake, known)
    one, _ = scene.lake.files("transfers")
    kept = one.path.read_bytes()
    one.path.write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]))
    rounds.look_at_lake(scene.lake, known)
    (trouble,) = unwell.noted(scene.home)
    assert (trouble.code, trouble.sentence.facts) == ("health.lake-damaged", {"name": one.name})
    one.path.write_bytes(kept)
    unwell.clear_all(
        scene.home, "health.lake-damaged"
    )  # as `warroom lake verify` does where it finds nothing
    rounds.look_at_lake(scene.lake, known)
    assert codes(scene.home) == []


@pytest.mark.parametrize("content", [None, b""])
def test_a_key_that_is_gone_or_emptied_is_told_before_anything_asks_for_it(
    scene: Scene, content: bytes | None
) -> None:
    scene.transfer("T1")
    rounds.look_at_keys(scene.home)
    assert codes(scene.home) == []
    path = scene.home.keys / "lake.secret"
    kept = path.read_bytes()
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    rounds.look_at_keys(scene.home)
    (trouble,) = unwell.noted(scene.home)
    assert (trouble.code, trouble.sentence.facts) == ("health.keys-lost", {"names": "keys/lake.secret"})
    path.write_bytes(kept)
    rounds.look_at_keys(scene.home)
    assert codes(scene.home) == []


def test_a_bank_that_does_not_answer_in_time_is_named_until_it_does(scene: Scene) -> None:
    hold = scene.sent()
    rounds.look_at_partners(scene.ledger, scene.now)
    assert codes(scene.home) == []
    rounds.look_at_partners(scene.ledger, scene.now + hour(2))
    (trouble,) = unwell.noted(scene.home)
    assert hold.bank in trouble.sentence.told("th")
    assert "(1)" in str(trouble.sentence)
    scene.answer(hold.orders[0].order_id, "done")
    rounds.look_at_partners(scene.ledger, scene.now + hour(2))
    assert codes(scene.home) == []


def test_a_database_that_is_away_is_unwell_whatever_steps_fail_meanwhile(scene: Scene) -> None:
    from warroom.ledger.ledger import engine_of

    steps, kept = Steps(scene.home), scene.ledger.engine
    lost = engine_of(kept.url.set(port=1))
    scene.ledger.engine = lost
    try:
        for _ in range(3):
            steps.well("database", lambda: rounds.look_at_database(scene.ledger))
            steps.well("orders", lambda: deliver(scene.ledger, ORDER_HANDLERS, scene.home, scene.now))
        assert codes(scene.home) == ["health.database-away"]
    finally:
        scene.ledger.engine = kept
        lost.dispose()
    steps.well("database", lambda: rounds.look_at_database(scene.ledger))
    assert codes(scene.home) == []


def test_the_houses_own_database_is_started_again_where_it_was_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("WARROOM_DATABASE_URL", "WARROOM_DATABASE_OWNER_URL"):
        monkeypatch.delenv(name, raising=False)
    home = open_home(tmp_path / "home", "exercise")
    with Ledger.open(home) as ledger:
        assert ledger.server is not None
        assert not ledger.revive()
        for _ in range(2):
            killed = ledger.server.pid()
            assert killed is not None
            os.kill(killed, signal.SIGKILL)
            ends = time.monotonic() + 30
            while ledger.server.pid() is not None and time.monotonic() < ends:
                time.sleep(0.05)
            rounds.look_at_database(ledger)
            assert ledger.server.pid() not in (None, killed)
            assert codes(home) == []


@pytest.mark.parametrize("how", ["gone", "a folder"])
def test_a_file_that_is_gone_when_its_damage_is_told_is_damage_and_ends_no_thread(
    scene: Scene, how: str
) -> None:
    scene.transfer("T1")
    (file,) = scene.lake.files("transfers")
    file.path.unlink()
    if how == "a folder":
        file.path.mkdir()
    steps = Steps(scene.home)
    assert not steps.well("work", raising(LakeDamaged("lake.file-changed", name=file.name, seq=file.seq)))
    assert codes(scene.home) == ["health.lake-damaged"]


def test_a_failure_that_cannot_be_told_as_it_should_is_told_by_its_steps_name(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def untold(*_: object) -> bool:
        raise ValueError("nobody foresaw this")

    monkeypatch.setattr("warroom.runtime.steps.still_damaged", untold)
    problem = LakeDamaged("lake.file-changed", name="data/x.parquet", seq=1)
    assert not Steps(home).well("work", raising(problem))
    assert codes(home) == ["health.step-work-stopped"]


def test_a_step_that_met_a_damage_which_is_over_does_not_tell_of_it_again(scene: Scene) -> None:
    scene.transfer("T1")
    (file,) = scene.lake.files("transfers")
    steps, kept = Steps(scene.home), file.path.read_bytes()

    def met() -> None:
        raise LakeDamaged("lake.file-changed", name=file.name, seq=file.seq)

    file.path.write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]))
    steps.well("texts", met)
    assert codes(scene.home) == ["health.lake-damaged"]
    file.path.write_bytes(kept)
    assert scene.lake.verify() == []
    unwell.clear_all(scene.home, "health.lake-damaged")  # as `warroom lake verify` does
    steps.well("texts", met)
    assert codes(scene.home) == []


def changed(path: Path) -> bytes:
    """Flip a bit at the end of a file; what it was."""
    kept = path.read_bytes()
    path.write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]))
    return kept


@pytest.mark.parametrize("by", ["a step", "the look"])
def test_a_damage_that_is_mended_and_verified_while_it_is_being_told_leaves_no_note(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    """The lake is mended at the one moment that matters: after somebody has seen the damage and before it is noted."""
    scene.transfer("T1")
    (file,) = scene.lake.files("transfers")
    known: dict[str, int] = {}
    rounds.look_at_lake(scene.lake, known)
    kept = changed(file.path)
    note = unwell.note

    def mended_before(home: Home, sentence: Sentence, **more: str) -> None:
        file.path.write_bytes(kept)
        assert scene.lake.verify() == []
        unwell.clear_all(home, "health.lake-damaged")  # as `warroom lake verify` does
        note(home, sentence, **more)

    monkeypatch.setattr(unwell, "note", mended_before)
    if by == "a step":
        met = LakeDamaged("lake.file-changed", name=file.name, seq=file.seq)
        Steps(scene.home).well("texts", raising(met))
    else:
        rounds.look_at_lake(scene.lake, known)
    assert codes(scene.home) == []


def test_a_damage_that_a_verification_of_before_called_well_is_told_again_until_it_is_mended(
    scene: Scene,
) -> None:
    scene.transfer("T1")
    (file,) = scene.lake.files("transfers")
    known: dict[str, int] = {}
    rounds.look_at_lake(scene.lake, known)
    kept = changed(file.path)
    for _ in range(3):
        rounds.look_at_lake(scene.lake, known)
        assert codes(scene.home) == ["health.lake-damaged"]
        unwell.clear_all(scene.home, "health.lake-damaged")
    file.path.write_bytes(kept)
    rounds.look_at_lake(scene.lake, known)
    assert codes(scene.home) == []


def test_one_damaged_file_that_is_mended_takes_no_note_of_another_away(scene: Scene) -> None:
    for number in range(2):
        scene.transfer(f"T{number}")
    first, second = scene.lake.files("transfers")
    known: dict[str, int] = {}
    rounds.look_at_lake(scene.lake, known)
    kept = [changed(file.path) for file in (first, second)]
    rounds.look_at_lake(scene.lake, known)
    assert [one.about for one in unwell.noted(scene.home)] == sorted([first.name, second.name])
    first.path.write_bytes(kept[0])
    met = LakeDamaged("lake.file-changed", name=first.name, seq=first.seq)
    Steps(scene.home).well("texts", raising(met))
    assert second.name in [one.about for one in unwell.noted(scene.home)]


def test_a_bank_that_has_answered_is_named_no_more_in_the_turn_that_reads_its_answer(scene: Scene) -> None:
    """And not at the next look, half a minute later: its people are being called."""
    hold = scene.sent()
    work = Background(OpenHome(scene.home, scene.ledger), Metrics())
    with scene.home.turn_clock(lambda: scene.now + timedelta(hours=2)):
        work.turn()
        assert "health.partners-silent" in codes(scene.home)
        at = (scene.now + timedelta(minutes=90)).isoformat()
        said = {"order_id": hold.orders[0].order_id, "time": at, "status": "done", "text": "held"}
        (scene.home.inbox / "a.json").write_text(json.dumps(said))
        work.turn()
    assert "health.partners-silent" not in codes(scene.home)
