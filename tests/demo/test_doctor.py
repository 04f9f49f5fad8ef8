"""The doctor: says what is well, what is not and what to do, and changes nothing by looking."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cases.scenes import PASSWORD, Scene
from warroom.access.sign_in import sign_in
from warroom.access.views import SignInOrigin
from warroom.cli.checks import DoctorCheck, run_checks
from warroom.home import Home
from warroom.keys import load_signing_key
from warroom.ledger.ledger import Ledger


@pytest.fixture
def looked(home: Home, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A fresh home that the settings point at."""
    monkeypatch.setenv("WARROOM_HOME", str(home.root))
    load_signing_key(home)
    return home


def line(name: str) -> DoctorCheck:
    return next(check for check in run_checks() if check.name == name)


def test_a_fresh_home_is_well(looked: Home) -> None:
    states = {check.name: check.state for check in run_checks()}
    states.pop("pages")  # the front end is built by make, not by the tests
    assert "fail" not in states.values()
    machine, inside = (
        "python packages memory clock browser engine home",
        "disk keys lake published returns verified streams ledger proxy law banks unwell",
    )
    assert list(states) == [*machine.split(), *inside.split()]
    assert line("ledger").todo == "Make the first: 'warroom officer add'."


def test_looking_for_a_home_makes_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARROOM_HOME", str(tmp_path / "none"))
    assert line("home").state == "warn"
    assert "'warroom serve' makes it" in line("home").todo
    assert not (tmp_path / "none").exists()


def test_without_a_home_the_check_of_the_log_leads_to_doctor_and_neither_makes_one(tmp_path: Path) -> None:
    nowhere = {**os.environ, "WARROOM_HOME": str(tmp_path / "none")}
    command = [sys.executable, "-m", "warroom"]
    verify = subprocess.run([*command, "audit", "verify"], env=nowhere, capture_output=True, text=True)
    assert (verify.returncode, "warroom doctor" in verify.stderr) == (1, True)
    told = subprocess.run([*command, "doctor"], env=nowhere, capture_output=True, text=True)
    assert "begin one" in told.stdout
    assert not (tmp_path / "none").exists()


def test_a_key_others_can_read_is_a_fault_with_the_way_out(looked: Home) -> None:
    (looked.keys / "signing.pem").chmod(0o644)
    check = line("keys")
    assert check.state == "fail"
    assert "chmod 600" in check.todo


def test_a_folder_others_can_read_is_a_fault(looked: Home) -> None:
    looked.lake.chmod(0o755)
    assert (line("home").state, line("home").todo) == ("fail", f"Run: chmod 700 {looked.lake}")


def test_a_home_of_another_version_is_refused_with_the_way_out(looked: Home) -> None:
    (looked.root / "home.json").write_text('{"format": 99, "kind": "live"}')
    assert "restore a backup" in line("home").text
    assert [check.name for check in run_checks()][-1] == "home"


def test_an_unreachable_ledger_is_one_line_and_the_rest_is_still_looked_at(
    looked: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WARROOM_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none")
    monkeypatch.delenv("WARROOM_DATABASE_OWNER_URL")
    assert line("ledger").state == "fail"
    assert "cannot be reached" in line("ledger").text
    assert line("banks").state == "ok"


def test_a_live_home_is_told_that_its_law_is_not_confirmed(
    live_home: Home, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WARROOM_HOME", str(live_home.root))
    assert line("law").state == "warn"
    assert "warroom law confirm" in line("law").todo


def test_with_json_standard_output_is_one_object_and_a_fault_is_exit_code_1(looked: Home) -> None:
    looked.keys.joinpath("signing.pem").chmod(0o604)
    command = [sys.executable, "-c", "from warroom.cli.app import main; main()", "doctor", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ.copy(), check=False)
    assert done.returncode == 1
    assert done.stdout.count("\n") == 1
    body = json.loads(done.stdout)
    assert body["ok"] is False
    assert {"name", "state", "text", "todo"} == set(body["checks"][0])


def test_where_every_sign_in_comes_without_an_address_the_proxy_is_to_blame(
    looked: Home, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WARROOM_HOSTS", "room.police.example")
    assert line("proxy").state == "ok"
    sign_in(scene.ledger, scene.anna.username, PASSWORD, origin=SignInOrigin("127.0.0.1"))
    sign_in(scene.ledger, "anna", PASSWORD)
    assert (line("proxy").state, "X-Forwarded-For" in line("proxy").todo) == ("warn", True)
    sign_in(scene.ledger, "anna", PASSWORD, origin=SignInOrigin("203.0.113.9"))
    assert line("proxy").state == "ok"
