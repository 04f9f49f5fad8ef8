"""The package alone, in an environment without the repository, is the whole program."""

import json
import os
import re
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[1]
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check")
PATIENCE = 120.0

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package, built without a look at any network."""
    folder = tmp_path_factory.mktemp("dist")
    words = [
        "wheel",
        "--quiet",
        "--no-index",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        folder,
        ROOT,
    ]
    subprocess.run([*PIP, *words], check=True)
    (built,) = folder.glob("warroom-*.whl")
    return built


@pytest.fixture(scope="module")
def warroom(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command in an empty environment, which has of others what the program needs and nothing of the repository."""
    place = tmp_path_factory.mktemp("elsewhere") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", place], check=True)
    install = ["--python", place / "bin" / "python", "install", "--quiet", "--no-index", "--no-deps", wheel]
    subprocess.run([*PIP, *install], check=True)
    (packages,) = place.glob("lib/python*/site-packages")
    # The folder alone: what stands in its own .pth files, the repository among it, is not followed.
    (packages / "others.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return place / "bin" / "warroom"


def around(home: Path) -> dict[str, str]:
    """The machine's own settings without a way to the repository."""
    kept = {name: text for name, text in os.environ.items() if name in ("PATH", "LANG", "TMPDIR", "HOME")}
    return {**kept, "WARROOM_HOME": str(home)}


def answered(warroom: Path, home: Path, *words: str | Path) -> str:
    done = subprocess.run(
        [warroom, *words], env=around(home), cwd=home.parent, capture_output=True, text=True, timeout=PATIENCE
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def served(warroom: Path, home: Path) -> Iterator[str]:
    """The room of a fresh home; its address once it answers."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    words = [warroom, "serve", "--port", str(port), "--json"]
    with subprocess.Popen(words, env=around(home), cwd=home.parent, stdout=subprocess.PIPE) as running:
        try:
            assert running.stdout
            yield json.loads(running.stdout.readline())["address"]
        finally:
            running.terminate()
            running.wait(PATIENCE)


def got(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
        assert answer.status == 200
        content: bytes = answer.read()
    return content


def test_everything_that_is_no_source_of_the_pages_is_in_it(wheel: Path) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "src/warroom", "src/warroom_lab"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\n")
    # Catalogues are in it compiled: their sources are of no use to a running program.
    sources = ("/web/frontend/", ".po")
    ours = {
        path.removeprefix("src/") for path in listed if path and not any(part in path for part in sources)
    }
    held = set(ZipFile(wheel).namelist())
    assert ours - held == set()
    assert {f"warroom/locale/{language}/LC_MESSAGES/warroom.mo" for language in ("th", "en")} <= held
    assert "warroom/web/static/manifest.json" in held
    assert any(name.startswith("warroom/papers/fonts/") for name in held)
    assert not any("/frontend/" in name or name.endswith(".po") for name in held)
    assert not any(name.startswith("tests/") for name in held)
    assert wheel.stat().st_size < 23 << 18


def test_it_serves_its_pages_from_an_environment_without_the_repository(
    warroom: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    where = subprocess.run(
        [warroom.parent / "python", "-c", "import warroom; print(warroom.__file__)"],
        env=around(home), cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert Path(where.stdout.strip()).is_relative_to(warroom.parents[1])
    with served(warroom, home) as address:
        started = time.monotonic()
        assert json.loads(got(f"{address}/healthz"))["ledger"] is True
        page = got(f"{address}/sign-in").decode()
        (style,) = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page)
        css = got(address + style).decode()
        assert "--" in css
        fonts = re.findall(r'url\("?([^")]+\.woff2)', css)
        assert fonts
        assert all(got(f"{address}/static/{Path(font).name}")[:4] == b"wOF2" for font in fonts[:2])
        assert "เข้าสู่ระบบ" in page, "the catalog of Thai is there"
        assert time.monotonic() - started < PATIENCE


def test_its_doctor_finds_it_whole(warroom: Path, tmp_path: Path) -> None:
    checks = json.loads(answered(warroom, tmp_path / "home", "doctor", "--json"))["checks"]
    found = {check["name"]: check for check in checks}
    assert found["pages"]["state"] == "ok"
    assert found["packages"]["text"].startswith("warroom 0.1.0")
