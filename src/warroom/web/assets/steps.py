"""What may be done with an asset next: the forms, for whom, and in which state."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from warroom.access import role_groups
from warroom.assets import classes
from warroom.assets.decisions import owners, steps, values
from warroom.assets.views import AssetView, ClassView, LegalOrder
from warroom.errors import NotPossible
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.web.kit.fields import Field, Step
from warroom.web.kit.tables import Tables
from warroom.web.kit.words.mark import N_

HELD = ("seized", "in-custody", "forfeited", "lapsed")
PAPER = (
    Field("number", N_("Number of the order")),
    Field("authority", N_("Who gave it"), "choice", options="authorities"),
    Field("ordered_at", N_("Dated"), "past"),
)
COURT_PAPER = (
    PAPER[0],
    Field("authority", N_("Which court gave it"), "choice", options="courts"),
    PAPER[2],
)
AT = Field("at", N_("When"), "past")
PLACE = Field("place", N_("Where it lies"))
SEAL = Field("seal", N_("Number of the seal"), required=False)
DOCUMENT = Field("document", N_("SHA-256 of the document"), required=False, pattern="[0-9a-f]{64}", most=64)
WHY = Field("reason", N_("Why"), "area")
Act = Callable[[Ledger, Officer, int, dict[str, Any], str], object]


@dataclass(frozen=True, slots=True)
class AssetStep:
    """A step of an asset: `states` in which it may be taken, and the service that takes it."""

    step: Step
    states: tuple[str, ...]
    act: Act


def order(said: dict[str, Any]) -> LegalOrder:
    """The paper that a form names."""
    return LegalOrder(said["number"], said["authority"], said["ordered_at"])


def _value(ledger: Ledger, who: Officer, number: int, said: dict[str, Any], key: str) -> object:
    worth, by, how = said["amount"], said["valuer"], said["method"]
    return values.value_asset(
        ledger, who, number, worth, by, how, said["at"], key, document=digest(said["document"])
    )


def _freeze(ledger: Ledger, who: Officer, number: int, said: dict[str, Any], key: str) -> object:
    return steps.freeze(ledger, who, number, order(said), said["at"], key)


def _seize(ledger: Ledger, who: Officer, number: int, said: dict[str, Any], key: str) -> object:
    return steps.seize(ledger, who, number, order(said), said["at"], said["place"], said["seal"], key)


def _move(ledger: Ledger, who: Officer, number: int, said: dict[str, Any], key: str) -> object:
    return steps.move(ledger, who, number, said["place"], said["seal"], said["at"], said["reason"], key)


def _keep(ledger: Ledger, who: Officer, number: int, said: dict[str, Any], key: str) -> object:
    return steps.keep(ledger, who, number, order(said), key)


def _forfeit(ledger: Ledger, who: Officer, number: int, said: dict[str, Any], key: str) -> object:
    return steps.forfeit(ledger, who, number, order(said), key)


def _sell(ledger: Ledger, who: Officer, number: int, said: dict[str, Any], key: str) -> object:
    paper = digest(said["document"])
    return steps.realise(ledger, who, number, said["amount"], said["method"], paper, said["at"], key)


def _cost(ledger: Ledger, who: Officer, number: int, said: dict[str, Any], key: str) -> object:
    paper = digest(said["document"])
    return values.spend(ledger, who, number, said["amount"], said["what"], said["at"], key, document=paper)


def _give_back(ledger: Ledger, who: Officer, number: int, said: dict[str, Any], key: str) -> object:
    return steps.give_back(ledger, who, number, said["reason"], said["at"], key, amount=said.get("amount"))


def _claim(ledger: Ledger, who: Officer, number: int, said: dict[str, Any], key: str) -> object:
    return owners.file_claim(ledger, who, number, said["who"], said["grounds"], key)


def digest(said: str) -> str:
    """A document's SHA-256 as it is kept, "" for none; raises NotPossible."""
    found = said.lower()
    if found and (len(found) != 64 or not set(found) <= set("0123456789abcdef")):
        raise NotPossible("assets.document-hash-unfit")
    return found


def _of(
    name: str,
    title: str,
    button: str,
    fields: tuple[Field, ...],
    roles: tuple[str, ...],
    states: tuple[str, ...],
    act: Act,
    note: str = "",
) -> AssetStep:
    return AssetStep(Step(name, title, button, fields, roles, note), states, act)


