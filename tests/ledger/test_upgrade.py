"""A ledger that an earlier version wrote goes on here: nothing of it is lost, also where the upgrade is killed.

`r0181.sql.xz` is the SQL with which the program of revision 0181, the oldest that opens here, founded a ledger. A step that leads on from
there is tried with an example: no version has needed one yet.
"""

import io
import json
import lzma
import os
import signal
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from tests.ledger.catalogue import catalogue
from warroom.errors import HomeVersion
from warroom.home import Home, open_home
from warroom.lake.lake import Lake
from warroom.ledger import upgrade
from warroom.ledger.backup import MANIFEST, write_backup
from warroom.ledger.ledger import DATABASE, ROLE, Ledger, get_logins
from warroom.ledger.postgres import PostgresServer
from warroom.ledger.verify import verify_audit
from warroom.runtime.restore import restore_home

BASE = upgrade.REVISIONS[0]
FOUNDING = Path(__file__).with_name(f"r{BASE}.sql.xz")
NEXT = "9001"
STEP = """
ALTER TABLE bookmarks ADD COLUMN made_by text;
SELECT pg_sleep(0.2);
UPDATE bookmarks SET made_by = 'revision 9001';
ALTER TABLE bookmarks ALTER COLUMN made_by SET NOT NULL;
"""
OF_BEFORE = [("kept", "1"), ("kept too", "2")]
OF_NOW = [(*row, f"revision {NEXT}") for row in OF_BEFORE]


@pytest.fixture(autouse=True)
def own_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WARROOM_DATABASE_URL", raising=False)
    monkeypatch.delenv("WARROOM_DATABASE_OWNER_URL", raising=False)


@pytest.fixture
def old_ledger(ledger_server: PostgresServer) -> Iterator[Callable[[str], str]]:
    """Makes a ledger that says to be of a revision on the shared server, and answers its owner's address."""
    made: list[str] = []
    admin = ledger_server.make_url("postgres", "postgres")

    def make(revision: str) -> str:
        made.append(f"old_{uuid4().hex[:12]}")
        upgrade.make_database(admin, get_logins(ledger_server), made[-1])
        url = ledger_server.make_url("postgres", made[-1])
        with psycopg.connect(url) as connection:
            connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(upgrade.OWNER)))
            connection.execute(lzma.decompress(FOUNDING.read_bytes()))
            connection.execute("INSERT INTO alembic_version VALUES (%s)", (revision,))
        return url

    yield make
    with psycopg.connect(admin, autocommit=True) as connection:
        for name in made:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def old_home(home: Home) -> Home:
    """A home of this revision, before a version with a further step opens it."""
    with Ledger.open(home) as ledger, ledger.open_session() as session:
        for row in OF_BEFORE:
            session.connection().exec_driver_sql("INSERT INTO bookmarks VALUES (%s, %s)", row)
    return home


@pytest.fixture
def steps(tmp_path: Path) -> Path:
    """The folder of a version with one step more than this one."""
    folder = tmp_path / "migrations"
    folder.mkdir()
    for revision in upgrade.REVISIONS:
        (folder / f"{revision}.sql").write_bytes(upgrade.MIGRATIONS.joinpath(f"{revision}.sql").read_bytes())
    (folder / f"{NEXT}.sql").write_text(STEP)
    return folder


def become_next_version(monkeypatch: pytest.MonkeyPatch, steps: Path) -> None:
    monkeypatch.setattr(upgrade, "MIGRATIONS", steps)
    monkeypatch.setattr(upgrade, "REVISIONS", (*upgrade.REVISIONS, NEXT))
    monkeypatch.setattr(upgrade, "REVISION", NEXT)


