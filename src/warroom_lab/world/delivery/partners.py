"""Who sends what, in which format and on what terms. All of them are invented, and every manifest says so."""

from dataclasses import dataclass
from pathlib import Path

from warroom_lab.world.delivery import feeds
from warroom_lab.world.delivery.pacs import PacsSheet
from warroom_lab.world.delivery.sheets import ParquetSheet, Sheet
from warroom_lab.world.delivery.texts import CsvSheet, CsvWriting, JsonSheet
from warroom_lab.world.drawing.columns import BANKS

LAW = "Emergency Decree on Technology Crime, section 4 (exercise; nothing here is real)"
PACS = tuple(BANKS[bank] for bank in feeds.HOURLY)
"""Banks whose payments come as messages; what a message cannot say comes as JSON Lines beside them."""
JSON = ("B11", "B18")
COPIES = ("B02", "B05", "B12")
"""Banks that also send what they receive."""

DIALECTS = {
    "B04": CsvWriting(
        ";", "cp874", ",", "DD/MM/YYYY hh:mm:ss", "%d/%m/%Y %H:%M:%S", True,
        (("time", "วันเวลา"), ("payer", "บัญชีผู้โอน"), ("payee", "บัญชีผู้รับ"), ("amount", "จำนวนเงิน"),
         ("received_at", "ส่งเมื่อ"), ("record_id", "เลขที่รายการ")),
    ),
    "B09": CsvWriting(
        "|", "utf-8", ".", "YYYYMMDD hh:mm:ss.ffffff", "%Y%m%d %H:%M:%S.%f", False,
        (("time", "TXN_TS"), ("payer", "FROM_ACCT"), ("payee", "TO_ACCT"), ("amount", "AMT"), ("received_at", "SENT_TS"),
         ("payer_bank", "FROM_BANK"), ("payee_bank", "TO_BANK"), ("record_id", "REF")),
    ),
    "B15": CsvWriting(
        "\t", "utf-8", ".", "DD-MM-YYYY hh:mm:ss.ffffff", "%d-%m-%Y %H:%M:%S.%f", True,
        (("time", "when"), ("amount", "baht"), ("received_at", "exported")),
    ),
    "B17": CsvWriting(),
}  # fmt: skip
"""Banks that write CSV, each in its own words."""

_TEXTS = ("adverts", "messages", "tips", "reports", "answers")
_BULK = ("readings",)


@dataclass(frozen=True)
class PartnerTerms:
    """Under which law a partner gives its records, for what and for how long."""

    partner: str
    legal_basis: str
    purpose: str
    retention_days: int = 365

    def to_entry(self) -> dict[str, object]:
        """As a manifest says it."""
        return {
            "partner": self.partner,
            "legal_basis": self.legal_basis,
            "purpose": self.purpose,
            "retention_days": self.retention_days,
            "backfill": True,
        }


def get_terms(partner: str) -> PartnerTerms:
    """The terms of a partner."""
    if partner in BANKS:
        return PartnerTerms(f"Bank {partner} (invented)", LAW, "Following reported transfers")
    if partner[:1] == "T" and partner[1:].isdigit():
        return PartnerTerms(f"Telco {partner} (invented)", LAW, "Finding lines used by call centres", 180)
    name = partner.replace("-", " ").capitalize()
    return PartnerTerms(f"{name} (invented)", LAW, "The five-point strategy, as an exercise")


def make_sheet(partner: str, table: str, path: Path, *, other: bool = False) -> Sheet:
    """The file a partner writes a table into; `path` without its suffix. `other`: what a message cannot say."""
    kind, dialect = _choose_format(partner, table, other=other)
    file = path.with_name(path.name + kind.suffix)
    if kind is CsvSheet:
        return CsvSheet(file, table, dialect)
    return kind(file, table)


def _choose_format(partner: str, table: str, *, other: bool) -> tuple[type[Sheet], CsvWriting | None]:
    if partner in PACS:
        return (PacsSheet, None) if table == "transfers" and not other else (JsonSheet, None)
    if partner in DIALECTS:
        return CsvSheet, DIALECTS[partner]
    if partner in BANKS:
        return (JsonSheet if partner in JSON else ParquetSheet), None
    if table in _TEXTS or (partner, table) == ("T4", "calls"):
        return JsonSheet, None
    if table in _BULK or (table == "calls" and partner in ("T1", "T2")):
        return ParquetSheet, None
    return CsvSheet, CsvWriting()
