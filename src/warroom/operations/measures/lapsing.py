"""What happens to actions by themselves: nobody decided in time, or their own time is over."""

from datetime import datetime

from sqlalchemy.orm import Session

from warroom.operations.measures.running import end
from warroom.operations.schema import Deadline
from warroom.operations.schema.measures import Measure
from warroom.operations.views.measures import UNDER_WAY

TOO_LATE = "Nobody decided in time."
OVER = "Its time is over."


def strike(session: Session, deadline: Deadline, now: datetime) -> None:
    """A deadline of an action has passed. Silence, a warning, an order that cannot be delivered and a contradiction
    stay struck until somebody deals with them; an action whose time is over ends, and its partner is told.
    """
    measure = session.get_one(Measure, deadline.about_id)
    if deadline.kind == "decide" and measure.state == "proposed":
        end(session, measure, "lapsed", None, TOO_LATE, now)
    elif deadline.kind == "lapse" and measure.state in UNDER_WAY:
        end(session, measure, "lapsed", None, OVER, now)
