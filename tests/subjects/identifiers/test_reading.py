"""What an officer or a file writes is read as the identifier it is, in one spelling, and nothing is lost."""

import ast
from hashlib import sha256
from pathlib import Path

import pytest

from warroom.public.outside import identifiers as pasted
from warroom.subjects import spelling
from warroom.subjects.identifiers import checks, national
from warroom.subjects.identifiers.reading import parse_identifier
from warroom.subjects.kinds import IDENTIFIERS

TEN_SHAPES = (
    "0812345678",
    "081-234-5678",
    "081 234 5678",
    "(081) 2345678",
    "๐๘๑-๒๓๔-๕๖๗๘",
    "+66812345678",
    "+66 (0) 81 234 5678",
    "66812345678",
    "0066812345678",
    "โทร. 081.234.5678 ต่อ 12",
)


@pytest.mark.parametrize("written", TEN_SHAPES)
def test_a_telephone_number_in_ten_shapes_is_one(written: str) -> None:
    found = parse_identifier(written, "phone")
    assert (found.kind, found.text, found.is_check_valid) == ("phone", "+66812345678", True)
    assert parse_identifier(written) == found


@pytest.mark.parametrize(
    ("written", "kept"),
    [("+660123456789", "+660123456789"), ("12", "12"), ("ไม่มี", "ไม่มี"), ("081234567", "081234567"), ("", "")],
)
def test_a_number_that_no_plan_gives_out_is_kept_as_it_was_written(written: str, kept: str) -> None:
    found = parse_identifier(written, "phone")
    assert found.text == kept
    assert not found.is_check_valid


