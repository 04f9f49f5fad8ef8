"""Companies' legal forms and the words that many of them share, in the scripts of the region."""

import re
import tomllib
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

from warroom.subjects.names.latin import strip_marks

_SPACED = re.compile(r"\s+")
_SIGNS = re.compile(r"[.,;:/\"“”«»()（）\[\]]+")
_NO_STOPS = re.compile(r"(?<=\b\w)\.\s?(?=\w\b)|(?<=\b\w)\.(?=\s|$)")

_ONES = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
}  # fmt: skip
_TENS = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fourty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
# Forty 4 is how half of a number is written after it was changed; 40 4 is not.
_NUMBERS = re.compile(
    rf"\b(?:(?P<tens>{'|'.join(_TENS)})(?:[\s-]+(?P<ones>{'|'.join(_ONES)}|[1-9]))?|(?P<nth>\d+)(?:st|nd|rd|th))\b"
)


class StrippedCompanyName(NamedTuple):
    """A company's name without its legal form, which is the class of forms or empty."""

    text: str
    form: str
    removed_forms: tuple[str, ...]


class _Forms(NamedTuple):
    glued: re.Pattern[str]
    words: re.Pattern[str]
    shared: re.Pattern[str]
    offices: re.Pattern[str]
    classes: dict[str, str]
    common: dict[str, str]


def strip_legal_form(text: str) -> StrippedCompanyName:
    """Leave the legal form out of a company's name, wherever it stands."""
    forms = _load_forms()
    text = spell_numbers_in_digits(_normalise(text))
    form_words: list[str] = []

    def take_out(found: re.Match[str]) -> str:
        form_words.append(_SPACED.sub(" ", found[0].strip()))
        return " "

    text = forms.offices.sub(take_out, f" {text} ")
    kept = _SPACED.sub(" ", forms.words.sub(take_out, forms.glued.sub(take_out, text))).strip()
    if not any(map(str.isalnum, kept)):
        return StrippedCompanyName("", "", tuple(form_words))
    classes = [
        forms.classes[_form_key(form_word)]
        for form_word in form_words
        if _form_key(form_word) in forms.classes
    ]
    return StrippedCompanyName(
        kept,
        "PUBLIC" if "PUBLIC" in classes and _is_public_company(form_words) else (classes or [""])[0],
        tuple(form_words),
    )


def spell_numbers_in_digits(text: str) -> str:
    """A name of small letters with its numbers in digits: 1st is 1, forty-four is 44. Single words like first are known as they are."""

    def spell_in_digits(found: re.Match[str]) -> str:
        ones = found["ones"] or "0"
        return found["nth"] or str(_TENS[found["tens"]] + (int(ones) if ones.isdigit() else _ONES[ones]))

    return _NUMBERS.sub(spell_in_digits, text)


def is_company(text: str) -> bool:
    """Whether a text bears a legal form that no person's name has."""
    # Two Latin letters (Co, Sa) are also parts of people's names.
    return any(len(_form_key(one)) > 2 or not one.isascii() for one in strip_legal_form(text).removed_forms)


def find_common_word(word: str) -> str:
    """What a word that many companies share says, by one English word; empty for a word of its own."""
    return _load_forms().common.get(word, "")


def find_loan_word(word: str) -> str:
    """The English word that a word of Thai letters spells; empty where it is none that is known."""
    return _load_loans().get(word, "")


@lru_cache(1)
def _load_loans() -> dict[str, str]:
    declared = tomllib.loads(resources.files(__package__).joinpath("loans.toml").read_text(encoding="utf-8"))
    return {thai: english for english, spelled in declared["words"].items() for thai in spelled.split()}


def split_own_and_shared(word: str) -> list[str]:
    """A Thai word of a company's name in its own part and the words that many share: สยามเทรดดิ้ง is สยาม and เทรดดิ้ง."""
    found = _load_forms().shared.split(word)
    return [part for part in found if part]


def _is_public_company(said: list[str]) -> bool:
    # บริษัท ... จำกัด (มหาชน) bears the signs of both forms and is public.
    return any("มหาชน" in one for one in said) or "berhad" in said or "bhd" in said


def _normalise(text: str) -> str:
    small = _NO_STOPS.sub("", text.lower().replace("&", " & "))
    return _SPACED.sub(" ", _SIGNS.sub(" ", small.replace("'s ", "s "))).strip()


def _form_key(form: str) -> str:
    return _SPACED.sub(" ", strip_marks(form)) if form.isascii() else form


@lru_cache(1)
def _load_forms() -> _Forms:
    declared = tomllib.loads(resources.files(__package__).joinpath("forms.toml").read_text(encoding="utf-8"))
    classes = {
        _normalise(word.replace("_", " ")): name
        for name, spellings in declared["forms"].items()
        for word in spellings.split()
    }
    classes = {word: name for word, name in classes.items() if word}
    # Scripts without spaces write the form against the name; a form with a space inside stands apart anyway.
    glued = [word for word in classes if re.search("[ก-๎ກ-ໝក-៓一-鿿က-႟]", word) and " " not in word]
    # The longest first: "co ltd" must be found before "ltd".
    words = sorted(classes, key=len, reverse=True)
    common = {
        _normalise(word): name
        for name, spellings in declared["common"].items()
        for word in spellings.replace("_", " ").split()
    }
    offices = [word.replace("_", " ") for word in declared["places"]["offices"].split()]
    # Four letters and more: shorter shared words occur inside other Thai words.
    shared = [word for word in common if re.fullmatch("[ก-๎]{4,}", word)]
    return _Forms(
        re.compile(rf"(?<=\s)(?:{_any_of_pattern(glued)})|(?:{_any_of_pattern(glued)})(?=\s)"),
        re.compile(rf"(?<=\s)(?:{_any_of_pattern(words)})(?=\s)"),
        re.compile(f"({_any_of_pattern(shared)})"),
        re.compile(rf"(?<=\s)(?:{_any_of_pattern(offices)})(?:ที่)?(?:\s*\d+)?(?=\s)"),
        classes,
        {word: name for word, name in common.items() if word},
    )


def _any_of_pattern(words: list[str]) -> str:
    return "|".join(re.escape(one) for one in sorted(words, key=len, reverse=True))
