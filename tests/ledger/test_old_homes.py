"""A home that an earlier version wrote goes on here: nothing of it is lost, also where the upgrade is killed.

`homes/r0017.tar.xz` is the backup of a small exercise home, made by the program of revision 0017: a case with a hold in
effect and extended, one released, an appeal, two actions that left, evidence in other hands and destroyed.
`homes/r0017-C-1.zip` is the court bundle of its case.
"""

import io
import json
import lzma
import os
import signal
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from tests.cases.due import run_due
from tests.cases.scenes import Money
from tests.ledger.catalogue import catalogue
from warroom.access.officers import list_officers
from warroom.cases.queries.case_page import case_page
from warroom.errors import HomeVersion
from warroom.evidence.bundle.verify import verify_bundle
from warroom.evidence.check import check as check_evidence
from warroom.home import Home, open_home
from warroom.lake.lake import Lake
from warroom.ledger import upgrade
from warroom.ledger.backup import DUMP, MANIFEST, run_tool
from warroom.ledger.ledger import DATABASE, ROLE, Ledger, logins
from warroom.ledger.postgres import Server
from warroom.ledger.verify import verify_audit
from warroom.runtime.restore import restore

HOMES = Path(__file__).parent / "homes"
MADE = datetime.fromisoformat("2026-11-27T09:26:00+00:00")
TABLES_OF_BEFORE = ("actions", "approvals", "extensions", "releases", "measures", "measure_transitions")
TABLES_OF_NOW = (
    "holds",
    "hold_approvals",
    "hold_extensions",
    "hold_releases",
    "actions",
    "action_transitions",
)
ABOUT = "ALTER TABLE deadlines ADD CONSTRAINT deadlines_about_check CHECK (about IN ('measure', 'request'));"
NAMED = """
ALTER TABLE orders DISABLE TRIGGER orders_guard;
UPDATE orders SET facts = facts || jsonb_build_object('reference', actions.reference, 'case', cases.number)
  FROM actions JOIN cases ON cases.id = actions.case_id WHERE orders.action_id = actions.id;
ALTER TABLE orders ENABLE TRIGGER orders_guard;
"""
MADE_LATER = {"0017": "", "0018": ABOUT, "0019": ABOUT + NAMED}
"""What the two versions after it changed in a ledger of revision 0017."""


@pytest.fixture(autouse=True)
def own_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WARROOM_DATABASE_URL", raising=False)
    monkeypatch.delenv("WARROOM_DATABASE_OWNER_URL", raising=False)


@pytest.fixture(scope="session")
def old_backup(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The backup as the old program wrote it."""
    target = tmp_path_factory.mktemp("old") / "home.tar"
    target.write_bytes(lzma.decompress((HOMES / "r0017.tar.xz").read_bytes()))
    return target


@pytest.fixture
def old_home(old_backup: Path, tmp_path: Path) -> Home:
    """The home as the old program left it, its ledger in a server of its own."""
    home = open_home(tmp_path / "home", "exercise")
    with tarfile.open(old_backup) as tar:
        tar.extractall(home.root, filter="data")
    (home.root / MANIFEST).unlink()
    server = Server(home).open()
    try:
        upgrade.make_database(server.url("postgres", "postgres"), logins(server), DATABASE)
        _fill(server.url("postgres", DATABASE), home.root / DUMP)
    finally:
        server.close()
    (home.root / DUMP).unlink()
    return home


def _fill(url: str, dump: Path) -> None:
    run_tool(
        "pg_restore", url, ["--no-owner", "--no-privileges", f"--role={upgrade.OWNER}", "-1", "-e", str(dump)]
    )
    with psycopg.connect(url) as connection:
        connection.execute(
            sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {}").format(sql.Identifier(ROLE))
        )


@pytest.fixture
def old_ledger(ledger_server: Server, old_backup: Path, tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Makes a ledger of a revision on the shared server, and answers its owner's address."""
    with tarfile.open(old_backup) as tar:
        tar.extract(DUMP, tmp_path, filter="data")
    made: list[str] = []
    admin = ledger_server.url("postgres", "postgres")

    def make(revision: str) -> str:
        made.append(f"old_{uuid4().hex[:12]}")
        upgrade.make_database(admin, logins(ledger_server), made[-1])
        url = ledger_server.url("postgres", made[-1])
        _fill(url, tmp_path / DUMP)
        with psycopg.connect(url) as connection:
            connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(upgrade.OWNER)))
            connection.execute(MADE_LATER.get(revision, "").encode())
            connection.execute("UPDATE alembic_version SET version_num = %s", (revision,))
        return url

    yield make
    with psycopg.connect(admin, autocommit=True) as connection:
        for name in made:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _bring(url: str) -> None:
    upgrade.bring(make_url(url), ROLE)


