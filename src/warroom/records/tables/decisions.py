"""What this house itself records: deliveries, orders and answers, signals, proposals, and the quarantine."""

from warroom.bilingual.texts import Texts
from warroom.records.table import Table, choice, column, moment, text

STATUSES = ("received", "done", "partly", "refused", "lifted")
AS_OF = moment(
    "as_of", "ข้อมูลถึง", "as of", "What was knowable: only rows received by then were used.", required=True
)
MODEL_VERSION = text("model_version", "รุ่นของแบบจำลอง", "model version", "What computed it.", required=True)
SUBJECT = text("subject", "เกี่ยวกับ", "about", "What it is about, as kind:number.", required=True)
REASONS = text("reasons", "เหตุผล", "reasons", "The reasons, each a code with parameters.", "JSON", long=True)
EVIDENCE = column("list", "evidence", "หลักฐาน", "evidence", "The record_ids that show it.")

deliveries = Table(
    "deliveries",
    Texts("ชุดส่ง", "delivery"),
    (
        text("partner", "หน่วยงาน", "partner", "Who delivered."),
        text("legal_basis", "ฐานกฎหมาย", "legal basis", "The law or agreement it was delivered under."),
        text("purpose", "วัตถุประสงค์", "purpose", "What it may be used for."),
        moment("retention_until", "เก็บถึง", "kept until", "When its rows are to be erased.", future=True),
        text("schema_version", "รุ่นของตาราง", "version of the tables", "The version of the tables it was read with."),
        column("flag", "backfill", "ส่งย้อนหลัง", "backfill", "Whether received_at was taken from the file."),
        text("table", "ตาราง", "table", "The table it was read into."),
        text("file", "แฟ้ม", "file", "The file's name."),
    ),
    "One row for each file; its record_id is the delivery_id, its sha256 the file's.",
)  # fmt: skip

orders = Table(
    "orders",
    Texts("คำสั่ง", "order"),
    (
        text("order_id", "เลขที่คำสั่ง", "order", "The order's number.", required=True),
        text("action_id", "มาตรการ", "action", "The action it carries out.", required=True),
        text("kind", "ชนิด", "kind", "What is asked: hold, release, expiry, extend.", required=True),
        moment("time", "เวลา", "time", "When it was given.", required=True),
        text("partner", "หน่วยงาน", "partner", "Who is asked.", required=True),
        text("subject", "เกี่ยวกับ", "about", "What it is about, such as an account."),
        column("money", "amount", "จำนวนเงิน", "amount", "The amount it names.", "THB", low=0),
        moment("until", "ถึงเวลา", "until", "When it ends by itself.", future=True),
        text("legal_basis", "ฐานกฎหมาย", "legal basis", "The rule it rests on."),
        column("flag", "exercise", "การฝึก", "exercise", "Whether it is a rehearsal."),
    ),
    "What a partner is told.",
    "time",
)

answers = Table(
    "answers",
    Texts("คำตอบของหน่วยงาน", "answer"),
    (
        text("order_id", "เลขที่คำสั่ง", "order", "The order it answers.", required=True),
        text("partner", "หน่วยงาน", "partner", "Who answers."),
        moment("time", "เวลา", "time", "When it was answered.", required=True),
        choice("status", "ผล", "status", "What became of the order.", *STATUSES, required=True),
        column("money", "amount", "จำนวนเงิน", "amount", "What was held or lifted.", "THB", low=0),
        text("text", "ข้อความ", "text", "The partner's words."),
    ),
    "What partners answer to orders.",
    "time",
)

signals = Table(
    "signals",
    Texts("สัญญาณ", "signal"),
    (
        AS_OF,
        MODEL_VERSION,
        text("kind", "ชนิด", "kind", "The kind of signal.", required=True),
        SUBJECT,
        column(
            "number", "probability", "ความน่าจะเป็น", "probability", "The calibrated probability.", "0 to 1",
            required=True, low=0, high=1,
        ),
        REASONS,
        EVIDENCE,
        text(
            "innocent", "ข้อที่แย้ง", "what speaks against it",
            "What speaks against it, each a code with parameters.", "JSON", long=True,
        ),
        column("integer", "rank", "ลำดับ", "rank", "Its place in its run; the likeliest is first.", "from 1", low=1),
    ),
    "What looked wrong, to whom and why. A signal alone never holds.",
    "as_of",
)  # fmt: skip

proposals = Table(
    "proposals",
    Texts("ข้อเสนอ", "proposal"),
    (
        AS_OF,
        MODEL_VERSION,
        text("kind", "ชนิด", "kind", "The kind of action proposed.", required=True),
        SUBJECT,
        text("report_id", "รายงาน", "report", "The report it serves."),
        column("money", "amount", "จำนวนเงิน", "amount", "The amount it names.", "THB", low=0),
        column("number", "probability", "ความน่าจะเป็น", "probability", "The confidence.", "0 to 1", low=0, high=1),
        REASONS,
        EVIDENCE,
    ),
    "What the analysis proposed; officers decide.",
    "as_of",
)  # fmt: skip

quarantine = Table(
    "quarantine",
    Texts("แถวที่อ่านไม่ได้", "row that could not be read"),
    (
        text("file", "แฟ้ม", "file", "The file's name.", required=True),
        text("table", "ตาราง", "table", "The table it was to be read into.", required=True),
        text("column", "คอลัมน์", "column", "The column or XML element at fault."),
        text("code", "รหัส", "code", "What is wrong, as a code.", required=True),
        text("reason", "เหตุผล", "reason", "What is wrong, as a sentence.", required=True),
        text("raw", "แถวเดิม", "the row", "The row: a JSON object, an XML entry, or the line itself.", long=True),
        text("mapping", "แบบอ่าน", "mapping", "The mapping it was read with.", "JSON", long=True),
        text(
            "mapping_fingerprint", "ลายนิ้วมือของแบบอ่าน", "mapping's fingerprint",
            "The sha256 of that mapping.", "hexadecimal",
        ),
        moment(
            "resolved_at", "แก้แล้วเมื่อ", "resolved",
            "When the row was accepted at a later reading; such a version closes the matter.",
        ),
    ),
    "Rows that could not be read; the common columns give their file's sha256, line and delivery.",
)  # fmt: skip

TABLES = (deliveries, orders, answers, signals, proposals, quarantine)
