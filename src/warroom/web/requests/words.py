"""Words and steps of the pages about requests to partners."""

from warroom.ledger.officers import Officer
from warroom.requests.kinds import declared_kind
from warroom.requests.views import OPEN, RequestView
from warroom.web.kit.fields import Field, Step
from warroom.web.kit.words.mark import N_

STATES = {
    "drafted": N_("waits for approval"),
    "approved": N_("approved, on its way"),
    "sent": N_("sent, not yet acknowledged"),
    "acknowledged": N_("acknowledged, answer owed"),
    "answered": N_("answered"),
    "partly": N_("answered in part"),
    "refused": N_("refused"),
    "withdrawn": N_("withdrawn"),
    "lifted": N_("lifted"),
}
SIGNS = {
    "drafted": "open",
    "approved": "open",
    "sent": "part",
    "acknowledged": "part",
    "partly": "part",
    "refused": "refused",
    "withdrawn": "refused",
}
EVENTS = {
    "drafted": N_("drafted"),
    "approved": N_("approved"),
    "sent": N_("sent to the partner"),
    "undelivered": N_("could not be delivered"),
    "acknowledged": N_("acknowledged by the partner"),
    "answered": N_("answered by the partner"),
    "partly": N_("answered in part"),
    "refused": N_("refused by the partner"),
    "noted": N_("a further word of the partner"),
    "late": N_("the answer is late from here on"),
    "reminded": N_("partner reminded"),
    "withdrawn": N_("withdrawn"),
    "document": N_("document of the answer noted"),
    "lift-asked": N_("partner asked to let go"),
    "lifted": N_("the partner let go"),
}
REPLIES = {
    "acknowledged": N_("It has the request"),
    "answered": N_("It answered in full"),
    "partly": N_("It answered in part"),
    "refused": N_("It refused"),
}
SCOPES = {
    "all": N_("Everything"),
    "request": N_("Requests"),
    "hold": N_("Holds"),
    "measure": N_("Other actions"),
}
TABLES = {"state": STATES, "event": EVENTS, "reply": REPLIES, "scope": SCOPES}

WHY = Field("reason", N_("Why"), "area")
APPROVE = Step(
    "approve",
    N_("Approve"),
    N_("Approve the request"),
    note=N_("With the last approval needed it leaves for the partner and its clock runs."),
)
REMIND = Step("remind", N_("Remind the partner"), N_("Send a reminder"))
REPLY = Step(
    "reply",
    N_("Note a reply that came by letter or telephone"),
    N_("Note the reply"),
    (
        Field("reply", N_("What it says"), "choice", options="replies"),
        Field("at", N_("When it came"), "past"),
        Field("text", N_("How it came and what it said"), "area"),
    ),
)
DOCUMENT = Step(
    "document",
    N_("Name a document of the answer"),
    N_("Add the document"),
    (
        Field("name", N_("What the document is")),
        Field("sha256", N_("Its SHA-256, as the evidence room shows it"), pattern="[0-9a-fA-F]{64}", most=64),
    ),
)
WITHDRAW = Step("withdraw", N_("Withdraw it before it leaves"), N_("Withdraw the request"), (WHY,))
LIFT = Step(
    "lift",
    N_("Ask the partner to let go"),
    N_("Ask to let go"),
    (WHY,),
    note=N_("The partner is told until it confirms; only then is it lifted."),
)
STEPS = {step.id: step for step in (APPROVE, REMIND, REPLY, DOCUMENT, WITHDRAW, LIFT)}


def draft_form(stops: bool) -> Step:
    """The form of a new request; only one that stops a payment names an amount and needs its case."""
    return Step(
        "new",
        N_("New request"),
        N_("Draft the request"),
        (
            Field("kind", "", "hidden"),
            Field("partner", N_("To whom"), "choice", options="partners"),
            Field("case", N_("Case"), required=stops, pattern="[A-Za-z0-9._\\-]*", most=40),
            Field("subject", N_("About whom or what")),
            Field("items", N_("What is asked, one thing a line"), "area"),
            Field("purpose", N_("What for"), "area"),
            *((Field("amount", N_("Amount to stop"), "money", unit=N_("baht")),) if stops else ()),
            Field("wanted_by", N_("Answer wanted by"), "moment", required=False),
            Field("keep_until", N_("The answer is kept until"), "moment"),
        ),
        note=N_("Another officer approves it; only then does it leave."),
    )


def steps_of(request: RequestView, officer: Officer) -> list[Step]:
    """What the officer may do with a request next, what the page asks for first."""
    kind, state = declared_kind(request.kind), request.state
    left = request.sent_at is not None
    mine = officer.username == request.drafted_by or officer.username in request.approved_by
    works = officer.may(*kind.hands)
    asked = any(event.kind == "lift-asked" for event in request.events)
    open_now = {
        "approve": state == "drafted" and not mine and officer.may(*kind.action.approves),
        "reply": works and left and state in (*OPEN, "approved", "partly"),
        "remind": works and state in OPEN,
        "document": left and (works or officer.may("custodian")),
        "withdraw": works and state in ("drafted", "approved"),
        "lift": works and kind.action.undo == "lift" and not asked and state in (*OPEN, "answered", "partly"),
    }
    found = [STEPS[name] for name, may in open_now.items() if may]
    late_first = request.late and state in OPEN
    return sorted(found, key=lambda step: not (late_first and step is REMIND))
