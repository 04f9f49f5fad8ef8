"""The gate for what leaves whole: charts, exports, collections, letters. It asks what leaves by the register's own rule (`marks`).

What leaves has one level, which an officer chose. A text that the register holds under a closer mark, that came from another partner,
that a survivor said or that was revoked stays here, however it is written. For a partner its agreement decides which kinds may leave.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from warroom.errors import NotPossible
from warroom.partners import mailbox
from warroom.partners.decisions.register import find_agreement
from warroom.partners.marks import HIGHEST_BY_ROLE, RANKS, Gate, is_allowed, parse_fields
from warroom.partners.schema import PartnerAgreement, PartnerLeaving, SharedObject, SurvivorApproval
from warroom.partners.views import FieldView, LeavingKind, Purpose, TlpMark

LEAST_WITHIN = 5
"""Letters and digits of the shortest text that is looked for inside longer ones: shorter ones occur by chance. Chosen, not measured."""
BANK_AND_NUMBER = re.compile(r"[A-Z0-9-]{2,16}[:/](.+)")


@dataclass(frozen=True, slots=True)
class WayOut:
    """What an officer chose for what is to leave. Without a partner nobody's agreement is asked, and the level alone limits it."""

    level: TlpMark = "amber"
    partner: str = ""
    purpose: Purpose = "fraud"


@dataclass(frozen=True, slots=True)
class OpenWay:
    """A way out whose limits are known. `closed` are texts that stay here; `known` are those that may leave, by their objects."""

    way: WayOut
    gate: Gate | None
    closed: frozenset[str]
    known: dict[str, frozenset[int]]

    def may_carry_kind(self, kind: str) -> bool:
        """Whether the agreement lets this kind of thing leave; any kind where there is no partner."""
        return self.gate is None or kind in self.gate.agreement.fields

    def may_carry_mark(self, mark: TlpMark, sender: str = "") -> bool:
        """Whether what has a mark of its own may leave. `sender`: the partner who gave it; it may see that again."""
        if self.gate is None or sender == self.gate.partner:
            return RANKS[mark] <= RANKS[self.way.level]
        # Whom an officer names for the whole is the recipient that RED needs; what others gave goes on up to GREEN.
        return is_allowed(mark, self.gate, sender or None, (self.gate.partner,))

    def is_withheld(self, *texts: str) -> bool:
        """Whether any of these texts must stay here."""
        return bool(self.closed) and any(_is_within(self.closed, text) for text in texts)

    def list_carried(self, texts: Iterable[str]) -> set[int]:
        """The register's objects whose values these texts say; a revocation of one must reach what left."""
        carried: set[int] = set()
        if self.known:
            for text in texts:
                plain = normalize_text(text)
                for value, objects in self.known.items():
                    if is_same_or_within(value, plain):
                        carried |= objects
        return carried


def open_words_way(session: Session, partner: str, now: datetime) -> OpenWay:
    """The way of an officer's words to an agency: the closest mark that its agreements let it have, AMBER where it has none.

    Such words need no agreement, since a law that they cite is their basis; but they may not say what a mark keeps here.
    """
    purpose = find_purpose(session, partner, now)
    if not purpose:
        return open_way(session, WayOut("amber"), now)
    return open_way(session, WayOut(find_limit(session, partner, purpose, now), partner, purpose), now)


def find_purpose(session: Session, partner: str, now: datetime) -> Purpose | None:
    """The purpose of the oldest agreement in force with a partner; None without one."""
    purpose: Purpose | None = session.scalar(
        select(PartnerAgreement.purpose)
        .where(
            PartnerAgreement.partner == partner,
            PartnerAgreement.state == "in_force",
            PartnerAgreement.expires_at > now,
        )
        .order_by(PartnerAgreement.id)
        .limit(1)
    )
    return purpose


def check_words(
    session: Session, kind: LeavingKind, form: str, partner: str, texts: Iterable[str], now: datetime
) -> None:
    """Check an officer's words before they leave and note what of the register they say. Raises NotPossible where a mark keeps any here."""
    words = list(texts)
    way = open_words_way(session, partner, now)
    if way.is_withheld(*words):
        raise NotPossible("partners.words-marked", partner=partner)
    if carried := way.list_carried(words):
        note_leaving(session, kind, form, way, carried, 0, None, now)


def normalize_text(text: str) -> str:
    """Letters and digits alone, in lower case: a number is the same with hyphens and spaces."""
    return "".join(filter(str.isalnum, text.casefold()))


