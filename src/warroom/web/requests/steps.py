"""The forms for the steps of a request to a partner."""

from functools import partial

from warroom.web.kit.forms import FormField, FormStep, index_steps, make_step
from warroom.web.kit.words.mark import N_

FIELDS = {
    "why": FormField("reason", N_("Why"), "area"),
    "reply": FormField("reply", N_("What it says"), "choice", options="replies"),
    "came": FormField("at", N_("When it came"), "past"),
    "text": FormField("text", N_("How it came and what it said"), "area"),
    "name": FormField("name", N_("What the document is")),
    "sha256": FormField("sha256", N_("The document"), "digest"),
    "kind": FormField("kind", "", "hidden"),
    "partner": FormField("partner", N_("To whom"), "choice", options="partners"),
    "case": FormField("case", N_("Case"), "pick", required=False, options="case", most=40),
    "its-case": FormField("case", N_("Case"), "pick", options="case", most=40),
    "subject": FormField(
        "subject",
        N_("About whom or what"),
        "pick",
        options="account number person company page domain site device",
    ),
    "items": FormField("items", N_("What is asked, one thing a line"), "area"),
    "purpose": FormField("purpose", N_("What for"), "area"),
    "amount": FormField("amount", N_("Amount to stop"), "money", unit=N_("baht")),
    "wanted": FormField("wanted_by", N_("Answer wanted by"), "moment", required=False),
    "keep": FormField("keep_until", N_("The answer is kept until"), "moment"),
}
_form = partial(make_step, FIELDS)

REPLIED = N_("Note a reply that came by letter or telephone")
LEAVES = N_("With the last approval needed it goes out to the partner and its clock runs.")
TOLD = N_("The order to end it is sent until the partner confirms; only then has it ended.")
LINKED = N_(
    "It opens this request alone, without a sign-in, for 14 days or until the last answer. Send it to the partner yourself."
)
STEPS = index_steps(
    _form("approve", N_("Approve"), N_("Approve the request"), note=LEAVES),
    _form("remind", N_("Remind the partner"), N_("Send a reminder")),
    _form("reply", REPLIED, N_("Note the reply"), "reply came text"),
    _form("link", N_("Let the partner answer by a link"), N_("Make the link"), note=LINKED),
    _form("unlink", N_("Revoke the link for the answer"), N_("Revoke the link")),
    _form("document", N_("Name a document of the answer"), N_("Add the document"), "name sha256"),
    _form("withdraw", N_("Withdraw it before it goes out"), N_("Withdraw the request"), "why"),
    _form("lift", N_("Ask the partner to end it"), N_("Ask to end it"), "why", TOLD),
)


def build_draft_form(stops: bool) -> FormStep:
    """The form of a new request; only a stop-payment has an amount and requires a case."""
    case, amount = ("its-case", "amount") if stops else ("case", "")
    names = f"kind partner {case} subject items purpose {amount} wanted keep"
    return _form("new", N_("New request"), N_("Draft the request"), names)
