"""The forms of what may be done with a request to a partner."""

from functools import partial

from warroom.web.kit.forms import Field, Step, by_id, step_of
from warroom.web.kit.words.mark import N_

FIELDS = {
    "why": Field("reason", N_("Why"), "area"),
    "reply": Field("reply", N_("What it says"), "choice", options="replies"),
    "came": Field("at", N_("When it came"), "past"),
    "text": Field("text", N_("How it came and what it said"), "area"),
    "name": Field("name", N_("What the document is")),
    "sha256": Field("sha256", N_("The document"), "digest"),
    "kind": Field("kind", "", "hidden"),
    "partner": Field("partner", N_("To whom"), "choice", options="partners"),
    "case": Field("case", N_("Case"), "pick", required=False, options="case", most=40),
    "its-case": Field("case", N_("Case"), "pick", options="case", most=40),
    "subject": Field(
        "subject",
        N_("About whom or what"),
        "pick",
        options="account number person company page domain site device",
    ),
    "items": Field("items", N_("What is asked, one thing a line"), "area"),
    "purpose": Field("purpose", N_("What for"), "area"),
    "amount": Field("amount", N_("Amount to stop"), "money", unit=N_("baht")),
    "wanted": Field("wanted_by", N_("Answer wanted by"), "moment", required=False),
    "keep": Field("keep_until", N_("The answer is kept until"), "moment"),
}
_form = partial(step_of, FIELDS)

REPLIED = N_("Note a reply that came by letter or telephone")
LEAVES = N_("With the last approval needed it leaves for the partner and its clock runs.")
TOLD = N_("The order to end it is sent until the partner confirms; only then has it ended.")
STEPS = by_id(
    _form("approve", N_("Approve"), N_("Approve the request"), note=LEAVES),
    _form("remind", N_("Remind the partner"), N_("Send a reminder")),
    _form("reply", REPLIED, N_("Note the reply"), "reply came text"),
    _form("document", N_("Name a document of the answer"), N_("Add the document"), "name sha256"),
    _form("withdraw", N_("Withdraw it before it leaves"), N_("Withdraw the request"), "why"),
    _form("lift", N_("Ask the partner to end it"), N_("Ask to end it"), "why", TOLD),
)


def draft_form(stops: bool) -> Step:
    """The form of a new request; only one that stops a payment names an amount and needs its case."""
    case, amount = ("its-case", "amount") if stops else ("case", "")
    names = f"kind partner {case} subject items purpose {amount} wanted keep"
    return _form("new", N_("New request"), N_("Draft the request"), names)
