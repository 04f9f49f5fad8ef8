"""What a run of signals may be asked for: how many, and as of when."""

from collections.abc import Collection
from datetime import datetime

from warroom import clock
from warroom.errors import SignalError
from warroom.lake.lake import Lake

RECORDS = ("transfers", "accounts", "holders", "reports")
"""Tables whose newest record is the latest moment that a run may be asked for."""
# Subjects; more than any country's officers look at. It bounds the size of an answer.
MOST = 100_000


def check_budget(budget: int) -> int:
    """The budget (subjects that people can look at) if it is 1 to `MOST`; raises SignalError otherwise."""
    if not 1 <= budget <= MOST:
        raise SignalError(f"A budget is how many accounts can be looked at, 1 to {MOST:,}; {budget} is not.")
    return budget


def check_moment(lake: Lake, as_of: datetime) -> datetime:
    """The moment if something can be known of it; raises SignalError for one after now and after every
    record.
    """
    if as_of > max(find_last_received(lake, RECORDS), clock.get_now()):
        raise SignalError("--as-of is a time to come, of which nothing is known yet; name an earlier one.")
    return as_of


def find_last_received(lake: Lake, tables: Collection[str]) -> datetime:
    """When the newest delivery of these tables came; now where none did."""
    received = [delivery.received_at for delivery in lake.list_deliveries() if delivery.table in tables]
    return max(received, default=clock.get_now())
