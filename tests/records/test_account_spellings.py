"""Every spelling of an account is that account, or is refused with its reason: never an account of its own in silence."""

import sys
import unicodedata
from pathlib import Path

import pyarrow as pa
import pytest

from tests.records.reading import csv_file, mapping, read
from warroom.subjects import spelled_columns, spelling

NUMBER = "7612222222"
OTHER = "8323333333"
ZEROS = [chr(at) for at in range(sys.maxunicode) if unicodedata.decimal(chr(at), None) == 0]


def one(tmp_path: Path, written: str) -> tuple[list[str | None], list[str]]:
    quoted = '"' + written.replace('"', '""') + '"'
    found = read(csv_file(tmp_path, f"T1,2026-11-20T10:00:00+07:00,KTB,{quoted},SCB,2,5.00"))
    assert all(max(each.reason.render_in("th")) >= "ก" for each in found.rejects)
    return found.column("payer"), [code for _, _, code in found.codes]


def in_script(text: str, zero: str) -> str:
    return "".join(chr(ord(zero) + int(sign)) if sign.isdigit() else sign for sign in text)


@pytest.mark.parametrize("zero", ZEROS, ids=lambda zero: unicodedata.name(zero))
def test_digits_of_every_script_are_digits(zero: str) -> None:
    written = [in_script(text, zero) for text in (NUMBER, "761-2-22222-2", "761 2 22222 2")]
    written.append(in_script(NUMBER[:3], zero) + NUMBER[3:])
    assert {spelling.spell_account_number(text) for text in written} == {NUMBER}
    assert spelled_columns.spell_account_numbers(pa.array([*written, None])).to_pylist() == [NUMBER] * len(
        written
    ) + [None]


@pytest.mark.parametrize("parting", ["-", " ", "\u00a0", "‑", "–", "\u200b", ".", "_", " - ", "\u2009"])
@pytest.mark.parametrize("zero", ["0", "๐", "၀", "០", "໐", "٠", "０"])
def test_what_parts_a_number_is_no_part_of_it(tmp_path: Path, parting: str, zero: str) -> None:
    written = parting.join(in_script(part, zero) for part in ("761", "2", "22222", "2"))
    assert one(tmp_path, written) == ([NUMBER], [])
    assert spelling.spell_account_number(written) == NUMBER


@pytest.mark.parametrize(
    "written",
    [
        "+66815100002",
        "0066815100002",
        "+66 81 510 0002",
        "+66-81-510-0002",
        "0066 81 510 0002",
        "+๖๖๘๑๕๑๐๐๐๐๒",
    ],
)
def test_a_telephone_with_thailands_code_is_the_telephone_without(tmp_path: Path, written: str) -> None:
    assert one(tmp_path, written) == (["0815100002"], [])
    assert spelling.spell_account_number(written) == "0815100002"


@pytest.mark.parametrize(
    "kept", ["66815100002", "0021234567", "006612345678", "+9595100002", "0222222222", "222222222"]
)
def test_what_may_be_an_account_of_its_own_stays(tmp_path: Path, kept: str) -> None:
    assert one(tmp_path, kept) == ([kept], [])


IBANS = [
    "DE89370400440532013000",
    "GB29NWBK60161331926819",
    "NO9386011117947",
    "MT84MALT011000012345MTLCAST001S",
]


@pytest.mark.parametrize("iban", IBANS)
def test_an_iban_is_one_in_small_letters_and_in_groups(tmp_path: Path, iban: str) -> None:
    groups = " ".join(iban[at : at + 4] for at in range(0, len(iban), 4))
    for written in (iban, iban.lower(), groups, groups.lower(), iban.title()):
        assert one(tmp_path, written) == ([iban], []), written
        assert spelling.spell_account_number(written) == iban


def test_small_letters_that_are_no_iban_stay(tmp_path: Path) -> None:
    assert one(tmp_path, "de89370400440532013001") == (["de89370400440532013001"], [])


SEVERAL = [
    f"{a}{parting}{b}"
    for parting in (
        "/",
        " / ",
        ",",
        ", ",
        ";",
        "|",
        " & ",
        "+",
        " และ ",
        "และ",
        " and ",
        " AND ",
        " or ",
        " กับ ",
        " หรือ ",
        "，",
        "->",
        " > ",
        "\\",
        "·",
        ":",
        " = ",
        "(",
        " (",
    )
    for a, b in ((NUMBER, OTHER), ("761-2-22222-2", "832-3-33333-3"), ("๗๖๑๒๒๒๒๒๒๒", "๘๓๒๓๓๓๓๓๓๓"))
]


