"""Anyone who takes the public process over has its credentials: with them no case, person, trail or key can be read."""

import psycopg
import pytest
from psycopg import errors, sql

from tests.cases.scenes import Scene
from warroom.public.outside.card import Card
from warroom.public.outside.codes import code_of, digest_of, read_code
from warroom.public.outside.door import PublicDoor
from warroom.public.outside.sealing import seal, unseal


def test_no_table_of_the_room_can_be_read_changed_or_emptied(card: Card, scene: Scene) -> None:
    scene.officer("anna")
    with psycopg.connect(card.database, autocommit=True) as thief:
        tables = thief.execute(
            "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE c.relkind IN ('r', 'v', 'm', 'S') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')"
        ).fetchall()
        assert len(tables) > 60
        for named in tables:
            table = sql.Identifier(*named)
            for words in ("SELECT * FROM {}", "DELETE FROM {}", "TRUNCATE {}", "DROP TABLE {}"):
                with pytest.raises((errors.InsufficientPrivilege, errors.WrongObjectType)):
                    thief.execute(sql.SQL(words).format(table))


def test_of_the_programs_functions_five_can_be_called_and_none_of_the_machines(card: Card) -> None:
    with psycopg.connect(card.database, autocommit=True) as thief:
        allowed = thief.execute(
            "SELECT proname FROM pg_proc JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname = 'public'"
            " AND prorettype <> 'trigger'::regtype AND has_function_privilege(pg_proc.oid, 'EXECUTE') ORDER BY 1"
        ).fetchall()
        assert [name for (name,) in allowed] == [
            "outside_day_key",
            "outside_page",
            "outside_receipt",
            "outside_reported_of",
            "outside_submit",
        ]
        for words in (
            "SELECT pg_read_file('PG_VERSION')",
            "SELECT pg_ls_dir('.')",
            "COPY (SELECT 1) TO PROGRAM 'id'",
        ):
            with pytest.raises(errors.InsufficientPrivilege):
                thief.execute(words.encode())


def test_the_card_holds_no_key_of_the_home_and_opens_nothing_that_was_sealed(
    card: Card, scene: Scene
) -> None:
    keys = [path.read_bytes() for path in scene.home.keys.iterdir()]
    private = [
        key for path, key in zip(scene.home.keys.iterdir(), keys, strict=True) if "public-" not in path.name
    ]
    said = repr(card).encode()
    for key in private:
        assert key not in said
        assert key.hex().encode() not in said
    sealed = seal(card.seal_to, {"said": {"text": "they beat us"}})
    assert b"beat" not in sealed
    for key in (card.codes, card.numbers, card.seal_to):
        with pytest.raises(Exception, match="cannot be opened"):
            unseal(key, sealed)


def test_what_was_sent_cannot_be_read_back_by_who_sent_it(card: Card) -> None:
    door = PublicDoor(card.database)
    door.open()
    code = code_of("a telephone's own key", card.codes)
    door.submit(
        "tip", 1, digest_of(code, card.codes), b"once", b"net", seal(card.seal_to, {"said": {}}), b"h" * 32
    )
    mark, body = door.find_receipt(digest_of(code, card.codes)) or (b"", {"nothing": "found"})
    assert (mark, body) == (b"h" * 32, {})
    assert door.find_receipt(digest_of(code_of("another", card.codes), card.codes)) is None
    door.close()


@pytest.mark.parametrize("typed", ["{code}", " {low} ", "{spaced}", "{dashed}"])
def test_a_code_is_read_as_people_type_it(typed: str) -> None:
    code = "0123456789ABCDEFGHJK"
    spelled = typed.format(
        code=code, low=code.lower(), spaced="O123 4567 89AB CDEF GHJK", dashed="o123-4567-89ab-cdef-ghjk"
    )
    assert read_code(spelled) == code
    assert read_code(code[:-1]) == ""
    assert read_code("0123456789ABCDEFGHJU") == ""
