"""What survivors say stays behind the wall: from colleagues, the database's own role, dumps, logs and searches."""

import re
import subprocess
import threading
import zipfile
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from tests.survivors.conftest import INDICATED, NAME, REASONS, SECRET, Shelter, marks
from warroom.cases.decisions.cases import state_purpose
from warroom.errors import HomeError, LedgerError, NotAllowed, NotFound, NotPossible
from warroom.evidence.bundle.make import make_bundle
from warroom.home import open_home
from warroom.ledger.backup import dump_ledger, write_backup
from warroom.ledger.base import Base
from warroom.ledger.ledger import Ledger
from warroom.ledger.postgres import PostgresServer
from warroom.ledger.system_account import find_wheel_folder
from warroom.ledger.verify import verify_audit
from warroom.room.lookup import search
from warroom.runtime.restore import restore_home
from warroom.survivors import encryption, queries
from warroom.survivors.decisions import break_glass, erasure, identification, register, screening
from warroom.survivors.opening import open_confidential

TOLD = (SECRET, NAME, "000-QUARTZ", "Moonlight", REASONS)
FORBIDDEN = re.compile(r"nationalit|ethnic|religio|language|\bsex\b|gender|citizen", re.IGNORECASE)


def opened(shelter: Shelter, number: str, hours: float = 0, **by: object) -> dict[str, dict[str, object]]:
    reader = by.get("by", shelter.siri)
    found = open_confidential(shelter.ledger, reader, number, now=shelter.later(hours=hours))  # type: ignore[arg-type]
    return {thing.kind: thing.body for thing in found.things}


def test_the_person_s_screeners_read_what_was_said(shelter: Shelter) -> None:
    number = shelter.screened(acts=("account",), **INDICATED)
    things = opened(shelter, number, by=shelter.tara)
    assert things["answers"]["recruited"] == {"mark": "yes", "words": SECRET}
    assert things["identity"]["name"] == NAME
    assert things["acts"] == {"acts": ["account"]}
    looks = shelter.page(number).looks
    assert (looks[-1].officer, looks[-1].way) == ("Tara", "team")


def test_nobody_else_reads_it_and_the_attempt_is_logged(shelter: Shelter) -> None:
    number = shelter.screened()
    for reader in (shelter.ying, shelter.pim, shelter.com):
        with pytest.raises(NotAllowed, match="Only this person's screeners"):
            open_confidential(shelter.ledger, reader, number, now=shelter.now)
        assert shelter.verbs()[-1] == "wall.refused"
    with pytest.raises(NotFound):
        open_confidential(shelter.ledger, shelter.officer("stranger", "screener"), number, now=shelter.now)


def test_an_administrator_who_makes_themselves_a_screener_is_no_step_further(shelter: Shelter) -> None:
    number = shelter.screened()
    root = shelter.officer("root", "admin")
    shelter.scene.sql(
        "UPDATE officers SET roles = ARRAY['admin', 'screener', 'commander'] WHERE username = 'root'"
    )
    with pytest.raises(NotAllowed, match="themselves"):
        register.assign_screener(shelter.ledger, root, number, "root", now=shelter.now)
    with pytest.raises(NotAllowed, match="Only this person's screeners"):
        open_confidential(shelter.ledger, root, number, now=shelter.now)


def test_a_screener_no_longer_of_the_team_reads_nothing_more(shelter: Shelter) -> None:
    number = shelter.screened()
    register.unassign_screener(shelter.ledger, shelter.com, number, "tara", now=shelter.now)
    with pytest.raises(NotFound, match="not for you"):
        open_confidential(shelter.ledger, shelter.tara, number, now=shelter.now)


def test_an_investigator_s_role_shuts_the_wall_in_the_database_too(shelter: Shelter) -> None:
    number = shelter.screened()
    shelter.scene.sql(
        "UPDATE officers SET roles = array_append(roles, 'investigator') WHERE username = 'siri'"
    )
    words = "SELECT * FROM wall_read(:p, :o, ARRAY['answers'], now())"
    with pytest.raises(NotPossible, match="Only this person's screeners"):
        shelter.scene.sql(words, p=int(number[2:]), o=shelter.siri.id)


