"""Declarations of the forms for steps of assets, proceedings, registered losses and pay-outs."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from warroom.assets.decisions import owners, values
from warroom.assets.decisions import steps as services
from warroom.assets.views import ClassView, LegalOrder
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.web.kit.forms import FormField, FormStep, index_steps, make_step
from warroom.web.kit.tables import Tables
from warroom.web.kit.words.mark import N_

BAHT = N_("baht")
FIELDS = {
    "number": FormField("number", N_("Number of the order")),
    "authority": FormField("authority", N_("Who gave it"), "choice", options="authorities"),
    "which-court": FormField("authority", N_("Which court gave it"), "choice", options="courts"),
    "dated": FormField("ordered_at", N_("Dated"), "past"),
    "at": FormField("at", N_("When"), "past"),
    "frozen-at": FormField("at", N_("Frozen at"), "past"),
    "seized-at": FormField("at", N_("Seized at"), "past"),
    "published": FormField("at", N_("Published"), "past"),
    "place": FormField("place", N_("Where it is kept")),
    "seal": FormField("seal", N_("Number of the seal"), required=False),
    "document": FormField("document", N_("The document"), "digest", required=False),
    "reason": FormField("reason", N_("Why"), "area"),
    "value": FormField("amount", N_("Value"), "money", unit=BAHT),
    "price": FormField("amount", N_("Price"), "money", unit=BAHT),
    "cost": FormField("amount", N_("Cost"), "money", unit=BAHT),
    "part": FormField("amount", N_("Only a part"), "money", required=False, unit=BAHT),
    "came-back": FormField("amount", N_("Came back"), "money", unit=BAHT),
    "valuer": FormField("valuer", N_("Who valued it")),
    "valued-how": FormField("method", N_("How it was valued")),
    "sold-how": FormField("method", N_("How it was sold")),
    "what": FormField("what", N_("What for")),
    "who": FormField("who", N_("Who says it is theirs")),
    "grounds": FormField("grounds", N_("On what grounds"), "area"),
    "decision": FormField("decision", N_("The court says"), "choice", options="decisions"),
    "title": FormField("title", N_("Title")),
    "cases": FormField("cases", N_("Its cases"), "pick", options="case", many=True),
    "assets": FormField("assets", N_("Its assets"), "pick", options="asset", many=True),
    "court": FormField("court", N_("Court"), "choice", options="courts"),
    "fund": FormField("fund", N_("Fund for what is left after the victims"), "choice", options="funds"),
    "report": FormField("report", N_("Number of the report")),
    "source": FormField("source", N_("Where the report was made")),
    "claimed": FormField("claimed", N_("Loss claimed"), "money", unit=BAHT),
    "bank": FormField("pay_bank", N_("Bank to pay to"), "choice", options="banks"),
    "account": FormField("pay_account", N_("Account to pay to")),
    "accepted": FormField("accepted", N_("Accepted"), "money", unit=BAHT),
    "why-not-all": FormField("reason", N_("Why, where it is not all"), required=False),
    "payer": FormField("payer", N_("From whom")),
    "reference": FormField("reference", N_("The bank's reference")),
    "digest": FormField("digest", "", "hidden"),
}
PAPER, COURT_PAPER = "number authority dated", "number which-court dated"


_form = partial(make_step, FIELDS)

SEIZURE, FREEZE = (
    N_("Its newest value enters the book."),
    N_("The law's clock runs from the moment of the freeze."),
)
FORFEITURE, KEPT = N_("From then on it belongs to the victims first."), N_("The law's clock is met.")
BACK = N_("It is struck from the book, and the victims get nothing of it.")
CLAIM = N_("Until it is decided nothing is forfeited or paid.")
OF_ASSET = index_steps(
    _form("seize", N_("Note a seizure"), N_("Note the seizure"), f"{PAPER} seized-at place seal", SEIZURE),
    _form("freeze", N_("Note a freeze"), N_("Note the freeze"), f"{PAPER} frozen-at", FREEZE),
    _form("forfeit", N_("Note a court's forfeiture"), N_("Note the forfeiture"), COURT_PAPER, FORFEITURE),
    _form("keep", N_("Note that a court keeps it"), N_("Note the court's order"), COURT_PAPER, KEPT),
    _form("sell", N_("Note the sale"), N_("Note the sale"), "price sold-how at document"),
    _form("move", N_("Take into custody, or move"), N_("Note the place"), "place seal at reason"),
    _form(
        "value", N_("Record a valuation"), N_("Record the valuation"), "value valuer valued-how at document"
    ),
    _form("cost", N_("Book a cost"), N_("Book the cost"), "cost what at document"),
    _form("claim", N_("Record an owner's claim"), N_("Record the claim"), "who grounds", CLAIM),
    _form(
        "give-back",
        N_("Give it back to its owner"),
        N_("Note that it was given back: the victims get nothing of it"),
        "reason at",
        BACK,
        grave=True,
    ),
)
DECIDE_CLAIM = _form(
    "decide",
    N_("Note the court's decision on this claim"),
    N_("Note the decision"),
    f"decision reason {COURT_PAPER}",
)
OPEN_PROCEEDING = _form(
    "new", N_("Open a proceeding"), N_("Open the proceeding"), "title cases assets court fund"
)
REGISTER, PLAN = (
    N_("The victims' time to register runs from then."),
    N_("Every accepted loss gets its share of all forfeited money, to the satang."),
)
OF_PROCEEDING = index_steps(
    _form("notice", N_("Note the notice to victims"), N_("Note the notice"), "published", REGISTER),
    _form(
        "losses",
        N_("Register a victim's loss"),
        N_("Register the loss"),
        "report source claimed bank account",
    ),
    _form("plan", N_("Draft the pay-out"), N_("Draft the pay-out"), note=PLAN),
)
SHOWN = N_("You approve what this page shows; if anything it rests on has changed, nothing is approved.")
OF_PLAN = index_steps(
    _form("approve", N_("Approve the pay-out"), N_("Approve this pay-out"), "digest", SHOWN),
    _form("withdraw", N_("Withdraw the pay-out"), N_("Withdraw the pay-out"), "reason"),
)
OWED = N_("It is taken off what pay-outs owe the victim.")
OF_LOSS = index_steps(
    _form("decide", N_("Decide on this loss"), N_("Decide"), "accepted why-not-all"),
    _form("recovered", N_("Note money that came back"), N_("Note it"), "came-back payer reference at", OWED),
)

SERVICES: dict[str, Callable[..., object]] = {
    "seize": services.seize_asset,
    "freeze": services.freeze_asset,
    "forfeit": services.forfeit_asset,
    "keep": services.keep_for_judgment,
    "sell": services.realise_asset,
    "move": services.move_asset,
    "value": values.value_asset,
    "cost": values.record_cost,
    "claim": owners.file_claim,
    "give-back": services.give_back,
}
RENAMED = {"sell": {"amount": "price"}, "move": {"reason": "text"}}
"""Fields whose parameter in the service has another name."""


def run_asset_step(
    verb: str, ledger: Ledger, who: Officer, number: int, answers: dict[str, Any], key: str
) -> None:
    """Take a step of an asset with what its form says; raises what its service raises."""
    named = {RENAMED.get(verb, {}).get(name, name): value for name, value in answers.items()}
    if "authority" in named:
        named = {name: value for name, value in named.items() if name not in ORDER} | {
            "order": parse_order(answers)
        }
    SERVICES[verb](ledger, who, number, **named, key=key)


ORDER = ("number", "authority", "ordered_at")


def parse_order(said: dict[str, Any]) -> LegalOrder:
    """The paper that a form names."""
    return LegalOrder(said["number"], said["authority"], said["ordered_at"])


def build_step_form(verb: str, money: bool) -> FormStep:
    """The form of an asset's step; money alone goes back in part. Raises KeyError."""
    step = OF_ASSET[verb]
    if verb != "give-back" or not money:
        return step
    return replace(step, fields=(*step.fields, FIELDS["part"]))


