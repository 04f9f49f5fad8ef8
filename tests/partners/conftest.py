"""A room with partners on its register: a bank, an NGO, a pool and a police of another country, each with an agreement."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from tests.cases.scenes import Scene
from warroom.access.agencies import add_agency
from warroom.bilingual.texts import Texts
from warroom.ledger.officers import Officer
from warroom.partners import queries
from warroom.partners.decisions import register, sharing
from warroom.partners.decisions.register import AgreementDraft
from warroom.partners.views import FieldView, SharedObjectView, TlpMark

KEYS: Iterator[str] = (f"partner-key-{number}" for number in count())
FIELDS = ("account", "amount", "note", "statement")
AGENCY_KINDS: dict[str, Any] = {
    "bank": "bank",
    "telecom": "telecom",
    "platform": "platform",
    "ngo": "ngo",
    "embassy": "embassy",
    "pool": "other",
    "agency": "police",
}


class Desk(Scene):
    """The scene with a register."""

    @property
    def lia(self) -> Officer:
        return self.officer("lia", "liaison")

    @property
    def ines(self) -> Officer:
        return self.officer("ines", "investigator")

    @property
    def sup(self) -> Officer:
        return self.officer("sup", "supervisor")

    @property
    def sana(self) -> Officer:
        return self.officer("sana", "screener")

    def partner(
        self, code: str, role: str, mark: TlpMark = "red", *, fields: tuple[str, ...] = FIELDS, **more: Any
    ) -> int:
        """A partner with an agreement in force; returns the agreement's number."""
        add_agency(self.ledger, None, code, Texts(code, code), AGENCY_KINDS[role], "TH")
        register.add_partner(self.ledger, self.sup, code, role, now=self.now, **more)  # type: ignore[arg-type]
        return self.agree(code, mark, fields=fields)

    def agree(self, code: str, mark: TlpMark = "red", **more: Any) -> int:
        given: dict[str, Any] = {
            "purpose": "fraud",
            "basis": "Memorandum of 2026, article 4",
            "fields": FIELDS,
            "highest_mark": mark,
            "retention_days": 90,
            "expires_at": self.now + timedelta(days=30),
            "per_day": 1_000,
            "per_month": 3_000,
        }
        number = register.draft_agreement(
            self.ledger, self.lia, AgreementDraft(partner=code, **given | more), next(KEYS), now=self.now
        )
        register.approve_agreement(self.ledger, self.sup, number, now=self.now)
        return number

    def prepare(self, *fields: FieldView, **more: Any) -> int:
        listed: Sequence[FieldView] = fields or (FieldView("account", "B02:2002", "amber", False),)
        return sharing.prepare_object(
            self.ledger, self.ines, "lead", "fraud", listed, next(KEYS), now=self.now, **more
        )

    def send(self, object_id: int, partner: str) -> int:
        return sharing.send_object(
            self.ledger, self.lia, object_id, partner, "Memorandum, article 4", now=self.now
        )

    def look(self, object_id: int) -> SharedObjectView:
        return queries.load_object(self.ledger, self.sup, object_id, now=self.now)


@pytest.fixture
def desk(scene: Scene) -> Desk:
    """A room with people and an empty register."""
    return Desk(scene.home, scene.ledger, scene.lake, now=scene.now)
