"""Letters: paper an agency can act on, in Thai and English, that says what the message says."""

import hashlib
from dataclasses import replace
from functools import cache

import pytest

from tests.exchange.papers import facts_of, order_of
from tests.exchange.pdf import close, fonts, pages, unbroken, words
from warroom.bilingual.texts import Texts
from warroom.errors import ExchangeError, PaperError
from warroom.exchange.letters import letter as letter_letter
from warroom.exchange.letters.letter import format_date
from warroom.exchange.parcel import pack_order
from warroom.law.kinds.declarations import load_kinds, load_prerequisite
from warroom.orders.order_content import OrderSubject
from warroom.papers import render

WITH_LETTER = [kind.id for kind in load_kinds().values() if "letter" in kind.emits]


@cache
def power_cut() -> str:
    return words(pack_order(order_of(facts_of("power-cut"))).letter)


@pytest.mark.parametrize("language", ["th", "en"])
def test_a_letter_says_in_both_languages_what_is_asked_by_which_law_and_by_when(language: str) -> None:
    facts = facts_of("power-cut")
    for said in (facts.title, facts.asked, facts.citation, facts.purpose, facts.addressee, facts.sender):
        assert close(getattr(said, language)) in power_cut()
    deadline = {"th": "โปรดแจ้งผลภายใน 24/11/2569 13:33 น.", "en": "Please answer by 24 Nov 2026 13:33."}
    assert close(deadline[language]) in power_cut()


def test_a_letter_bears_its_number_date_in_both_eras_subjects_and_the_officers_who_approved() -> None:
    for fact in (
        "M-12",
        "M-7Q2M-9X4K",
        "WR261124AB12CD34EF56AB12CD34",
        "C-12",
        "24 พฤศจิกายน พ.ศ. 2569 (ค.ศ. 2026)",
        "24 November 2026 (B.E. 2569)",
        "S-001",
        "S-002",
        "ใกล้สะพานสมมติ",
        "พันตำรวจเอก สมชาย ตัวอย่าง",
        "Dao Example",
        "cd" * 32,
    ):
        assert close(fact) in power_cut(), fact


def test_a_letter_names_the_message_it_goes_with() -> None:
    parcel = pack_order(order_of(facts_of("power-cut")))
    assert hashlib.sha256(parcel.message).hexdigest() in words(parcel.letter)


def test_an_exercise_stands_on_every_page_and_nowhere_on_a_letter_in_earnest() -> None:
    rehearsal = pack_order(order_of(facts_of("power-cut"))).letter
    earnest = pack_order(order_of(facts_of("power-cut"), exercise=False)).letter
    for page in pages(rehearsal):
        assert close("การฝึกซ้อม: ไม่มีผลตามกฎหมาย") in close(page)
        assert "EXERCISE: of no legal effect" in page
    assert "EXERCISE" not in words(earnest)
    assert close("การฝึกซ้อม") not in words(earnest)


def test_the_same_facts_give_the_same_bytes() -> None:
    order = order_of(facts_of("sim-suspension"))
    assert pack_order(order) == pack_order(order)


def test_pages_are_numbered_also_where_hundreds_of_numbers_are_listed() -> None:
    many = tuple(OrderSubject("number", f"N-{place:05}") for place in range(300))
    letter = pack_order(order_of(facts_of("sim-suspension", subjects=many))).letter
    found = pages(letter)
    assert len(found) > 10
    assert f"3 / {len(found)}" in found[2]
    assert "N-00299" in words(letter)


def test_what_somebody_writes_is_text_and_never_markup() -> None:
    trap = '#panic("x") $x$ *bold* = Head `raw` \\ <label> @ref #sys.inputs //'
    facts = facts_of("power-cut", subjects=(OrderSubject("supply", trap, trap),))
    assert close(trap) in words(pack_order(order_of(facts)).letter)


def test_signs_that_nobody_sees_or_that_turn_words_round_are_named() -> None:
    facts = facts_of("power-cut", subjects=(OrderSubject("supply", "F-1\u202e3-F\x00\u200b"),))
    assert "F-1[U+202E]3-F[U+0000][U+200B]" in words(pack_order(order_of(facts)).letter)


def test_a_long_address_breaks_and_is_copied_whole() -> None:
    address = "https://jobs.example/" + "a1b2c3-d4/" * 18
    facts = facts_of("page-takedown", subjects=(OrderSubject("page", address, "หน้าประกาศ"),))
    letter = pack_order(order_of(facts)).letter
    assert address in words(letter)
    assert unbroken(letter) < 30


def test_a_lift_says_that_it_takes_back() -> None:
    text = words(pack_order(order_of(facts_of("power-cut"), kind="lift")).letter)
    assert close("ขอยกเลิก: ตัดกระแสไฟฟ้า") in text
    assert close("Lifted: Cut the power") in text


def test_what_stays_in_the_house_is_in_no_letter_and_no_message() -> None:
    parcel = pack_order(order_of(facts_of("search")))
    warrant, shelter = load_prerequisite("warrant"), load_prerequisite("shelter")
    assert close(warrant.inputs[1].label.th) in words(parcel.letter)
    assert close(shelter.inputs[1].label.th) not in words(parcel.letter)
    assert b"address_reference" not in parcel.message
    assert b'"court"' in parcel.message


@pytest.mark.parametrize("kind", WITH_LETTER)
def test_every_kind_that_sends_a_letter_has_one(kind: str) -> None:
    facts = facts_of(kind)
    text = words(pack_order(order_of(facts)).letter)
    assert close(facts.asked.th) in text
    assert close(facts.asked.en) in text


def test_a_request_shows_no_end_of_its_own() -> None:
    text = words(
        pack_order(order_of(facts_of("information-request"), about="request", kind="request")).letter
    )
    assert close("มีผลถึง") not in text


def test_the_thai_of_a_letter_is_set_in_the_fonts_that_come_along() -> None:
    letter = pack_order(order_of(facts_of("power-cut"))).letter
    assert letter is not None
    assert fonts(letter) == {"IBMPlexSansThai", "IBMPlexSans"}


def test_without_the_fonts_no_letter_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object) -> bytes:
        raise PaperError("papers.fonts-missing")

    monkeypatch.setattr(render, "render", missing)
    with pytest.raises(ExchangeError, match="make web"):
        letter_letter.render_letter(order_of(facts_of("power-cut")), facts_of("power-cut"), b"{}")


def test_an_order_of_another_form_is_one_sentence() -> None:
    order = replace(order_of(facts_of("power-cut")), facts={"rule": "power-cut"})
    with pytest.raises(ExchangeError, match="another form"):
        pack_order(order)


def test_a_date_counts_both_eras() -> None:
    order = order_of(facts_of("power-cut"))
    assert format_date(order.made_at, "th") == "24 พฤศจิกายน พ.ศ. 2569 (ค.ศ. 2026)"


def test_details_are_read_with_units_and_in_words() -> None:
    read_ = {one.name: one.format_value() for one in facts_of("sim-suspension").details}
    assert read_["reports"] == Texts("3 เรื่อง", "3 reports")
    assert read_["ground"] == Texts("ผู้เสียหายแจ้ง", "a victim's report")
    assert read_["lawful_callers_checked"] == Texts("ใช่", "yes")
    assert facts_of("asset-freeze").details[0].format_value() == Texts("1,234.50 บาท", "1,234.50 baht")
