"""What the program says: every code it uses is in the catalogue in both languages, and no code lies there unused."""

import ast
import copy
import pickle
import re
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

import warroom
import warroom_lab
from tests.speed import allow_seconds
from warroom import errors
from warroom.bilingual.texts import Texts
from warroom.errors import HomeBusy, IntakeBusy, NotFound, NotPossible, WarroomError
from warroom.sentences.catalogue import UNKNOWN_TH, list_codes, load_texts
from warroom.sentences.counted import list_forms
from warroom.sentences.recall import parse_sentence
from warroom.sentences.sentence import Sentence, render_sentence

SOURCE = Path(warroom.__file__).parent
ROOTS = (SOURCE, Path(warroom_lab.__file__).parent)
PLAIN = {
    "SettingError",
    "HomeError",
    "HomeBusy",
    "HomeVersion",
    "RecordsError",
    "LakeError",
    "LakeDamaged",
    "StreamError",
}
PLAIN |= {
    "FeaturesError",
    "ModelError",
    "ProtocolError",
    "SignalError",
    "WorldError",
    "LedgerError",
    "ExchangeError",
}
"""Errors that may say plain English, as long as nothing of `SERVICES` raises them."""
SERVICES = (
    "room",
    "actions",
    "requests",
    "assets",
    "survivors",
    "payee",
    "triage",
    "matches",
    "evidence",
    "cases",
    "orders",
    "law",
    "access",
    "records",
)
CODE = re.compile(r"[a-z]+\.[a-z0-9-]+")
HOLE = re.compile(r"\{(\w+)\}")
RAISED = re.compile(r"RAISE EXCEPTION '((?:[^']|'')*)'")


@cache
def trees() -> dict[Path, ast.Module]:
    files = sorted(path for root in ROOTS for path in root.rglob("*.py"))
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in files}


@cache
def kinds_of_errors() -> frozenset[str]:
    found, classes = {"WarroomError"}, [one for tree in trees().values() for one in ast.walk(tree)]
    bases = {
        one.name: {ast.unparse(base) for base in one.bases}
        for one in classes
        if isinstance(one, ast.ClassDef)
    }
    while more := {name for name, above in bases.items() if above & found} - found:
        found |= more
    return frozenset(found)


def said() -> Iterator[tuple[Path, ast.Call]]:
    """Every place where an error or a sentence is made from words."""
    makers = kinds_of_errors() | {"Sentence"}
    for path, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in makers and node.args:
                yield path, node


