"""`warroom serve`: one server a data folder, and a clean end."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from warroom.home import Home
from warroom.ledger.postgres import PostgresServer

COMMAND = [sys.executable, "-c", "from warroom.cli.app import main; main()", "serve"]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextmanager
def serving(home: Home, port: int, log: Path) -> Iterator[tuple[dict[str, str], "subprocess.Popen[str]"]]:
    environment = os.environ | {"WARROOM_HOME": str(home.root)}
    with log.open("w") as said:
        process = subprocess.Popen(
            [*COMMAND, "--port", str(port), "--json"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
        )
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert line, log.read_text()
        # What it says is true at once: the address answers.
        assert httpx.get(f"{json.loads(line)['address']}/healthz").status_code == 200
        yield json.loads(line), process
    finally:
        if process.poll() is None:
            process.kill()
            process.wait(30)
        process.stdout.close()


def test_a_second_server_on_one_home_is_refused_in_one_sentence(
    home: Home, database: str, tmp_path: Path
) -> None:
    with serving(home, free_port(), tmp_path / "log"):
        environment = os.environ | {"WARROOM_HOME": str(home.root)}
        second = subprocess.run(
            [*COMMAND, "--port", str(free_port())],
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert second.returncode == 1
    last = second.stderr.strip().splitlines()[-1]
    assert last.startswith("warroom: Another warroom process is using")
    assert "http://" not in second.stderr
    assert "Traceback" not in second.stderr


def test_it_says_where_it_serves_and_ends_cleanly_when_told_to(
    home: Home, database: str, tmp_path: Path
) -> None:
    port, log = free_port(), tmp_path / "log"
    with serving(home, port, log) as (said, process):
        assert said == {"address": f"http://127.0.0.1:{port}", "home": str(home.root), "kind": "exercise"}
        time.sleep(1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(40) in (0, -signal.SIGTERM)
    assert "Traceback" not in log.read_text()


def test_an_empty_server_takes_less_than_400_megabytes_and_loads_no_compiler_and_no_libraries_of_learning(
    home: Home, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "log"
    monkeypatch.setenv("PYTHONPROFILEIMPORTTIME", "1")
    with serving(home, free_port(), log) as (told, process):
        for _ in range(20):
            for path in ("/", "/sign-in", "/check", "/report", "/healthz"):
                httpx.get(told["address"] + path)
        ends = time.monotonic() + 120
        # The first turn loads what the background work needs.
        while 'warroom_turns_total{fault="no"} 0\n' in httpx.get(f"{told['address']}/metrics").text:
            assert time.monotonic() < ends
            time.sleep(0.1)
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
    taken = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
    assert taken < 400 * 1024
    # `import time: self | cumulative | name`. A package that was looked for and not found has no parts.
    names = [line.split("|")[-1].strip() for line in log.read_text().splitlines()]
    assert "warroom.runtime.integrity" in names, "a late step of the turn"
    packages = {name.partition(".")[0] for name in names if "." in name}
    assert {"pyarrow", "duckdb"} <= packages
    assert not packages & {
        "confluent_kafka", "deltalake", "lightgbm", "llvmlite", "numba", "openpyxl", "pandas", "polars", "pyspark",
        "python_calamine", "scipy", "sklearn", "typst",
    }  # fmt: skip


def test_told_to_end_it_takes_its_own_postgresql_with_it(home: Home, tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "log"
    with serving(home, port, log) as (_, process):
        assert PostgresServer(home).find_pid() is not None
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    assert PostgresServer(home).find_pid() is None
    assert "Traceback" not in log.read_text()


def test_a_taken_port_is_one_sentence(home: Home, database: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        environment = os.environ | {"WARROOM_HOME": str(home.root)}
        port = str(taken.getsockname()[1])
        refused = subprocess.run(
            [*COMMAND, "--port", port, "--json"], env=environment, capture_output=True, text=True, timeout=60
        )
    assert refused.returncode == 1
    assert "choose another with --port" in refused.stderr
    assert "http://" not in refused.stdout + refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_number_that_is_no_port_is_one_sentence(home: Home, database: str) -> None:
    environment = os.environ | {"WARROOM_HOME": str(home.root)}
    refused = subprocess.run(
        [*COMMAND, "--port", "80800"], env=environment, capture_output=True, text=True, timeout=60
    )
    assert refused.returncode == 1
    assert "choose one of 1 to 65535" in refused.stderr


def test_its_own_postgresql_is_started_again_where_it_was_killed(home: Home, tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "log"
    with serving(home, port, log) as (said, process):
        killed = PostgresServer(home).find_pid()
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        ends, answer = time.monotonic() + 60, None
        while time.monotonic() < ends and (answer is None or answer.status_code != 200):
            time.sleep(0.2)
            if PostgresServer(home).find_pid() not in (None, killed):
                answer = httpx.get(f"{said['address']}/healthz", timeout=30)
        assert answer is not None
        assert answer.json()["ledger"]
        assert httpx.get(f"{said['address']}/sign-in", timeout=30).status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    assert "was started again" in log.read_text()
    assert PostgresServer(home).find_pid() is None
