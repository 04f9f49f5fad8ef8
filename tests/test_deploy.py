"""The recipes in `deploy` name what there is, and are what their readers take."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
PAGE = (ROOT / "docs" / "how-to" / "deploy.md").read_text(encoding="utf-8")


def recipe() -> str:
    return (DEPLOY / "Containerfile").read_text(encoding="utf-8")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    unit = (DEPLOY / "warroom.service").read_text(encoding="utf-8")
    # The program is not installed on the machine of a test; another one stands in its place.
    here = tmp_path / "warroom.service"
    here.write_text(unit.replace("/opt/warroom/bin/warroom", sys.executable))
    done = subprocess.run(["systemd-analyze", "verify", here], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_image_runs_as_a_user_of_its_own_with_a_volume_and_a_look_at_its_health() -> None:
    last = recipe().rpartition("FROM ${BASE}")[2]
    assert recipe().count("\nFROM ") == 2
    for words in ("USER warroom", "VOLUME /var/lib/warroom", "WARROOM_HOME=/var/lib/warroom", "/healthz"):
        assert words in last
    assert "pip" not in last, "what builds stays behind"


def test_unit_image_and_page_speak_of_the_same_places() -> None:
    unit = (DEPLOY / "warroom.service").read_text(encoding="utf-8")
    for place in ("/opt/warroom", "/var/lib/warroom", "/var/cache/warroom"):
        assert place in unit
        assert place in recipe()
        assert place in PAGE
    made = set(re.findall(r"^make (\w+)", PAGE, re.M))
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    assert made
    assert made <= targets


def test_no_address_of_a_registry_stands_in_a_recipe() -> None:
    for path in DEPLOY.iterdir():
        hosts = set(re.findall(r"https?://([^/\s'\":]+)", path.read_text(encoding="utf-8")))
        assert hosts <= {"127.0.0.1", "warroom.example"}
    assert not re.search(r"^(ARG BASE=|FROM )\S*/", recipe(), re.M)