def faults(home: Home) -> list[str]:
    """What is wrong with a home, asked of its log, its evidence and its lake."""
    with Ledger.open(home) as ledger:
        found = [one.text for one in verify_audit(ledger).faults]
        found += [one.text for one in check_evidence(ledger).faults]
    return found + [str(one) for one in Lake.open(home).verify()]


def test_an_old_home_opens_whole_and_goes_on(old_home: Home) -> None:
    with Ledger.open(old_home) as ledger:
        assert verify_audit(ledger).rows >= 53
        officer = next(one for one in list_officers(ledger) if one.username == "boon")
        kept, let_go = case_page(ledger, officer, "C-1").actions
        assert (kept.state, let_go.state, let_go.release_reason) == (
            "in_effect",
            "released",
            "the account is a shop's",
        )
        assert {clock.kind: clock.state for clock in kept.clocks} == {
            "lapse": "running",
            "lapse_warning": "running",
            "silence": "stopped",
            "appeal_due": "done",
            "appeal_limit": "done",
        }
        assert {clock.state for clock in let_go.clocks} <= {"stopped", "done"}
        with ledger.session() as session:
            rows = session.connection().exec_driver_sql(
                "SELECT DISTINCT facts ->> 'case', facts ->> 'reference' FROM orders WHERE about = 'hold'"
            )
            assert {tuple(row) for row in rows} == {("C-1", kept.reference), ("C-1", let_go.reference)}
        lake, then = Lake.open(old_home), MADE + timedelta(days=10)
        report = run_due(ledger, lake, then, tracer=Money().trace)
        assert (report.expired, report.warned) == (1, 1)
        assert case_page(ledger, officer, "C-1").actions[0].state == "expired"
    assert faults(old_home) == []


@pytest.mark.parametrize("revision", MADE_LATER)
def test_an_upgraded_ledger_is_built_like_a_fresh_one(
    old_ledger: Callable[[str], str], ledger_server: Server, revision: str
) -> None:
    url = old_ledger(revision)
    _bring(url)
    fresh = catalogue(ledger_server.url("postgres", "warroom"))
    upgraded = catalogue(url)
    for part, things in fresh.items():
        assert things, part
        assert upgraded[part] == things, part


def test_a_ledger_older_than_any_step_is_refused_with_the_way_out(old_ledger: Callable[[str], str]) -> None:
    url = old_ledger("0016")
    with pytest.raises(HomeVersion, match=r"of revision 0016, and .* restore that here") as refused:
        _bring(url)
    assert "\n" not in refused.value.sentence


def test_a_backup_of_before_becomes_a_home_that_verifies(old_backup: Path, tmp_path: Path) -> None:
    report = restore(old_backup, tmp_path / "new")
    assert report.faults == ()
    assert report.audit_rows >= 53
    assert faults(open_home(tmp_path / "new")) == []


@pytest.mark.parametrize(
    ("revision", "way_out"), [("0016", "restore that here"), ("9999", "newer than this")]
)
def test_a_backup_that_no_step_leads_from_is_refused_before_anything_is_written(
    old_backup: Path, tmp_path: Path, revision: str, way_out: str
) -> None:
    with pytest.raises(HomeVersion, match=way_out):
        restore(_said_to_be(old_backup, revision, tmp_path / "other.tar"), tmp_path / "new")
    assert not (tmp_path / "new").exists()