def test_the_application_s_role_cannot_go_round_the_functions(shelter: Shelter) -> None:
    shelter.screened()
    for words in (
        "SELECT * FROM survivors.sealed",
        "SELECT * FROM survivors.looks",
        "DELETE FROM survivors.looks",
        "INSERT INTO survivors.sealed DEFAULT VALUES",
        "SELECT survivors.way_of(1, 1, now())",
        "SET ROLE warroom_owner",
    ):
        with pytest.raises(LedgerError, match="may not do this"):
            shelter.scene.sql(words)


def test_each_look_in_the_database_leaves_a_row_that_nothing_removes(
    shelter: Shelter, ledger_server: PostgresServer, database: str
) -> None:
    number = shelter.screened()
    opened(shelter, number)
    with psycopg.connect(ledger_server.make_url("postgres", database)) as owner:
        rows = owner.execute("SELECT officer_id, way FROM survivors.looks WHERE way = 'team'").fetchall()
        assert rows == [(shelter.siri.id, "team")]
        with pytest.raises(psycopg.errors.Error, match="only ever added"):
            owner.execute("UPDATE survivors.looks SET officer_id = 1")
    with (
        psycopg.connect(ledger_server.make_url("postgres", database)) as owner,
        pytest.raises(psycopg.errors.Error, match="only ever added"),
    ):
        owner.execute("UPDATE survivors.sealed SET content = ''")


def test_a_dump_of_the_database_and_the_log_hold_not_a_word(shelter: Shelter, tmp_path: Path) -> None:
    number = shelter.begun()
    screening.save_draft(shelter.ledger, shelter.siri, number, marks(), now=shelter.now)
    shelter.complete(number, identify=True, acts=("guarding",), **INDICATED)
    opened(shelter, number)
    target = tmp_path / "all.dump"
    dump_ledger(shelter.ledger, target)
    plain = subprocess.run(
        [find_wheel_folder() / "bin" / "pg_restore", "-f", "-", target], capture_output=True, check=True
    ).stdout.decode("utf-8", "replace")
    assert "COPY survivors.sealed" in plain
    for words in TOLD:
        assert words not in plain
        assert words.encode().hex() not in plain
    assert '"mark"' not in plain
    assert b"Moonlight".hex() not in plain
    leaves = b"".join(bytes(row.leaf) for row in shelter.scene.sql("SELECT leaf FROM audit"))
    assert not [words for words in TOLD if words.encode() in leaves]
    assert verify_audit(shelter.ledger).ok


def test_the_length_of_a_seal_does_not_tell_how_much_was_said(shelter: Shelter) -> None:
    short = encryption.seal(shelter.scene.home, 1, "answers", 1, {"a": "no"})
    longer = encryption.seal(shelter.scene.home, 1, "answers", 1, {"a": "no " * 200})
    assert len(short) == len(longer)


def test_a_row_moved_to_another_person_does_not_open(shelter: Shelter) -> None:
    content = encryption.seal(shelter.scene.home, 1, "answers", 5, {"a": "b"})
    assert encryption.unseal(shelter.scene.home, 1, "answers", 5, content) == {"a": "b"}
    for moved in ((2, "answers", 5), (1, "draft", 5), (1, "answers", 6)):
        with pytest.raises(LedgerError, match="cannot be opened"):
            encryption.unseal(shelter.scene.home, *moved, content)


def test_no_search_finds_a_person_or_a_word_of_theirs(shelter: Shelter) -> None:
    shelter.scene.case()
    number = shelter.looked_after(case="C-1")
    for words in (number, NAME, "000-QUARTZ", "Moonlight"):
        assert search.search_all(shelter.ledger, shelter.scene.lake, shelter.scene.anna, words).is_empty


