"""All policies on one seed, here or in a process of its own."""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, replace
from multiprocessing.queues import SimpleQueue

from warroom_lab.evaluation.background import CountryBackground, found_background
from warroom_lab.evaluation.play import PolicyPlay, play_policy
from warroom_lab.evaluation.policies import make_policy
from warroom_lab.evaluation.progress import PlayStep, Stopwatch
from warroom_lab.evaluation.scores import ScoreFigure, compute_figures
from warroom_lab.evaluation.tools import Tool
from warroom_lab.evaluation.twins import Twin, measure_twin
from warroom_lab.evaluation.where import measure_where
from warroom_lab.world.drawing.sizes import Size
from warroom_lab.world.population.nation import Nation

Tell = Callable[[PlayStep], None]
PATIENCE = 0.5
"""Seconds between two looks at how far the other processes are."""


@dataclass(frozen=True)
class EvaluationSetup:
    """What is played on every seed: with which tools, by which clock of crime, against which gangs. `without`: an order
    that is left out on a twin, or nothing."""

    size: Size
    policies: tuple[str, ...]
    tools: frozenset[Tool]
    scenario: str
    gangs: str
    without: str = ""


@dataclass(frozen=True)
class SeedResult:
    """What was found on one seed: policy -> figures; policy -> place -> baht that were lost or held there; what the order that was left
    out had changed; the policies' orders by number."""

    scores: dict[str, dict[str, ScoreFigure]]
    where: dict[str, dict[str, float]]
    twin: Twin | None
    orders: tuple[str, ...]


def play_seed(asked: EvaluationSetup, seed: int, tell: Tell, nation: Nation | None = None) -> SeedResult:
    """Make the country, or add crime to a nation that is there already, and play each policy on it."""
    watch = Stopwatch()
    background = found_background(asked.size, seed, asked.scenario, nation=nation)
    tell(PlayStep(seed, "", watch.read_seconds()))
    return _play_on_background(background, asked, seed, tell)


def _play_on_background(
    background: CountryBackground, asked: EvaluationSetup, seed: int, tell: Tell
) -> SeedResult:
    watch = Stopwatch()
    scores, where, order_twin = {}, {}, None
    orders: list[str] = []
    for name in asked.policies:
        played = _play_policy(background, name, asked)
        scores[name], where[name] = compute_figures(played), measure_where(played)
        orders += [order.order_id for order in played.orders]
        if asked.without and any(order.order_id == asked.without for order in played.orders):
            order_twin = measure_twin(background, played, asked.without, asked.gangs)
        tell(PlayStep(seed, name, watch.read_seconds()))
    return SeedResult(scores, where, order_twin, tuple(orders))


def _play_policy(background: CountryBackground, name: str, asked: EvaluationSetup) -> PolicyPlay:
    return play_policy(background, make_policy(name, asked.size, asked.tools), gangs=asked.gangs)


def play_seeds(
    asked: EvaluationSetup, seeds: Sequence[int], jobs: int, tell: Tell
) -> Iterator[tuple[int, SeedResult]]:
    """Every seed as it is through, `jobs` at a time, or where there are fewer seeds their policies: the figures do not depend
    on how many.
    """
    if jobs == 1 or not seeds or len(seeds) * len(asked.policies) == 1:
        yield from ((seed, play_seed(asked, seed, tell)) for seed in seeds)
        return
    whole = len(seeds) >= jobs
    pieces = [(seed, asked) for seed in seeds] if whole else list(_split_by_policy(asked, seeds))
    made = _play_in_worker if whole else _play_piece
    parts_by_seed: dict[int, list[tuple[EvaluationSetup, SeedResult]]] = {seed: [] for seed in seeds}
    # Not fork: Arrow and numba have threads by now, and a forked child waits for locks that nobody holds.
    spawn = multiprocessing.get_context("spawn")
    steps: SimpleQueue[PlayStep] = spawn.SimpleQueue()
    with ProcessPoolExecutor(min(jobs, len(pieces)), spawn, _start_worker, (steps,)) as pool:
        waiting = {pool.submit(made, piece_asked, seed): (seed, piece_asked) for seed, piece_asked in pieces}
        for (seed, piece_asked), seed_result in _iter_finished(waiting, steps, tell):
            parts_by_seed[seed].append((piece_asked, seed_result))
            if sum(len(part.policies) for part, _ in parts_by_seed[seed]) == len(asked.policies):
                yield seed, _merge_seed_parts(asked, parts_by_seed[seed])


def _split_by_policy(asked: EvaluationSetup, seeds: Sequence[int]) -> Iterator[tuple[int, EvaluationSetup]]:
    for seed in seeds:
        for name in asked.policies:
            yield seed, replace(asked, policies=(name,))


def _merge_seed_parts(
    asked: EvaluationSetup, parts: Sequence[tuple[EvaluationSetup, SeedResult]]
) -> SeedResult:
    """What was found of one seed in pieces, in the order of the policies."""
    ordered = sorted(parts, key=lambda part: asked.policies.index(part[0].policies[0]))
    scores = {name: figures for _, result in ordered for name, figures in result.scores.items()}
    where = {name: places for _, result in ordered for name, places in result.where.items()}
    twin = next((result.twin for _, result in ordered if result.twin is not None), None)
    return SeedResult(scores, where, twin, tuple(order for _, result in ordered for order in result.orders))


def _iter_finished(
    waiting: "dict[Future[SeedResult], tuple[int, EvaluationSetup]]",
    steps: "SimpleQueue[PlayStep]",
    tell: Tell,
) -> Iterator[tuple[tuple[int, EvaluationSetup], SeedResult]]:
    open_ = set(waiting)
    while open_:
        # By timeout too: steps told by the others would else be shown only when a whole seed is through.
        done, open_ = wait(open_, PATIENCE, FIRST_COMPLETED)
        while not steps.empty():
            tell(steps.get())
        for future in done:
            yield waiting[future], future.result()


_steps: "list[SimpleQueue[PlayStep]]" = []
"""In a process of the pool: where it tells of its steps."""


def _start_worker(steps: "SimpleQueue[PlayStep]") -> None:
    _steps.append(steps)


_settled: list[tuple[int, CountryBackground]] = []
"""In a process of the pool: the last country made, on which the next policy may have to be played too."""


def _play_piece(asked: EvaluationSetup, seed: int) -> SeedResult:
    if not _settled or _settled[0][0] != seed:
        watch = Stopwatch()
        _settled[:] = [(seed, found_background(asked.size, seed, asked.scenario))]
        _steps[0].put(PlayStep(seed, "", watch.read_seconds()))
    return _play_on_background(_settled[0][1], asked, seed, _steps[0].put)


def _play_in_worker(asked: EvaluationSetup, seed: int) -> SeedResult:
    return play_seed(asked, seed, _steps[0].put)
