"""A case with people who keep evidence."""

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest

from tests.cases.scenes import Scene
from warroom.cases.decisions.cases import state_purpose
from warroom.evidence import queries
from warroom.evidence.decisions import custody, intake
from warroom.evidence.decisions.intake import Particulars
from warroom.evidence.views import EvidencePage
from warroom.ledger.officers import Officer
from warroom.ledger.postgres import PostgresServer

keys = (f"key-{number:08d}" for number in itertools.count())


@dataclass
class Cupboard:
    """The evidence of one case: its custodians, and everything that may be done with it in a line."""

    scene: Scene
    case: str = "C-1"
    people: dict[str, Officer] = field(default_factory=dict)

    def officer(self, username: str, *roles: str) -> Officer:
        """An officer who has said why they open the case."""
        if username not in self.people:
            person = self.scene.officer(username, *roles)
            state_purpose(
                self.scene.ledger,
                person,
                self.case,
                "investigation",
                "custody of exhibits",
                now=self.scene.now,
            )
            self.people[username] = person
        return self.people[username]

    @property
    def kan(self) -> Officer:
        return self.officer("kan", "custodian")

    @property
    def nid(self) -> Officer:
        return self.officer("nid", "custodian", "investigator")

    @property
    def suda(self) -> Officer:
        return self.officer("suda", "screener")

    def add(
        self, content: bytes | Iterable[bytes] = b"a photograph", name: str = "photo.jpg", **more: Any
    ) -> EvidencePage:
        by = more.pop("by", self.kan)
        key, declared = more.pop("key", next(keys)), more.pop("declared", None)
        given = Particulars(name, more.pop("reason", "handed in at the desk"), **more)
        blocks = [content] if isinstance(content, bytes) else content
        now = self.scene.now
        return intake.add_file(
            self.scene.ledger, by, self.case, blocks, given, key, declared=declared, now=now
        )

    def thing(self, name: str = "phone", by: Officer | None = None, **more: Any) -> EvidencePage:
        given = Particulars(name, "seized at the site", **more)
        return intake.add_thing(
            self.scene.ledger, by or self.kan, self.case, given, next(keys), now=self.scene.now
        )

    def do(self, verb: str, by: Officer, item: EvidencePage, *words: Any, **more: Any) -> EvidencePage:
        step = getattr(custody, verb)
        key = more.pop("key", next(keys))
        page: EvidencePage = step(
            self.scene.ledger, by, item.item.id, *words, key, now=self.scene.now, **more
        )
        return page

    def hand_over(self, item: EvidencePage, giver: Officer, receiver: Officer) -> EvidencePage:
        self.do("offer_handover", giver, item, receiver.username, "for examination")
        return self.do("accept_handover", receiver, item, "received, seal whole")

    def look(self, item: EvidencePage, by: Officer | None = None) -> EvidencePage:
        return queries.read_evidence(self.scene.ledger, by or self.kan, item.item.id, now=self.scene.now)


@pytest.fixture
def cupboard(scene: Scene) -> Cupboard:
    """Case C-1 and nothing in evidence yet."""
    scene.case()
    cupboard = Cupboard(scene)
    assert cupboard.kan.active
    assert cupboard.nid.active
    return cupboard


@pytest.fixture
def by_superuser(ledger_server: PostgresServer, database: str) -> Callable[[str], None]:
    """Somebody with every right in the database, past all triggers."""

    def run(text: str) -> None:
        with psycopg.connect(ledger_server.make_url("postgres", database)) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute(text)  # type: ignore[call-overload]

    return run