def holes(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_sentence_that_is_made_is_in_the_catalogue_and_gets_what_fills_it() -> None:
    for path, call in said():
        first = call.args[0]
        if isinstance(first, ast.Constant) and " " not in str(first.value):
            given = {one.arg for one in call.keywords}
            wanted = holes(load_texts(str(first.value))["en"])
            assert given == wanted, f"{path.name}, line {call.lineno}: {first.value}"


def test_services_say_no_plain_english() -> None:
    for path, call in said():
        first, room = call.args[0], path.relative_to(SOURCE.parent).parts[1]
        plain = isinstance(first, ast.JoinedStr) or (
            isinstance(first, ast.Constant) and " " in str(first.value)
        )
        if plain:
            assert room not in SERVICES, f"{path}, line {call.lineno}"
            if room == "web":
                assert ast.unparse(call.func) in PLAIN, f"{path}, line {call.lineno}"


def test_no_code_lies_in_the_catalogue_unused() -> None:
    written = {
        node.value for tree in trees().values() for node in ast.walk(tree) if isinstance(node, ast.Constant)
    }
    known = {found[0] for sentence in raised_by_the_database() if (found := parse_sentence(sentence))}
    assert set(list_codes()) - written - known == set()


def test_a_sentence_is_there_in_both_languages_with_the_same_holes() -> None:
    for code in list_codes():
        both = load_texts(code)
        assert CODE.fullmatch(code)
        assert both.keys() - {"guard"} == {"en", "th"}, code
        assert re.search(r"[A-Za-z]", both["en"]), code
        assert re.search(r"[\u0e00-\u0e7f]", both["th"]), code
        # What the Thai leaves out is said in its own words, or is nothing that a Thai reader needs.
        assert holes(both["th"]) <= holes(both["en"]), code


def raised_by_the_database() -> list[str]:
    found = [said for file in sorted(SOURCE.rglob("*.sql")) for said in RAISED.findall(file.read_text())]
    return [one.replace("''", "'").replace("%", "7") for one in found]


@pytest.mark.parametrize("sentence", sorted(set(raised_by_the_database())))
def test_what_the_database_refuses_has_a_code(sentence: str) -> None:
    found = parse_sentence(sentence)
    assert found
    words = load_texts(found[0])
    assert words.get("guard", words["en"]).format(**found[1]) == sentence


def test_an_error_tells_itself_in_both_languages_and_to_programs() -> None:
    error = NotPossible("cases.hold-decided", bank="B02", state=Texts("อนุมัติแล้ว", "approved"))
    assert (
        str(error) == error.render_in("en") == "The hold at B02 is approved already; look at the case again."
    )
    assert error.render_in("th") == "รายการที่ B02 ถูกตัดสินใจไปแล้ว ดูคดีใหม่"
    assert (error.code, error.params) == ("cases.hold-decided", {"bank": "B02", "state": "approved"})


def test_words_of_the_field_are_said_in_the_readers_language() -> None:
    lacking = Sentence("actions.documents-missing", documents=Texts("หมายค้น", "search warrant"))
    assert "search warrant" in lacking
    assert "หมายค้น" in lacking.render_in("th")


def test_plain_english_has_the_code_of_its_class_and_is_a_general_sentence_in_thai() -> None:
    error = HomeBusy("Another process holds this home; stop it.")
    assert (error.code, error.params, error.render_in("th")) == ("home-busy", {}, UNKNOWN_TH)
    assert error.render_in("en") == str(error) == "Another process holds this home; stop it."
    assert render_sentence("Something new went wrong; wait.", "th") == UNKNOWN_TH


def test_an_error_says_what_another_said() -> None:
    first = NotPossible("cases.no-such-case", number="C-1")
    again = NotFound.from_error(first)
    assert (again.code, again.params, again.http_status) == (first.code, first.params, 404)


def test_a_code_that_there_is_not_is_a_fault_of_the_program() -> None:
    with pytest.raises(KeyError):
        NotPossible("cases.no-such-code")
    with pytest.raises(KeyError):
        NotPossible("cases.no-such-case")


def test_sentences_and_errors_go_from_one_process_to_another() -> None:
    sentence = Sentence("cases.no-such-case", number="C-1")
    for one in (pickle.loads(pickle.dumps(sentence)), copy.deepcopy(sentence)):
        assert (one, one.code, one.params) == (sentence, sentence.code, sentence.params)
    error: WarroomError = pickle.loads(pickle.dumps(NotFound("cases.no-such-case", number="C-1")))
    assert (error.code, error.params) == ("cases.no-such-case", {"number": "C-1"})
    assert IntakeBusy("streams.closing", 5).seconds == 5


def test_a_kept_sentence_is_known_by_what_it_says() -> None:
    for code in list_codes():
        filled = {name: f"X{place}" for place, name in enumerate(sorted(holes(load_texts(code)["en"])))}
        found = parse_sentence(Sentence(code, **filled))
        assert found
        assert str(Sentence(found[0], **found[1])) == str(Sentence(code, **filled))
    assert parse_sentence("Words that an officer wrote.") is None


def test_a_text_that_is_written_to_be_slow_is_looked_up_in_no_time() -> None:
    slow = (
        "x"
        + max(
            (
                one
                for code in list_codes()
                for one in HOLE.split(next(list_forms(load_texts(code)["en"])))[2::2]
            ),
            key=len,
        )
        * 3_000
    )
    begun = time.process_time()
    assert parse_sentence(slow) is None
    assert parse_sentence(" bytes came and " * 12_000) is None
    assert time.process_time() - begun < allow_seconds(0.5)


def test_the_tree_of_errors_names_every_class() -> None:
    named = set(re.findall(r"^ *(\w+)  ", errors.__doc__ or "", re.MULTILINE))
    assert {
        name for name, one in vars(errors).items() if isinstance(one, type) and issubclass(one, WarroomError)
    } == named


@pytest.mark.parametrize("code", [code for code in list_codes() if code.startswith("guess.")])
def test_what_is_asked_about_a_file_names_no_key_of_a_mapping(code: str) -> None:
    for language in ("en", "th"):
        text = load_texts(code)[language]
        assert not re.search(r"\[[a-z_.{}]+\]|[a-z]+_[a-z]+| = |%[YmdH]", text), text
