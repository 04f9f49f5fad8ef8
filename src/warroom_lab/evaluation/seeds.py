"""All policies on one seed, here or in a process of its own."""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, replace
from multiprocessing.queues import SimpleQueue

from warroom_lab.evaluation.background import Background, settle
from warroom_lab.evaluation.frontier import frontier
from warroom_lab.evaluation.plan_bound import plan_bound
from warroom_lab.evaluation.play import Played, play
from warroom_lab.evaluation.policies import policy_named
from warroom_lab.evaluation.policies.frontier import Frontier, PlanBound
from warroom_lab.evaluation.progress import Step, Watch
from warroom_lab.evaluation.scores import Figure, score
from warroom_lab.evaluation.tools import Tool
from warroom_lab.evaluation.twins import Twin, twin
from warroom_lab.world.drawing.sizes import Size
from warroom_lab.world.population.nation import Nation

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


def one_seed(asked: Asked, seed: int, tell: Tell, nation: Nation | None = None) -> OfSeed:
    """Make the country, or add crime to a nation that is there already, and play each policy on it."""
    watch = Watch()
    background = settle(asked.size, seed, asked.scenario, nation=nation)
    tell(Step(seed, "", watch.read()))
    return _on(background, asked, seed, tell)


def _on(background: Background, asked: Asked, seed: int, tell: Tell) -> OfSeed:
    watch = Watch()
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
    """Every seed as it is through, `jobs` at a time, or where there are fewer seeds their policies: the figures do not depend
    on how many.
    """
    if jobs == 1 or not seeds or len(seeds) * len(asked.policies) == 1:
        yield from ((seed, one_seed(asked, seed, tell)) for seed in seeds)
        return
    whole = len(seeds) >= jobs
    pieces = [(seed, asked) for seed in seeds] if whole else list(_by_policy(asked, seeds))
    made = _elsewhere if whole else _piece
    found: dict[int, list[tuple[Asked, OfSeed]]] = {seed: [] for seed in seeds}
    # Not fork: Arrow and numba have threads by now, and a forked child waits for locks that nobody holds.
    spawn = multiprocessing.get_context("spawn")
    steps: SimpleQueue[Step] = spawn.SimpleQueue()
    with ProcessPoolExecutor(min(jobs, len(pieces)), spawn, _begin, (steps,)) as pool:
        waiting = {pool.submit(made, one, seed): (seed, one) for seed, one in pieces}
        for (seed, one), each in _as_they_come(waiting, steps, tell):
            found[seed].append((one, each))
            if sum(len(part.policies) for part, _ in found[seed]) == len(asked.policies):
                yield seed, _together(asked, found[seed])


def _by_policy(asked: Asked, seeds: Sequence[int]) -> Iterator[tuple[int, Asked]]:
    for seed in seeds:
        for name in asked.policies:
            yield seed, replace(asked, policies=(name,))


def _together(asked: Asked, parts: Sequence[tuple[Asked, OfSeed]]) -> OfSeed:
    """What was found of one seed in pieces, in the order of the policies."""
    ordered = sorted(parts, key=lambda part: asked.policies.index(part[0].policies[0]))
    scores = {name: figures for _, one in ordered for name, figures in one.scores.items()}
    twin = next((one.twin for _, one in ordered if one.twin is not None), None)
    return OfSeed(scores, twin, tuple(order for _, one in ordered for order in one.orders))


def _as_they_come(
    waiting: "dict[Future[OfSeed], tuple[int, Asked]]", steps: "SimpleQueue[Step]", tell: Tell
) -> Iterator[tuple[tuple[int, Asked], OfSeed]]:
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


_settled: list[tuple[int, Background]] = []
"""In a process of the pool: the last country made, on which the next policy may have to be played too."""


def _piece(asked: Asked, seed: int) -> OfSeed:
    if not _settled or _settled[0][0] != seed:
        watch = Watch()
        _settled[:] = [(seed, settle(asked.size, seed, asked.scenario))]
        _steps[0].put(Step(seed, "", watch.read()))
    return _on(_settled[0][1], asked, seed, _steps[0].put)


def _elsewhere(asked: Asked, seed: int) -> OfSeed:
    return one_seed(asked, seed, _steps[0].put)
