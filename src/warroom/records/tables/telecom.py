"""Calls, messages, SIM cards and names on the internet."""

from warroom.bilingual.texts import Texts
from warroom.marking import Mark
from warroom.records.table import (
    StatedTie,
    Table,
    make_choice_column,
    make_column,
    make_text_column,
    make_time_column,
)

MEDIA = ("sms", "mms", "line", "whatsapp", "telegram", "messenger", "wechat", "email", "other")

calls = Table(
    "calls",
    Texts("การโทร", "call"),
    (
        make_time_column("time", "เวลา", "time", "When the call began.", required=True, identifies=True),
        make_text_column("from", "จาก", "from", "The calling number.", "E.164", required=True, subject="phone", identifies=True),
        make_text_column("to", "ถึง", "to", "The called number.", "E.164", required=True, subject="phone", identifies=True),
        make_column("number", "duration_s", "ความยาว (วินาที)", "seconds", "How long it lasted.", "seconds", low=0),
        make_text_column("cell", "เซลล์สัญญาณ", "cell", "The cell the caller was in.", subject="cell"),
        make_text_column("imei", "อุปกรณ์", "device", "The device the caller used.", "IMEI", subject="device"),
    ),
    "Calls, as an operator records them.",
    "time",
)  # fmt: skip

messages = Table(
    "messages",
    Texts("ข้อความที่มีผู้แจ้ง", "message"),
    (
        make_time_column("time", "เวลา", "time", "When it was sent.", required=True, identifies=True),
        make_text_column("from", "จาก", "from", "The sending number or account.", subject="phone", typed="any", identifies=True),
        make_text_column("to", "ถึง", "to", "The receiving number or account.", subject="phone", typed="any", identifies=True),
        make_choice_column("medium", "ช่องทาง", "medium", "The way it went.", *MEDIA, required=True),
        make_text_column(
            "text", "ข้อความ", "text", "The words, only from reports, tips and lures; never bulk content.",
            long=True, words=True, identifies=True,
        ),
        make_text_column(
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
        make_text_column(
            "msisdn", "หมายเลขโทรศัพท์", "telephone number", "The number.", "E.164",
            required=True, subject="phone", typed="phone", identifies=True,
        ),
        make_text_column(
            "imsi", "เลขผู้ใช้ซิม", "subscriber number", "The card's subscriber number.", "IMSI",
            mark=Mark.PERSONAL, typed="number", identifies=True,
        ),
        make_text_column(
            "holder_id", "ผู้ถือบัญชีหรือเลขหมาย", "holder", "Who registered it: the record_id of a holder.",
            subject="person", typed="number", identifies=True,
        ),
        make_time_column("registered_at", "ลงทะเบียนเมื่อ", "registered", "When it was registered.", identifies=True),
        make_text_column("batch", "ชุดซิม", "batch of cards", "The batch it was sold in.", typed="number"),
        make_text_column("dealer", "ตัวแทนจำหน่าย", "dealer", "The dealer that sold it.", typed="number"),
    ),
    "SIM cards and who registered them.",
    ties=(StatedTie("holder_id", "registered", "msisdn", since="registered_at"),),
)  # fmt: skip

domains = Table(
    "domains",
    Texts("ชื่อโดเมน", "domain name"),
    (
        make_text_column(
            "name", "ชื่อ", "name", "The domain name.",
            required=True, subject="domain", words=True, typed="domain", identifies=True,
        ),
        make_time_column("first_seen", "พบครั้งแรก", "first seen", "When it was first seen.", identifies=True),
        make_text_column("registrar", "ผู้รับจดทะเบียน", "registrar", "Where it was registered."),
        make_text_column("host", "ผู้ให้บริการเครื่อง", "host", "Where it is hosted.", words=True),
        make_text_column("certificate", "ใบรับรอง", "certificate", "The fingerprint of its certificate.", typed="number"),
        make_time_column("removed_at", "ถูกลบเมื่อ", "taken down", "When it was taken down."),
    ),
    "Domain names that deceive, or are suspected to.",
)  # fmt: skip

TABLES = (calls, messages, sims, domains)
