"""Thai words are spelled in Latin letters as the official scheme says, also names that nobody taught it."""

from pathlib import Path
from time import process_time

import pytest

from tests.speed import allow_seconds
from warroom.subjects.names.thai.reading import read_thai

PLACES = Path(__file__).with_name("places.tsv").read_text(encoding="utf-8").splitlines()
UNSEEN = [tuple(line.split("\t")) for line in PLACES if not line.startswith("#")]


def edits(a: str, b: str) -> int:
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        corner, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            corner, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, corner + (x != y))
    return row[-1]


def test_places_it_never_saw_are_spelled_as_their_signs_are() -> None:
    said = [(read_thai(thai).roman, official) for thai, official in UNSEEN]
    assert len(said) > 1_500
    assert sum(a == b for a, b in said) / len(said) >= 0.93
    assert sum(edits(a, b) for a, b in said) / sum(len(b) for _, b in said) <= 0.02


def test_thousands_of_words_are_read_in_a_second() -> None:
    read_thai("กรุงเทพ")
    began = process_time()
    for thai, _ in UNSEEN:
        read_thai(thai)
    assert process_time() - began < allow_seconds(len(UNSEEN) / 2_500)


@pytest.mark.parametrize(
    ("thai", "syllables"),
    [
        ("สมชาย", ("som", "chai")),
        ("รัตนา", ("rattana",)),
        ("ศรีสุวรรณ", ("si", "su", "wan")),
        ("เพชร", ("phet",)),
        ("ถนอม", ("tha", "nom")),
        ("จันทร์", ("chan",)),
    ],
)
def test_a_word_falls_into_its_syllables(thai: str, syllables: tuple[str, ...]) -> None:
    assert read_thai(thai).roman == "".join(syllables)


def test_length_and_tone_part_names_that_latin_letters_write_alike() -> None:
    assert read_thai("สมชาย").roman == read_thai("สมชัย").roman
    assert read_thai("สมชาย").sound != read_thai("สมชัย").sound
    assert read_thai("ใหม่").sound != read_thai("ไหม").sound
    assert read_thai("ณัฐพล").sound == read_thai("ณัฏฐพล").sound
    assert read_thai("พงษ์").sound == read_thai("พงศ์").sound