EXAMPLES = {"currency": "THB", "bank": "B02", "chassis": "MR0FZ29G401234567"}
"""Examples for particulars with a fixed format."""


def prefill_asset(kind: ClassView, officer: Officer) -> dict[str, str]:
    """The initial values of the form for a new asset."""
    usual = {"currency": "THB", "counted_by": officer.name}
    return {"kind": kind.id} | {
        f"p-{one.name}": usual[one.name] for one in kind.particulars if one.name in usual
    }


def build_trace_form(kind: ClassView, tables: Tables) -> FormStep:
    """The form of a new asset, made from what its class declares."""
    particulars = tuple(
        FormField(
            f"p-{particular.name}",
            tables.text(particular.label),
            "area" if particular.kind == "text" else "line",
            particular.required,
            unit=tables("unit", particular.unit),
            pattern=particular.pattern,
            said=True,
            example=EXAMPLES.get(particular.name, ""),
        )
        for particular in kind.particulars
    )
    begun = (
        FormField("kind", "", "hidden"),
        FormField("case", N_("Case"), "pick", options="case", most=40),
        FormField("title", N_("What it is, in a few words")),
    )
    found_with = FormField("found_with", N_("With whom or where it was found"), required=False)
    return FormStep("new", N_("New asset"), N_("Register the asset"), (*begun, *particulars, found_with))
