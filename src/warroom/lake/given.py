"""The files named on the command line: patterns and folders are expanded, and pipes are written to files."""

import glob
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from warroom.errors import RecordsError
from warroom.home import Home

STDIN = Path("/dev/stdin")
# Bytes copied from a pipe at a time.
CHUNK = 1 << 20
FREE = 1 << 30
"""Bytes that a pipe must leave free on the disk of the data folder."""


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file to take in, and what people call it, where that is not its path."""

    path: Path
    name: str = ""


@contextmanager
def open_given_files(home: Home, paths: Sequence[Path]) -> Iterator[list[GivenFile]]:
    """The files in the order in which they were named, those of a pattern or a folder by name.

    The content of a pipe is kept in the data folder meanwhile, in a file without a name: no other process can
    open it by name, and it is gone with this process, however that ends. Raises RecordsError where there is
    nothing to take.
    """
    with ExitStack() as open_files:
        yield [
            _open_given_file(expanded_path, home, open_files)
            for path in paths
            for expanded_path in _expand_path(path)
        ]


def _expand_path(path: Path) -> list[Path]:
    if path.is_dir():
        return _list_folder_files(path)
    if path.exists() or not glob.has_magic(str(path)):
        return [path]
    candidates = sorted(Path(candidate) for candidate in glob.glob(str(path), recursive=True))
    if not any(candidate.is_file() for candidate in candidates):
        raise RecordsError("files.none-fits", pattern=path)
    return [candidate for candidate in candidates if candidate.is_file()]


def _list_folder_files(folder: Path) -> list[Path]:
    if (folder / "manifest.json").exists():
        raise RecordsError("files.has-manifest", folder=folder)
    names = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]
    # Hidden files are made by programs, such as .DS_Store, and were not delivered.
    shown = sorted(name for name in names if not any(part.startswith(".") for part in name.parts))
    if not shown:
        raise RecordsError("files.folder-empty", folder=folder)
    return [folder / name for name in shown]


def _open_given_file(path: Path, home: Home, open_files: ExitStack) -> GivenFile:
    try:
        mode = path.stat().st_mode
    except OSError:
        return GivenFile(path)  # its reader says what is wrong
    if not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) or stat.S_ISCHR(mode)):
        return GivenFile(path, "standard input" if path == STDIN else "")
    name = "standard input" if path == STDIN else "a pipe"
    spooled = open_files.enter_context(tempfile.TemporaryFile(dir=home.root))  # noqa: SIM115 - the stack closes it
    with path.open("rb") as pipe:
        if pipe.isatty():
            raise RecordsError("files.nothing-piped")
        while chunk := pipe.read(CHUNK):
            if shutil.disk_usage(home.root).free < FREE + len(chunk):
                raise RecordsError("files.piped-too-much", name=name, home=home.root)
            spooled.write(chunk)
    spooled.flush()
    # By its number in this process, since it has no name; the processes that read workbooks open it so too.
    return GivenFile(Path(f"/proc/{os.getpid()}/fd/{spooled.fileno()}"), name)
