"""The only access to what survivors said: saves, reads and erases it through functions of the database.

The application's role has no right on the schema `survivors`. `wall_read` lets an officer in who is one of the
person's screeners or has broken the glass within the hour, and writes down the look in the same breath; the audit
log says that somebody looked, never at what. Nothing is unsealed before both are committed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import text
from sqlalchemy.orm import Session

from warroom.home import Home
from warroom.ledger.decision import Decision, LoggedRead
from warroom.survivors import encryption
from warroom.survivors.views import LookView

SealedKind = Literal["identity", "answers", "draft", "reasons", "acts", "consent", "referral", "assessment"]
KINDS: tuple[SealedKind, ...] = get_args(SealedKind)
# All but the acts a person was made to do: they protect from a charge for as long as somebody could bring one.
ERASED: tuple[SealedKind, ...] = (
    "identity",
    "answers",
    "draft",
    "reasons",
    "consent",
    "referral",
    "assessment",
)


@dataclass(frozen=True, slots=True)
class SealedRow:
    """A sealed row as fetched, still closed."""

    person: int
    kind: str
    about: int
    author: int
    at: datetime
    content: bytes
    way: str

    def open(self, home: Home) -> dict[str, Any]:
        """What was sealed."""
        return encryption.unseal(home, self.person, self.kind, self.about, self.content)


def store_sealed(this: Decision, person: int, kind: SealedKind, about: int, body: Mapping[str, Any]) -> None:
    """Save something encrypted behind the wall; a draft replaces the draft before."""
    # Encrypted here: the database never has the plain text, not even in its statement log.
    sealed = encryption.seal(this.session.info["home"], person, kind, about, body)
    this.session.flush()
    sealed_row = {"person": person, "about": about, "kind": kind, "content": sealed}
    this.session.execute(
        text("SELECT wall_keep(:person, :about, :kind, :content, :by, :at)"),
        sealed_row | {"by": this.person.id, "at": this.now},
    )


def keep_reasons(this: Decision, person: int, about: int, reasons: str, acts: Sequence[str] = ()) -> None:
    """Save the reasons of a finding behind the wall, and the acts that the person was made to do, if any."""
    store_sealed(this, person, "reasons", about, {"reasons": reasons})
    if acts:
        store_sealed(this, person, "acts", about, {"acts": list(acts)})


def load_sealed_rows(this: LoggedRead, person: int, kinds: Iterable[SealedKind]) -> list[SealedRow]:
    """Rows for an officer, who must be let in; raises NotPossible (turned NotAllowed by `opening`) otherwise."""
    rows = this.session.execute(
        text("SELECT * FROM wall_read(:person, :officer, :kinds, :at)"),
        {"person": person, "officer": this.person.id, "kinds": list(kinds), "at": this.now},
    )
    return [SealedRow(person, r.kind, r.about_id, r.author, r.at, bytes(r.content), r.way) for r in rows]


def load_protective_facts(
    this: Decision, person: int, kind: Literal["acts", "consent"]
) -> dict[int, dict[str, Any]]:
    """What the program itself must know to protect the person, by what it is about; it is shown to nobody."""
    this.session.flush()
    rows = this.session.execute(
        text("SELECT * FROM wall_use(:person, :kind, :at)"), {"person": person, "kind": kind, "at": this.now}
    )
    home: Home = this.session.info["home"]
    return {
        row.about_id: encryption.unseal(home, person, kind, row.about_id, bytes(row.content)) for row in rows
    }


def erase_sealed_rows(this: Decision, person: int, kinds: Iterable[SealedKind]) -> int:
    """Remove rows for one of the person's screeners; returns how many went."""
    this.session.flush()
    return int(
        this.session.execute(
            text("SELECT wall_erase(:person, :officer, :kinds, :at)"),
            {"person": person, "officer": this.person.id, "kinds": list(kinds), "at": this.now},
        ).scalar_one()
    )


def list_looks(session: Session, person: int, names: Mapping[int, str]) -> tuple[LookView, ...]:
    """Who read behind the wall, in order."""
    rows = session.execute(text("SELECT * FROM wall_looks(:person)"), {"person": person})
    return tuple(LookView(names.get(r.officer_id, ""), tuple(r.kinds), r.way, r.at) for r in rows)


def has_looked(session: Session, person: int, officer: int) -> bool:
    """Whether an officer has ever been shown what this person said."""
    rows = session.execute(text("SELECT * FROM wall_looks(:person)"), {"person": person})
    # What the program looked up to protect the person makes nobody a reader, nor does an erasure.
    return any(row.officer_id == officer and row.way in ("team", "glass") for row in rows)
