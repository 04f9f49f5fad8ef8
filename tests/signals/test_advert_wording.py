"""Adverts as they are worded: negations, cries for help, innocent sentences, and who is sought."""

import tomllib
from pathlib import Path

import pytest
from benchmarks.adverts_learning import read_adverts
from benchmarks.adverts_made import phrases

from warroom.errors import ModelError
from warroom.signals.adverts.red_flags import find_red_flags
from warroom.signals.adverts.score import LIMIT, compute_probability, load_weights, score_advert
from warroom.signals.adverts.text_model import find_telling_words, load_text_model, parse_text_model
from warroom_lab.labelled.adverts import compute_auc

INNOCENT = Path(__file__).parents[2] / "benchmarks/adverts_innocent.toml"
DENIED = {
    "irregular_crossing": [
        "ห้ามเข้าด้วยวีซ่าท่องเที่ยว", "Please don't come on a tourist visa", "请勿持旅游签前来", "Đừng đi bằng visa du lịch",
        "တိုးရစ်ဗီဇာနဲ့ မလာပါနှင့်", "កុំមកដោយវីសាទេសចរណ៍",
    ],
    "papers_held": [
        "บริษัทไม่เก็บพาสปอร์ต", "We keep no passport", "公司不保管护照", "Công ty không giữ hộ chiếu",
        "ပတ်စပို့ ကုမ္ပဏီက မသိမ်းပါ", "ក្រុមហ៊ុនមិនរក្សាលិខិតឆ្លងដែនទេ", "ถือหนังสือเดินทางเอง", "护照自己拿着", "hộ chiếu tự giữ",
    ],
    "insurance": [
        "ไม่มีประกันสังคม", "No social security", "没有社保", "Không có bảo hiểm", "လူမှုဖူလုံရေး မရှိ", "គ្មានធានារ៉ាប់រង",
    ],
}  # fmt: skip
SAID = {
    "irregular_crossing": [
        "เข้าด้วยวีซ่าท่องเที่ยว", "ห้ามพลาด วีซ่าท่องเที่ยวก็ได้", "Enter on a tourist visa", "Don't miss it: tourist visa is fine", "旅游签先进来",
        "Đi bằng visa du lịch cũng được", "တိုးရစ်ဗီဇာနဲ့ လာပါ", "មកដោយវីសាទេសចរណ៍",
    ],
    "papers_held": [
        "บริษัทเก็บพาสปอร์ต", "The company keeps your passport", "公司保管护照", "Công ty giữ hộ chiếu", "ပတ်စပို့ ကုမ္ပဏီက သိမ်း",
        "ក្រុមហ៊ុនរក្សាលិខិតឆ្លងដែន",
    ],
    "insurance": ["มีประกันสังคม", "Social security", "缴社保", "Có bảo hiểm", "လူမှုဖူလုံရေး ရှိသည်", "មានធានារ៉ាប់រង"],
}  # fmt: skip
CRIES = [
    "They locked me in, took my phone, help me, I was sold to another company in Myawaddy", "We cannot leave, they ask ransom",
    "They keep our passports and beat us if we miss the target", "Please help my son, he wants to go home and they won't let him go",
    "ช่วยด้วย หนูถูกขังอยู่ปอยเปต เขายึดพาสปอร์ต", "ผมถูกหลอกมา โดนช็อตไฟฟ้า กลับบ้านไม่ได้", "อยากกลับบ้าน ทำยอดไม่ถึงโดนตี", "เขาไม่ให้ออก เรียกค่าไถ่สองแสน",
    "救命，我被关在园区里，手机被收走", "我们出不去，完不成业绩就挨打", "我儿子被卖到缅北，要赎金", "不让回家，求救",
    "Cứu em với, em bị nhốt ở Myawaddy", "Không về được, họ đòi tiền chuộc", "Họ không cho về nhà, bị chích điện", "Em bị bán sang công ty khác, muốn về nhà",
    "ကယ်ပါ ပိတ်ထားတယ် ထွက်လို့မရ", "အတင်းလုပ်ခိုင်းတယ် ရိုက်တယ် အိမ်ပြန်ချင်တယ်", "ဖုန်းသိမ်းသွားပြီ ရောင်းစားခံရတယ်",
    "ជួយខ្ញុំផង គេបង្ខាំងខ្ញុំ ចេញមិនបាន", "គេវាយខ្ញុំ ចង់ទៅផ្ទះ", "គេដកហូតទូរស័ព្ទខ្ញុំ ទារលុយលោះ",
]  # fmt: skip
NO_CRIES = [
    "The company keeps the passport", "Bonus if you reach the target", "You help us run the café", "Hit your target and earn more",
    "ไม่ยึดพาสปอร์ต", "อยากกลับบ้านเมื่อไหร่ก็ได้", "ทำยอดไม่ถึงก็ได้เงินเดือน", "离不开大家的支持", "打包员，给打包费", "被关注的品牌",
    "Chúng tôi giúp bạn thăng tiến", "Không đi bằng visa du lịch", "ရန်ကုန်ဆိုင် ဇန်နဝါရီလအတွင်း ဝန်ထမ်းခေါ်သည်", "ကူညီပေးပါမည်",
    "ត្រូវចាប់ផ្តើមធ្វើការថ្ងៃស្អែក", "ចេញក្រៅបាន ទៅផ្ទះបាន", "ត្រូវការអ្នកជួយ បងបង្រៀន",
]  # fmt: skip


