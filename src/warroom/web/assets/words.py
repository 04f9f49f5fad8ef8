"""Words of the pages about assets, proceedings and pay-outs."""

from warroom.web.kit.words.mark import N_

STATES = {
    "traced": N_("traced"),
    "frozen": N_("frozen"),
    "seized": N_("seized"),
    "in-custody": N_("in custody"),
    "forfeited": N_("forfeited by a court"),
    "realised": N_("sold: money now"),
    "lapsed": N_("time ran out: goes back"),
    "returned": N_("given back"),
    "pooled": N_("in the pot of a pay-out"),
}
EVENTS = {
    "traced": N_("traced"),
    "frozen": N_("frozen"),
    "seized": N_("seized"),
    "moved": N_("moved"),
    "kept": N_("kept by a court until it has judged"),
    "forfeited": N_("forfeited by a court"),
    "realised": N_("sold"),
    "lapse-warning": N_("warning: its time runs out soon"),
    "lapsed": N_("its time ran out"),
    "returned": N_("given back"),
    "pooled": N_("into the pot of a pay-out"),
    "claim-filed": N_("owner's claim taken down"),
    "claim-decided": N_("owner's claim decided"),
}
CLAIMS = {"open": N_("open"), "upheld": N_("upheld: the asset goes back"), "rejected": N_("rejected")}
DECISIONS = {"upheld": N_("The claim is right"), "rejected": N_("The claim is not right")}
LOSSES = {"filed": N_("waits for a decision"), "accepted": N_("accepted"), "refused": N_("not accepted")}
PLANS = {"drafted": N_("waits for approval"), "approved": N_("approved"), "withdrawn": N_("withdrawn")}
UNITS = {
    "tokens": N_("tokens"),
    "g": N_("grams"),
    "per mille": N_("parts of 1,000"),
    "km": N_("km"),
    "m²": "m²",
}
VALUERS = {"sale": N_("the sale")}
SIGNS = {
    "traced": "open",
    "frozen": "part",
    "lapsed": "refused",
    "open": "open",
    "filed": "open",
    "drafted": "open",
    "withdrawn": "refused",
    "refused": "refused",
    "rejected": "refused",
}
TABLES = {
    "state": STATES,
    "event": EVENTS,
    "claim": CLAIMS,
    "decision": DECISIONS,
    "loss": LOSSES,
    "plan": PLANS,
    "unit": UNITS,
    "valuer": VALUERS,
}
