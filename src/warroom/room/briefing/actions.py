"""Counts of actions by pillar, kind and state, the harm they were expected to do, and the results of joint
operations.
"""

from sqlalchemy import BigInteger, Numeric, Select, and_, cast, func, or_, select

from warroom.actions.operations.views import RESULT_KINDS
from warroom.actions.schema import Action, ActionDocument, Operation, OperationResult
from warroom.law.kinds.declarations import PILLARS, load_kind
from warroom.room.briefing.figures import BriefingScope, compute_figure, select_briefing_rows
from warroom.room.briefing.views import ActionCount, BriefingFigure, FoundCount
from warroom.survivors.statistics import K, round_count

# Kinds of result that count people: their small counts are suppressed as in the survivors'
# statistics.
PEOPLE = ("person", "arrest")
# The document that states the expected harm of a cut, before it is approved.
COLLATERAL = "collateral-statement"


def count_actions_by_pillar(asked: BriefingScope) -> tuple[ActionCount, ...]:
    """Actions proposed in the period, pillar by pillar."""
    query = (
        select(Action.pillar, Action.kind, Action.state, func.count())
        .where(asked.is_in_period(Action.proposed_at), asked.is_visible(Action.case_id))
        .group_by(Action.pillar, Action.kind, Action.state)
    )
    action_counts = [
        ActionCount(pillar, kind, load_kind(kind).title, state, count)
        for pillar, kind, state, count in asked.session.execute(query)
    ]
    order = tuple(PILLARS)
    return tuple(
        sorted(
            action_counts,
            key=lambda action_count: (
                order.index(action_count.pillar),
                action_count.kind,
                action_count.state,
            ),
        )
    )


def list_operation_figures(asked: BriefingScope) -> list[BriefingFigure]:
    """Actions proposed, and joint operations whose hour lies in the period."""
    proposed = select_briefing_rows(
        "action", Action.id, Action.reference, Action.proposed_at, None, Action.state
    ).where(asked.is_in_period(Action.proposed_at), asked.is_visible(Action.case_id))
    operations = select_briefing_rows(
        "operation", Operation.id, Operation.title, Operation.hour, None, Operation.state
    ).where(asked.is_in_period(Operation.hour), asked.is_visible(Operation.case_id))
    return [
        compute_figure(asked, "operations", "actions", proposed, ""),
        compute_figure(asked, "operations", "joint", operations, ""),
    ]


def count_operation_findings(asked: BriefingScope) -> tuple[FoundCount, ...]:
    """Results of the period's operations, by kind. People are counted per operation: a count below 11 is
    suppressed, the rest is rounded to 5, so that the difference of two periods does not disclose one person.
    """
    query = (
        select(
            OperationResult.kind,
            func.coalesce(func.sum(OperationResult.count), 0),
            func.coalesce(func.sum(OperationResult.amount), 0),
        )
        .join(Operation, Operation.id == OperationResult.operation_id)
        .where(asked.is_in_period(Operation.hour), asked.is_visible(Operation.case_id))
        # By operation and not over the period: suppression has to hold for each operation's own
        # count, or two overlapping periods would give it away by subtraction.
        .group_by(OperationResult.kind, Operation.id)
    )
    sums: dict[str, FoundCount] = {kind: FoundCount(kind, 0, 0, False) for kind in RESULT_KINDS}
    met = set()
    for kind, count, amount in asked.session.execute(query):
        met.add(kind)
        sums[kind] = _add_finding(sums[kind], int(count), int(amount))
    return tuple(sums[kind] for kind in RESULT_KINDS if kind in met)


def _add_finding(before: FoundCount, count: int, amount: int) -> FoundCount:
    if before.kind not in PEOPLE:
        return FoundCount(before.kind, before.count + count, before.amount + amount, False)
    # A suppressed count adds nothing to the sum, which would otherwise disclose it.
    few = 0 < count < K
    return FoundCount(before.kind, before.count + (0 if few else round_count(count)), 0, before.few or few)


def list_collateral_figures(asked: BriefingScope) -> list[BriefingFigure]:
    """Homes and clinics in the collateral statements of actions approved in the period, the newest of each."""
    return [
        compute_figure(asked, "harm", name, _select_collateral(asked, name), "number")
        for name in ("homes", "clinics", "clinics_with_backup")
    ]


def _select_collateral(asked: BriefingScope, name: str) -> Select[tuple[str, str, str, object, int, str]]:
    # A newer statement replaces the one before; counting both would count homes twice.
    newest = (
        select(func.max(ActionDocument.id))
        .where(ActionDocument.prerequisite == COLLATERAL)
        .group_by(ActionDocument.action_id, ActionDocument.operation_id)
    )
    number = cast(cast(ActionDocument.content[name].astext, Numeric), BigInteger)
    lies = or_(
        ActionDocument.action_id == Action.id,
        and_(
            ActionDocument.operation_id == Action.operation_id,
            # Of an operation's statement one line, however many of its actions it is about.
            Action.id == _first_of_operation(),
        ),
    )
    return (
        select_briefing_rows("action", Action.id, Action.reference, Action.approved_at, number, Action.state)
        .select_from(ActionDocument)
        .join(Action, lies)
        .where(
            ActionDocument.id.in_(newest),
            asked.is_in_period(Action.approved_at),
            asked.is_visible(Action.case_id),
            number > 0,
        )
    )


def _first_of_operation() -> object:
    others = Action.__table__.alias("others")
    return (
        # The first action approved stands for the operation, so that its statement is counted once.
        select(func.min(others.c.id))
        .where(others.c.operation_id == ActionDocument.operation_id, others.c.approved_at.is_not(None))
        .correlate(ActionDocument)
        .scalar_subquery()
    )
