"""Who holds accounts and numbers, as tokens; companies, vehicles and journeys; how they are tied.

No table says anyone's nationality, ethnicity, religion, language or sex, and none may be given such a column.
"""

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

holders = Table(
    "holders",
    Texts("ผู้ถือบัญชีหรือเลขหมาย", "holder"),
    (
        make_choice_column(
            "kind", "ชนิด", "kind", "What the holder is.", "person", "company", "shop", "agency", required=True
        ),
        make_text_column(
            "age_band", "ช่วงอายุ", "age", "The holder's age in bands of the source, such as 20-29.", "years"
        ),
        make_text_column("province", "จังหวัด", "province", "The province of the registered address."),
        make_time_column(
            "known_since", "รู้จักตั้งแต่", "known since", "Since when the source has known the holder.", old=True
        ),
    ),
    "Who holds accounts or numbers. The record_id is a token, never a name or a citizen's number.",
    subject="person",
)

companies = Table(
    "companies",
    Texts("ทะเบียนบริษัท", "company register"),
    (
        make_text_column(
            "registration", "เลขทะเบียน", "registration number", "The registration number.",
            required=True, subject="company", typed="number", identifies=True,
        ),
        make_text_column("name", "ชื่อ", "name", "The registered name.", words=True, typed="number", identifies=True),
        make_time_column("founded", "ก่อตั้งเมื่อ", "founded", "When it was registered.", old=True, identifies=True),
        make_column("money", "capital", "ทุนจดทะเบียน (บาท)", "capital, baht", "The registered capital.", "THB", low=0),
        make_text_column("address", "ที่อยู่", "address", "The registered address.", words=True),
    ),
    "Registered companies.",
)  # fmt: skip

vehicles = Table(
    "vehicles",
    Texts("ยานพาหนะ", "vehicle"),
    (
        make_text_column(
            "plate", "ทะเบียนรถ", "licence plate", "The licence plate, with its province or country.",
            required=True, subject="vehicle", typed="number", identifies=True,
        ),
        make_text_column("type", "ประเภท", "type", "The kind of vehicle."),
        make_text_column(
            "owner", "เจ้าของ", "owner", "The owner: the record_id of a holder or a registration.",
            subject="person", typed="number", identifies=True,
        ),
    ),
    "Vehicles seen on trips or owned by subjects.",
    ties=(StatedTie("owner", "owns", "plate"),),
)  # fmt: skip

trips = Table(
    "trips",
    Texts("ช่วงการเดินทาง", "leg of a journey"),
    (
        make_time_column("time", "เวลา", "time", "When the leg began or the checkpoint saw it.", required=True, identifies=True),
        make_text_column("traveller_id", "ผู้เดินทาง", "traveller", "The traveller, as a token.", subject="person", typed="number", identifies=True),
        make_text_column("vehicle_id", "ยานพาหนะ", "vehicle", "The vehicle: the record_id of a vehicle.", typed="number", identifies=True),
        make_text_column("booking", "รหัสจอง", "booking", "The booking reference.", typed="number", identifies=True),
        make_text_column("payer", "ผู้จ่าย", "paid by", "Who paid for it."),
        make_text_column("advert_id", "ประกาศ", "advert", "The advert that led to it: the record_id of an advert.", typed="number"),
        make_column("integer", "leg", "ช่วงที่", "leg", "Which leg of the journey this is, from 1.", "number", low=0),
        make_text_column("from", "จาก", "from", "Where the leg began.", mark=Mark.PERSONAL),
        make_text_column("to", "ถึง", "to", "Where the leg went.", mark=Mark.PERSONAL),
        make_text_column("checkpoint", "จุดตรวจ", "checkpoint", "The checkpoint that saw it."),
    ),
    "Legs of journeys, mostly across borders.",
    "time",
)  # fmt: skip

ties = Table(
    "ties",
    Texts("ความเชื่อมโยง", "tie"),
    (
        make_time_column("time", "เวลา", "time", "Since when the tie holds.", required=True, identifies=True),
        make_time_column("until", "ถึงเวลา", "until", "Until when it held; null while it holds.", future=True),
        make_text_column(
            "from_kind", "ฝั่งหนึ่งคือ", "one side is", "What kind of thing the tie starts at.",
            required=True, coded=True,
        ),
        make_text_column(
            "from_id", "หมายเลขของฝั่งหนึ่ง", "its number", "Its number.",
            required=True, beside="from_kind", mark=Mark.PERSONAL, typed="any", identifies=True,
        ),
        make_text_column(
            "relation",
            "ความสัมพันธ์",
            "relation",
            "How they are tied: director, tenant, landlord, uses_device, uses_sim and so on.",
            required=True,
            coded=True,
        ),
        make_text_column(
            "to_kind", "อีกฝั่งคือ", "other side is", "What kind of thing the tie ends at.",
            required=True, coded=True,
        ),
        make_text_column(
            "to_id", "หมายเลขของอีกฝั่ง", "number of the other side", "Its number.",
            required=True, beside="to_kind", mark=Mark.PERSONAL, typed="any", identifies=True,
        ),
    ),
    "A relation between two things that some source states.",
    "time",
)  # fmt: skip

listings = Table(
    "listings",
    Texts("รายการในบัญชีเฝ้าระวัง", "entry of a list"),
    (
        make_text_column("list", "บัญชีรายการ", "list", "The list's name.", required=True),
        make_text_column("subject_kind", "ชนิด", "kind", "What kind of thing is listed.", required=True, coded=True),
        make_text_column(
            "subject_id", "หมายเลข", "number", "Its number.",
            required=True, beside="subject_kind", mark=Mark.PERSONAL, typed="any", identifies=True,
        ),
        make_text_column("tier", "ระดับ", "class", "The list's tier or class."),
        make_time_column("from", "จาก", "from", "Since when it is listed.", identifies=True),
        make_time_column("until", "ถึงเวลา", "until", "Until when it is listed.", future=True),
    ),
    "Who or what stands on a partner's list.",
)  # fmt: skip

TABLES = (holders, companies, vehicles, trips, ties, listings)
