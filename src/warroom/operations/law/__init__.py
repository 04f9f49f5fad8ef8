"""Legal rules as dated data, and the lawyer's word on each.

It refuses to let a rule carry an action outside an exercise before a named lawyer has confirmed its exact
text.
"""

from warroom.operations.law.book import (
    APPEAL,
    HOLD_AFTER_COMPLAINT,
    HOLD_ON_REPORT,
    Rule,
    confirm_law,
    rule_at,
    rule_under,
    rules,
    service_level,
    usable_rule,
    written_rules,
)

__all__ = [
    "APPEAL",
    "HOLD_AFTER_COMPLAINT",
    "HOLD_ON_REPORT",
    "Rule",
    "confirm_law",
    "rule_at",
    "rule_under",
    "rules",
    "service_level",
    "usable_rule",
    "written_rules",
]
