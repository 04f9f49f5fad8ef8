"""One vocabulary of whom and what records are about, and the words and spellings of others beside it."""

import re

import pytest

from warroom.law.kinds.declarations import load_kinds
from warroom.marking import Mark
from warroom.subjects.kinds import KINDS, MARKS, PAGES, WORDS, get_node_kinds, get_page_word
from warroom.subjects.subject import Subject, find_account_in, make_account_subject, parse_subject

MULE = make_account_subject("B02", "2223334445")


def test_an_account_is_written_in_one_way_and_read_back() -> None:
    assert str(MULE) == "account:B02:2223334445"
    assert parse_subject(str(MULE)) == MULE
    assert (MULE.bank, MULE.number) == ("B02", "2223334445")


@pytest.mark.parametrize("typed", ["B02:2223334445", "B02/2223334445"])
def test_an_account_that_an_officer_types_is_known_with_a_colon_or_a_slash(typed: str) -> None:
    assert find_account_in(typed) == MULE
    assert typed in MULE.spellings


def test_a_number_without_its_bank_names_no_account() -> None:
    assert find_account_in("2223334445") is None


def test_nodes_and_pages_keep_the_words_they_always_had() -> None:
    assert MULE.node == "account:B02/2223334445"
    assert Subject("person", "H-1").node == "holder:H-1"
    assert Subject("phone", "0812345678").node == "sim:0812345678"
    assert get_node_kinds("number") == ("sim", "contact")
    assert get_page_word("premises") == "site"
    assert list(PAGES) == [
        *("account", "phone", "person", "company", "page", "domain", "site", "supply", "vehicle"),
    ]


def test_a_kind_that_nobody_declared_stands_as_its_source_wrote_it() -> None:
    assert get_node_kinds("balloon") == ("balloon",)
    assert get_page_word("balloon") == "balloon"


def test_what_says_who_somebody_is_bears_its_mark_under_every_word() -> None:
    assert {MARKS[word] for word in ("person", "holder", "sim", "phone", "number")} == {Mark.PERSONAL}
    assert MARKS["account"] is Mark.ACCOUNT
    assert "company" not in MARKS


def test_every_word_is_said_in_both_languages() -> None:
    for word, said in WORDS.items():
        assert re.search("[ก-๙]", said.th), word
        assert said.en, word
        assert KINDS[word].id in WORDS


def test_an_action_is_on_kinds_that_the_vocabulary_knows() -> None:
    assert {one for kind in load_kinds().values() for one in kind.subjects} <= set(WORDS)
