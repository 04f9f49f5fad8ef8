"""Adverts: each flag shows its words, in six languages and whatever was done to the text; none decides alone."""

import base64
import json
from pathlib import Path

import pytest

from tests.cli.test_names import said
from warroom.signals.adverts.files import AdvertsError
from warroom.signals.adverts.pay import list_pays
from warroom.signals.adverts.reading import fold_words, normalise_advert_text
from warroom.signals.adverts.red_flags import find_red_flags, map_red_flags_by_name
from warroom.signals.adverts.score import LIMIT, compute_probability, load_weights, score_advert
from warroom.signals.adverts.spelled import iter_spelled_sums
from warroom_lab.labelled.adverts import read_labelled

LURES = {
    "th": "รับแอดมินตอบแชท ที่ปอยเปต รายได้ 45,000 บาท ไม่ต้องมีประสบการณ์ มีที่พักฟรี ออกค่าเดินทางให้ ไม่ต้องใช้พาสปอร์ต ทักไลน์เท่านั้น",
    "en": "Chat support in Sihanoukville, $1,500 a month, no experience needed, free flight, we keep your passport safe. Telegram only",
    "zh": "高薪招聘客服 月薪4万泰铢 包吃住 报销机票 无需护照 地点西港 无需经验 只加微信",
    "vi": "Tuyển nhân viên trực chat tại Bavet, lương 30 triệu, bao ăn ở, bao vé, không cần hộ chiếu, không cần kinh nghiệm, zalo",
    "my": "အွန်လိုင်းအလုပ် မြဝတီ လစာ ဘတ် ၃၅,၀၀၀ အတွေ့အကြုံမလိုပါ နေစားငြိမ်း ပတ်စပို့မလို telegram",
    "km": "ត្រូវការបុគ្គលិកឆ្លើយឆាត នៅប៉ោយប៉ែត ប្រាក់ខែ 1000$ មិនត្រូវការបទពិសោធន៍ ផ្តល់កន្លែងស្នាក់នៅ មិនចាំបាច់លិខិតឆ្លងដែន telegram",
}
HONEST = (
    "Receptionist, hotel in Mae Sot, 14,000 baht, walk-in interview at the hotel, social security, one day off a week. Call 055-123456",
    "โรงแรมในแม่สอดรับพนักงานต้อนรับ เงินเดือน 13,000 บาท มีประกันสังคม สมัครด้วยตนเองที่ฝ่ายบุคคล โทร 055-123-456",
    "กรมการจัดหางานจัดส่งคนงานไปเกาหลีระบบ EPS ค่าจ้างเดือนละ 60,000 บาท สมัครที่สำนักงานจัดหางานจังหวัด มีสัญญาจ้าง วีซ่าทำงาน E-9",
    "台湾电子厂招工 持牌中介 签劳动合同 月薪3万台币 到办公室面试 办理工作签证",
)


def flags(text: str) -> set[str]:
    return {flag.number for flag in find_red_flags(text).flags}


@pytest.mark.parametrize("language", LURES)
def test_a_lure_is_told_in_every_language(language: str) -> None:
    found = find_red_flags(LURES[language])
    assert {"R2", "R3", "R4", "R5", "R8"} <= flags(LURES[language])
    assert compute_probability(score_advert(found)) >= LIMIT


@pytest.mark.parametrize("text", HONEST)
def test_honest_offers_at_the_border_and_abroad_pass(text: str) -> None:
    assert compute_probability(score_advert(find_red_flags(text))) < LIMIT


def test_each_flag_shows_its_own_words_as_they_were_written() -> None:
    found = find_red_flags("Work in Poi Pet. NО  EXPERIENCE needed; free\u200b flight!")
    shown = {
        name: found.list_red_flag_words(flag) for name, flag in map_red_flags_by_name(found.flags).items()
    }
    assert shown["place"] == ("Poi Pet",)
    assert shown["no_experience"] == ("NО  EXPERIENCE",)
    assert shown["employer_pays"] == ("free\u200b flight",)


def test_no_single_flag_decides() -> None:
    table = load_weights()
    for name, worth in table["flags"].items():
        alone = worth + (max(table["places"].values()) if name == "place" else 0)
        assert compute_probability(alone + table["bias"]) < LIMIT


def test_a_further_flag_never_makes_an_advert_look_better_nor_a_further_assurance_worse() -> None:
    table = load_weights()
    assert all(
        worth >= 0 for part in ("flags", "places", "together", "assurances") for worth in table[part].values()
    )


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("n o　ｐａｓｓｐｏｒｔ needed".replace("n o", "no"), "R7"),
        ("Nо ехреriеnсе needed", "R3"),
        ("ไม่\u200bต้อง\u200bมี ประสบการณ์", "R3"),
        ("無需經驗", "R3"),
        ("Khong can ho chieu", "R7"),
        ("အေတြ႕အႀကံဳမလို", "R3"),
        ("<p>no <b>passport</b>&nbsp;needed</p>", "R7"),
        (base64.b64encode(b"No passport needed, free flight to Myawaddy").decode(), "R7"),
        ("𝐍𝐨 𝐞𝐱𝐩𝐞𝐫𝐢𝐞𝐧𝐜𝐞 𝐧𝐞𝐞𝐝𝐞𝐝 🔥🔥", "R3"),
    ],
    ids=[
        "wide",
        "look-alikes",
        "zero-width",
        "traditional",
        "unmarked",
        "zawgyi",
        "html",
        "base64",
        "mathematical",
    ],
)
def test_disguises_are_read_through(written: str, number: str) -> None:
    assert number in flags(written)


