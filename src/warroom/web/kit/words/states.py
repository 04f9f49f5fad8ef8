"""Words of states: one table for whatever has a state, each state with the shape of its sign ("" for a plain one)."""

from collections.abc import Mapping

from warroom.web.kit.words.mark import N_

State = tuple[str, str]
STATES: Mapping[str, Mapping[str, State]] = {
    "hold": {
        "proposed": (N_("waits for a second officer"), "open"),
        "approved": (N_("approved, not yet sent"), "open"),
        "sent": (N_("asked"), "open"),
        "in_effect": (N_("held in full"), ""),
        "partly": (N_("given in part"), "part"),
        "refused": (N_("refused by the bank"), "refused"),
        "released": (N_("released"), "open"),
        "expired": (N_("ended by itself"), "open"),
        "declined": (N_("declined"), "refused"),
        "taken_back": (N_("taken back"), "open"),
    },
    "order": {
        "waiting": (N_("waits"), "open"),
        "sent": (N_("sent"), "part"),
        "acknowledged": (N_("answered"), ""),
        "failed": (N_("failed"), "refused"),
        "cancelled": (N_("cancelled"), "open"),
    },
    "appeal": {
        "open": (N_("open"), ""),
        "upheld": (N_("hold kept"), ""),
        "granted": (N_("hold released"), ""),
    },
    "action": {
        "proposed": (N_("waits for approval"), "open"),
        "approved": (N_("approved, not yet sent"), "open"),
        "sent": (N_("sent, not yet answered"), "open"),
        "in_effect": (N_("in effect"), ""),
        "partly": (N_("in effect in part"), "part"),
        "refused": (N_("refused by the partner"), "refused"),
        "done": (N_("done"), ""),
        "lifted": (N_("ended early"), "refused"),
        "lapsed": (N_("ended by itself"), "refused"),
        "withdrawn": (N_("withdrawn"), "refused"),
        "declined": (N_("declined"), "refused"),
    },
    "operation": {
        "planned": (N_("planned"), "open"),
        "go": (N_("under way"), ""),
        "no_go": (N_("called off"), "refused"),
        "ended": (N_("ended"), ""),
    },
    "readiness": {
        "unknown": (N_("has not said yet"), "open"),
        "ready": (N_("ready"), ""),
        "not_ready": (N_("not ready"), "refused"),
    },
    "request": {
        "drafted": (N_("waits for approval"), "open"),
        "approved": (N_("approved, on its way"), "open"),
        "sent": (N_("sent, not yet acknowledged"), "part"),
        "acknowledged": (N_("acknowledged, answer owed"), "part"),
        "answered": (N_("answered"), ""),
        "partly": (N_("answered in part"), "part"),
        "refused": (N_("refused"), "refused"),
        "withdrawn": (N_("withdrawn"), "refused"),
        "lifted": (N_("ended early"), ""),
    },
    "asset": {
        "traced": (N_("traced"), "open"),
        "frozen": (N_("frozen"), "part"),
        "seized": (N_("seized"), ""),
        "in-custody": (N_("in custody"), ""),
        "forfeited": (N_("forfeited by a court"), ""),
        "realised": (N_("sold: money now"), ""),
        "lapsed": (N_("time ran out: goes back"), "refused"),
        "returned": (N_("given back"), ""),
        "pooled": (N_("in the pot of a pay-out"), ""),
    },
    "claim": {
        "open": (N_("open"), "open"),
        "upheld": (N_("upheld: the asset goes back"), ""),
        "rejected": (N_("rejected"), "refused"),
    },
    "loss": {
        "filed": (N_("waits for a decision"), "open"),
        "accepted": (N_("accepted"), ""),
        "refused": (N_("not accepted"), "refused"),
    },
    "plan": {
        "drafted": (N_("waits for approval"), "open"),
        "approved": (N_("approved"), ""),
        "withdrawn": (N_("withdrawn"), "refused"),
    },
    "evidence": {
        "held": (N_("held"), ""),
        "offered": (N_("hand-over waits"), "part"),
        "returned": (N_("given back"), "open"),
        "destroyed": (N_("destroyed"), "refused"),
    },
    "victim": {
        "presumed": (N_("presumed victim"), "part"),
        "identified": (N_("identified victim"), ""),
        "not_identified": (N_("not identified after a full interview"), ""),
        "withdrawn": (N_("withdrew by themselves"), ""),
    },
    "suspect": {
        "none": (N_("no suspicion"), ""),
        "suspected": (N_("suspected"), ""),
        "charged": (N_("charged"), ""),
        "dropped": (N_("charge dropped"), ""),
    },
    "charge": {
        "waiting": (N_("charge asked for, waits for a second officer"), "open"),
        "charged": (N_("charged"), ""),
        "dropped": (N_("charge dropped"), ""),
    },
    "referral": {
        "asked": (N_("asked"), "open"),
        "accepted": (N_("accepted"), ""),
        "refused": (N_("refused"), ""),
        "done": (N_("done"), ""),
        "withdrawn": (N_("taken back"), ""),
    },
    "signal": {
        "looked": (N_("looked at"), ""),
        "set-aside": (N_("set aside"), "off"),
        "lead": (N_("lead begun"), "on"),
        "screening": (N_("screening begun"), "on"),
        "follow": (N_("money followed"), "on"),
    },
}
