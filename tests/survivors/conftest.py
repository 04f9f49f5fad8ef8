"""A night after a raid: people found, screeners, an investigator, prosecutors and a commander."""

import itertools
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.cases.scenes import Scene
from warroom.access.schema import Agency
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.runtime import deadlines
from warroom.runtime.handlers import STRIKERS
from warroom.survivors import forms, queries
from warroom.survivors.decisions import charges, consents, identification, referrals, register, screening
from warroom.survivors.views import AnswerIn, Identity, SurvivorPage

SECRET = "they said the guard Moonlight kept my papers"
NAME = "Invented Somebody Quartz"
STATEMENT = "The act was done for own profit months before and has nothing to do with any trafficking."
REASONS = "As told and seen in the interview."
OPENING = screening.Opening(consent=True, rights_told=True, counsel="wanted")


def marks(default: str = "no", **given: str) -> dict[str, AnswerIn]:
    """The whole form with one mark, and others where given; the first answer holds the secret words."""
    asked = [one.id for one in forms.load_form().questions]
    answers = {name: AnswerIn(given.get(name, default)) for name in asked}  # type: ignore[arg-type]
    first = asked[0]
    return answers | {first: AnswerIn(answers[first].mark, SECRET)}


INDICATED = {"recruited": "yes", "papers_taken": "yes", "forced_crime": "yes"}


@dataclass
class Shelter:
    """The scene of the operations with people found in it."""

    scene: Scene
    keys: Any = field(default_factory=lambda: (f"key-{n:04d}" for n in itertools.count()))

    @property
    def ledger(self) -> Ledger:
        return self.scene.ledger

    @property
    def now(self) -> datetime:
        return self.scene.now

    def later(self, days: float = 0, hours: float = 0) -> datetime:
        return self.now + timedelta(days=days, hours=hours)

    def key(self) -> str:
        return next(self.keys)

    def officer(self, name: str, *roles: str) -> Officer:
        return self.scene.officer(name, *roles)

    @property
    def siri(self) -> Officer:
        return self.officer("siri", "screener")

    @property
    def tara(self) -> Officer:
        return self.officer("tara", "screener")

    @property
    def ying(self) -> Officer:
        return self.officer("ying", "investigator")

    @property
    def pim(self) -> Officer:
        return self.officer("pim", "prosecutor")

    @property
    def pong(self) -> Officer:
        return self.officer("pong", "prosecutor")

    @property
    def com(self) -> Officer:
        return self.officer("com", "commander")

    def found(
        self, band: str = "25-34", basis: str = "stated", case: str = "", by: Officer | None = None
    ) -> str:
        """A person registered, without screeners."""
        return register.register_person(
            self.ledger,
            by or self.com,
            found="raid",
            found_at=self.now,
            age_band=band,  # type: ignore[arg-type]
            age_basis=basis,  # type: ignore[arg-type]
            key=self.key(),
            case=case,
            identity=Identity(NAME, "Paper 000-QUARTZ", ""),
            now=self.now,
        )

    def looked_after(self, band: str = "25-34", **more: Any) -> str:
        """A person with two screeners, siri leading."""
        number = self.found(band, **more)
        for person in (self.siri, self.tara):
            register.assign_screener(self.ledger, self.com, number, person.username, now=self.now)
        return number

    def begun(self, band: str = "25-34", **more: Any) -> str:
        """The same, a screening begun by siri."""
        number = self.looked_after(band, **more)
        opening = OPENING if band != "child" else screening.Opening(True, True, "present", "guardian")
        screening.begin_screening(self.ledger, self.siri, number, opening, self.key(), now=self.now)
        return number

    def screened(
        self, band: str = "25-34", identify: bool = False, acts: tuple[str, ...] = (), **given: str
    ) -> str:
        """The same, completed: everything `no` but what is given."""
        number = self.begun(band)
        self.complete(number, identify=identify, acts=acts, **given)
        return number

    def complete(self, number: str, identify: bool = False, acts: tuple[str, ...] = (), **given: str) -> str:
        return screening.complete_screening(
            self.ledger,
            self.siri,
            number,
            marks(**given),
            REASONS,
            self.key(),
            identify=identify,
            acts=acts,
            now=self.now,
        )

    def no_victim(self, number: str, days: float = 16) -> None:
        """Both screeners find no victim, after the days of rest."""
        for person in (self.siri, self.tara):
            identification.not_identify(
                self.ledger, person, number, REASONS, self.key(), now=self.later(days)
            )

    def page(self, number: str, reader: Officer | None = None) -> SurvivorPage:
        return queries.load_person_page(self.ledger, reader or self.siri, number, now=self.now)

    def charge(
        self, number: str, act: str = "recruiting", days: float = 16, by: Officer | None = None
    ) -> int:
        return charges.request_charge(
            self.ledger, by or self.pim, number, act, STATEMENT, self.key(), now=self.later(days)
        )

    def confirm(self, number: str, charge: int, by: Officer | None = None, days: float = 16) -> None:
        charges.confirm_charge(self.ledger, by or self.pong, number, charge, self.key(), now=self.later(days))

    def refer(self, number: str, kind: str, to: str, days: float = 0, **more: Any) -> int:
        return referrals.refer_person(
            self.ledger,
            self.siri,
            number,
            kind,
            to,
            self.key(),
            now=self.later(days),
            **more,  # type: ignore[arg-type]
        )

    def consent(self, number: str, purpose: str, to: str, **more: Any) -> int:
        return consents.give_consent(
            self.ledger,
            self.siri,
            number,
            purpose,
            to,
            now=self.now,
            **more,  # type: ignore[arg-type]
        )

    def strike(self, days: float = 0, hours: float = 0) -> int:
        return deadlines.strike_due_deadlines(self.ledger, STRIKERS, self.later(days, hours)).struck

    def verbs(self) -> list[str]:
        return [row.verb for row in self.scene.sql("SELECT verb FROM audit ORDER BY sequence")]

    def victim(self, number: str) -> str:
        return str(self.scene.sql("SELECT victim FROM people WHERE number = :n", n=number)[0][0])

    def suspect(self, number: str) -> str:
        return str(self.scene.sql("SELECT suspect FROM people WHERE number = :n", n=number)[0][0])


AGENCIES = {"SH-1": "shelter", "NGO-1": "ngo", "EMB-A": "embassy", "EMB-B": "embassy", "OT-1": "other"}


@pytest.fixture
def shelter(scene: Scene) -> Shelter:
    """The morning after, with agencies that help."""
    with scene.ledger.open_session() as session:
        for code, kind in AGENCIES.items():
            session.merge(Agency(code=code, name_th=code, name_en=code, kind=kind, country="XX", active=True))
    return Shelter(scene)
