"""Actions by pillar, kind and state, what they touched, and joint operations with what they found."""

from sqlalchemy import BigInteger, Numeric, Select, and_, cast, func, or_, select

from warroom.operations.briefing.asking import Asked, figure, lines
from warroom.operations.kinds import PILLARS, kind_of
from warroom.operations.people.statistics import K, rounded
from warroom.operations.schema.measures import Measure, MeasureDocument, Operation, OperationResult
from warroom.operations.views.briefing import ActionCount, Figure, FoundCount
from warroom.operations.views.joint import RESULT_KINDS

PEOPLE = ("person", "arrest")
COLLATERAL = "collateral-statement"


def actions(asked: Asked) -> tuple[ActionCount, ...]:
    """Actions proposed in the period, pillar by pillar."""
    query = (
        select(Measure.pillar, Measure.kind, Measure.state, func.count())
        .where(asked.within(Measure.proposed_at), asked.seen(Measure.case_id))
        .group_by(Measure.pillar, Measure.kind, Measure.state)
    )
    found = [
        ActionCount(pillar, kind, kind_of(kind).title, state, count)
        for pillar, kind, state, count in asked.session.execute(query)
    ]
    order = tuple(PILLARS)
    return tuple(sorted(found, key=lambda one: (order.index(one.pillar), one.kind, one.state)))


def operations(asked: Asked) -> list[Figure]:
    """Actions proposed, and joint operations whose hour lies in the period."""
    proposed = lines("action", Measure.id, Measure.reference, Measure.proposed_at, None, Measure.state).where(
        asked.within(Measure.proposed_at), asked.seen(Measure.case_id)
    )
    joint = lines("operation", Operation.id, Operation.title, Operation.hour, None, Operation.state).where(
        asked.within(Operation.hour), asked.seen(Operation.case_id)
    )
    return [
        figure(asked, "operations", "actions", proposed, ""),
        figure(asked, "operations", "joint", joint, ""),
    ]


def found(asked: Asked) -> tuple[FoundCount, ...]:
    """What the operations of the period found. People are counted by operation: those of fewer than 11 are not told,
    others rounded to 5, so that no two periods tell one person by their difference.
    """
    query = (
        select(
            OperationResult.kind,
            func.coalesce(func.sum(OperationResult.count), 0),
            func.coalesce(func.sum(OperationResult.amount), 0),
        )
        .join(Operation, Operation.id == OperationResult.operation_id)
        .where(asked.within(Operation.hour), asked.seen(Operation.case_id))
        .group_by(OperationResult.kind, Operation.id)
    )
    sums: dict[str, FoundCount] = {kind: FoundCount(kind, 0, 0, False) for kind in RESULT_KINDS}
    met = set()
    for kind, count, amount in asked.session.execute(query):
        met.add(kind)
        sums[kind] = _added(sums[kind], int(count), int(amount))
    return tuple(sums[kind] for kind in RESULT_KINDS if kind in met)


def _added(before: FoundCount, count: int, amount: int) -> FoundCount:
    if before.kind not in PEOPLE:
        return FoundCount(before.kind, before.count + count, before.amount + amount, False)
    few = 0 < count < K
    return FoundCount(before.kind, before.count + (0 if few else rounded(count)), 0, before.few or few)


def collateral(asked: Asked) -> list[Figure]:
    """Homes and clinics in the collateral statements of actions approved in the period, the newest of each."""
    return [
        figure(asked, "harm", name, _touched(asked, name), "number")
        for name in ("homes", "clinics", "clinics_with_backup")
    ]


def _touched(asked: Asked, name: str) -> Select[tuple[str, str, str, object, int, str]]:
    newest = (
        select(func.max(MeasureDocument.id))
        .where(MeasureDocument.prerequisite == COLLATERAL)
        .group_by(MeasureDocument.measure_id, MeasureDocument.operation_id)
    )
    number = cast(cast(MeasureDocument.content[name].astext, Numeric), BigInteger)
    lies = or_(
        MeasureDocument.measure_id == Measure.id,
        and_(
            MeasureDocument.operation_id == Measure.operation_id,
            # Of an operation's statement one line, however many of its actions it is about.
            Measure.id == _first_of_operation(),
        ),
    )
    return (
        lines("action", Measure.id, Measure.reference, Measure.approved_at, number, Measure.state)
        .select_from(MeasureDocument)
        .join(Measure, lies)
        .where(
            MeasureDocument.id.in_(newest),
            asked.within(Measure.approved_at),
            asked.seen(Measure.case_id),
            number > 0,
        )
    )


def _first_of_operation() -> object:
    others = Measure.__table__.alias("others")
    return (
        select(func.min(others.c.id))
        .where(others.c.operation_id == MeasureDocument.operation_id, others.c.approved_at.is_not(None))
        .correlate(MeasureDocument)
        .scalar_subquery()
    )
