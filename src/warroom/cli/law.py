"""`warroom law`: the dated legal rules, and their confirmation by a lawyer."""

from typing import Any
from zoneinfo import ZoneInfo

from cyclopts import App

from warroom import settings
from warroom.cli.answer import print_json, print_line
from warroom.cli.options import Code, Json, PasswordStdin
from warroom.cli.signed import signed_in
from warroom.home import open_home
from warroom.law.decisions import confirm_law
from warroom.law.rules.repository import list_rules
from warroom.law.views import RuleView
from warroom.ledger.ledger import Ledger

app = App(
    name="law",
    help="Legal rules and who has confirmed them. Example: warroom law list",
    help_format="plaintext",
)


@app.default
@app.command(name="list")
def show_list(*, json: Json = False) -> None:
    """List every rule, its dates, its source and whether a lawyer has confirmed it.

    Example: warroom law list
    """
    with Ledger.open(open_home(create=None)) as ledger:
        rule_views = list_rules(ledger)
    if json:
        print_json({"rules": [_to_plain(rule) for rule in rule_views]})
        return
    # A rule begins at midnight in the room's zone: in UTC its date would be the day before.
    zone = ZoneInfo(settings.get_text("WARROOM_TIMEZONE"))
    for rule in rule_views:
        word = f"confirmed by {rule.confirmed_by}" if rule.confirmed else "NOT CONFIRMED"
        length = "  none  " if rule.hours is None else f"{rule.hours:>6g} h"
        print_line(f"{rule.id:<22} {length}  from {rule.valid_from.astimezone(zone):%Y-%m-%d}  {word}")
        print_line(f"    {rule.title.th}\n    {rule.title.en}\n    {rule.citation.en}\n    {rule.source}")


@app.command
def confirm(
    rule: str,
    *,
    officer: str,
    code: Code = "",
    password_stdin: PasswordStdin = False,
    json: Json = False,
) -> None:
    """Confirm, as a lawyer of this house, that a rule's text is the law. Signs in with your password.

    Example: warroom law confirm hold-on-report --officer dao

    Parameters
    ----------
    rule
        The rule's name in 'warroom law list'.
    officer
        Your user name; you need the role lawyer.
    """
    with signed_in(officer, password_stdin, code) as (ledger, person):
        rule_view = confirm_law(ledger, person, rule)
    if json:
        print_json(_to_plain(rule_view))
        return
    print_line(f"{rule_view.id} is confirmed by {rule_view.confirmed_by}.")


def _to_plain(rule: RuleView) -> dict[str, Any]:
    return {
        "id": rule.id,
        "title": {"th": rule.title.th, "en": rule.title.en},
        "citation": {"th": rule.citation.th, "en": rule.citation.en},
        "source": rule.source,
        "valid_from": rule.valid_from.isoformat(),
        "valid_to": rule.valid_to.isoformat() if rule.valid_to else None,
        "hours": rule.hours,
        "limit_hours": rule.limit_hours,
        "approvers": rule.approvers,
        "confirmed": rule.confirmed,
        "confirmed_by": rule.confirmed_by,
        "confirmed_at": rule.confirmed_at.isoformat() if rule.confirmed_at else None,
    }
