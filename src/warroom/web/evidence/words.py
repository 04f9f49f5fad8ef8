"""Words and steps of the pages about evidence and its custody."""

from collections.abc import Iterable

from warroom.access import role_groups
from warroom.evidence.handlers import WALL
from warroom.evidence.views import EvidenceView
from warroom.ledger.officers import Officer
from warroom.web.kit.fields import Field, Step
from warroom.web.kit.words.mark import N_

CUSTODY = {
    "received": N_("taken in"),
    "sealed": N_("sealed"),
    "moved": N_("moved"),
    "offered": N_("hand-over offered"),
    "accepted": N_("hand-over accepted"),
    "declined": N_("hand-over ended"),
    "opened": N_("working copy made"),
    "returned": N_("given back to its owner"),
    "destroyed": N_("destroyed by a court's order"),
}
STATES = {
    "held": N_("held"),
    "offered": N_("hand-over waits"),
    "returned": N_("given back"),
    "destroyed": N_("destroyed"),
}
SIGNS = {"offered": "part", "returned": "open", "destroyed": "refused"}
KINDS = {"file": N_("file"), "thing": N_("thing")}
SOURCES = {
    "upload": N_("uploaded here"),
    "file": N_("added at the machine"),
    "snapshot": N_("the case's frozen trail"),
    "order": N_("a message as it left"),
    "thing": N_("taken into custody"),
}
TABLES = {"custody": CUSTODY, "state": STATES, "kind": KINDS, "source": SOURCES}

WHY = Field("reason", N_("Why"))
PLACE = Field("location", N_("Where it is kept"), required=False)
SEAL = Field("seal", N_("Number of the seal"), required=False)
ACCEPT = Step(
    "accept",
    N_("Accept the hand-over"),
    N_("Accept: I have it now"),
    (Field("reason", N_("What you received and checked")), PLACE, SEAL),
)
DECLINE = Step("declined", N_("End the hand-over"), N_("End the hand-over"), (WHY,))
OFFER = Step(
    "offered",
    N_("Hand it over"),
    N_("Offer the hand-over"),
    (Field("receiver", N_("To whom"), "choice", options="receivers"), WHY, PLACE, SEAL),
    note=N_("You hold it until the receiver accepts."),
)
COPY = Step(
    "copies",
    N_("Make a working copy"),
    N_("Note the working copy"),
    (
        Field("holder", N_("Who works with it"), "choice", options="receivers"),
        WHY,
        Field(
            "sha256",
            N_("SHA-256 of the image, for a thing"),
            required=False,
            pattern="[0-9a-fA-F]{64}",
            most=64,
        ),
    ),
)
SEALED = Step("sealed", N_("Seal it"), N_("Note the seal"), (Field("seal", N_("Number of the seal")), WHY))
MOVED = Step(
    "moved", N_("Move it"), N_("Note the place"), (Field("location", N_("Where it is kept")), WHY, SEAL)
)
RETURNED = Step(
    "returned",
    N_("Give it back to its owner"),
    N_("Note that it was given back"),
    (Field("owner", N_("Who got it back")), WHY),
)
DESTROYED = Step(
    "destroyed",
    N_("Destroy it by a court's order"),
    N_("Destroy it"),
    (Field("court", N_("Court")), Field("court_order", N_("Number of the order")), WHY),
    note=N_("The file goes for good; its hash and custody stay."),
)
STEPS = {step.id: step for step in (ACCEPT, DECLINE, OFFER, COPY, SEALED, MOVED, RETURNED, DESTROYED)}

ORIGIN = Field("origin", N_("From whom and where it was taken"), required=False)
NAME = Field("name", N_("What it is"))
WHY_IN = Field("reason", N_("Why it is taken in"))
ABOUT = Field("description", N_("Description"), required=False)
UPLOAD = Step(
    "file",
    N_("Add a file"),
    N_("Take the file in"),
    (WHY_IN, ABOUT, ORIGIN, PLACE),
    role_groups.EVIDENCE_ADDERS,
)
THING = Step(
    "thing",
    N_("Add a thing"),
    N_("Take the thing in"),
    (NAME, WHY_IN, ABOUT, ORIGIN, PLACE, SEAL),
    role_groups.EVIDENCE_ADDERS,
    N_("A telephone, a SIM box, a book: what is kept in a cupboard."),
)
TRAIL = Step(
    "trail",
    N_("Add the frozen trail"),
    N_("Take the trail in"),
    (WHY_IN,),
    role_groups.EVIDENCE_ADDERS,
    N_("The trail as it is now, under the hash that approvals carry."),
)
MESSAGE = Step(
    "message",
    N_("Add a message as it left"),
    N_("Take the message in"),
    (Field("order_id", N_("Number of the order")), WHY_IN),
    role_groups.EVIDENCE_ADDERS,
)
ADDING = {step.id: step for step in (THING, TRAIL, MESSAGE)}


def steps_of(item: EvidenceView, officer: Officer, gone: bool) -> list[Step]:
    """What the officer may do with an item now, what it waits for first. `gone` says that its holder's access has
    ended: a custodian stands in then.
    """
    if not officer.may(*role_groups.EVIDENCE_KEEPERS):
        return []
    custodian, receives = officer.may("custodian"), item.offered_to.username == officer.username
    holds = item.holder.username == officer.username
    if item.state == "offered":
        return [ACCEPT, DECLINE] if receives else [DECLINE] if holds else []
    if item.state != "held" or not (holds or (gone and custodian)):
        return []
    found = [OFFER, COPY, SEALED, MOVED]
    if item.kind == "thing":
        found.append(RETURNED)
    return [*found, DESTROYED] if custodian else found


def receivers(item: EvidenceView, known: Iterable[Officer]) -> list[tuple[str, str]]:
    """Who may be given the item, by user name; whether the case is open to them the service says."""
    fit = [
        one
        for one in known
        if one.active and one.may(*role_groups.EVIDENCE_KEEPERS) and one.username != item.holder.username
    ]
    return [(one.username, one.name) for one in fit if not item.protected or one.may(WALL)]