def test_no_court_bundle_holds_a_person_or_a_word_of_theirs(shelter: Shelter, tmp_path: Path) -> None:
    shelter.scene.case()
    number = shelter.begun(case="C-1")
    shelter.complete(number, **INDICATED)
    break_glass.break_glass(shelter.ledger, shelter.com, number, REASONS, "key-12345", now=shelter.now)
    shelter.strike(hours=73)
    maker = shelter.officer("maker", "investigator")
    state_purpose(shelter.ledger, maker, "C-1", "investigation", "for the court", now=shelter.now)
    make_bundle(shelter.ledger, maker, "C-1", tmp_path / "C-1.zip", "for the court", now=shelter.now)
    with zipfile.ZipFile(tmp_path / "C-1.zip") as opened_file:
        inside = b"".join(opened_file.read(name) for name in opened_file.namelist())
    for words in (*TOLD, number, "person:", "glass.broken"):
        assert words.encode() not in inside


def test_no_table_has_a_column_for_what_a_person_is() -> None:
    columns = {
        f"{table.name}.{column.name}" for table in Base.metadata.tables.values() for column in table.columns
    }
    assert not [name for name in columns if FORBIDDEN.search(name)]


def test_broken_glass_opens_for_an_hour_and_the_lead_is_told(shelter: Shelter) -> None:
    number = shelter.screened()
    with pytest.raises(NotPossible, match="needs its reasons"):
        break_glass.break_glass(shelter.ledger, shelter.com, number, "now", "key-12345", now=shelter.now)
    view = break_glass.break_glass(
        shelter.ledger,
        shelter.com,
        number,
        "A child may still be in the house.",
        "key-12345",
        now=shelter.now,
    )
    assert view.until == shelter.later(hours=1)
    assert "answers" in opened(shelter, number, by=shelter.com, hours=0.9)
    assert [one.kind for one in queries.list_notices(shelter.ledger, shelter.siri)] == ["glass_broken"]
    with pytest.raises(NotAllowed, match="open it with a reason"):
        opened(shelter, number, by=shelter.com, hours=1.1)
    assert shelter.page(number).looks[-1].way == "glass"


def test_nobody_else_breaks_the_glass(shelter: Shelter) -> None:
    number = shelter.screened()
    for reader in (shelter.ying, shelter.tara, shelter.scene.anna):
        with pytest.raises(NotAllowed, match="role"):
            break_glass.break_glass(shelter.ledger, reader, number, REASONS, "key-12345", now=shelter.now)


def test_broken_glass_nobody_reviews_becomes_late(shelter: Shelter) -> None:
    number = shelter.screened()
    break_glass.break_glass(shelter.ledger, shelter.com, number, REASONS, "key-12345", now=shelter.now)
    shelter.strike(hours=71)
    assert not queries.list_broken_glass(shelter.ledger, shelter.siri, now=shelter.now)[0].late
    shelter.strike(hours=73)
    assert queries.list_broken_glass(shelter.ledger, shelter.siri, now=shelter.now)[0].late
    assert "glass_review_late" in {one.kind for one in queries.list_notices(shelter.ledger, shelter.siri)}


def test_another_person_reviews_and_a_wrong_look_ends_at_once(shelter: Shelter) -> None:
    number = shelter.screened()
    view = break_glass.break_glass(shelter.ledger, shelter.com, number, REASONS, "key-12345", now=shelter.now)
    with pytest.raises(NotFound, match="for you to review"):
        break_glass.review_glass(shelter.ledger, shelter.tara, view.id, "justified", REASONS, now=shelter.now)
    with pytest.raises(NotAllowed, match="role"):
        break_glass.review_glass(shelter.ledger, shelter.com, view.id, "justified", REASONS, now=shelter.now)
    judged = break_glass.review_glass(
        shelter.ledger, shelter.siri, view.id, "not_justified", REASONS, now=shelter.later(hours=0.1)
    )
    assert (judged.reviewer, judged.verdict) == ("Siri", "not_justified")
    with pytest.raises(NotAllowed, match="open it with a reason"):
        opened(shelter, number, by=shelter.com, hours=0.2)
    with pytest.raises(NotPossible, match="reviewed already"):
        break_glass.review_glass(shelter.ledger, shelter.siri, view.id, "justified", REASONS, now=shelter.now)


