"""A demo is founded beside the command that asks for it, which stays small and hears what went wrong."""

import subprocess
import sys
from pathlib import Path

import pytest

from warroom.home import open_home
from warroom_lab.demo.found import found_in_process


def test_the_command_that_waits_for_a_country_has_loaded_nothing_that_reads_records() -> None:
    heavy = "{'pyarrow', 'numba', 'duckdb', 'fastapi'}"
    code = f"import sys; import warroom_lab.demo.found, warroom_lab.demo.place, warroom.web.port; print({heavy} & {{*sys.modules}})"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "set()"


def test_a_home_that_another_process_has_is_not_founded_anew_and_the_reason_is_told(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    home = open_home(tmp_path / "home", "demo")
    with home.take_lock("serve"), pytest.raises(SystemExit):
        found_in_process(home, 7, 10)
    assert "Another warroom process is using" in capfd.readouterr().err
