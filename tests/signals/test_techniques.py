"""Tags of MITRE's Fight Fraud Framework."""

from datetime import UTC, datetime

from warroom.reasons.reason import Reason, load_sentences
from warroom.signals.messages.reading import TYPES
from warroom.signals.signal import Signal
from warroom.signals.techniques.tags import (
    _read_toml,
    list_reason_techniques,
    list_scam_techniques,
    list_signal_techniques,
    load_techniques,
)
from warroom.subjects.subject import Subject, make_account_subject


def test_every_type_of_scam_carries_a_technique_that_has_a_name_in_both_languages() -> None:
    for kind in TYPES:
        assert list_scam_techniques(kind)
        assert all(one.name_in("th") and one.name_in("en") for one in list_scam_techniques(kind))


def test_tags_name_only_techniques_and_reasons_that_exist() -> None:
    named = {one for part in ("scams", "reasons") for names in _read_toml()[part].values() for one in names}
    assert named <= set(load_techniques())
    assert set(_read_toml()["reasons"]) <= set(load_sentences())


def test_money_that_left_as_crypto_is_tagged_so() -> None:
    reason = Reason("passed_on", {"percent": 90, "minutes": 5, "ways": "transfer, crypto"})
    assert [one.id for one in list_reason_techniques([reason])] == ["F1018"]


def test_an_account_that_works_like_a_mules_carries_the_transfer_of_funds() -> None:
    signal = Signal(
        "mules", make_account_subject("B01", "1"), 0.9, 1, (), (), datetime(2026, 1, 1, tzinfo=UTC), "m"
    )
    assert [one.id for one in list_signal_techniques(signal)] == ["F1047"]


def test_a_page_that_lures_carries_phishing_and_what_its_reasons_show() -> None:
    reasons = (Reason("advert_stands_again", {"day": "2026-11-03"}),)
    signal = Signal(
        "adverts", Subject("page", "P"), 0.9, 1, reasons, (), datetime(2026, 1, 1, tzinfo=UTC), "m"
    )
    assert [one.id for one in list_signal_techniques(signal)] == ["T1660", "T1585"]
