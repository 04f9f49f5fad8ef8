"""Confirmation of a rule by a lawyer: only then may the rule permit an action outside an exercise."""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert

from warroom.errors import NotFound
from warroom.law.rules.repository import list_rules, rule_at, written_rules
from warroom.law.schema import LawConfirmation
from warroom.law.views import RuleView
from warroom.ledger.decision import open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer


def confirm_law(ledger: Ledger, officer: Officer, rule_id: str, *, now: datetime | None = None) -> RuleView:
    """Confirm, as a lawyer, that a rule's text is the law; a repetition changes nothing. Raises NotFound,
    NotAllowed or NotPossible.
    """
    known = sorted({rule.id for rule in written_rules()})
    if rule_id not in known:
        raise NotFound("law.no-such-rule", rule=rule_id, known=", ".join(known))
    with open_decision(ledger, officer, "lawyer", now=now) as this:
        rule = rule_at(rule_id, this.now)
        # The text is confirmed and not the name: another wording has another hash, and waits for its own lawyer.
        word = insert(LawConfirmation).values(
            rule_id=rule.id, digest=rule.digest, officer_id=this.person.id, at=this.now
        )
        # Two lawyers at once: the first confirmation counts, and the log names its lawyer.
        if this.session.execute(word.on_conflict_do_nothing().returning(LawConfirmation.at)).first():
            this.log_entry("law.confirmed", f"rule:{rule.id}", {"digest": rule.digest})
    return next(
        view for view in list_rules(ledger) if (view.id, view.valid_from) == (rule.id, rule.valid_from)
    )
