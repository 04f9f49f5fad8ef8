"""What citizens and platforms say: reports, tips and adverts."""

from warroom.bilingual.texts import Texts
from warroom.marking import Mark
from warroom.records.table import StatedTie, Table, make_column, make_text_column, make_time_column

reports = Table(
    "reports",
    Texts("รายงานของผู้เสียหาย", "report"),
    (
        make_time_column("time", "เวลา", "time", "When the victim reported.", required=True, identifies=True),
        make_time_column("realised_at", "รู้ตัวเมื่อ", "understood", "When the victim understood."),
        make_text_column("scam_type", "รูปแบบการหลอก", "kind of deceit", "The kind of deceit, in the source's words."),
        make_column(
            "list", "transfer_ids", "รายการโอนที่แจ้ง", "reported transfer",
            "The reported transfers, by their record_id; may be empty.", typed="number", identifies=True,
        ),
        make_text_column(
            "first_contact", "การติดต่อครั้งแรก", "first contact",
            "How it began: a call, a message, an advert, a page.", words=True, coded=True,
        ),
        make_column("money", "loss", "ความเสียหาย (บาท)", "loss, baht", "What the victim says was lost.", "THB", low=0),
        make_text_column(
            "channel", "ช่องทาง", "channel",
            "Where it was reported: the hotline, a bank, a police station, the web.", coded=True,
        ),
    ),
    "Victims' reports.",
    "time",
)  # fmt: skip

tips = Table(
    "tips",
    Texts("เบาะแส", "tip"),
    (
        make_time_column("time", "เวลา", "time", "When it was given.", required=True, identifies=True),
        make_text_column("kind", "ชนิด", "kind", "What it is about: a place, a number, a page, a person.", coded=True),
        make_text_column("text", "ข้อความ", "text", "The words.", long=True, words=True, identifies=True),
        make_text_column("place", "สถานที่", "place", "Where, in the words of the source.", words=True),
        make_text_column(
            "about", "เกี่ยวกับ", "about", "What it names: a number, an account, an address.",
            subject="phone", words=True, typed="any", identifies=True,
        ),
    ),
    "What people tell without being victims themselves.",
    "time",
)  # fmt: skip

adverts = Table(
    "adverts",
    Texts("ประกาศ", "advert"),
    (
        make_time_column("time", "เวลา", "time", "When it was seen.", required=True),
        make_text_column("platform", "แพลตฟอร์ม", "platform", "Where it stood."),
        make_text_column("page", "หน้าเพจ", "page", "The page or group.", subject="page", words=True, typed="any"),
        make_text_column("poster", "ผู้ประกาศ", "poster", "Who posted it.", mark=Mark.PERSONAL, words=True, typed="any"),
        make_text_column("text", "ข้อความ", "text", "Its words.", long=True, words=True),
        make_column(
            "list", "contacts", "ช่องทางติดต่อ", "contact", "Numbers and accounts it names.",
            subject="phone", typed="any",
        ),
        make_column("list", "links", "ลิงก์", "link", "Addresses it links to.", subject="domain", typed="domain"),
        make_text_column("place", "สถานที่", "place", "The place of work it names.", words=True),
        make_text_column("image_hash", "ลายนิ้วมือของภาพ", "picture's fingerprint", "A fingerprint of its picture.", typed="number"),
        make_time_column("removed_at", "ถูกลบเมื่อ", "taken down", "When it was taken down."),
    ),
    "Job and investment adverts.",
    "time",
    subject="advert",
    ties=(StatedTie("record_id", "posted_on", "page", since="time"),),
)  # fmt: skip

TABLES = (reports, tips, adverts)
