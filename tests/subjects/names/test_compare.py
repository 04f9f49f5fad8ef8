"""Names of one person or company are found to be one in whatever script and spelling, and others are not."""

import pytest

from warroom.subjects.names.compare import compare_names

SAME = [
    ("สมชาย ใจดี", "Somchai Jaidee"),
    ("ทักษิณ ชินวัตร", "Thaksin Shinawatra"),
    ("ประยุทธ์ จันทร์โอชา", "Prayut Chan-o-cha"),
    ("นายสมชาย ใจดี", "สมชาย ใจดี"),
    ("Somchai Jaidee", "Somchay Chaidi"),
    ("Pornchai Suwannaphum", "Phonchai Suvarnabhumi"),
    ("ហ៊ុន សែន", "Hun Sen"),
    ("ប៉ែន ច័ន្ទរ័ត្ន", "Pen Chanroth"),
    ("សៀវ ផល", "Sieu Phal"),
    ("ទៀង វណ្ណា", "Teang Vanna"),
    ("ស រិទ្ធី", "Sor Rithy"),
    ("លោកជំទាវ គឹម សុភា", "Kim Sophea"),
    ("ឯកឧត្តម ហេង ដារ៉ា", "Heng Dara"),
    ("မင်းအောင်လှိုင်", "Min Aung Hlaing"),
    ("ສົມສະຫວາດ ເລັ່ງສະຫວັດ", "Somsavat Lengsavad"),
    ("佘智江", "She Zhijiang"),
    ("陳志", "陈志"),
    ("Chen Zhi", "Chan Chi"),
    ("บจก. ทดสอบ", "บริษัท ทดสอบ จำกัด"),
    ("陳偉明", "Tan Wee Beng"),
    ("Tan Wei Ming", "Chen Weiming"),
    ("สมชายใจดี", "สมชาย ใจดี"),
    ("ณัฐพล ใจดี", "ณัฏฐพล ใจดี"),
    ("Nguyễn Văn Tuấn", "Nguyen Van Tuan"),
    ("Mohd Ali bin Hassan", "Muhammad Ali Hassan"),
    ("김정은", "Kim Jong-un"),
    ("Фуад Гулиев", "Fuad Guliyev"),
    ("21st Street Trading Co., Ltd.", "Twenty-First Street Trading Co., Ltd."),
    ("Sector Forty-Four Ltd", "Sector 44 Limited"),
    ("ဇေယျာလင်း", "Zayar Lin"),
    ("သန္တာဝင်း", "Thandar Win"),
    ("ဣန္ဒြေကျော်", "Eaindray Kyaw"),
    ("သိင်္ဂီထွန်း", "Theingi Htun"),
    ("အေးကျော့မောင်", "Aye Kyawt Maung"),
    ("ပြည့်ဖြိုး", "Pyae Phyo"),
    ("စုံမြင့်", "Sone Myint"),
    ("ဦးအွန်းမြင့်", "U Ohn Myint"),
    ("စောချစ်သူ", "Saw Chit Thu"),
    ("ဒေါ် အေးအေးမြင့်", "အေးအေးမြင့်"),
    ("บริษัท กรีน แลมป์ เทรดดิ้ง จำกัด", "Green Lamp Trading Co., Ltd."),
    ("บริษัท เอ็ม เค วี จำกัด", "M.K.V. Co., Ltd."),
    ("บริษัท แอดวานซ์ ดิจิทัล โซลูชั่น จำกัด", "Advance Digital Solutions Co., Ltd."),
    ("บริษัท สยามฟู้ดส์ จำกัด (สำนักงานใหญ่)", "Siam Foods Co., Ltd."),
    ("บริษัท สยามเทรดดิ้ง จำกัด (สำนักงานใหญ่)", "บริษัท สยามเทรดดิ้ง จำกัด สาขาที่ 12"),
    ("กิตติศักดิ ใจดี", "กิตติศักดิ์ ใจดี"),
    ("รุงโรจน์ ใจดี", "รุ่งโรจน์ ใจดี"),
    ("พัชรินทร ใจดี", "พัชรินทร์ ใจดี"),
    ("ณฐพล ใจดี", "ณัฐพล ใจดี"),
    ("สมชาย สุขเจรญิ", "สมชาย สุขเจริญ"),
    ("เพ็ชร ใจดี", "เพชร ใจดี"),
    ("พงษศกัดิ์ ใจดี", "พงษ์ศักดิ์ ใจดี"),
    ("กิต ติศักดิ์ ใจดี", "กิตติศักดิ์ ใจดี"),
    ("KITTISAK W.", "กิตติศักดิ์ วงศ์ชัย"),
    ("ปิยธิดา พ.", "ปิยธิดา พงษ์ไพบูลย์"),
    ("นายเฉิน จื้อ", "Chen Zhi"),
    ("เหวย เจี้ยนหมิง", "Wei Jianming"),
    ("林文雄", "Lim Boon Hiong"),
    ("韓志明", "Hon Chi Ming"),
    ("卓志明", "Cheuk Chi Ming"),
    ("段志明", "Tuen Chi Ming"),
    ("邵志明", "Siu Chi Ming"),
    ("ว่าที่ ร.ต. สมชาย ใจดี", "สมชาย ใจดี"),
    ("Pol.Col.Somchai Jaidee", "Somchai Jaidee"),
    ("Ðặng Văn Hùng", "Đặng Văn Hùng"),
    ("AL-RASHID, MOHAMMED ABDUL KARIM", "Mohammed Abdul Karim Al-Rashid"),
    ("DIN MOHAMMDA HANIF", "DIN MOHAMMAD HANIF"),
    ("AaronR ichard Smith", "Aaron Richard Smith"),
    ("ชานน ใจดี", "Chanon Jaidee"),
]
DIFFERENT = [
    ("Sector Forty-Four Ltd", "Sector 45 Limited"),
    ("สมชาย ใจดี", "สมชัย ใจดี"),
    ("陈志", "陈智"),
    ("Zhang Wei", "Zhang Lei"),
    ("ជា សុជាតា", "Chea Sopheap"),
    ("ចាន់ សុភា", "Chan Sophal"),
    ("Zhi Jiang", "Zhi Qiang"),
    ("Nguyễn Văn Tuấn", "Nguyễn Văn Tuân"),
    ("Nguyen Van An", "Nguyen Van Anh"),
    ("Somchai Jaidee", "Somsak Jaidee"),
    ("မြင့်လွင်ကျော်", "Myint Tun Kyaw"),
    ("သံသက်ပ", "Than Naw Pa"),
    ("ชัยวัฒน์ ใจดี", "Chaiwut Jaidee"),
    ("ประเสริฐ ใจดี", "Prasit Jaidee"),
    ("จุฑามาศ ใจดี", "Jutarat Jaidee"),
    ("ธนกฤต ใจดี", "Thanakit Jaidee"),
    ("จิรพงศ์ ใจดี", "Teerapong Jaidee"),
    ("นรารัตน์ ใจดี", "Sararat Jaidee"),
    ("นิสา ใจดี", "Anisa Jaidee"),
    ("ບຸນມີ ວົງສາ", "Bounma Vongsa"),
    ("Khamphone Vongsa", "Khamphanh Vongsa"),
    ("Ahmad bin Abdullah", "Ahmad bin Abdul Rahman"),
    ("KITTISAK W.", "กิตติศักดิ์ ใจดี"),
    ("ปาน ใจดี", "ป่าน ใจดี"),
    ("บริษัท เอ็ม เค วี จำกัด", "M.K.B. Co., Ltd."),
    ("บริษัท กรีน แลมป์ เทรดดิ้ง จำกัด", "Green Land Trading Co., Ltd."),
]