def _said_to_be(source: Path, revision: str, target: Path) -> Path:
    with tarfile.open(source) as before, tarfile.open(target, "w") as after:
        for entry in before:
            content = before.extractfile(entry)
            assert content is not None
            body = content.read()
            if entry.name == MANIFEST:
                body = json.dumps(json.loads(body) | {"revision": revision}).encode()
                entry.size = len(body)
            after.addfile(entry, io.BytesIO(body))
    return target


def test_a_court_bundle_of_before_verifies(tmp_path: Path) -> None:
    bundle = HOMES / "r0017-C-1.zip"
    assert verify_bundle(bundle).counts["items"] == 4
    with zipfile.ZipFile(bundle) as given:
        given.extractall(tmp_path)
    command = [sys.executable, "-I", "-S", str(tmp_path / "verify.py")]
    done = subprocess.run(command, env={}, cwd="/", capture_output=True, text=True, encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, "")


OPENS = """
import os, signal, sys, threading
from pathlib import Path
import psycopg
from warroom.home import open_home
from warroom.ledger.ledger import Ledger

statement, later = int(sys.argv[2]), float(sys.argv[3])
seen, run = 0, psycopg.Connection.execute

def run_until_killed(*words, **more):
    global seen
    seen += 1
    if seen == statement and later:
        threading.Timer(later, os.kill, (os.getpid(), signal.SIGKILL)).start()
    elif seen == statement:
        os.kill(os.getpid(), signal.SIGKILL)
    return run(*words, **more)

psycopg.Connection.execute = run_until_killed
with Ledger.open(open_home(Path(sys.argv[1]), create=None)):
    threading.Event().wait(60)
"""
STEP = 12
MOMENTS = [
    (1, 0.0),
    (5, 0.0),
    (6, 0.0),
    (9, 0.0),
    (11, 0.0),
    (STEP, 0.0),
    (15, 0.0),
    (18, 0.0),
    (STEP, 0.01),
    (STEP, 3.0),
]
"""The statement at which the program is killed, and how many seconds after it began: before the step, after it while rights
are given, within it, and when all is done.
"""


def test_an_upgrade_killed_at_any_moment_leaves_all_of_before_or_all_of_now(old_home: Home) -> None:
    server = Server(old_home).open()
    url = server.url("postgres", DATABASE)
    whole = _rows(url, TABLES_OF_BEFORE)
    seen = []
    for statement, later in MOMENTS:
        command = [sys.executable, "-c", OPENS, str(old_home.root), str(statement), str(later)]
        assert subprocess.run(command, timeout=120).returncode == -signal.SIGKILL
        with psycopg.connect(url) as connection:
            # The connection of the killed one is gone, and with it what it had begun.
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (upgrade.LOCK,))
            seen.append(upgrade.revision(connection))
        upgraded = seen[-1] == upgrade.REVISION
        found = _rows(url, TABLES_OF_NOW if upgraded else TABLES_OF_BEFORE)
        assert _without_new_columns(found, whole) == whole
    assert seen == ["0017"] * (len(MOMENTS) - 1) + [upgrade.REVISION]
    pid = server.pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    server.close()
    assert faults(old_home) == []


def _without_new_columns(
    found: list[list[tuple[object, ...]]], whole: list[list[tuple[object, ...]]]
) -> list[list[tuple[object, ...]]]:
    """Rows cut to the columns that there were before: a step adds new ones at the end."""
    widths = [len(rows[0]) if rows else 0 for rows in whole]
    return [[row[:width] for row in rows] for rows, width in zip(found, widths, strict=True)]


def _rows(url: str, tables: tuple[str, ...]) -> list[list[tuple[object, ...]]]:
    """Every row of these tables; their columns keep their order under any name."""
    with psycopg.connect(url) as connection:
        query = sql.SQL("SELECT * FROM {} ORDER BY 1")
        return [
            sorted(connection.execute(query.format(sql.Identifier(name))).fetchall(), key=str)
            for name in tables
        ]