def test_broken_glass_of_a_sealed_case_is_judged_by_those_it_is_sealed_to(shelter: Shelter) -> None:
    number = shelter.screened()
    view = break_glass.break_glass(shelter.ledger, shelter.com, number, REASONS, "key-12345", now=shelter.now)
    shelter.scene.case()
    shelter.scene.sql("UPDATE people SET case_id = (SELECT min(id) FROM cases)")
    inside, outside = shelter.officer("audrey", "auditor"), shelter.officer("olga", "auditor", "lawyer")
    shelter.scene.sql("UPDATE officers SET agency = 'OTHER' WHERE username IN ('olga', 'siri')")
    assert len(queries.list_broken_glass(shelter.ledger, outside)) == 1
    seal = "INSERT INTO case_access (case_id, agency, officer_id, at) SELECT min(id), 'Police', :by, :at FROM cases"
    shelter.scene.sql(seal, by=inside.id, at=shelter.now)
    assert queries.list_broken_glass(shelter.ledger, outside) == []
    with pytest.raises(NotFound, match="for you to review"):
        break_glass.review_glass(shelter.ledger, outside, view.id, "justified", REASONS, now=shelter.now)
    # The person's own lead is of their team, whatever agency they are of.
    for reviewer in (inside, shelter.siri):
        assert [one.id for one in queries.list_broken_glass(shelter.ledger, reviewer)] == [view.id]
    judged = break_glass.review_glass(shelter.ledger, inside, view.id, "justified", REASONS, now=shelter.now)
    assert judged.reviewer == "Audrey"


def test_two_screeners_who_decide_at_once_end_with_the_victim(shelter: Shelter) -> None:
    number = shelter.screened()
    identification.not_identify(
        shelter.ledger, shelter.siri, number, REASONS, shelter.key(), now=shelter.later(16)
    )
    gate, problems = threading.Barrier(2), []

    def decide(verb, person, key) -> None:  # type: ignore[no-untyped-def]
        gate.wait()
        try:
            verb(shelter.ledger, person, number, REASONS, key, now=shelter.later(16))
        except LedgerError as problem:
            problems.append(problem)

    third = shelter.officer("third", "screener")
    register.assign_screener(shelter.ledger, shelter.com, number, "third", now=shelter.now)
    threads = [
        threading.Thread(target=decide, args=(identification.not_identify, shelter.tara, "key-tara1")),
        threading.Thread(target=decide, args=(identification.identify_victim, third, "key-third")),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert shelter.victim(number) == "identified"
    assert len(problems) <= 1


def test_what_a_person_told_goes_at_their_wish_and_what_protects_them_stays(shelter: Shelter) -> None:
    number = shelter.screened(identify=True, acts=("online_fraud",), **INDICATED)
    with pytest.raises(NotPossible, match="own wish"):
        erasure.erase_told(shelter.ledger, shelter.siri, number, wished=False, now=shelter.now)
    gone = erasure.erase_told(shelter.ledger, shelter.siri, number, wished=True, now=shelter.now)
    assert gone.erased >= 3
    assert all(one.th and one.en for one in gone.kept)
    assert set(opened(shelter, number)) == {"acts"}
    assert shelter.victim(number) == "identified"
    with pytest.raises(NotPossible, match="this act is protected"):
        shelter.charge(number, "online_fraud")


def test_a_restored_home_reads_what_was_told_and_its_wall_stands(
    shelter: Shelter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = shelter.screened(**INDICATED)
    target = tmp_path / "night.tar"
    write_backup(shelter.scene.home, shelter.ledger, target)
    monkeypatch.delenv("WARROOM_DATABASE_URL")
    monkeypatch.delenv("WARROOM_DATABASE_OWNER_URL")
    report = restore_home(target, tmp_path / "again")
    assert report.faults == ()
    with Ledger.open(open_home(tmp_path / "again")) as again:
        found = open_confidential(again, shelter.siri, number, now=shelter.now)
        assert SECRET in str([thing.body for thing in found.things])
        with pytest.raises(LedgerError, match="may not do this"), again.open_session() as session:
            session.execute(sa.text("SELECT * FROM survivors.sealed"))


def test_another_home_s_key_opens_nothing(shelter: Shelter) -> None:
    number = shelter.screened()
    (shelter.scene.home.keys / "survivors.secret").write_bytes(bytes(32))
    with pytest.raises(HomeError, match="is not the key"):
        open_confidential(shelter.ledger, shelter.siri, number, now=shelter.now)
