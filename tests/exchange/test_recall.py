"""What a bank gets: a recall valid to the published schema, with the terms a recall alone cannot say."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tests.exchange.orders import message, original
from warroom import settings
from warroom.exchange.message import KINDS, HoldOrderKind
from warroom.exchange.recall import NAMESPACE, render_camt_056
from warroom.exchange.supplement import NAMESPACE as OURS
from warroom.exchange.supplement import schema_path
from warroom.exchange.text import fit_text, short_id

NAMES = {"iso": NAMESPACE, "hold": OURS}


def published_schema() -> etree.XMLSchema:
    folder = Path(settings.get_text("WARROOM_SHARED"))
    if not folder.is_absolute():
        folder = Path(__file__).parents[2] / folder
    return etree.XMLSchema(etree.parse(str(folder / "data" / "standards" / "camt.056.001.08.xsd")))


def our_schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(schema_path())))


def found(content: bytes, path: str) -> list[str]:
    root = etree.fromstring(content)
    return [element.text or "" for element in root.iterfind(f".//{path}", NAMES)]


@pytest.mark.shared
@pytest.mark.parametrize("exercise", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_order_is_valid_to_the_published_schema(kind: HoldOrderKind, exercise: bool) -> None:
    published_schema().assertValid(etree.fromstring(render_camt_056(message(kind=kind, exercise=exercise))))


@pytest.mark.parametrize("kind", KINDS)
def test_the_supplement_is_valid_to_our_own_schema(kind: HoldOrderKind) -> None:
    ours = etree.fromstring(render_camt_056(message(kind=kind))).find(".//hold:Order", NAMES)
    our_schema().assertValid(ours)


def test_the_same_order_gives_the_same_bytes() -> None:
    assert render_camt_056(message()) == render_camt_056(message())


def test_one_message_carries_one_transaction_about_one_account() -> None:
    content = render_camt_056(message())
    assert len(etree.fromstring(content).findall(".//iso:TxInf", NAMES)) == 1
    assert found(content, "iso:CdtrAcct/iso:Id/iso:Othr/iso:Id") == ["000-02-1234"]
    assert found(content, "hold:Account/hold:Number") == ["000-02-1234"]


def test_a_hold_says_how_much_until_when_and_that_later_credits_are_free() -> None:
    content = render_camt_056(message())
    assert found(content, "hold:HeldAmount") == ["48500.00"]
    assert found(content, "hold:ExpiresAt") == ["2026-11-27T02:33:05Z"]
    assert found(content, "hold:NoLaterCredits") == ["true"]
    assert found(content, "hold:AppealCode") == ["H-7Q2M-9X4K"]
    assert found(content, "hold:AnswerAtMostHours") == ["12"]
    assert "NOT THE WHOLE TRANSFER" in found(content, "iso:AddtlInf")[0]
    assert found(content, "iso:OrgnlIntrBkSttlmAmt") == ["49900.00"]


def test_a_hold_is_a_recall_for_fraud_and_letting_go_never_is() -> None:
    assert found(render_camt_056(message()), "iso:Rsn/iso:Cd") == ["FRAD"]
    for kind in ("release", "expiry"):
        content = render_camt_056(message(kind=kind))
        assert found(content, "iso:Rsn/iso:Cd") == []
        assert found(content, "iso:Rsn/iso:Prtry") == [f"WARROOM-{kind.upper()}"]
        assert "THIS IS NOT A RECALL" in " ".join(found(content, "iso:AddtlInf"))


def test_an_exercise_is_marked_before_anything_else() -> None:
    content = render_camt_056(message(exercise=True))
    assert found(content, "iso:AddtlInf")[0].startswith("EXERCISE EXERCISE EXERCISE")
    assert found(content, "hold:Exercise") == ["true"]


def test_a_reference_that_is_no_uuid_version_4_is_left_out_rather_than_sent_broken() -> None:
    for uetr in (None, "12", "3f1b6f0e-3a57-1c7a-9c0f-8a1de3a1b001"):
        assert found(render_camt_056(message(original=original(uetr=uetr))), "iso:OrgnlUETR") == []


def test_the_settlement_date_is_the_day_in_thailand() -> None:
    late = original(time=original().time.replace(hour=20))
    assert found(render_camt_056(message(original=late)), "iso:OrgnlIntrBkSttlmDt") == ["2026-11-25"]


def test_our_schema_names_no_host_and_refuses_a_hold_on_later_credits() -> None:
    assert "urn:warroom:hold:1" in schema_path().read_text(encoding="utf-8")
    ours = etree.fromstring(render_camt_056(message())).find(".//hold:Order", NAMES)
    assert ours is not None
    later = ours.find("hold:NoLaterCredits", NAMES)
    assert later is not None
    later.text = "false"
    assert not our_schema().validate(ours)


@pytest.mark.parametrize("name", ["HeldAmount", "ExpiresAt", "LegalBasis", "Notice", "Exercise"])
def test_our_schema_refuses_an_order_that_leaves_a_term_out(name: str) -> None:
    ours = etree.fromstring(render_camt_056(message())).find(".//hold:Order", NAMES)
    assert ours is not None
    part = ours.find(f"hold:{name}", NAMES)
    assert part is not None
    ours.remove(part)
    assert not our_schema().validate(ours)


def test_a_cut_never_separates_a_thai_mark_from_its_letter() -> None:
    assert fit_text("ที่นี่", 2) == ""
    assert fit_text("ที่นี่", 3) == "ที่"
    assert fit_text("a\tb\x00  c", 99) == "a b c"


@given(st.text(min_size=1, max_size=80))
def test_a_shortened_number_fits_and_is_the_same_each_time(text: str) -> None:
    short = short_id(text)
    assert len(short) <= 35
    assert short == short_id(text)


words = st.text(st.characters(codec="utf-8"), min_size=1, max_size=300).map(lambda text: f"x{text}")


@pytest.mark.shared
@given(
    account=words, bank=words, notice=words, end_to_end=words, amount=st.decimals("0.01", "1e15", places=2)
)
def test_whatever_the_records_hold_the_message_is_valid(
    account: str, bank: str, notice: str, end_to_end: str, amount: Decimal
) -> None:
    order = message(
        account=account[:90],
        bank=bank[:90],
        notice_thai=notice,
        amount=amount,
        original=original(end_to_end_id=end_to_end, payer=account),
    )
    published_schema().assertValid(etree.fromstring(render_camt_056(order)))
