"""Words of the pages about requests to partners."""

from warroom.web.kit.words.mark import N_

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
TABLES = {"event": EVENTS, "reply": REPLIES, "scope": SCOPES}
