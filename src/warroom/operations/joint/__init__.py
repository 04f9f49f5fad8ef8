"""Joint operations: many actions of many agencies at one hour, with one go and one time line.

An operation is planned with its places, agencies and actions; each agency says whether it is ready; each action is
approved as its own kind asks; then two officers, one of them a commander, say go on exactly the board they saw, and
everything leaves in one transaction. What is found is counted; people found are screened before anything else, and
named by the numbers of their screenings alone.

It refuses: a go by one officer, on a board that has changed, with an agency not ready, an action not decided, or, for a
raid, without screening plan and shelter.
"""

from warroom.operations.joint.deciding import approve_all, attach_document, call_off, go, say_readiness
from warroom.operations.joint.plan import Plan, plan
from warroom.operations.joint.running import finish, listed, one, report_result, results, say, timeline
from warroom.operations.views.joint import Place

__all__ = [
    "Place",
    "Plan",
    "approve_all",
    "attach_document",
    "call_off",
    "finish",
    "go",
    "listed",
    "one",
    "plan",
    "report_result",
    "results",
    "say",
    "say_readiness",
    "timeline",
]
