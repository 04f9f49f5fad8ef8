"""What this house itself records: deliveries, orders and answers, signals, proposals, and the quarantine."""

from warroom.records.table import Column, Table, choice, moment, text

deliveries = Table(
    "deliveries",
    (
        text("partner", "Who delivered."),
        text("legal_basis", "The law or agreement it was delivered under."),
        text("purpose", "What it may be used for."),
        moment("retention_until", "When its rows are to be erased.", future=True),
        text("schema_version", "The version of the tables it was read with."),
        Column("backfill", "flag", "", "Whether received_at was taken from the file."),
        text("table", "The table it was read into."),
        text("file", "The file's name."),
    ),
    "One row for each file; its record_id is the delivery_id, its sha256 the file's.",
)

orders = Table(
    "orders",
    (
        text("order_id", "The order's number.", required=True),
        text("action_id", "The action it carries out.", required=True),
        text("kind", "What is asked: hold, release, expiry, extend.", required=True),
        moment("time", "When it was given.", required=True),
        text("partner", "Who is asked.", required=True),
        text("subject", "What it is about, such as an account."),
        Column("amount", "money", "THB", "The amount it names.", low=0),
        moment("until", "When it ends by itself.", future=True),
        text("legal_basis", "The rule it rests on."),
        Column("exercise", "flag", "", "Whether it is a rehearsal."),
    ),
    "What a partner is told.",
    "time",
)

answers = Table(
    "answers",
    (
        text("order_id", "The order it answers.", required=True),
        text("partner", "Who answers."),
        moment("time", "When it was answered.", required=True),
        choice(
            "status",
            "What became of the order.",
            "received",
            "done",
            "partly",
            "refused",
            "lifted",
            required=True,
        ),
        Column("amount", "money", "THB", "What was held or lifted.", low=0),
        text("text", "The partner's words."),
    ),
    "What partners answer to orders.",
    "time",
)

signals = Table(
    "signals",
    (
        moment("as_of", "What was knowable: only rows received by then were used.", required=True),
        text("model_version", "What computed it.", required=True),
        text("kind", "The kind of signal.", required=True),
        text("subject", "What it is about, as kind:number.", required=True),
        Column(
            "probability", "number", "0 to 1", "The calibrated probability.", required=True, low=0, high=1
        ),
        text("reasons", "The reasons, each a code with parameters.", "JSON", long=True),
        Column("evidence", "list", "", "The record_ids that show it."),
        text("innocent", "What speaks against it, each a code with parameters.", "JSON", long=True),
        Column("rank", "integer", "from 1", "Its place in its run; the likeliest is first.", low=1),
    ),
    "What looked wrong, to whom and why. A signal alone never holds.",
    "as_of",
)

proposals = Table(
    "proposals",
    (
        moment("as_of", "What was knowable: only rows received by then were used.", required=True),
        text("model_version", "What computed it.", required=True),
        text("kind", "The kind of action proposed.", required=True),
        text("subject", "What it is about, as kind:number.", required=True),
        text("report_id", "The report it serves."),
        Column("amount", "money", "THB", "The amount it names.", low=0),
        Column("probability", "number", "0 to 1", "The confidence.", low=0, high=1),
        text("reasons", "The reasons, each a code with parameters.", "JSON", long=True),
        Column("evidence", "list", "", "The record_ids that show it."),
    ),
    "What the analysis proposed; officers decide.",
    "as_of",
)

quarantine = Table(
    "quarantine",
    (
        text("file", "The file's name.", required=True),
        text("table", "The table it was to be read into.", required=True),
        text("column", "The column or XML element at fault."),
        text("code", "What is wrong, as a code.", required=True),
        text("reason", "What is wrong, as a sentence.", required=True),
        text("raw", "The row: a JSON object, an XML entry, or the line itself.", long=True),
        text("mapping", "The mapping it was read with.", "JSON", long=True),
        text("mapping_fingerprint", "The sha256 of that mapping.", "hexadecimal"),
        moment(
            "resolved_at", "When the row was accepted at a later reading; such a version closes the matter."
        ),
    ),
    "Rows that could not be read; the common columns give their file's sha256, line and delivery.",
)

TABLES = (deliveries, orders, answers, signals, proposals, quarantine)
