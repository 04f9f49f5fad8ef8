"""Words of orders and what partners answered."""

from warroom.web.kit.words.mark import N_

ORDER_KINDS = {
    "hold": N_("hold"),
    "release": N_("release"),
    "expiry": N_("end by itself"),
    "extend": N_("extension"),
    "measure": N_("action"),
    "lift": N_("early end of an action"),
    "withdraw": N_("withdrawal of an action"),
    "request": N_("request"),
    "reminder": N_("reminder"),
}
# What a bank's answer means depends on what it was told.
ANSWERS = {
    "hold": {
        "received": N_("order received, not yet answered"),
        "done": N_("held in full"),
        "partly": N_("held for a part"),
        "refused": N_("refused: nothing is held"),
        "lifted": N_("released by the bank itself"),
    },
    "extend": {
        "received": N_("order received, not yet answered"),
        "done": N_("held for longer"),
        "partly": N_("held for longer, for a part"),
        "refused": N_("refused to hold for longer"),
        "lifted": N_("released by the bank itself"),
    },
    "release": {
        "received": N_("order received, not yet answered"),
        "done": N_("released: the money is free"),
        "partly": N_("released in part"),
        "refused": N_("refused to let go"),
        "lifted": N_("released: the money is free"),
    },
}
ANSWERS["expiry"] = ANSWERS["release"]
ANSWERS["measure"] = ANSWERS["request"] = ANSWERS["reminder"] = {
    "received": N_("order received, not yet answered"),
    "done": N_("done"),
    "partly": N_("done in part"),
    "refused": N_("refused"),
    "lifted": N_("ended by the partner itself"),
}
ANSWERS["lift"] = ANSWERS["withdraw"] = {
    "received": N_("order received, not yet answered"),
    "done": N_("ended early"),
    "partly": N_("ended in part"),
    "refused": N_("refused to end it"),
    "lifted": N_("ended early"),
}
ANSWER_SIGNS = {"received": "open", "partly": "part", "refused": "refused"}
