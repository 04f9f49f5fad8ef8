"""What a page says after a form: a code in the address, never text from it, and only on the form's own page."""

from starlette.requests import Request

from warroom.web.kit import language
from warroom.web.kit.words.mark import N_

SAID = {
    "/cases/": {
        "approved": N_("Approved. The order goes to the bank; the hold is in effect when the bank answers."),
        "declined": N_("Declined, with your reason."),
        "released": N_("Released. The bank is told until it confirms."),
        "taken-back": N_("Taken back: no bank was asked, and the amounts are to be decided again."),
        "checked": N_("Noted. Holds in this case can be decided now."),
        "called": N_("Noted. The hold stays as it is until the bank's own answer is recorded."),
        "closed-left": N_("Closed with your reason; nobody need follow it."),
        "extension": N_("The extension is noted; a hold runs longer only once two officers have approved."),
        "extended": N_("Extended by two officers; the hold shows until when."),
        "answered": N_("The appeal is answered; the holder sees it under the code."),
        "seen": N_("The alert is cleared."),
        "sealed": N_("The case is sealed: only the agencies you named know that it is there."),
        "unsealed": N_("The case is open to every agency again."),
        "woken": N_("You are woken then; it stands among what waits for you."),
        "wake-done": N_("The reminder is done."),
        "taken": N_("The case is yours now; it stands on the board under Mine."),
        "again": N_("Nothing was done, because your sign-in had ended: check the ticks, then decide again."),
    },
    "/matches": {
        "same": N_("Called one subject; what is known of either is known of both. u takes it back."),
        "apart": N_("Called two subjects. u takes it back."),
        "taken-back": N_("Taken back: every number is as it was before."),
    },
    "/actions/": {
        "proposed": N_("Proposed. Other officers decide on it; add what must lie with it."),
        "attached": N_("The document is added."),
        "approved": N_("Approved under your name."),
        "decline": N_("Declined, with your reason."),
        "carry-out": N_("The action is in effect, as you reported."),
        "finish": N_("The action is done, as you reported."),
        "withdraw": N_("The action is withdrawn."),
        "lift": N_("The action is ended early; its partner is told until it confirms."),
    },
    "/operations/": {
        "planned": N_("The operation is planned; each agency says whether it is ready."),
        "readiness": N_("Your agency's word stands on the board."),
        "attached": N_("The document lies with the whole operation."),
        "approved": N_("The actions that waited for you are approved under your name."),
        "go": N_("Your go is recorded. With two, one of them a commander's, everything leaves."),
        "no-go": N_("The operation is called off; what had not left is withdrawn."),
        "finished": N_("The operation has ended; its report is kept."),
        "line": N_("The line stands on the time line."),
        "found": N_("The result is counted."),
    },
    "/requests/": {
        "drafted": N_("The request is drafted; another officer approves it, then it leaves."),
        "approve": N_("Your approval is given; with the last one needed the request leaves."),
        "remind": N_("The reminder leaves for the partner."),
        "reply": N_("The reply is noted."),
        "document": N_("The document is noted."),
        "withdraw": N_("The request is withdrawn; the partner never had it."),
        "lift": N_("The partner is asked to let go, and told until it confirms."),
    },
    "/assets/": {
        "traced": N_("The asset is registered; next comes what it is worth."),
        "value": N_("The valuation is recorded."),
        "freeze": N_("The freeze is noted and the law's clock runs."),
        "seize": N_("The seizure is noted and the asset stands in the book."),
        "move": N_("The place is noted."),
        "keep": N_("The court's order is noted and the clock is met."),
        "forfeit": N_("The forfeiture is noted."),
        "sell": N_("The sale is noted; the asset is money now."),
        "cost": N_("The cost is booked."),
        "claim": N_("The claim is taken down; nothing is forfeited or paid until it is decided."),
        "decided": N_("The court's decision on the claim is noted."),
        "give-back": N_("It is noted that the asset was given back."),
    },
    "/proceedings/": {
        "opened": N_("The proceeding is open; next comes the notice to victims."),
        "notice": N_("The notice is noted; victims may register from now on."),
        "losses": N_("The loss is registered; another officer decides on it."),
        "decide": N_("The decision on the loss is recorded."),
        "recovered": N_("It is noted what came back; it is owed no more."),
        "plan": N_("The pay-out is drafted; others approve it as they see it."),
        "approve": N_("Your approval is given; with the last one needed the money stands in the pot."),
        "withdraw": N_("The pay-out is withdrawn."),
        "payments": N_("The payments are noted."),
    },
    "/evidence/": {
        "added": N_("The item is taken in, and you hold it."),
        "accept": N_("You have accepted the item and hold it from now on."),
        "declined": N_("The hand-over is ended."),
        "offered": N_("The hand-over is offered; you hold the item until it is accepted."),
        "copies": N_("The working copy is noted under its number."),
        "sealed": N_("The seal is noted."),
        "moved": N_("The place is noted."),
        "returned": N_("It is noted that the item went back to its owner."),
        "destroyed": N_("The item is destroyed; its hash and custody stay."),
    },
    "/signals/": {
        "looked": N_("Noted that you looked at it."),
        "set-aside": N_("Set aside, with your reason."),
    },
    "/public-reports/": {
        "written": N_("Written; the person reads it with their code."),
        "kept": N_("Kept as a tip; its words can be searched in a moment."),
        "closed": N_("Closed under your name; the receipt says so."),
    },
    "/campaigns/": {
        "written": N_("The draft is kept. Ask another officer to approve it when it is whole."),
        "asked": N_("Asked; another officer reads and approves it."),
        "approved": N_("Approved under your name; it goes out at its hour by itself."),
        "declined": N_("Given back with your reason."),
        "renewed": N_("The alert runs seven days more; whoever carries it on is told."),
        "renewal-asked": N_("Asked for under your name; the alert runs on once another officer approves it."),
        "renewal-approved": N_(
            "Approved under your name: it runs seven days more, and whoever carries it on is told."
        ),
        "opened": N_("Every area hears of it from now on."),
        "ended": N_("Taken back under your name."),
    },
    "/people/": {
        "registered": N_(
            "The person is registered as a presumed victim; it stands on the commander's board at once."
        ),
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
        "suspected": N_("The suspicion is recorded; the person stays a presumed victim."),
        "charge": N_("The charge is asked for; a second officer confirms it."),
        "confirm": N_("The charge is confirmed under your name."),
        "drop": N_("The charge is dropped."),
    },
    "/officers": {
        "added": N_("The officer was added and may sign in now."),
        "ended": N_("The access was ended; what the officer decided stays on record."),
        "asked": N_("One administrator may not give all of these roles; they wait for another one to agree."),
        "changed": N_("The roles hold from the officer's next page on."),
        "refused": N_("The change of roles was declined."),
        "bound": N_("The account at the agency's sign-in is noted."),
        "reset": N_("The second factors are gone and every sign-in has ended; the officer sets up new ones."),
    },
    "/account": {
        "password": N_("The password is changed, and every other sign-in of yours has ended."),
        "codes-removed": N_("The authenticator and its recovery codes are gone."),
        "passkey": N_("The passkey is yours; sign in with it from now on."),
        "passkey-removed": N_("The passkey is gone."),
        "ended": N_("That sign-in has ended."),
    },
    "/flags": {
        "flagged": N_(
            "Flagged under your name for 14 days; banks warn payers from now on, and the holder is told."
        ),
        "declined": N_("Declined under your name; nobody is warned."),
        "renewed": N_("Renewed under your name for 14 days; the holder is told."),
        "flag-ended": N_("The flag has ended; no bank warns payers of this account any more."),
        "answered": N_("The appeal is answered; the holder reads it with the code."),
        "trial": N_("The share is set under your name and holds from now on."),
    },
    "/law": {"confirmed": N_("The rule is confirmed under your name; actions may rest on it from now on.")},
    "/sign-in": {"out": N_("You are signed out.")},
}


def said(request: Request) -> str:
    """The sentence of the code in a page's address, in the reader's language; empty for none."""
    # Whoever makes a link could put any sentence into the room's mouth, if the address held one.
    code, path = request.query_params.get("said", ""), request.url.path
    found = next((codes.get(code, "") for start, codes in SAID.items() if path.startswith(start)), "")
    return language.catalog(language.chosen(request)).gettext(found) if found else ""
