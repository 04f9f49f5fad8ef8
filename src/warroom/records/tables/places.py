"""Buildings, and what feeds them with power and connection."""

from warroom.bilingual.texts import Texts
from warroom.records.table import Table, choice, column, moment, text

USES = ("home", "clinic", "school", "shop", "office", "hotel", "villa", "compound")
SUPPLIES = ("feeder", "generator", "fibre", "satellite", "mast")

premises = Table(
    "premises",
    Texts("อาคาร", "building"),
    (
        choice("class", "ใช้เป็น", "used as", "What the building is used as.", *USES, required=True),
        column("number", "lat", "ละติจูด", "latitude", "Latitude.", "degrees, WGS 84", required=True, low=-90, high=90),
        column("number", "lon", "ลองจิจูด", "longitude", "Longitude.", "degrees, WGS 84", required=True, low=-180, high=180),
        column(
            "number", "backup_hours", "ชั่วโมงไฟสำรอง", "hours on own power",
            "How long it runs on its own power.", "hours", low=0,
        ),
        text(
            "landlord_id", "ผู้ให้เช่า", "landlord", "Who lets it: the record_id of a holder.",
            subject="person", typed="number",
        ),
    ),
    "Buildings that supply lines reach.",
    subject="premises",
)  # fmt: skip

supply = Table(
    "supply",
    Texts("สายป้อนหรือวงจร", "feeder or link"),
    (
        text(
            "premises_id", "จ่ายให้อาคาร", "feeds the building", "The building it feeds: the record_id of premises.",
            subject="premises", typed="number",
        ),
        text(
            "supply_id", "จ่ายให้", "feeds", "The supply it feeds: the record_id of a supply.",
            subject="supply", typed="number",
        ),
        choice("kind", "ชนิด", "kind", "What it is.", *SUPPLIES, required=True),
        text(
            "upstream", "รับจาก", "fed by", "What feeds it: the record_id of a supply.",
            subject="supply", typed="number",
        ),
        column(
            "number", "capacity", "ความจุ", "capacity", "What it can carry.",
            "MW for power, Mbit/s for connection", low=0,
        ),
        column(
            "number", "delay_days", "วันที่ใช้เปลี่ยน", "days to replace",
            "How long until a replacement stands.", "days", low=0,
        ),
    ),
    "Feeders, generators, fibres, satellite terminals and masts, and what each of them feeds.",
    subject="supply",
)  # fmt: skip

readings = Table(
    "readings",
    Texts("ค่าที่อ่านจากมิเตอร์", "meter reading"),
    (
        text("supply_id", "สายป้อนหรือวงจร", "feeder or link", "The supply that was read.", required=True, subject="supply", identifies=True),
        moment("time", "เวลา", "time", "When it was read.", required=True, identifies=True),
        column("number", "quantity", "ปริมาณ", "quantity", "What was read.", "the row's unit", required=True),
        text("unit", "หน่วย", "unit", "The unit of the quantity, such as kWh or GB.", required=True),
    ),
    "Meter readings of supplies.",
    "time",
)  # fmt: skip

TABLES = (premises, supply, readings)