@pytest.mark.parametrize(
    "written", [*SEVERAL, "761-2-22222-2/3", "123/4567890", "1,234,567", f"{NUMBER}\n{OTHER}"]
)
def test_two_accounts_in_a_cell_are_refused(tmp_path: Path, written: str) -> None:
    assert one(tmp_path, written) == ([], ["several"])


@pytest.mark.parametrize("parting", ["-", "–", "\u2011", ".", "_"])
def test_two_whole_numbers_with_a_sign_of_one_number_between_are_refused(
    tmp_path: Path, parting: str
) -> None:
    assert one(tmp_path, f"{NUMBER}{parting}{OTHER}") == ([], ["several"])


@pytest.mark.parametrize(
    "written",
    [
        "11773016-11111018-00000000",
        "761\u200b2222222-01",
        "4000-1234-5678-9010",
        "1234567\u200b1234567",
        "0221234567:01",
    ],
)
def test_one_number_in_groups_is_one_account(tmp_path: Path, written: str) -> None:
    assert one(tmp_path, written)[1] == []


NAMES = [
    "นาย ก",
    "นางสาวสมหญิง ใจดี",
    "น.ส. ข",
    "บจก. เอบีซี",
    "Mr A",
    "MR. SOMCHAI JAIDEE",
    "Somchai J.",
    "ဦးအောင်",
    "លោក សុខ",
    "ທ້າວ ແກ້ວ",
    "王伟",
    "محمد",
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("number", ["761-2-22222-2", NUMBER, "๗๖๑๒๒๒๒๒๒๒", "၇၆၁၂၂၂၂၂၂၂"])
def test_a_name_beside_the_number_is_refused(tmp_path: Path, name: str, number: str) -> None:
    for written in (f"{name} {number}", f"{number} {name}", f"{number} ({name})"):
        found = one(tmp_path, written)
        assert found == ([], ["named"]), written


@pytest.mark.parametrize("digits", [35, 60, 120, 400])
def test_a_number_longer_than_any_account_is_refused(tmp_path: Path, digits: int) -> None:
    assert one(tmp_path, "7" * digits) == ([], ["long_number"])


@pytest.mark.parametrize(
    "kept",
    [
        "7" * 34,
        "a" * 64,
        "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
        "C1231006815",
        "8000EBD30",
        "ACC 001",
        "acct-000012",
        "B01:5",
        "ร้านค้า",
    ],
)
def test_a_token_that_no_rule_is_about_stays_one(tmp_path: Path, kept: str) -> None:
    assert one(tmp_path, kept) == ([spelling.spell_account_number(kept)], [])


def test_a_bank_that_declares_its_signs_keeps_them_but_no_two_accounts(tmp_path: Path) -> None:
    rule = mapping(tmp_path, '[accounts]\nstrip = ""\n')
    rows = [
        f"T{n},2026-11-20T10:00:00+07:00,KTB,{written},SCB,2,5.00"
        for n, written in enumerate(["12-3 4/5", f"{NUMBER}/{OTHER}"])
    ]
    found = read(csv_file(tmp_path, *rows), mapping=rule)
    assert found.column("payer") == ["12-3 4/5"]
    assert found.codes == [(3, "payer", "several")]


@pytest.mark.parametrize(
    "written", ["76O2222222", "761-2-2222O-2", "7612222l22", "O812222222", "761222222I", "๗๖๑O๒๒๒๒๒๒"]
)
def test_a_letter_that_looks_like_a_digit_is_refused(tmp_path: Path, written: str) -> None:
    assert one(tmp_path, written) == ([], ["lettered"])


@pytest.mark.parametrize("written", ["7612222222-01", "7612222222–001", "020123456789-12"])
def test_a_whole_number_with_a_short_one_behind_it_is_refused(tmp_path: Path, written: str) -> None:
    assert one(tmp_path, written) == ([], ["extended"])


@pytest.mark.parametrize("kept", ["ACC000123", "O12", "12345AB", "IL1234"])
def test_a_number_with_letters_of_its_own_stays(tmp_path: Path, kept: str) -> None:
    assert one(tmp_path, kept) == ([kept], [])
