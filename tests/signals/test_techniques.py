"""Tags of MITRE's Fight Fraud Framework."""

from datetime import UTC, datetime

from warroom.reasons.reason import Reason, sentences
from warroom.signals.messages.reading import TYPES
from warroom.signals.signal import Signal
from warroom.signals.techniques.tags import _file, of_reasons, of_scam, of_signal, techniques
from warroom.subjects.subject import Subject, account


def test_every_type_of_scam_carries_a_technique_that_has_a_name_in_both_languages() -> None:
    for kind in TYPES:
        assert of_scam(kind)
        assert all(one.said("th") and one.said("en") for one in of_scam(kind))


def test_tags_name_only_techniques_and_reasons_that_exist() -> None:
    named = {one for part in ("scams", "reasons") for names in _file()[part].values() for one in names}
    assert named <= set(techniques())
    assert set(_file()["reasons"]) <= set(sentences())


def test_money_that_left_as_crypto_is_tagged_so() -> None:
    reason = Reason("passed_on", {"percent": 90, "minutes": 5, "ways": "transfer, crypto"})
    assert [one.id for one in of_reasons([reason])] == ["F1018"]


def test_an_account_that_works_like_a_mules_carries_the_transfer_of_funds() -> None:
    signal = Signal("mules", account("B01", "1"), 0.9, 1, (), (), datetime(2026, 1, 1, tzinfo=UTC), "m")
    assert [one.id for one in of_signal(signal)] == ["F1047"]


def test_a_page_that_lures_carries_phishing_and_what_its_reasons_show() -> None:
    reasons = (Reason("advert_stands_again", {"day": "2026-11-03"}),)
    signal = Signal(
        "adverts", Subject("page", "P"), 0.9, 1, reasons, (), datetime(2026, 1, 1, tzinfo=UTC), "m"
    )
    assert [one.id for one in of_signal(signal)] == ["T1660", "T1585"]
