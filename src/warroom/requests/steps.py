"""The permitted steps of a request: each with its states, and which of its kind's roles may take it."""

from dataclasses import dataclass
from typing import Literal

from warroom.ledger.officers import Officer
from warroom.requests.kinds import RequestKindDeclaration, load_request_kind
from warroom.requests.views import OPEN, RequestView

NOT_SENT = ("drafted", "approved")


@dataclass(frozen=True, slots=True)
class RequestStep:
    """A step; `states` empty says that it may be taken in any once the request has left. `by`: approvers
    only, or all roles that work on requests of the kind (`hands`); `also`: further roles.
    """

    verb: str
    states: tuple[str, ...] = ()
    by: Literal["hands", "approves"] = "hands"
    also: tuple[str, ...] = ()

    def list_roles(self, kind: RequestKindDeclaration) -> tuple[str, ...]:
        """The roles that may take it with a request of this kind."""
        return (*(kind.action.approves if self.by == "approves" else kind.hands), *self.also)


APPROVE = RequestStep("approve", ("drafted",), "approves")
# Also "approved": a partner may answer before the room knows that the letter left.
REPLY = RequestStep("reply", (*OPEN, "approved", "partly"))
LINK = RequestStep("link", (*OPEN, "partly"))
"""A link by which the partner answers; also its revocation."""
UNLINK = RequestStep("unlink", (*OPEN, "partly"))
REMIND = RequestStep("remind", OPEN)
DOCUMENT = RequestStep("document", also=("custodian",))
# What has left is lifted instead, if its kind can be.
WITHDRAW = RequestStep("withdraw", NOT_SENT)
LIFT = RequestStep("lift", (*OPEN, "answered", "partly"))
NEXT = (APPROVE, REPLY, LINK, UNLINK, REMIND, DOCUMENT, WITHDRAW, LIFT)


def list_next_steps(request: RequestView, officer: Officer) -> list[RequestStep]:
    """What the officer may do with a request next, what the page asks for first."""
    kind, state = load_request_kind(request.kind), request.state
    unsent = request.sent_at is None
    asked = any(event.kind == "lift-asked" for event in request.events)
    barred = {
        APPROVE: officer.username == request.drafted_by or officer.username in request.approved_by,
        REPLY: unsent,
        LINK: unsent,
        UNLINK: unsent,
        DOCUMENT: unsent,
        LIFT: kind.action.undo != "lift" or asked,
    }
    open_steps = [
        step
        for step in NEXT
        if (not step.states or state in step.states)
        and officer.has_role(*step.list_roles(kind))
        and not barred.get(step, False)
    ]
    late_first = request.late and state in OPEN
    return sorted(open_steps, key=lambda step: not (late_first and step is REMIND))
