"""All policies on one seed, here or in a process of its own."""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, replace
from multiprocessing.queues import SimpleQueue

from warroom.evaluation.background import Background, settle
from warroom.evaluation.frontier import frontier
from warroom.evaluation.plan_bound import plan_bound
from warroom.evaluation.play import Played, play
from warroom.evaluation.policies import policy_named
from warroom.evaluation.policies.frontier import Frontier, PlanBound
from warroom.evaluation.progress import Step, Watch
from warroom.evaluation.scores import Figure, score
from warroom.evaluation.tools import Tool
from warroom.evaluation.twins import Twin, twin
from warroom.world.drawing.sizes import Size

Tell = Callable[[Step], None]
PATIENCE = 0.5
"""Seconds between two looks at how far the other processes are."""


@dataclass(frozen=True)
class Asked:
    """What is played on every seed: with which tools, by which clock of crime, against which gangs. `without`: an order
    that is left out on a twin, or nothing."""

    size: Size
    policies: tuple[str, ...]
    tools: frozenset[Tool]
    scenario: str
    gangs: str
    without: str = ""


@dataclass(frozen=True)
class OfSeed:
    """What was found on one seed: policy -> figures; what the order that was left out had changed; the policies' orders by number."""

    scores: dict[str, dict[str, Figure]]
    twin: Twin | None
    orders: tuple[str, ...]


def one_seed(asked: Asked, seed: int, tell: Tell) -> OfSeed:
    """Make the country and play each policy on it."""
    watch = Watch()
    background = settle(asked.size, seed, asked.scenario)
    tell(Step(seed, "", watch.read()))
    scores, found = {}, None
    orders: list[str] = []
    for name in asked.policies:
        played = _played(background, name, asked)
        scores[name] = score(played)
        orders += [order.order_id for order in played.orders]
        if asked.without and any(order.order_id == asked.without for order in played.orders):
            found = twin(background, played, asked.without, asked.gangs)
        tell(Step(seed, name, watch.read()))
    return OfSeed(scores, found, tuple(orders))


def _played(background: Background, name: str, asked: Asked) -> Played:
    played = play(background, policy_named(name, asked.size, asked.tools), gangs=asked.gangs)
    if name == PlanBound.name:
        return replace(played, bound=plan_bound(played))
    return replace(played, bound=frontier(played, asked.tools)) if name == Frontier.name else played


def all_seeds(asked: Asked, seeds: Sequence[int], jobs: int, tell: Tell) -> Iterator[tuple[int, OfSeed]]:
    """Every seed as it is through, `jobs` at a time: the figures do not depend on how many."""
    if min(jobs, len(seeds)) <= 1:
        yield from ((seed, one_seed(asked, seed, tell)) for seed in seeds)
        return
    # Not fork: Arrow and numba have threads by now, and a forked child waits for locks that nobody holds.
    spawn = multiprocessing.get_context("spawn")
    steps: SimpleQueue[Step] = spawn.SimpleQueue()
    with ProcessPoolExecutor(min(jobs, len(seeds)), spawn, _begin, (steps,)) as pool:
        waiting = {pool.submit(_elsewhere, asked, seed): seed for seed in seeds}
        yield from _as_they_come(waiting, steps, tell)


def _as_they_come(
    waiting: "dict[Future[OfSeed], int]", steps: "SimpleQueue[Step]", tell: Tell
) -> Iterator[tuple[int, OfSeed]]:
    open_ = set(waiting)
    while open_:
        # By timeout too: steps told by the others would else be shown only when a whole seed is through.
        done, open_ = wait(open_, PATIENCE, FIRST_COMPLETED)
        while not steps.empty():
            tell(steps.get())
        for each in done:
            yield waiting[each], each.result()


_steps: "list[SimpleQueue[Step]]" = []
"""In a process of the pool: where it tells of its steps."""


def _begin(steps: "SimpleQueue[Step]") -> None:
    _steps.append(steps)


def _elsewhere(asked: Asked, seed: int) -> OfSeed:
    return one_seed(asked, seed, _steps[0].put)
