"""The officers of a demo and their sign-ins. The passwords are public on purpose and exist only in a demo home."""

from dataclasses import dataclass

from warroom.access.officers import add_officer
from warroom.ledger.ledger import Ledger

AGENCY = "ROOM"  # the invented joint operations room of `access/agencies.toml`
PASSWORD = "demo-warroom-2026"  # noqa: S105 - documented, and only in a demo home


@dataclass(frozen=True, slots=True)
class DemoSignIn:
    """A documented sign-in of the demo and what it may do."""

    username: str
    name: str
    roles: tuple[str, ...]
    does: str
    password: str = PASSWORD


# The first one made becomes an administrator too, so the administrator is made first.
STAFF = (
    DemoSignIn("admin", "ผู้ดูแลระบบ", ("admin",), "adds officers"),
    DemoSignIn("officer", "ร.ต.อ.หญิง เวรดึก ตาสว่าง", ("officer",), "approves and declines holds"),
    DemoSignIn("officer2", "ร.ต.ท. เวรเช้า ใจเย็น", ("officer",), "a second officer"),
    DemoSignIn(
        "supervisor", "พ.ต.ท. สายตรวจ รอบคอบ", ("supervisor", "officer"), "second approval beyond 72 hours"
    ),
    DemoSignIn("appeals", "น.ส. รับเรื่อง เป็นธรรม", ("appeals",), "answers appeals"),
    DemoSignIn(
        "investigator",
        "ร.ต.อ. สืบค้น ตามรอย",
        ("investigator", "logistics", "infrastructure"),
        "proposes takedowns, cuts, searches and joint operations",
    ),
    DemoSignIn("commander", "พล.ต.ต. สั่งการ มั่นคง", ("commander",), "says go, assigns screeners"),
    DemoSignIn(
        "prosecutor",
        "น.ส. อัยการ เที่ยงตรง",
        ("prosecutor",),
        "approves searches and pay-outs, asks for charges",
    ),
    DemoSignIn(
        "custodian", "นาย เก็บรักษา ครบถ้วน", ("custodian",), "keeps assets and evidence, notes payments"
    ),
    DemoSignIn("screener", "นาง คัดกรอง อ่อนโยน", ("screener",), "talks with the people who were found"),
    DemoSignIn("lawyer", "นาย นิติ ตรวจทาน", ("lawyer",), "confirms legal rules"),
    DemoSignIn("auditor", "นาง ตรวจสอบ โปร่งใส", ("auditor",), "reads the audit log"),
)


def add_staff(ledger: Ledger) -> None:
    """Make every officer of the demo."""
    for person in STAFF:
        add_officer(ledger, person.username, person.name, person.password, person.roles, AGENCY)
