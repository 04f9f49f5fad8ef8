"""What was decided: cases, holds, approvals, clocks, releases, appeals, orders and the audit log, in PostgreSQL.

Analysis only proposes; here a named officer decides, under a dated legal rule, for an exact amount, for a limited
time, and every decision is a row in an append-only log. Web and command line call the services of this package and
get frozen dataclasses back (`warroom.operations.views`); they never see a table.

It refuses: to hold a whole account, to hold more than the loss or the balance, to let one baht serve two victims, to
let a signal decide, to let one person stand for two, to act under a rule no lawyer has confirmed (outside exercises),
and to write a partner's message format: that is `warroom.exchange`.
"""

from warroom.operations.ledger import Ledger

__all__ = ["Ledger"]