@pytest.mark.parametrize(("a", "b"), SAME)
def test_one_name_in_two_spellings_is_the_same(a: str, b: str) -> None:
    assert compare_names(a, b).same


@pytest.mark.parametrize(("a", "b"), DIFFERENT)
def test_names_that_differ_in_a_sound_are_different(a: str, b: str) -> None:
    assert not compare_names(a, b).same


@pytest.mark.parametrize(("a", "b"), SAME + DIFFERENT)
def test_the_order_of_asking_changes_nothing(a: str, b: str) -> None:
    assert compare_names(a, b).score == pytest.approx(compare_names(b, a).score)


def test_every_answer_says_why_in_both_languages() -> None:
    assert "สมชาย / สมชัย" in compare_names("สมชาย ใจดี", "สมชัย ใจดี").reason.th
    assert compare_names("สมชาย ใจดี", "สมชัย ใจดี").reason.en == "different given name: สมชาย / สมชัย"
    assert compare_names("陳志", "陈志").reason.en == "same characters, traditional and simplified"
    assert "title left out: นาย" in compare_names("นายสมชาย ใจดี", "สมชาย ใจดี").reason.en
    assert (
        "same Thai name written by the official scheme"
        in compare_names("สมชาย ใจดี", "Somchai Chaidi").reason.en
    )
    assert "same sound, two spellings" in compare_names("ณัฐพล ใจดี", "ณัฏฐพล ใจดี").reason.en