@pytest.mark.parametrize(
    "text", ["", " ", "🔥🔥💰", "<<<>>>", "&#;&bogus;", "A" * 1_000_000, "งาน " * 250_000, "\ud800"]
)
def test_odd_texts_are_harmless(text: str) -> None:
    assert compute_probability(score_advert(find_red_flags(text))) < LIMIT


def test_words_of_distress_open_a_way_to_help_and_never_count() -> None:
    text = "ช่วยด้วย ถูกขังอยู่ในตึก โดนยึดโทรศัพท์ ออกไปไม่ได้"
    assert "R16" in flags(text)
    assert compute_probability(score_advert(find_red_flags(text))) < LIMIT
    assert "distress" not in load_weights()["flags"]


def test_labelled_adverts_are_measured_with_the_bound_that_they_prove(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "adverts.jsonl"
    rows = [
        {"lang": lang, "text": text, "label": "lure", "flags": ["R2", "R3"]} for lang, text in LURES.items()
    ]
    rows += [{"lang": "en", "text": text, "label": "honest"} for text in HONEST]
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    figures = said(["bench", "adverts", str(file), "--json"], capsys)
    assert (figures["recall"], figures["honest_flagged"], figures["auc"]) == (1.0, 0.0, 1.0)
    assert 0.5 < figures["upper_bound"] < 0.53  # type: ignore[operator]
    assert set(figures["by"]) == set(LURES)  # type: ignore[call-overload]


def test_a_file_of_adverts_is_looked_at_and_nothing_is_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "adverts.jsonl"
    file.write_text(json.dumps({"page": "PG1", "text": LURES["en"]}) + "\n\n", encoding="utf-8")
    found = said(["signals", "run", "adverts", str(file), "--json"], capsys)
    assert [one["subject"] for one in found["signals"]] == ["page:PG1"]  # type: ignore[index,union-attr]
    assert found["added"] == 0


def test_a_line_that_is_no_advert_is_named(tmp_path: Path) -> None:
    file = tmp_path / "adverts.jsonl"
    file.write_text('{"text": "ok", "label": "lure"}\n{"text": 3}\n', encoding="utf-8")
    with pytest.raises(AdvertsError, match="line 2 needs an object with a text"):
        read_labelled(file)


@pytest.mark.parametrize(
    ("text", "number", "currency"),
    [
        ("เดือนละสี่หมื่นห้า", 45_000, "thb"),
        ("รายได้หลักแสน", 100_000, "thb"),
        ("一个月一万五", 15_000, "cny"),
        ("月薪三万五千", 35_000, "cny"),
        ("pay forty thousand a month", 40_000, "thb"),
        ("ba chục triệu", 30_000_000, "vnd"),
    ],
)
def test_sums_told_in_words_are_read(text: str, number: float, currency: str) -> None:
    (found,) = iter_spelled_sums(fold_words(text))
    assert (found.number, found.currency) == (number, currency)


def test_a_bare_number_behind_the_word_for_pay_is_pay() -> None:
    assert [
        one.baht for one in list_pays(normalise_advert_text("chat admin, salary 50000, place told later"))
    ] == [50_000]
    assert not list_pays(normalise_advert_text("room 50000, ask for Pim"))


def test_a_vietnamese_word_with_other_accents_is_another_word() -> None:
    overtime = find_red_flags("Công việc có tăng ca, có bảo vệ 24/7")
    assert not overtime.flags
    assert not overtime.assurances, "tăng is to rise, tầng a floor"
    (floor,) = find_red_flags("Làm tại tầng 5").assurances
    assert floor.name == "address"
    for ticket in ("bao vé máy bay", "bao ve may bay", "bao ve máy bay"):
        assert "employer_pays" in map_red_flags_by_name(find_red_flags(ticket).flags), (
            "many write without accents, or with some"
        )
    assert "distress" in map_red_flags_by_name(
        find_red_flags("Em bị nhốt, chúng thu điện thoại của em").flags
    )
    placed = [
        map_red_flags_by_name(find_red_flags(f"công ty {word} giấy tờ").flags) for word in ("giữ", "giu")
    ]
    assert all("papers_held" in found for found in placed)


def test_flags_that_a_file_names_otherwise_are_told_and_not_scored(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "adverts.jsonl"
    marks = [["high_salary"], ["r2", "No Experience"], ["documents_taken", "R2"]]
    rows = [{"lang": "th", "text": LURES["th"], "label": "lure", "flags": flag_names} for flag_names in marks]
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    figures = said(["bench", "adverts", str(file), "--json"], capsys)
    assert figures["unknown_flags"] == {"high_salary": 1, "documents_taken": 1}
    shown = flags(LURES["th"]) - {"R15", "R16"}
    assert figures["flags_f1"] == pytest.approx(2 * 2 / (len(shown) + 2)), "of the second advert alone"
    file.write_text(json.dumps(rows[0], ensure_ascii=False), encoding="utf-8")
    assert said(["bench", "adverts", str(file), "--json"], capsys)["flags_f1"] is None
