"""Words of the pages about assets, proceedings and pay-outs."""

from warroom.web.kit.words.mark import N_

EVENTS = {
    "traced": N_("traced"),
    "frozen": N_("frozen"),
    "seized": N_("seized"),
    "moved": N_("moved"),
    "kept": N_("kept by a court until it has judged"),
    "forfeited": N_("forfeited by a court"),
    "realised": N_("sold"),
    "lapse-warning": N_("warning: it is due soon"),
    "lapsed": N_("its time ran out"),
    "returned": N_("given back"),
    "pooled": N_("into the pot of a pay-out"),
    "claim-filed": N_("owner's claim taken down"),
    "claim-decided": N_("owner's claim decided"),
}
DECISIONS = {"upheld": N_("The claim is right"), "rejected": N_("The claim is not right")}
UNITS = {
    "tokens": N_("tokens"),
    "g": N_("grams"),
    "per mille": N_("parts of 1,000"),
    "km": N_("km"),
    "m²": "m²",
}
VALUERS = {"sale": N_("the sale")}
TABLES = {
    "event": EVENTS,
    "decision": DECISIONS,
    "unit": UNITS,
    "valuer": VALUERS,
}