def list_names(text: str) -> set[str]:
    found = find_red_flags(text)
    return {flag.name for flag in (*found.flags, *found.assurances)}


def is_lure(text: str) -> bool:
    return compute_probability(score_advert(find_red_flags(text))) >= LIMIT


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in DENIED.items() for text in texts])
def test_what_an_advert_denies_is_neither_flag_nor_assurance(name: str, text: str) -> None:
    assert name not in list_names(text)


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in SAID.items() for text in texts])
def test_what_an_advert_says_is_still_found(name: str, text: str) -> None:
    assert name in list_names(text)


@pytest.mark.parametrize("text", CRIES)
def test_every_cry_for_help_is_heard(text: str) -> None:
    assert "distress" in list_names(text)


def test_no_advert_is_heard_as_a_cry_for_help() -> None:
    adverts = [advert.text for advert in read_adverts(("seen", "unseen", "written", "aside"))]
    parts = [
        part.partition("|")[2]
        for labels in phrases().values()
        for grammar in labels.values()
        for part in (*(one for choices in grammar["say"] for one in choices), *grammar["more"])
    ]
    assert [text for text in (*NO_CRIES, *adverts, *parts) if "distress" in list_names(text)] == []


def test_one_innocent_sentence_hides_at_most_one_found_lure_in_twenty() -> None:
    """Each sentence under every found lure of adverts that nothing was learned from."""
    sentences = tomllib.loads(INNOCENT.read_text("utf-8"))
    lures = [advert for advert in read_adverts(("aside",)) if advert.is_lure and is_lure(advert.text)]
    pairs = [(advert.text, sentence) for advert in lures for sentence in sentences[advert.language]]
    hidden = [pair for pair in pairs if not is_lure(" ".join(pair))]
    assert len(pairs) > 400
    assert len(hidden) / len(pairs) <= 0.05


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("Hiring {} typists for a tower by the river, the address follows on the day", ("Chinese", "Burmese", "Thai", "Filipino")),
        ("{} wanted for a desk in the new city, papers are arranged", ("Women", "Men", "Girls", "Boys")),
        ("Good company for {}, quiet floor and three meals", ("Muslims", "Buddhists", "Christians")),
        ("รับแรงงาน{}ทำงานในตึกริมน้ำ ไปถึงค่อยรู้ที่", ("พม่า", "เขมร", "เวียดนาม", "จีน")),
        ("รับ{}นั่งโต๊ะ กินอยู่ฟรี", ("หญิง", "ชาย")),
        ("招{}聊天，包吃住", ("男", "女")),
    ],
)  # fmt: skip
def test_who_is_sought_changes_nothing(template: str, words: tuple[str, ...]) -> None:
    found = [find_red_flags(template.format(word)) for word in words]
    assert len({round(each.wording_points, 9) for each in found}) == 1
    assert len({round(score_advert(each), 9) for each in found}) == 1


def test_the_language_of_an_advert_tells_nothing() -> None:
    """Honest adverts of one language against all others that were set aside: no language ranks apart."""
    honest = [advert for advert in read_adverts(("aside",)) if not advert.is_lure]
    points = {advert.text: find_red_flags(advert.text).wording_points for advert in honest}
    for language in {advert.language for advert in honest}:
        own = [points[advert.text] for advert in honest if advert.language == language]
        others = [points[advert.text] for advert in honest if advert.language != language]
        share = compute_auc(own, others)
        assert share is not None
        # 6 to 9 of a language against 37 to 40: by chance alone 95 % lie within .27 of one half.
        assert abs(share - 0.5) < 0.27


def test_wording_alone_decides_nothing_and_shows_its_words() -> None:
    table = load_weights()
    assert compute_probability(table["bias"] + table["wording"]["most"]) < LIMIT
    text = "Our boss settles what you owe today, be at the petrol station at three in the morning, phones stay with security"
    found = find_red_flags(text)
    assert found.wording_points > 0
    words = find_telling_words(found.reading, 1)
    assert words
    assert all(word in text for word in words)


def test_a_damaged_model_is_refused() -> None:
    assert load_text_model().weights.any()
    with pytest.raises(ModelError):
        parse_text_model(b"warroom adverts 1 sha256:00\nxx")
