"""Letters whose capitals or small forms are not what ASCII has: ſ, İ, the sign of Kelvin. They stop no reader and shift no cut."""

import base64

import pytest

from warroom.public.outside.identifiers import identifiers_in, only_identifier
from warroom.signals.adverts.reading import normalise_advert_text
from warroom.signals.adverts.red_flags import find_red_flags
from warroom.signals.messages.normal import normalise_message
from warroom.signals.messages.reading import read_message
from warroom.subjects.spelling import lowered_in_place

STRANGE = ["\u017f", "\u0130", "\u0131", "\u212a", "ß", "ŉ", "ǰ", "ﬀ", "ΐ"]


@pytest.mark.parametrize("letter", STRANGE)
def test_a_run_of_strange_letters_is_no_base64_and_stops_nothing(letter: str) -> None:
    for run in (letter * 40, letter * 43 + "=", f"abcd{letter * 40}"):
        assert find_red_flags(run).reading.source == run
        read_message(run)


def test_text_hidden_as_base64_is_still_read() -> None:
    hidden = base64.b64encode("งานแอดมิน ปอยเปต รายได้ 60,000 บาท".encode()).decode()
    assert "ปอยเปต" in normalise_advert_text(hidden).text


@pytest.mark.parametrize("letter", STRANGE)
def test_what_stands_before_a_link_does_not_shift_its_cut(letter: str) -> None:
    plain = identifiers_in("aaa see https://bit.ly/scam1 now")
    assert [one.spelled for one in identifiers_in(f"{letter * 3} see https://bit.ly/scam1 now")] == [
        one.spelled for one in plain
    ]
    shown = only_identifier(f"https://bit.ly/{letter * 3}")
    assert shown is not None
    assert shown.kind == "link"


@pytest.mark.parametrize("letter", [chr(code) for code in range(0x110000) if len(chr(code).lower()) != 1])
def test_small_letters_stand_where_their_capitals_stood(letter: str) -> None:
    text = f"A{letter}B"
    assert len(lowered_in_place(text)) == len(text)
    assert lowered_in_place(text)[0] + lowered_in_place(text)[-1] == "ab"


@pytest.mark.parametrize("letter", STRANGE)
def test_a_messages_letters_know_where_they_stood(letter: str) -> None:
    typed = f"{letter * 3} https://bit.ly/scam1 now"
    message = normalise_message(typed)
    at = message.text.find("https")
    first, last = message.find_typed_span(at, at + len("https://bit.ly/scam1"))
    assert typed[first:last] == "https://bit.ly/scam1"
