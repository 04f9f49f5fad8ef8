"""Legal rules: dated data in `*.toml` in this folder, which permit an action only once a named lawyer has
confirmed their text.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom import clock
from warroom.bilingual.texts import Texts
from warroom.errors import NotFound, NotPossible
from warroom.home import Home
from warroom.law.schema import LawConfirmation
from warroom.law.views import RuleView
from warroom.ledger.canonical_json import hash_text, to_canonical_json
from warroom.ledger.ledger import Ledger
from warroom.ledger.rows import make_view
from warroom.ledger.schema import OfficerRow

HOLD_ON_REPORT = "hold-on-report"
HOLD_AFTER_COMPLAINT = "hold-after-complaint"
APPEAL = "appeal"
WITHOUT_KIND = ("refund-claims", "refund-unclaimed", "listing", "delisting")
"""Rules of steps that are no declared kind of action: refunds without a court, and the list of persons and firms."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as written. `hash_text` is the hash of its text: a lawyer confirms a text, not a name. `lasts` is its main period:
    how long it lets an action last that lapses by itself, else within what somebody must act; None where the law sets
    none, or none that this house knows.
    """

    id: str
    title: Texts
    citation: Texts
    source: str
    valid_from: datetime
    valid_to: datetime | None
    lasts: timedelta | None
    limit: timedelta | None
    approvers: int
    digest: str

    @property
    def period(self) -> timedelta:
        """How long the rule lets a thing last; raises NotPossible where the law sets no length."""
        if self.lasts is None:
            raise NotPossible("law.rule-without-period", rule=self.id)
        return self.lasts

    def is_in_force(self, now: datetime) -> bool:
        """Whether this text is the law at a moment."""
        return self.valid_from <= now and (self.valid_to is None or now < self.valid_to)


@cache
def written_rules() -> tuple[Rule, ...]:
    """Every rule of the data files, in their order."""
    folder = resources.files(__package__)
    # A folder lists its files in any order; rules are shown in theirs, the same on every machine.
    files = sorted(
        (file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name
    )
    tables = [tomllib.loads(file.read_text(encoding="utf-8")) for file in files]
    return tuple(_parse_rule(body) for table in tables for body in table.get("rules", ()))


@cache
def service_level(name: str) -> timedelta:
    """A length of time of `service-levels.toml`."""
    text = resources.files(__package__).joinpath("service-levels.toml").read_text(encoding="utf-8")
    return timedelta(**tomllib.loads(text)[name])


def _parse_rule(body: dict[str, Any]) -> Rule:
    ends = body.get("valid_to")
    return Rule(
        id=body["id"],
        title=Texts(**body["title"]),
        citation=Texts(**body["citation"]),
        source=body["source"],
        valid_from=clock.parse_instant(body["valid_from"]),
        valid_to=clock.parse_instant(ends) if ends else None,
        lasts=_to_span(body.get("hours")),
        limit=_to_span(body.get("limit_hours")),
        approvers=body["approvers"],
        # Over all fields and not the words alone: another number of hours is another law.
        digest=hash_text(to_canonical_json(body)),
    )


def _to_span(hours: float | None) -> timedelta | None:
    return None if hours is None else timedelta(hours=hours)


def _to_hours(span: timedelta | None) -> float | None:
    return None if span is None else span.total_seconds() / 3600


def rule_at(rule_id: str, now: datetime) -> Rule:
    """The rule of this name in force at a moment; raises NotPossible where none is."""
    for rule in written_rules():
        if rule.id == rule_id and rule.is_in_force(now):
            return rule
    raise NotPossible("law.rule-not-in-force", rule=rule_id, day=f"{now:%Y-%m-%d}")


def rule_under(rule_id: str, text_digest: str = "") -> Rule:
    """The rule a decision was taken under, by the hash of its text, else its newest text: a hold ends under the
    rule it began with, whatever has become of the rule since.
    """
    known = [rule for rule in written_rules() if rule.id == rule_id]
    # By the text's hash: a rule's name stays when its text changes.
    same = [rule for rule in known if rule.digest == text_digest]
    # A name that no file has any more is a fault of the release; guessing another rule would end a hold under
    # the wrong law.
    if not known:
        raise NotFound("law.rule-of-another-version", rule=rule_id)
    # A text that is gone from the files is replaced by its newest: a hold must be able to end under any release.
    return (same or sorted(known, key=lambda rule: rule.valid_from))[-1]


def usable_rule(session: Session, rule_id: str, now: datetime) -> Rule:
    """The rule in force, if it may carry an action here; raises NotPossible until a lawyer has confirmed it.

    In an exercise or demo home nothing leaves, so there every rule may be rehearsed.
    """
    rule = rule_at(rule_id, now)
    # By the hash: a text that was changed after its confirmation has been seen by no lawyer.
    home: Home = session.info["home"]
    if not home.exercise and session.get(LawConfirmation, (rule.id, rule.digest)) is None:
        raise NotPossible("law.rule-unconfirmed", rule=rule.id)
    return rule


def list_rules(ledger: Ledger) -> list[RuleView]:
    """Every rule and who has confirmed its present text."""
    query = select(LawConfirmation, OfficerRow.name).join(
        OfficerRow, OfficerRow.id == LawConfirmation.officer_id
    )
    with ledger.open_session() as session:
        # By text as well: the confirmation of an earlier text does not count for this one.
        confirmations = {(row.rule_id, row.digest): (name, row.at) for row, name in session.execute(query)}
    return [_to_view(rule, confirmations.get((rule.id, rule.digest))) for rule in written_rules()]


def _to_view(rule: Rule, confirmed: tuple[str, datetime] | None) -> RuleView:
    name, at = confirmed or ("", None)
    return make_view(
        RuleView,
        rule,
        hours=_to_hours(rule.lasts),
        limit_hours=_to_hours(rule.limit),
        confirmed=confirmed is not None,
        confirmed_by=name,
        confirmed_at=at,
    )


def rule_for(session: Session, rules: Sequence[str], now: datetime) -> Rule:
    """The first of these rules that is in force, if it may carry an action here; raises NotPossible."""
    # Two laws may allow the same thing, and one of them may have run out since the kind was declared.
    for rule_id in rules:
        if any(rule.id == rule_id and rule.is_in_force(now) for rule in written_rules()):
            return usable_rule(session, rule_id, now)
    raise NotPossible("law.no-rule-today")
