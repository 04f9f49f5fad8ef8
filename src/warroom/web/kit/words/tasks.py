"""What the things are called that wait for somebody, by what they are about."""

from warroom.web.kit.words.mark import N_

WHATS = {
    "case": N_("Cases"),
    "appeal": N_("Appeals"),
    "hold": N_("Holds"),
    "extension": N_("Extensions of holds"),
    "action": N_("Actions"),
    "operation": N_("Joint operations"),
    "request": N_("Requests"),
    "asset": N_("Assets"),
    "claim": N_("Owners' claims"),
    "loss": N_("Registered losses"),
    "payout": N_("Pay-outs"),
    "person": N_("People found"),
    "wake": N_("Reminders"),
    "flag": N_("Flags"),
    "flag-appeal": N_("Appeals against flags"),
    "correction": N_("Corrections by files"),
}