def is_same_or_within(value: str, plain: str) -> bool:
    return value == plain or (len(value) >= LEAST_WITHIN and value in plain)


def _is_within(closed: Collection[str], text: str) -> bool:
    plain = normalize_text(text)
    return plain in closed or any(is_same_or_within(value, plain) for value in closed)


def open_way(session: Session, way: WayOut, now: datetime) -> OpenWay:
    """The limits of a way out at this moment. Raises NotFound for no such partner, and NotPossible without an agreement in force or
    where the level of the whole is closer than the partner may get.
    """
    gate = _open_gate(session, way, now) if way.partner else None
    approved = _list_approved(session, way.partner)
    closed: set[str] = set()
    known: dict[str, set[int]] = {}
    for shared in session.scalars(select(SharedObject).where(SharedObject.state != "revoked")):
        for field in parse_fields(shared.fields):
            texts = _list_writings(field.value)
            if _may_leave(shared, field, way, gate, approved):
                for text in texts:
                    known.setdefault(text, set()).add(shared.id)
            else:
                closed |= texts
    return OpenWay(
        way,
        gate,
        frozenset(closed),
        {text: frozenset(objects) for text, objects in known.items() if text not in closed},
    )


def _open_gate(session: Session, way: WayOut, now: datetime) -> Gate:
    partner = mailbox.find_partner(session, way.partner)
    agreement = find_agreement(session, way.partner, way.purpose, now)
    gate = Gate(way.partner, partner.role, agreement)  # type: ignore[arg-type]
    # Whom the officer names is the recipient that RED needs.
    if not is_allowed(way.level, gate, None, (way.partner,)):
        raise NotPossible("partners.level-too-close", mark=way.level.upper(), partner=way.partner)
    return gate


def find_limit(session: Session, partner: str, purpose: str, now: datetime) -> TlpMark:
    """The closest mark that a partner may get for a purpose. Raises NotFound, NotPossible without an agreement in force."""
    known = mailbox.find_partner(session, partner)
    agreement = find_agreement(session, partner, purpose, now)
    marks: tuple[TlpMark, ...] = (HIGHEST_BY_ROLE[known.role], agreement.highest_mark)  # type: ignore[index, assignment]
    return min(marks, key=RANKS.__getitem__)


def _list_approved(session: Session, partner: str) -> frozenset[int]:
    query = select(SurvivorApproval.object_id).where(SurvivorApproval.partner == partner)
    return frozenset(session.scalars(query))


def _may_leave(
    shared: SharedObject, field: FieldView, way: WayOut, gate: Gate | None, approved: Collection[int]
) -> bool:
    if shared.state != "held" or (field.survivor and shared.id not in approved):
        return False
    if RANKS[field.mark] > RANKS[way.level]:
        return False
    return gate is None or is_allowed(field.mark, gate, shared.origin, shared.recipients)


def _list_writings(value: str) -> set[str]:
    """A value as it may be written: whole, and an account without its bank."""
    account = BANK_AND_NUMBER.fullmatch(value)
    texts = {normalize_text(value), normalize_text(account.group(1)) if account else ""}
    return texts - {""}


def note_leaving(
    session: Session,
    kind: LeavingKind,
    form: str,
    opened: OpenWay,
    carried: Iterable[int],
    withheld: int,
    officer_id: int | None,
    now: datetime,
    case_id: int | None = None,
) -> None:
    """Note that something left, and what of the register was in it."""
    session.add(
        PartnerLeaving(
            kind=kind,
            form=form,
            partner=opened.way.partner,
            level=opened.way.level,
            objects=sorted(carried),
            withheld=withheld,
            case_id=case_id,
            left_by=officer_id,
            left_at=now,
        )
    )


def recall_leavings(session: Session, objects: Iterable[int], now: datetime) -> list[int]:
    """Mark everything that left with these objects in it as to be called back; returns its numbers."""
    rows = session.scalars(
        update(PartnerLeaving)
        .where(PartnerLeaving.objects.overlap(sorted(objects)), PartnerLeaving.recalled_at.is_(None))
        .values(recalled_at=now)
        .returning(PartnerLeaving.id)
    )
    return sorted(rows)


def find_revoked(session: Session, objects: Iterable[int]) -> frozenset[int]:
    """Those of these objects that are not held any more."""
    wanted = set(objects)
    if not wanted:
        return frozenset()
    query = select(SharedObject.id).where(SharedObject.id.in_(wanted), SharedObject.state != "held")
    return frozenset(session.scalars(query))
