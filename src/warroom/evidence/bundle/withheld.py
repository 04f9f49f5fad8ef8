"""What is withheld from a bundle, and the statements about it in both languages."""

import json
from dataclasses import dataclass

from warroom.law.kinds.declarations import load_prerequisites
from warroom.ledger.schema import AuditLine

# Subjects of log rows about people who may be survivors: the content is withheld, the place in the log is
# proved.
BEHIND = ("person:", "people")
PAPERS = ("measure.document", "joint.document")


@dataclass(frozen=True, slots=True)
class Withheld:
    """Something that was left out: what, how many, and why in both languages. `count` None is not told at all."""

    what: str
    count: int | None
    th: str
    en: str


SURVIVORS = Withheld(
    "survivors",
    None,
    "สิ่งที่ผู้ซึ่งอาจเป็นผู้เสียหายจากการค้ามนุษย์บอกหรือมอบให้ไม่อยู่ในชุดนี้ เก็บแยกไว้เพื่อความปลอดภัยของบุคคล และใช้เป็นหลักฐานเอาผิดบุคคลนั้นไม่ได้",
    "What people who may be victims of trafficking said or gave is not in this bundle: it is kept apart for their safety, "
    "and is never evidence against them.",
)


def describe_withheld_rows(count: int) -> Withheld:
    """Log rows whose content is left out."""
    return Withheld(
        "audit rows",
        count,
        "แถวบันทึกเหล่านี้เกี่ยวกับบุคคลที่ได้รับความคุ้มครอง แสดงเฉพาะค่าแฮชและหลักฐานยืนยันตำแหน่งในบันทึก",
        "These log rows are about protected people: only their hashes and the proofs of their place in the log are shown.",
    )


def is_withheld(line: AuditLine, items: set[str]) -> bool:
    """Whether a log row's content is left out; `items` are the protected items' subjects.

    An officer who opens a case for a victim states the reason in free text, which may name the person. Documents that
    no partner reads (results of a screening, places of shelter, doubts) are withheld too.
    """
    if line.subject.startswith(BEHIND) or line.subject in items:
        return True
    if line.verb == "purpose.stated":
        return bool(json.loads(line.leaf)["detail"]["purpose"] == "victim")
    return line.verb in PAPERS and not _may_go_along(json.loads(line.leaf)["detail"]["prerequisite"])


def _may_go_along(prerequisite: str) -> bool:
    known = load_prerequisites().get(prerequisite)
    return known is not None and known.goes_along
