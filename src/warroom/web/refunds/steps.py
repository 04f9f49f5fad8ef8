"""Declarations of the forms for steps of refunds and claims."""

from functools import partial

from warroom.web.kit.forms import FormField, index_steps, make_step
from warroom.web.kit.words.mark import N_

BAHT = N_("baht")
FIELDS = {
    "cases": FormField("cases", N_("Its cases"), "pick", options="case", many=True),
    "pot": FormField("pot", N_("Money to be paid back"), "money", unit=BAHT),
    "holder": FormField("holder", N_("Bank that holds it"), "choice", options="banks"),
    "reference": FormField("reference", N_("AMLO's reference of the account data")),
    "reported": FormField("reported_at", N_("Account data sent"), "past"),
    "notice": FormField("notice", N_("The notice, such as its number in the Gazette")),
    "published": FormField("at", N_("Published"), "past"),
    "accepted": FormField("accepted", N_("Accepted"), "money", unit=BAHT),
    "why-not-all": FormField("reason", N_("Why, where it is not all"), required=False),
    "method": FormField("method", N_("How it is shared"), "choice", options="methods"),
    "reason": FormField("reason", N_("Why"), "area"),
    "payment": FormField("payment", N_("The bank's reference")),
    "digest": FormField("digest", "", "hidden"),
}
_form = partial(make_step, FIELDS)

OPEN_REFUND = _form(
    "new",
    N_("Open a refund"),
    N_("Open the refund"),
    "cases pot holder reference reported",
    N_("The account data goes to AMLO first, as a file of each case."),
)
WINDOW = N_(
    "Victims may claim from then on, for as long as the rule says; each gets a code for their letter."
)
SHARED = N_("Every accepted claim gets its share, to the satang; what nobody claims stays where it is held.")
SHOWN = N_("You approve what this page shows; if anything it rests on has changed, nothing is approved.")
OF_REFUND = index_steps(
    _form("notice", N_("Note the notice to victims"), N_("Note the notice"), "notice published", WINDOW),
    _form("propose", N_("Propose the shares"), N_("Propose the shares"), "method reason", SHARED),
    _form("approve", N_("Approve the shares"), N_("Approve these shares"), "digest", SHOWN),
    _form("withdraw", N_("Withdraw the shares"), N_("Withdraw the shares"), "reason"),
)
OF_CLAIM = index_steps(
    _form("decide", N_("Decide on this claim"), N_("Decide"), "accepted why-not-all"),
    _form("pay", N_("Note the payment"), N_("Note the payment"), "payment"),
)
