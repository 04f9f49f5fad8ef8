"""Reasons that officers give for what they decide: kept with the decision and in the log."""

from warroom.errors import NotPossible

# Characters of a reason that are kept; the rest is cut. Chosen: a page.
REASON_SIGNS = 2000


def require_reason(reason: str, missing: str) -> str:
    """A reason as it is kept; raises NotPossible with the code `missing` where none was given."""
    if not (kept := reason.strip()[:REASON_SIGNS]):
        raise NotPossible(missing)
    return kept
