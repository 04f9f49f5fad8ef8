"""A reason tells how long something took as a person would: minutes, then hours, then days."""

import pytest

from warroom.reasons.reason import Language, Reason, load_sentences, render


@pytest.mark.parametrize(
    ("minutes", "english", "thai"),
    [
        (0.0, "0 min", "0 นาที"),
        (55.2, "55 min", "55 นาที"),
        (120.0, "120 min", "120 นาที"),
        (144.0, "2.4 hours", "2.4 ชั่วโมง"),
        (180.0, "3 hours", "3 ชั่วโมง"),
        (3_303.0, "55 hours", "55 ชั่วโมง"),
        (72 * 60.0, "72 hours", "72 ชั่วโมง"),
        (4.25 * 1440, "4.2 days", "4.2 วัน"),
        (45 * 1440.0, "45 days", "45 วัน"),
    ],
)
def test_a_reason_of_a_trail_tells_hours_and_days(minutes: float, english: str, thai: str) -> None:
    reason = Reason("passed_on", {"percent": 80.0, "minutes": minutes, "ways": "transfer"})
    assert f"within {english} (" in render(reason, "en")
    assert f"ภายใน {thai} (" in render(reason, "th")


@pytest.mark.parametrize("language", ["en", "th"])
def test_every_sentence_that_tells_a_duration_leaves_its_unit_to_the_number(language: Language) -> None:
    telling = {
        code: texts[language] for code, texts in load_sentences().items() if "{minutes" in texts[language]
    }
    assert len(telling) == 5
    for code, text in telling.items():
        shown = {
            "minutes": 3_303.0,
            "amount": 1.0,
            "hops": 1,
            "percent": 9.0,
            "payers": 2,
            "ways": "qr",
            "bank": "B01",
        }
        said = render(Reason(code, shown), language)
        assert ("55 hours" if language == "en" else "55 ชั่วโมง") in said, text


@pytest.mark.parametrize(
    ("percent", "words"), [(0.04, "<0.1 %"), (0.06, "0.1 %"), (1.25, "1.2 %"), (0, "0.0 %")]
)
def test_a_small_part_is_never_said_as_none(percent: float, words: str) -> None:
    reason = Reason("small_part_of_turnover", {"percent": percent, "turnover": 90_000.0})
    assert f"only {words} of what came in" in render(reason, "en")
