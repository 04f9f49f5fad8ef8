"""What this house itself records: deliveries, orders and answers, signals, proposals, and the quarantine."""

from warroom.bilingual.texts import Texts
from warroom.records.table import Table, make_choice_column, make_column, make_text_column, make_time_column

STATUSES = ("received", "done", "partly", "refused", "lifted")
AS_OF = make_time_column(
    "as_of", "ข้อมูลถึง", "as of", "What was knowable: only rows received by then were used.", required=True
)
MODEL_VERSION = make_text_column(
    "model_version", "รุ่นของแบบจำลอง", "model version", "What computed it.", required=True
)
SUBJECT = make_text_column("subject", "เกี่ยวกับ", "about", "What it is about, as kind:number.", required=True)
REASONS = make_text_column(
    "reasons", "เหตุผล", "reasons", "The reasons, each a code with parameters.", "JSON", long=True
)
EVIDENCE = make_column("list", "evidence", "หลักฐาน", "evidence", "The record_ids that show it.")

deliveries = Table(
    "deliveries",
    Texts("ชุดส่ง", "delivery"),
    (
        make_text_column("partner", "หน่วยงาน", "partner", "Who delivered."),
        make_text_column("legal_basis", "ฐานกฎหมาย", "legal basis", "The law or agreement it was delivered under."),
        make_text_column("purpose", "วัตถุประสงค์", "purpose", "What it may be used for."),
        make_time_column("retention_until", "เก็บถึง", "kept until", "When its rows are to be erased.", future=True),
        make_text_column("schema_version", "รุ่นของตาราง", "version of the tables", "The version of the tables it was read with."),
        make_column("flag", "backfill", "ส่งย้อนหลัง", "backfill", "Whether received_at was taken from the file."),
        make_text_column("table", "ตาราง", "table", "The table it was read into."),
        make_text_column("file", "แฟ้ม", "file", "The file's name."),
    ),
    "One row for each file; its record_id is the delivery_id, its sha256 the file's.",
)  # fmt: skip

orders = Table(
    "orders",
    Texts("คำสั่ง", "order"),
    (
        make_text_column("order_id", "เลขที่คำสั่ง", "order", "The order's number.", required=True),
        make_text_column("action_id", "มาตรการ", "action", "The action it carries out.", required=True),
        make_text_column(
            "kind", "ชนิด", "kind", "What is asked: hold, release, expiry, extend.", required=True
        ),
        make_time_column("time", "เวลา", "time", "When it was given.", required=True),
        make_text_column("partner", "หน่วยงาน", "partner", "Who is asked.", required=True),
        make_text_column("subject", "เกี่ยวกับ", "about", "What it is about, such as an account."),
        make_column("money", "amount", "จำนวนเงิน", "amount", "The amount it names.", "THB", low=0),
        make_time_column("until", "ถึงเวลา", "until", "When it ends by itself.", future=True),
        make_text_column("legal_basis", "ฐานกฎหมาย", "legal basis", "The rule it rests on."),
        make_column("flag", "exercise", "การฝึก", "exercise", "Whether it is a rehearsal."),
    ),
    "What a partner is told.",
    "time",
)

answers = Table(
    "answers",
    Texts("คำตอบของหน่วยงาน", "answer"),
    (
        make_text_column("order_id", "เลขที่คำสั่ง", "order", "The order it answers.", required=True),
        make_text_column("partner", "หน่วยงาน", "partner", "Who answers."),
        make_time_column("time", "เวลา", "time", "When it was answered.", required=True),
        make_choice_column("status", "ผล", "status", "What became of the order.", *STATUSES, required=True),
        make_column("money", "amount", "จำนวนเงิน", "amount", "What was held or lifted.", "THB", low=0),
        make_text_column("text", "ข้อความ", "text", "The partner's words."),
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
        make_text_column("kind", "ชนิด", "kind", "The kind of signal.", required=True),
        SUBJECT,
        make_column(
            "number", "probability", "ความน่าจะเป็น", "probability", "The calibrated probability.", "0 to 1",
            required=True, low=0, high=1,
        ),
        REASONS,
        EVIDENCE,
        make_text_column(
            "innocent", "ข้อที่แย้ง", "what speaks against it",
            "What speaks against it, each a code with parameters.", "JSON", long=True,
        ),
        make_column("integer", "rank", "ลำดับ", "rank", "Its place in its run; the likeliest is first.", "from 1", low=1),
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
        make_text_column("kind", "ชนิด", "kind", "The kind of action proposed.", required=True),
        SUBJECT,
        make_text_column("report_id", "รายงาน", "report", "The report it serves."),
        make_column("money", "amount", "จำนวนเงิน", "amount", "The amount it names.", "THB", low=0),
        make_column("number", "probability", "ความน่าจะเป็น", "probability", "The confidence.", "0 to 1", low=0, high=1),
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
        make_text_column("file", "แฟ้ม", "file", "The file's name.", required=True),
        make_text_column("table", "ตาราง", "table", "The table it was to be read into.", required=True),
        make_text_column("column", "คอลัมน์", "column", "The column or XML element at fault."),
        make_text_column("code", "รหัส", "code", "What is wrong, as a code.", required=True),
        make_text_column("reason", "เหตุผล", "reason", "What is wrong, as a sentence.", required=True),
        make_text_column("raw", "แถวเดิม", "the row", "The row: a JSON object, an XML entry, or the line itself.", long=True),
        make_text_column("mapping", "แบบอ่าน", "mapping", "The mapping it was read with.", "JSON", long=True),
        make_text_column(
            "mapping_fingerprint", "ลายนิ้วมือของแบบอ่าน", "mapping's fingerprint",
            "The sha256 of that mapping.", "hexadecimal",
        ),
        make_time_column(
            "resolved_at", "แก้แล้วเมื่อ", "resolved",
            "When the row was accepted at a later reading; such a version closes the matter.",
        ),
    ),
    "Rows that could not be read; the common columns give their file's sha256, line and delivery.",
)  # fmt: skip

TABLES = (deliveries, orders, answers, signals, proposals, quarantine)