def test_one_name_and_an_initial_score_low_and_say_so() -> None:
    shown = compare_names("KITTISAK W.", "กิตติศักดิ์ วงศ์ชัย")
    assert shown.score == 0.75
    assert "one name and an initial are all there is to compare" in shown.reason.en
    assert "เห็นเพียงชื่อเดียวกับตัวย่อ" in shown.reason.th
    assert compare_names("Somchai J. Rattanakosin", "Somchai Jaidee Rattanakosin").score > shown.score


def test_a_slip_of_marks_and_an_english_word_have_reasons_of_their_own() -> None:
    slip = compare_names("ณฐพล ใจดี", "ณัฐพล ใจดี")
    assert slip.score < 0.93
    assert slip.reason.en == "same letters, with marks left out or moved: ณฐพล / ณัฐพล"
    loan = compare_names("บริษัท กรีน แลมป์ จำกัด", "Green Lamp Co., Ltd.").reason
    assert "same English word or letters, written in Thai: กรีน / green" in loan.en
    assert "คำหรืออักษรอังกฤษเดียวกันที่เขียนด้วยอักษรไทย: แลมป์ / lamp" in loan.th
    office = compare_names("บริษัท ทดสอบ จำกัด (สำนักงานใหญ่)", "บริษัท ทดสอบ จำกัด").reason
    assert "company form left out: สำนักงานใหญ่" in office.en


def test_a_reason_shows_a_word_of_vietnam_as_it_was_typed() -> None:
    said = compare_names("Trần Thị Mai", "Tran Thi Mai").reason
    assert "the same word with and without its marks: trần / tran" in said.en
    assert "ต่างกันที่เครื่องหมายเหนือและใต้ตัวอักษร: trần / tran" in said.th
    assert compare_names("Nguyễn Văn Hoà", "Nguyễn Văn Hòa").reason.en == "written the same"


@pytest.mark.parametrize("letter", "BCDFGJKLMNPSTVZ")
def test_an_initial_is_that_of_a_name_that_begins_with_it(letter: str) -> None:
    assert compare_names(f"{letter}. Rattanakosin", f"{letter}anan Rattanakosin").same


@pytest.mark.parametrize(
    ("initial", "name"), [("D", "Tanin"), ("B", "Panan"), ("G", "Kamon"), ("T", "Danai")]
)
def test_an_initial_is_none_of_a_name_that_begins_with_another_letter(initial: str, name: str) -> None:
    assert not compare_names(f"{initial}. Rattanakosin", f"{name} Rattanakosin").same