# In the order in which an asset goes; what leads in a state stands first among what is open in it.
WORTH = Field("amount", N_("Value"), "money", unit=N_("baht"))
STEPS = (
    _of(
        "seize",
        N_("Note a seizure"),
        N_("Note the seizure"),
        (*PAPER, Field("at", N_("Seized at"), "past"), PLACE, SEAL),
        role_groups.ASSET_KEEPERS,
        ("traced", "frozen"),
        _seize,
        N_("Its newest value enters the book."),
    ),
    _of(
        "freeze",
        N_("Note a freeze"),
        N_("Note the freeze"),
        (*PAPER, Field("at", N_("Frozen at"), "past")),
        role_groups.ASSET_KEEPERS,
        ("traced",),
        _freeze,
        N_("The law's clock runs from the moment of the freeze."),
    ),
    _of(
        "forfeit",
        N_("Note a court's forfeiture"),
        N_("Note the forfeiture"),
        COURT_PAPER,
        role_groups.FORFEITERS,
        ("seized", "in-custody"),
        _forfeit,
        N_("From then on it belongs to the victims first."),
    ),
    _of(
        "keep",
        N_("Note that a court keeps it"),
        N_("Note the court's order"),
        COURT_PAPER,
        role_groups.COURT_NOTERS,
        ("frozen", "seized", "in-custody"),
        _keep,
        N_("The law's clock is met."),
    ),
    _of(
        "sell",
        N_("Note the sale"),
        N_("Note the sale"),
        (
            Field("amount", N_("Price"), "money", unit=N_("baht")),
            Field("method", N_("How it was sold")),
            AT,
            DOCUMENT,
        ),
        role_groups.ASSET_CUSTODIANS,
        ("forfeited",),
        _sell,
    ),
    _of(
        "move",
        N_("Take into custody, or move"),
        N_("Note the place"),
        (PLACE, SEAL, AT, WHY),
        role_groups.ASSET_CUSTODIANS,
        HELD,
        _move,
    ),
    _of(
        "value",
        N_("Record a valuation"),
        N_("Record the valuation"),
        (WORTH, Field("valuer", N_("Who valued it")), Field("method", N_("How it was valued")), AT, DOCUMENT),
        role_groups.ASSET_KEEPERS,
        ("traced", "frozen", *HELD),
        _value,
    ),
    _of(
        "cost",
        N_("Book a cost"),
        N_("Book the cost"),
        (Field("amount", N_("Cost"), "money", unit=N_("baht")), Field("what", N_("What for")), AT, DOCUMENT),
        role_groups.ASSET_CUSTODIANS,
        (*HELD, "realised"),
        _cost,
    ),
    _of(
        "claim",
        N_("Take down an owner's claim"),
        N_("Take down the claim"),
        (Field("who", N_("Who says it is theirs")), Field("grounds", N_("On what grounds"), "area")),
        role_groups.CLAIM_FILERS,
        ("traced", "frozen", *HELD, "realised"),
        _claim,
        N_("Until it is decided nothing is forfeited or paid."),
    ),
    _of(
        "give-back",
        N_("Give it back"),
        N_("Note that it was given back"),
        (WHY, AT),
        role_groups.ASSET_KEEPERS,
        ("frozen", *HELD),
        _give_back,
    ),
)
BY_NAME = {one.step.id: one for one in STEPS}
PART = Field("amount", N_("Only a part"), "money", required=False, unit=N_("baht"))


def steps_of(asset: AssetView, officer: Officer) -> list[Step]:
    """What the officer may do with the asset now, what it waits for first."""
    fit = [one.step for one in STEPS if asset.state in one.states and one.step.open_to(officer)]
    money = classes.class_of(asset.kind).money
    upheld = any(claim.state == "upheld" for claim in asset.claims)
    waiting = upheld or any(claim.state == "open" for claim in asset.claims)
    barred = {
        "seize": asset.value is None,
        "sell": money or waiting,
        "forfeit": waiting,
        "give-back": asset.state == "forfeited" and not upheld,
    }
    found = [with_part(step, money) for step in fit if not barred.get(step.id, False)]
    first = _first(asset, upheld)
    return sorted(found, key=lambda step: step.id != first)


def _first(asset: AssetView, upheld: bool) -> str:
    if upheld or asset.state == "lapsed":
        return "give-back"
    return "value" if asset.state == "traced" and asset.value is None else ""


def with_part(step: Step, money: bool) -> Step:
    """Money alone goes back in part."""
    if step.id != "give-back" or not money:
        return step
    return Step(step.id, step.title, step.button, (*step.fields, PART), step.roles, step.note)


DECIDE_CLAIM = Step(
    "decide",
    N_("Note the court's decision on this claim"),
    N_("Note the decision"),
    (Field("decision", N_("The court says"), "choice", options="decisions"), WHY, *COURT_PAPER),
    role_groups.CLAIM_DECIDERS,
)


def trace_form(kind: ClassView, told: Tables) -> Step:
    """The form of a new asset, made from what its class declares."""
    particulars = tuple(
        Field(
            f"p-{one.name}",
            told.text(one.label),
            "area" if one.kind == "text" else "line",
            one.required,
            unit=told("unit", one.unit),
            pattern=one.pattern,
        )
        for one in kind.particulars
    )
    return Step(
        "new",
        N_("New asset"),
        N_("Register the asset"),
        (
            Field("kind", "", "hidden"),
            Field("case", N_("Case"), pattern="[A-Za-z0-9._\\-]+", most=40),
            Field("title", N_("What it is, in a few words")),
            *particulars,
            Field("found_with", N_("With whom or where it was found"), required=False),
        ),
        role_groups.ASSET_TRACERS,
    )
