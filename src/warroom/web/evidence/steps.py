"""The forms of what may be done with evidence: a step of an item's custody, and taking more in."""

from functools import partial

from warroom.web.kit.forms import FormField, index_steps, make_step
from warroom.web.kit.words.mark import N_

FIELDS = {
    "why": FormField("reason", N_("Why")),
    "why-in": FormField("reason", N_("Why it is taken in")),
    "checked": FormField("reason", N_("What you received and checked")),
    "place": FormField("location", N_("Where it is kept"), required=False),
    "new-place": FormField("location", N_("Where it is kept")),
    "seal": FormField("seal", N_("Number of the seal"), required=False),
    "new-seal": FormField("seal", N_("Number of the seal")),
    "receiver": FormField("receiver", N_("To whom"), "choice", options="receivers"),
    "holder": FormField("holder", N_("Who works with it"), "choice", options="receivers"),
    "image": FormField("sha256", N_("The image taken of a thing"), "digest", required=False),
    "owner": FormField("owner", N_("Who got it back")),
    "court": FormField("court", N_("Court")),
    "court-order": FormField("court_order", N_("Number of the order")),
    "origin": FormField("origin", N_("From whom and where it was taken"), required=False),
    "name": FormField("name", N_("What it is")),
    "about": FormField("description", N_("Description"), required=False),
    "order": FormField("order_id", N_("Number of the order")),
}
_form = partial(make_step, FIELDS)

WAITS, GONE = (
    N_("You hold it until the receiver accepts."),
    N_("The file is deleted for good; its fingerprint and custody record remain."),
)
STEPS = index_steps(
    _form("accept", N_("Accept the hand-over"), N_("Accept: I have it now"), "checked place seal"),
    _form("declined", N_("End the hand-over"), N_("End the hand-over"), "why"),
    _form("offered", N_("Hand it over"), N_("Offer the hand-over"), "receiver why place seal", WAITS),
    _form("copies", N_("Make a working copy"), N_("Note the working copy"), "holder why image"),
    _form("sealed", N_("Seal it"), N_("Note the seal"), "new-seal why"),
    _form("moved", N_("Move it"), N_("Note the place"), "new-place why seal"),
    _form("returned", N_("Give it back to its owner"), N_("Note that it was given back"), "owner why"),
    _form(
        "destroyed",
        N_("Destroy it by a court's order"),
        N_("Destroy it: the file is deleted for good"),
        "court court-order why",
        GONE,
        grave=True,
    ),
)
UPLOAD = _form("file", N_("Add a file"), N_("Take the file in"), "why-in about origin place")
KEPT = N_("A telephone, a SIM box, a book: what is kept in a cupboard.")
FROZEN = N_("The trail as it is now, with the fingerprint that approvals carry.")
ADDING = index_steps(
    _form("thing", N_("Add a thing"), N_("Take the thing in"), "name why-in about origin place seal", KEPT),
    _form("trail", N_("Add the frozen trail"), N_("Take the trail in"), "why-in", FROZEN),
    _form("message", N_("Add a message as it went out"), N_("Take the message in"), "order why-in"),
)
BUNDLE = _form("bundle", N_("Bundle for the court"), N_("Make the bundle and download it"), "why")
