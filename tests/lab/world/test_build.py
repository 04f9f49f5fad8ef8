"""Building a country: the same bytes every time, nothing half written, a clear sentence for what cannot be."""

import errno
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from warroom.errors import WorldError
from warroom_lab.world.build import build_country
from warroom_lab.world.delivery.folder import MANIFEST
from warroom_lab.world.delivery.post import PartnerPost
from warroom_lab.world.drawing.sizes import get_size

TINY = get_size("tiny")


def _sums(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = build_country(TINY, 7, tmp_path / "a"), build_country(TINY, 7, tmp_path / "b")
    assert _sums(first.folder) == _sums(second.folder)
    assert not list(tmp_path.glob(".*"))


@pytest.mark.slow
def test_any_number_of_threads_gives_the_same_bytes(tmp_path: Path) -> None:
    """In processes of their own: numpy, pyarrow and numba read their number of threads once."""
    found = []
    for threads in ("1", "2", "4"):
        names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "ARROW_IO_THREADS", "NUMBA_NUM_THREADS")
        out = tmp_path / threads
        subprocess.run(
            [
                sys.executable,
                "-m",
                "warroom",
                "world",
                "build",
                "--size",
                "tiny",
                "--seed",
                "7",
                "--out",
                str(out),
            ],
            env=os.environ | dict.fromkeys(names, threads),
            check=True,
            stdout=subprocess.DEVNULL,
        )
        found.append(_sums(out))
    assert found[0] == found[1] == found[2]
    assert len(found[0]) > 100


def test_a_full_disk_leaves_nothing_and_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(PartnerPost, "send_payments", full)
    with pytest.raises(WorldError, match="No space left on device; nothing was kept"):
        build_country(TINY, 1, tmp_path / "country")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_empty_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("mine")
    with pytest.raises(WorldError, match="is not empty"):
        build_country(TINY, 1, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["note.txt"]


def test_a_world_of_another_version_is_named_as_such(tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_text(json.dumps({"world": {"version": 999}, "files": []}))
    with pytest.raises(WorldError, match="version 999"):
        build_country(TINY, 1, tmp_path)