@pytest.mark.parametrize(
    ("written", "kind", "text", "holds"),
    [
        ("1-1017-00230-70-8", "thai-id", "1101700230708", True),
        ("๑๑๐๑๗๐๐๒๓๐๗๐๘", "thai-id", "1101700230708", True),
        ("1-1017-00230-70-9", "thai-id", "1101700230709", False),
        ("0-1055-36000-31-3", "thai-company", "0105536000313", True),
        ("12/OUKAMA(N)123456", "nrc", "12/OUKAMA(N)123456", None),
        ("၁၂/ဥကမ(နိုင်)၁၂၃၄၅၆", "nrc", "12/ဥကမ(N)123456", None),
        ("11010519491231002X", "china-id", "11010519491231002X", True),
        ("110105194912310021", "china-id", "110105194912310021", False),
        ("001099012345", "vietnam-id", "001099012345", None),
        ("900101-14-5678", "malaysia-id", "900101145678", None),
        ("2341 2341 2346", "india-id", "234123412346", True),
        ("L898902C36UTO7408122F1204159ZE184226B<<<<<10", "passport", "L898902C3", True),
        ("L898902C36UTO7408122F1204150ZE184226B<<<<<10", "passport", "L898902C3", False),
        ("AA1234567", "passport", "AA1234567", None),
        ("1กข-1234 กทม.", "plate", "1กข 1234 กรุงเทพมหานคร", None),
        ("กข 0123 จ.จันทบุรี", "plate", "กข 123 จันทบุรี", None),
        ("70-1234 Tak", "plate", "70 1234 ตาก", None),
        ("kbank:123-4-56789-0", "account", "KBANK:1234567890", None),
        ("123-4-56789-0", "account", "1234567890", None),
        ("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", "bitcoin", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", True),
        ("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3", "bitcoin", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3", False),
        (
            "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
            "bitcoin",
            "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
            True,
        ),
        (
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "ethereum",
            "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
            True,
        ),
        (
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD",
            "ethereum",
            "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
            False,
        ),
        ("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "tron", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", True),
        ("hxxps://www.scb-th[.]com/login", "domain", "scb-th.com", None),
        ("ธนาคาร.ไทย", "domain", "xn--42c3bd5b5db.xn--o3cw4h", None),
        ("https://fb.com/Job.Poipet/posts/1", "page", "facebook.com/job.poipet", None),
        ("สมชาย ใจดี", "text", "สมชาย ใจดี", None),
        ("ก", "text", "ก", None),
        ("\u200b😀\u200b", "text", "😀", None),
    ],
)
def test_a_text_is_read_as_what_it_is_with_what_its_check_says(
    written: str, kind: str, text: str, holds: bool | None
) -> None:
    found = parse_identifier(written)
    assert (found.kind, found.text, found.is_check_valid) == (kind, text, holds)


def test_a_page_on_a_shared_host_is_no_other_page_of_it() -> None:
    assert parse_identifier("shop.blogspot.com").belongs_to == "shop.blogspot.com"
    assert parse_identifier("login.scb-th.com").belongs_to == "scb-th.com"


def test_cards_without_a_check_are_read_only_where_a_column_names_them() -> None:
    assert parse_identifier("010123456(01)", "cambodia-id").text == "01012345601"
    assert parse_identifier("010123456").kind != "cambodia-id"


def test_promptpay_is_the_telephone_the_person_or_the_wallet_it_stands_for() -> None:
    code = "00020101021129370016A00000067701011101130066812345678530376454041.005802TH6304"
    assert parse_identifier(code + checks.compute_crc16(code), "promptpay").text == "+66812345678"
    assert parse_identifier(code + "0000", "promptpay").kind == "text"
    assert parse_identifier("0066812345678", "promptpay").kind == "phone"
    assert parse_identifier("1-1017-00230-70-8", "promptpay").kind == "thai-id"
    assert parse_identifier("004999012345678", "promptpay").kind == "promptpay-wallet"


def test_an_account_has_the_spelling_that_records_have() -> None:
    assert parse_identifier("123-4-56789-0", "account").text == spelling.spell_account_number("123-4-56789-0")


def test_every_slip_of_one_digit_shows_in_aadhaar_and_nearly_every_one_on_a_thai_card() -> None:
    assert [one for one in _slips("234123412346") if checks.is_valid_verhoeff(one)] == []
    # Eleven remainders have ten digits, so two of them share one: by the card's own rule 9 of 117 slips pass.
    assert sum(map(checks.is_valid_thai_id, _slips("1101700230708"))) == 9


def _slips(right: str) -> list[str]:
    return [
        right[:at] + digit + right[at + 1 :]
        for at in range(len(right))
        for digit in "0123456789"
        if digit != right[at]
    ]


def test_the_hash_of_ethereum_is_that_of_before_the_standard() -> None:
    assert (
        checks.compute_keccak256(b"").hex()
        == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
    )
    assert checks.compute_keccak256(b"a" * 200) != sha256(b"a" * 200).digest()


@pytest.mark.parametrize(
    "written", ["9" * 5000, "x" * 100_000, "<b>1</b>", "1/2", "http://[", "a@b.com", "..", "T" * 34]
)
def test_any_text_is_read_without_a_failure(written: str) -> None:
    assert parse_identifier(written).text or not written.strip()


def test_the_kinds_of_subject_declare_every_kind_of_identifier_that_is_read_or_pasted() -> None:
    read = {kind for path in Path(checks.__file__).parent.glob("*.py") for kind in _kinds_made(path)}
    assert IDENTIFIERS.keys() == read | national.EXPECTED.keys() | _kinds_made(Path(pasted.__file__))


def _kinds_made(module: Path) -> set[str]:
    """The kinds that a module writes out where it makes an identifier."""
    calls = [one for one in ast.walk(ast.parse(module.read_text("utf-8"))) if isinstance(one, ast.Call)]
    kinds = [call.args[0] for call in calls if str(getattr(call.func, "id", "")).endswith("Identifier")]
    branches = [
        kind for one in kinds for kind in ((one.body, one.orelse) if isinstance(one, ast.IfExp) else (one,))
    ]
    return {str(kind.value) for kind in branches if isinstance(kind, ast.Constant)}
