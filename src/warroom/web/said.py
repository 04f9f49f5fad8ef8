"""What a page says after a form: a code in the address, never text from it, and only on the form's own page."""

from starlette.requests import Request

from warroom.web import language
from warroom.web.words import N_

SAID = {
    "/cases/": {
        "approved": N_("Approved. The order goes to the bank; the hold is in effect when the bank answers."),
        "declined": N_("Declined, with your reason."),
        "released": N_("Released. The bank is told until it confirms."),
        "extension": N_("The extension is noted; a hold runs longer only once two officers have approved."),
        "extended": N_("Extended by two officers; the hold shows until when."),
        "answered": N_("The appeal is answered; the holder sees it under the code."),
        "seen": N_("The alert is cleared."),
        "taken": N_("The case is yours now; it stands on the board under Mine."),
        "again": N_("Nothing was done, because your sign-in had ended: check the ticks, then decide again."),
    },
    "/people/": {
        "registered": N_("The person is registered as a presumed victim; ask the commander for screeners."),
        "assigned": N_("The screener is assigned and may open what this person tells."),
        "consented": N_("The consent is recorded; the person may take it back at any time."),
        "referred": N_("The help is asked; note the answer here."),
        "answered": N_("The answer is noted."),
        "stopped": N_("The screening is stopped at the person's wish; they stay a presumed victim."),
        "screened": N_("The screening is complete; the person stays at least a presumed victim."),
        "reviewed": N_("The review is recorded under your name."),
        "decided": N_("The decision is recorded under your name."),
        "extended": N_("The person has more time."),
        "assessed": N_("The assessment is recorded; anything but safe stops a return."),
        "kept": N_("The draft is kept, sealed."),
    },
    "/officers": {
        "added": N_("The officer was added and may sign in now."),
        "ended": N_("The access was ended; what the officer decided stays on record."),
        "asked": N_("One administrator may not give all of these roles; they wait for another one to agree."),
        "changed": N_("The roles hold from the officer's next page on."),
        "refused": N_("The change of roles was refused."),
        "reset": N_("The second factors are gone and every sign-in has ended; the officer sets up new ones."),
    },
    "/account": {
        "password": N_("The password is changed, and every other sign-in of yours has ended."),
        "codes-removed": N_("The authenticator and its recovery codes are gone."),
        "passkey": N_("The passkey is yours; sign in with it from now on."),
        "passkey-removed": N_("The passkey is gone."),
        "ended": N_("That sign-in has ended."),
    },
    "/law": {"confirmed": N_("The rule is confirmed under your name; actions may rest on it from now on.")},
    "/sign-in": {"out": N_("You are signed out.")},
}


def said(request: Request) -> str:
    """The sentence of the code in a page's address, in the reader's language; empty for none."""
    code, path = request.query_params.get("said", ""), request.url.path
    found = next((codes.get(code, "") for start, codes in SAID.items() if path.startswith(start)), "")
    return language.catalog(language.chosen(request)).gettext(found) if found else ""
