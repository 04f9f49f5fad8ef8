"""Steps that fail are told by the log and the register, and what died or went missing is noticed."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cases.scenes import Scene
from warroom import unwell
from warroom.errors import ExchangeError, LakeDamaged
from warroom.exchange.deliver import deliver_orders
from warroom.home import Home, open_home
from warroom.ledger.ledger import Ledger
from warroom.runtime import rounds
from warroom.runtime.handlers import ORDER_HANDLERS
from warroom.runtime.steps import StepRunner
from warroom.sentences.sentence import Sentence


def raising(problem: Exception) -> Callable[[], object]:
    def step() -> None:
        raise problem

    return step


def codes(home: Home) -> list[str]:
    return [one.code for one in unwell.list_troubles(home)]


def test_a_step_that_failed_three_times_in_a_row_is_unwell_until_it_succeeds(home: Home) -> None:
    steps = StepRunner(home)
    for _ in range(2):
        assert not steps.run_step("orders", raising(ExchangeError("banks.toml cannot be read; correct it.")))
    assert codes(home) == []
    assert steps.run_step("orders", lambda: None)
    for _ in range(3):
        steps.run_step("orders", raising(ExchangeError("banks.toml cannot be read; correct it.")))
        steps.run_step("texts", lambda: None)
    (trouble,) = unwell.list_noted(home)
    assert (trouble.code, trouble.about) == ("health.step-orders-stopped", "orders")
    assert "banks.toml cannot be read" in trouble.why
    assert steps.run_step("orders", lambda: None)
    assert codes(home) == []


def test_a_note_of_the_server_before_goes_at_the_first_success_of_this_one(home: Home) -> None:
    for _ in range(3):
        StepRunner(home).run_step("other", raising(ValueError()))
    before = StepRunner(home)
    for _ in range(3):
        before.run_step("other", raising(ValueError()))
    assert codes(home) == ["health.step-stopped"]
    StepRunner(home).run_step("other", lambda: None)
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
    StepRunner(home).run_step("work", raising(problem))
    captured = capsys.readouterr()
    assert said in captured.out + captured.err
    assert unsaid not in captured.out + captured.err


def test_files_of_the_lake_that_are_gone_or_cut_are_noticed_and_forgotten_once_they_are_back(
    scene: Scene,
) -> None:
    for number in range(2):
        scene.transfer(f"T{number}")
    rounds.check_lake_files(scene.lake, {})
    assert codes(scene.home) == []
    one, other = scene.lake.list_files("transfers")
    kept = one.path.read_bytes(), other.path.read_bytes()
    one.path.unlink()
    other.path.write_bytes(kept[1][:-1])
    rounds.check_lake_files(scene.lake, {})
    (trouble,) = unwell.list_noted(scene.home)
    assert trouble.sentence.facts["count"] == 2
    one.path.write_bytes(kept[0])
    other.path.write_bytes(kept[1])
    rounds.check_lake_files(scene.lake, {})
    assert codes(scene.home) == []


@pytest.mark.parametrize("looked_before", [True, False])
def test_a_file_of_the_lake_that_somebody_wrote_to_is_told_without_waiting_for_the_night(
    scene: Scene, looked_before: bool
) -> None:
    for number in range(2):
        scene.transfer(f"T{number}")
    known: dict[str, int] = {}
    if looked_before:
        rounds.check_lake_files(scene.lake, known)
    one, _ = scene.lake.list_files("transfers")
    kept = one.path.read_bytes()
    one.path.write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]))
    rounds.check_lake_files(scene.lake, known)
    (trouble,) = unwell.list_noted(scene.home)
    assert (trouble.code, trouble.sentence.facts) == ("health.lake-damaged", {"name": one.name})
    one.path.write_bytes(kept)
    unwell.clear_troubles(
        scene.home, "health.lake-damaged"
    )  # as `warroom lake verify` does where it finds nothing
    rounds.check_lake_files(scene.lake, known)
    assert codes(scene.home) == []


@pytest.mark.parametrize("content", [None, b""])
def test_a_key_that_is_gone_or_emptied_is_told_before_anything_asks_for_it(
    scene: Scene, content: bytes | None
) -> None:
    scene.transfer("T1")
    rounds.check_keys(scene.home)
    assert codes(scene.home) == []
    path = scene.home.keys / "lake.secret"
    kept = path.read_bytes()
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    rounds.check_keys(scene.home)
    (trouble,) = unwell.list_noted(scene.home)
    assert (trouble.code, trouble.sentence.facts) == ("health.keys-lost", {"names": "keys/lake.secret"})
    path.write_bytes(kept)
    rounds.check_keys(scene.home)
    assert codes(scene.home) == []


def test_a_database_that_is_away_is_unwell_whatever_steps_fail_meanwhile(scene: Scene) -> None:
    from warroom.ledger.ledger import make_engine

    steps, kept = StepRunner(scene.home), scene.ledger.engine
    lost = make_engine(kept.url.set(port=1))
    scene.ledger.engine = lost
    try:
        for _ in range(3):
            steps.run_step("database", lambda: rounds.check_database(scene.ledger))
            steps.run_step(
                "orders", lambda: deliver_orders(scene.ledger, ORDER_HANDLERS, scene.home, scene.now)
            )
        assert codes(scene.home) == ["health.database-away"]
    finally:
        scene.ledger.engine = kept
        lost.dispose()
    steps.run_step("database", lambda: rounds.check_database(scene.ledger))
    assert codes(scene.home) == []


def test_the_houses_own_database_is_started_again_where_it_was_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("WARROOM_DATABASE_URL", "WARROOM_DATABASE_OWNER_URL"):
        monkeypatch.delenv(name, raising=False)
    home = open_home(tmp_path / "home", "exercise")
    with Ledger.open(home) as ledger:
        assert ledger.server is not None
        assert not ledger.restart_if_dead()
        for _ in range(2):
            killed = ledger.server.find_pid()
            assert killed is not None
            os.kill(killed, signal.SIGKILL)
            ends = time.monotonic() + 30
            while ledger.server.find_pid() is not None and time.monotonic() < ends:
                time.sleep(0.05)
            rounds.check_database(ledger)
            assert ledger.server.find_pid() not in (None, killed)
            assert codes(home) == []


@pytest.mark.parametrize("how", ["gone", "a folder"])
def test_a_file_that_is_gone_when_its_damage_is_told_is_damage_and_ends_no_thread(
    scene: Scene, how: str
) -> None:
    scene.transfer("T1")
    (file,) = scene.lake.list_files("transfers")
    file.path.unlink()
    if how == "a folder":
        file.path.mkdir()
    steps = StepRunner(scene.home)
    assert not steps.run_step("work", raising(LakeDamaged("lake.file-changed", name=file.name, seq=file.seq)))
    assert codes(scene.home) == ["health.lake-damaged"]


def test_a_failure_that_cannot_be_told_as_it_should_is_told_by_its_steps_name(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def untold(*_: object) -> bool:
        raise ValueError("nobody foresaw this")

    monkeypatch.setattr("warroom.runtime.steps.is_still_damaged", untold)
    problem = LakeDamaged("lake.file-changed", name="data/x.parquet", seq=1)
    assert not StepRunner(home).run_step("work", raising(problem))
    assert codes(home) == ["health.step-work-stopped"]


def test_a_step_that_met_a_damage_which_is_over_does_not_tell_of_it_again(scene: Scene) -> None:
    scene.transfer("T1")
    (file,) = scene.lake.list_files("transfers")
    steps, kept = StepRunner(scene.home), file.path.read_bytes()

    def met() -> None:
        raise LakeDamaged("lake.file-changed", name=file.name, seq=file.seq)

    file.path.write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]))
    steps.run_step("texts", met)
    assert codes(scene.home) == ["health.lake-damaged"]
    file.path.write_bytes(kept)
    assert scene.lake.verify() == []
    unwell.clear_troubles(scene.home, "health.lake-damaged")  # as `warroom lake verify` does
    steps.run_step("texts", met)
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
    (file,) = scene.lake.list_files("transfers")
    known: dict[str, int] = {}
    rounds.check_lake_files(scene.lake, known)
    kept = changed(file.path)
    note = unwell.note_trouble

    def mended_before(home: Home, sentence: Sentence, **more: str) -> None:
        file.path.write_bytes(kept)
        assert scene.lake.verify() == []
        unwell.clear_troubles(home, "health.lake-damaged")  # as `warroom lake verify` does
        note(home, sentence, **more)

    monkeypatch.setattr(unwell, "note_trouble", mended_before)
    if by == "a step":
        met = LakeDamaged("lake.file-changed", name=file.name, seq=file.seq)
        StepRunner(scene.home).run_step("texts", raising(met))
    else:
        rounds.check_lake_files(scene.lake, known)
    assert codes(scene.home) == []


def test_a_damage_that_a_verification_of_before_called_well_is_told_again_until_it_is_mended(
    scene: Scene,
) -> None:
    scene.transfer("T1")
    (file,) = scene.lake.list_files("transfers")
    known: dict[str, int] = {}
    rounds.check_lake_files(scene.lake, known)
    kept = changed(file.path)
    for _ in range(3):
        rounds.check_lake_files(scene.lake, known)
        assert codes(scene.home) == ["health.lake-damaged"]
        unwell.clear_troubles(scene.home, "health.lake-damaged")
    file.path.write_bytes(kept)
    rounds.check_lake_files(scene.lake, known)
    assert codes(scene.home) == []


def test_one_damaged_file_that_is_mended_takes_no_note_of_another_away(scene: Scene) -> None:
    for number in range(2):
        scene.transfer(f"T{number}")
    first, second = scene.lake.list_files("transfers")
    known: dict[str, int] = {}
    rounds.check_lake_files(scene.lake, known)
    kept = [changed(file.path) for file in (first, second)]
    rounds.check_lake_files(scene.lake, known)
    assert [one.about for one in unwell.list_noted(scene.home)] == sorted([first.name, second.name])
    first.path.write_bytes(kept[0])
    met = LakeDamaged("lake.file-changed", name=first.name, seq=first.seq)
    StepRunner(scene.home).run_step("texts", raising(met))
    assert second.name in [one.about for one in unwell.list_noted(scene.home)]
