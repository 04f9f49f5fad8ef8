"""The house of the night: its folder on a small disk, a server that is started again as systemd would, its commands."""

import json
import os
import signal
import socket
import subprocess
import sys
import tarfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from benchmarks.night.clock import PLACE, PROGRAM, NightClock
from warroom.home import Home, open_home

ROOT = Path(__file__).resolve().parents[2]
DISK_MB = 1_800
RESTART_SECONDS = 1.0
"""RestartSec of the unit; systemd's own default is shorter."""
NEVER = 180.0
"""After so many seconds nobody waits any longer."""


@dataclass(frozen=True)
class Sight:
    """What anyone who asks /healthz saw at a moment: `codes` are None where nothing answered."""

    at: float
    status: int
    codes: frozenset[str] | None

    @property
    def up(self) -> bool:
        return self.status == 200


@dataclass
class House:
    """A home and everything that runs on it. `disk` is None where this machine lets nobody mount one."""

    folder: Path
    log: Path
    disk: Path | None = None
    process: "subprocess.Popen[bytes] | None" = None
    sight: Sight = Sight(0.0, 0, None)
    restarts: int = 0
    stopping: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.disk = _mounted(self.folder / "disk")
        self.root = (self.disk or self.folder) / "home"
        self.clock = NightClock(self.folder / "clock.json")
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        hidden = ("WARROOM_DATABASE_URL", "WARROOM_DATABASE_OWNER_URL")
        kept = {name: value for name, value in os.environ.items() if name not in hidden}
        self.environment = kept | {
            "WARROOM_HOME": str(self.root),
            "WARROOM_LOG_LEVEL": "warning",
            "WARROOM_LANGUAGE": "en",
            PLACE: str(self.folder / "clock.json"),
        }
        self._threads: list[threading.Thread] = []

    @property
    def home(self) -> Home:
        return open_home(self.root, create=None)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Serve, and go on serving whatever ends the server."""
        self.stopping.clear()
        self._begin()
        self._threads = [threading.Thread(daemon=True, target=one) for one in (self._supervise, self._watch)]
        for thread in self._threads:
            thread.start()
        self.wait(lambda sight: sight.up)

    def stop(self) -> None:
        self.stopping.set()
        for thread in self._threads:
            thread.join()
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=120)

    def end(self) -> None:
        """Leave nothing behind on this machine."""
        self.stop()
        if self.disk is not None:
            subprocess.run(["umount", "--lazy", str(self.disk)], check=False)

    def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)

    def wait(self, seen: Callable[[Sight], bool], most: float = NEVER) -> float:
        """Seconds until what /healthz says fits; infinity where it does not in time."""
        began = time.monotonic()
        while time.monotonic() - began < most:
            if self.sight.at >= began and seen(self.sight):
                return time.monotonic() - began
            time.sleep(0.1)
        return float("inf")

    def until(self, holds: Callable[[], bool], most: float = NEVER) -> float:
        """Seconds until something holds; infinity where it does not in time."""
        began = time.monotonic()
        while time.monotonic() - began < most:
            if holds():
                return time.monotonic() - began
            time.sleep(0.2)
        return float("inf")

    def ask(self, path: str) -> str:
        """A page's text, empty where nothing answers."""
        try:
            return httpx.get(f"{self.address}{path}", timeout=20).text
        except httpx.HTTPError:
            return ""

    def begin(self, *words: str) -> "subprocess.Popen[str]":
        """A command of the house, by the night's clock."""
        return subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *words],
            env=self.environment,
            cwd=ROOT,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def command(self, *words: str, said: str = "") -> tuple[int, dict[str, Any], str]:
        """A command with --json, to its end: the code, the answer, what it said beside it."""
        process = self.begin(*words, "--json")
        answer, beside = process.communicate(said, timeout=300)
        lines = answer.strip().splitlines()
        return process.returncode, json.loads(lines[-1]) if lines else {}, beside

    def backup(self) -> Path:
        """A backup of now, outside the home."""
        for number in range(30):
            target = self.folder / f"backup-{time.monotonic_ns()}.tar"
            code, _, said = self.command("backup", str(target))
            if code == 0:
                return target
            time.sleep(1 + number / 10)
        raise SystemExit(f"no backup could be made: {said}")

    def _begin(self) -> None:
        with self.log.open("ab") as out:
            command = [sys.executable, "-c", PROGRAM, "serve", "--port", str(self.port)]
            self.process = subprocess.Popen(command, env=self.environment, stdout=out, stderr=out, cwd=ROOT)

    def _supervise(self) -> None:
        while not self.stopping.is_set():
            assert self.process is not None
            if self.process.poll() is None:
                time.sleep(0.05)
                continue
            time.sleep(RESTART_SECONDS)
            self.restarts += 1
            self._begin()

    def _watch(self) -> None:
        with httpx.Client(base_url=self.address, timeout=10) as client:
            while not self.stopping.wait(0.5):
                began = time.monotonic()
                try:
                    answer = client.get("/healthz")
                    self.sight = Sight(began, answer.status_code, frozenset(answer.json()["unwell"]))
                except (httpx.HTTPError, ValueError, KeyError):
                    self.sight = Sight(began, 0, None)


def members(backup: Path, below: str) -> list[str]:
    """The names of a backup's parts below a folder."""
    with tarfile.open(backup) as tar:
        return [name for name in tar.getnames() if name.startswith(below)]


def restore(backup: Path, name: str, root: Path) -> None:
    """Put one part of a backup back where it was."""
    with tarfile.open(backup) as tar:
        content = tar.extractfile(name)
        assert content is not None
        put(root / name, content.read())


def put(path: Path, content: bytes) -> None:
    """Have a whole file appear at its place, as anyone who knows how does; where the disk is full, once there is room."""
    draft = path.with_name(f".{path.name}.part")
    until = time.monotonic() + NEVER
    while True:
        try:
            draft.write_bytes(content)
            draft.chmod(0o600)
            draft.replace(path)
            return
        except OSError:
            draft.unlink(missing_ok=True)
            if time.monotonic() > until:
                raise
            time.sleep(0.5)


def _mounted(place: Path) -> Path | None:
    place.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m,mode=0755", "tmpfs", str(place)]
    try:
        done = subprocess.run(words, capture_output=True, check=False)
    except OSError:
        return None
    return place if done.returncode == 0 else None
