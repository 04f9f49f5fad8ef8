"""Calls, messages, SIM cards and names on the internet."""

from warroom.bilingual.texts import Texts
from warroom.marking import Mark
from warroom.records.table import Table, Tied, choice, column, moment, text

MEDIA = ("sms", "mms", "line", "whatsapp", "telegram", "messenger", "wechat", "email", "other")

calls = Table(
    "calls",
    Texts("การโทร", "call"),
    (
        moment("time", "เวลา", "time", "When the call began.", required=True, identifies=True),
        text("from", "จาก", "from", "The calling number.", "E.164", required=True, subject="phone", identifies=True),
        text("to", "ถึง", "to", "The called number.", "E.164", required=True, subject="phone", identifies=True),
        column("number", "duration_s", "ความยาว (วินาที)", "seconds", "How long it lasted.", "seconds", low=0),
        text("cell", "เซลล์สัญญาณ", "cell", "The cell the caller was in.", subject="cell"),
        text("imei", "อุปกรณ์", "device", "The device the caller used.", "IMEI", subject="device"),
    ),
    "Calls, as an operator records them.",
    "time",
)  # fmt: skip

messages = Table(
    "messages",
    Texts("ข้อความที่มีผู้แจ้ง", "message"),
    (
        moment("time", "เวลา", "time", "When it was sent.", required=True, identifies=True),
        text("from", "จาก", "from", "The sending number or account.", subject="phone", typed="any", identifies=True),
        text("to", "ถึง", "to", "The receiving number or account.", subject="phone", typed="any", identifies=True),
        choice("medium", "ช่องทาง", "medium", "The way it went.", *MEDIA, required=True),
        text(
            "text", "ข้อความ", "text", "The words, only from reports, tips and lures; never bulk content.",
            long=True, words=True, identifies=True,
        ),
        text(
            "hash", "ลายนิ้วมือข้อมูล", "fingerprint",
            "A fingerprint of the words, to find the same message again.", typed="number",
        ),
    ),
    "Messages that someone reported or a lure received.",
    "time",
)  # fmt: skip

sims = Table(
    "sims",
    Texts("ซิมการ์ด", "SIM card"),
    (
        text(
            "msisdn", "หมายเลขโทรศัพท์", "telephone number", "The number.", "E.164",
            required=True, subject="phone", typed="phone", identifies=True,
        ),
        text(
            "imsi", "เลขผู้ใช้ซิม", "subscriber number", "The card's subscriber number.", "IMSI",
            mark=Mark.PERSONAL, typed="number", identifies=True,
        ),
        text(
            "holder_id", "ผู้ถือบัญชีหรือเลขหมาย", "holder", "Who registered it: the record_id of a holder.",
            subject="person", typed="number", identifies=True,
        ),
        moment("registered_at", "ลงทะเบียนเมื่อ", "registered", "When it was registered.", identifies=True),
        text("batch", "ชุดซิม", "batch of cards", "The batch it was sold in.", typed="number"),
        text("dealer", "ตัวแทนจำหน่าย", "dealer", "The dealer that sold it.", typed="number"),
    ),
    "SIM cards and who registered them.",
    ties=(Tied("holder_id", "registered", "msisdn", since="registered_at"),),
)  # fmt: skip

domains = Table(
    "domains",
    Texts("ชื่อโดเมน", "domain name"),
    (
        text(
            "name", "ชื่อ", "name", "The domain name.",
            required=True, subject="domain", words=True, typed="domain", identifies=True,
        ),
        moment("first_seen", "พบครั้งแรก", "first seen", "When it was first seen.", identifies=True),
        text("registrar", "ผู้รับจดทะเบียน", "registrar", "Where it was registered."),
        text("host", "ผู้ให้บริการเครื่อง", "host", "Where it is hosted.", words=True),
        text("certificate", "ใบรับรอง", "certificate", "The fingerprint of its certificate.", typed="number"),
        moment("removed_at", "ถูกลบเมื่อ", "taken down", "When it was taken down."),
    ),
    "Domain names that deceive, or are suspected to.",
)  # fmt: skip

TABLES = (calls, messages, sims, domains)