def bookmarks(url: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT * FROM bookmarks WHERE name LIKE 'kept%' ORDER BY name").fetchall()


def faults(home: Home) -> list[str]:
    """What is wrong with a home, asked of its log and its lake."""
    with Ledger.open(home) as ledger:
        found = [fault.text for fault in verify_audit(ledger).faults]
    return found + [str(fault) for fault in Lake.open(home).verify()]


def test_an_upgraded_ledger_is_built_like_a_fresh_one(
    old_ledger: Callable[[str], str], ledger_server: PostgresServer
) -> None:
    url = old_ledger(BASE)
    upgrade.upgrade_tables(make_url(url), ROLE)
    fresh = catalogue(ledger_server.make_url("postgres", DATABASE))
    upgraded = catalogue(url)
    for part, things in fresh.items():
        assert things, part
        assert sorted({*upgraded[part]} ^ {*things}) == [], part


def test_a_ledger_older_than_any_step_is_refused_with_the_way_out(old_ledger: Callable[[str], str]) -> None:
    url = old_ledger("0180")
    with pytest.raises(HomeVersion, match=r"of revision 0180, and .* restore that here") as refused:
        upgrade.upgrade_tables(make_url(url), ROLE)
    assert "\n" not in refused.value.sentence


def test_a_backup_of_before_becomes_a_home_of_now(
    old_home: Home, steps: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Ledger.open(old_home) as ledger:
        write_backup(old_home, ledger, tmp_path / "home.tar")
    become_next_version(monkeypatch, steps)
    report = restore_home(tmp_path / "home.tar", tmp_path / "new")
    assert report.faults == ()
    with Ledger.open(open_home(tmp_path / "new")) as ledger:
        assert ledger.server is not None
        assert bookmarks(ledger.server.make_url("postgres", DATABASE)) == OF_NOW


@pytest.mark.parametrize(
    ("revision", "way_out"), [("0180", "restore that here"), ("9999", "newer than this")]
)
def test_a_backup_that_no_step_leads_from_is_refused_before_anything_is_written(
    home: Home, ledger: Ledger, tmp_path: Path, revision: str, way_out: str
) -> None:
    write_backup(home, ledger, tmp_path / "home.tar")
    with pytest.raises(HomeVersion, match=way_out):
        restore_home(_said_to_be(tmp_path / "home.tar", revision, tmp_path / "other.tar"), tmp_path / "new")
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


OPENS = """
import os, signal, sys, threading
from pathlib import Path
import psycopg
from warroom.home import open_home
from warroom.ledger import upgrade
from warroom.ledger.ledger import Ledger

upgrade.MIGRATIONS = Path(sys.argv[4])
upgrade.REVISION = sys.argv[5]
upgrade.REVISIONS = (*upgrade.REVISIONS, upgrade.REVISION)
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
AT_STEP = 12
MOMENTS = [
    (1, 0.0),
    (5, 0.0),
    (6, 0.0),
    (9, 0.0),
    (11, 0.0),
    (AT_STEP, 0.0),
    (15, 0.0),
    (18, 0.0),
    (AT_STEP, 0.01),
    (AT_STEP, 3.0),
]
"""The statement at which the program is killed, and how many seconds after it began: before the step, after it while rights
are given, within it, and when all is done.
"""


def test_an_upgrade_killed_at_any_moment_leaves_all_of_before_or_all_of_now(
    old_home: Home, steps: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = PostgresServer(old_home).open()
    url = server.make_url("postgres", DATABASE)
    seen = []
    for statement, later in MOMENTS:
        command = [sys.executable, "-c", OPENS, old_home.root, str(statement), str(later), steps, NEXT]
        assert subprocess.run(command, timeout=120).returncode == -signal.SIGKILL
        with psycopg.connect(url) as connection:
            # The connection of the killed one is gone, and with it what it had begun.
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (upgrade.LOCK,))
            seen.append(upgrade.read_revision(connection))
        assert bookmarks(url) == (OF_NOW if seen[-1] == NEXT else OF_BEFORE)
    assert seen == [upgrade.REVISION] * (len(MOMENTS) - 1) + [NEXT]
    pid = server.find_pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    server.close()
    become_next_version(monkeypatch, steps)
    assert faults(old_home) == []
