"""The ledger's own server: private, shared, restarted, and clear about what is wrong."""

import os
import re
import signal
import stat
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

import warroom
from warroom.errors import HomeVersion, LedgerError
from warroom.home import Home, open_home
from warroom.ledger.base import Base
from warroom.ledger.ledger import Ledger
from warroom.ledger.postgres import PostgresServer
from warroom.ledger.tables import ROOMS, load_tables

SOURCE = Path(warroom.__file__).parent


@pytest.fixture(autouse=True)
def own_server(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    if "database" not in request.fixturenames:
        monkeypatch.delenv("WARROOM_DATABASE_URL", raising=False)


def test_a_fresh_home_gets_a_private_server(home: Home) -> None:
    with Ledger.open(home) as ledger:
        assert ledger.server is not None
        for folder in (home.ledger, ledger.server.data, ledger.server.socket):
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE(home.root.stat().st_mode) == 0o700
        with ledger.open_session() as session:
            assert session.scalar(sa.text("SHOW listen_addresses")) == ""
            assert (
                session.scalar(sa.text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")) is False
            )
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(f"postgresql://postgres:guess@/postgres?host={ledger.server.socket}")
        secrets = [path for path in home.keys.iterdir() if path.name.startswith("ledger-")]
        assert len(secrets) == 3  # the owner, the room, the public pages
        assert {stat.S_IMODE(path.stat().st_mode) for path in secrets} == {0o600}


@pytest.mark.usefixtures("database")
def test_a_connection_that_was_in_use_when_the_ledger_closed_is_closed_too(home: Home) -> None:
    ledger = Ledger.open(home)
    idle, used = ledger.engine.raw_connection(), ledger.engine.raw_connection()
    connections = [idle.driver_connection, used.driver_connection]
    idle.close()
    ledger.close()
    used.close()
    assert [connection.closed for connection in connections if connection is not None] == [True, True]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes its account")
def test_started_by_root_the_server_runs_as_somebody_who_may_little(home: Home) -> None:
    with Ledger.open(home) as ledger:
        assert ledger.server is not None
        pid = ledger.server.find_pid()
        assert os.stat(f"/proc/{pid}").st_uid != 0
        assert home.lake.stat().st_uid == 0


def test_two_on_one_home_share_the_server_and_the_last_one_stops_it(home: Home) -> None:
    first, second = Ledger.open(home), Ledger.open(home)
    assert first.server is not None
    assert second.server is not None
    server = second.server
    assert first.server.find_pid() == server.find_pid()
    first.close()
    assert server.find_pid() is not None
    second.close()
    assert server.find_pid() is None


def test_after_a_crash_the_ledger_opens_again(home: Home) -> None:
    with Ledger.open(home) as ledger:
        assert ledger.server is not None
        with ledger.open_session() as session:
            session.execute(sa.text("INSERT INTO bookmarks VALUES ('kept', '1')"))
        pid = ledger.server.find_pid()
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
    with Ledger.open(home) as ledger, ledger.open_session() as session:
        assert session.scalar(sa.text("SELECT value FROM bookmarks WHERE name = 'kept'")) == "1"


def test_a_pid_file_that_now_names_somebody_else_does_not_stop_it(home: Home) -> None:
    Ledger.open(home).close()
    (home.ledger / "data" / "postmaster.pid").write_text(
        f"{os.getpid()}\n{home.ledger}/data\n0\n5432\n\n\n\nready\n"
    )
    with Ledger.open(home) as ledger, ledger.open_session() as session:
        assert session.scalar(sa.text("SELECT 1")) == 1


def test_a_home_with_a_very_long_path_works(tmp_path: Path) -> None:
    root = tmp_path / ("very-long-" * 12) / "home"
    root.parent.mkdir()
    with Ledger.open(open_home(root, "exercise")) as ledger, ledger.open_session() as session:
        assert session.scalar(sa.text("SELECT 1")) == 1


def test_a_ledger_of_another_postgres_is_refused_with_the_way_out(home: Home) -> None:
    Ledger.open(home).close()
    (home.ledger / "data" / "PG_VERSION").write_text("15\n")
    with pytest.raises(HomeVersion, match="warroom restore"):
        Ledger.open(home)


def test_a_ledger_of_a_newer_program_is_refused_with_the_way_out(home: Home) -> None:
    with Ledger.open(home) as ledger:
        assert ledger.server is not None
        with psycopg.connect(ledger.server.make_url("postgres", "warroom")) as connection:
            connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(HomeVersion, match="newer version"):
        Ledger.open(home)


def test_a_damaged_ledger_says_so_in_a_sentence(home: Home) -> None:
    Ledger.open(home).close()
    (home.ledger / "data" / "global" / "pg_control").write_bytes(b"nothing")
    with pytest.raises(LedgerError, match="does not start"):
        Ledger.open(home)


@pytest.mark.parametrize(
    "url",
    ["postgresql://nobody:x@/nothing?host=/tmp/there-is-no-such-folder", "postgresql://x:y@127.0.0.1:1/z"],
)
def test_a_database_that_cannot_be_reached_is_one_sentence(
    home: Home, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("WARROOM_DATABASE_URL", url)
    with pytest.raises(LedgerError, match=r"cannot be reached") as caught:
        Ledger.open(home)
    assert "\n" not in caught.value.sentence


def test_an_address_that_is_none_is_one_sentence(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARROOM_DATABASE_URL", "not an address")
    with pytest.raises(LedgerError, match="no database address"):
        Ledger.open(home)


def test_every_room_that_has_tables_is_named() -> None:
    load_tables()
    rooms = {file.parent for file in SOURCE.rglob("schema.py") if "__tablename__" in file.read_text("utf-8")}
    assert sorted(ROOMS) == sorted(".".join(room.relative_to(SOURCE).parts) for room in rooms)
    assert {file.parent for file in SOURCE.rglob("guards.sql")} <= rooms
    assert {f"warroom.{room}.schema" for room in ROOMS} == {
        mapper.class_.__module__ for mapper in Base.registry.mappers
    }


def test_a_table_is_written_once() -> None:
    """SQL makes only what the program does not map: the table of the revision and those behind the wall around survivors."""
    guards = "".join(file.read_text("utf-8") for file in SOURCE.rglob("guards.sql"))
    made = re.findall(r"^CREATE (?:UNLOGGED )?TABLE ([\w.]+) ", guards, re.MULTILINE)
    assert sorted(made) == ["alembic_version", "survivors.looks", "survivors.sealed"]


def test_a_locked_ledger_says_so_in_a_sentence(
    ledger: Ledger, ledger_server: PostgresServer, database: str
) -> None:
    with psycopg.connect(ledger_server.make_url("postgres", database)) as other:
        other.execute("LOCK TABLE officers")
        impatient = sa.text("SET LOCAL lock_timeout = '100ms'; SELECT * FROM officers")
        with pytest.raises(LedgerError, match="is locked"), ledger.open_session() as session:
            session.execute(impatient)
