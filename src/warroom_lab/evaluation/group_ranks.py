"""How far ranks in groups agree with what was true: organisers and coerced workers among the first ten, and ranges that hold.

Beside the product's organiser rank stand degree and PageRank on the same persons and the same ties. A gang counts once: by the
group that holds most of its members; where no group does, its organiser is not found.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from warroom.networks.communities import SubjectGroup, find_subject_groups
from warroom.networks.grounds import load_grounds
from warroom.networks.layered_graph import build_layered_graph
from warroom.networks.layers import WALLETS, Floats, LayeredGraph
from warroom.networks.rank_ranges import LOSSES, compute_rank_ranges
from warroom.networks.roles import (
    ROLES,
    GroupTies,
    Role,
    project_persons,
    rank_scores,
    score_roles,
    select_group_ties,
)
from warroom_lab.evaluation.country_records import CountryRecords

FIRST = 10
METHODS = ("warroom", "degree", "pagerank")


@dataclass
class GangResult:
    """One gang: persons of its group, its organisers that records name at all, and per method the best organiser's rank (infinite:
    none in the group) and how many coerced persons are among the first ten.
    """

    persons: int
    organisers: int
    present: int
    best: dict[str, float] = field(default_factory=dict)
    coerced: dict[str, int] = field(default_factory=dict)
    coerced_share: float = 0.0


@dataclass
class RangeResult:
    """Of one role at one share of lost ties: ranks of all records, whether the range held each, and its width over the group's persons."""

    held: int = 0
    total: int = 0
    narrow: int = 0
    widths: list[float] = field(default_factory=list)


def measure_groups(
    records: CountryRecords, gangs: Mapping[int, Mapping[str, str]], coerced: set[str]
) -> tuple[list[GangResult], list[GroupTies]]:
    """The result of each gang, and the ties of the groups that stand for gangs. `gangs`: syndicate -> node id -> part."""
    graph = build_layered_graph(records, records.as_of)
    grounds = load_grounds(records, graph, records.index)
    groups = find_subject_groups(graph, grounds)
    results, chosen = [], []
    for members in gangs.values():
        group = _find_group_of(graph, groups, set(members))
        organisers = [name for name, part in members.items() if part == "organiser"]
        if group is None:
            results.append(GangResult(0, len(organisers), 0, dict.fromkeys(METHODS, np.inf)))
            continue
        ties = select_group_ties(graph, group, grounds)
        names = [graph.subjects[ties.members[at]] for at in ties.persons]
        results.append(_measure_gang(ties, names, organisers, coerced))
        chosen.append(ties)
    return results, chosen


def _find_group_of(
    graph: LayeredGraph, groups: Sequence[SubjectGroup], members: set[str]
) -> SubjectGroup | None:
    counts = [sum(graph.subjects[number] in members for number in group.members) for group in groups]
    best = int(np.argmax(counts)) if counts else -1
    return groups[best] if best >= 0 and counts[best] > 0 else None


def _measure_gang(ties: GroupTies, names: list[str], organisers: list[str], coerced: set[str]) -> GangResult:
    is_boss = np.array([name in organisers for name in names], np.bool_)
    is_coerced = np.array([name in coerced for name in names], np.bool_)
    result = GangResult(len(names), len(organisers), int(is_boss.sum()))
    result.coerced_share = float(is_coerced.mean()) if len(names) else 0.0
    for method, scores in _score_methods(ties).items():
        ranks = rank_scores(scores)
        result.best[method] = float(ranks[is_boss].min()) if is_boss.any() else np.inf
        result.coerced[method] = int((is_coerced & (ranks <= FIRST)).sum())
    return result


def _score_methods(ties: GroupTies) -> dict[str, Floats]:
    everything = project_persons(ties, range(WALLETS + 1))
    degree = np.asarray((everything > 0).sum(axis=1)).ravel().astype(np.float64)
    return {
        "warroom": score_roles(ties)["organiser"],
        "degree": degree,
        "pagerank": compute_pagerank(everything),
    }


def compute_pagerank(matrix: sparse.csr_matrix, damping: float = 0.85, rounds: int = 100) -> Floats:
    """PageRank of a symmetric matrix by power iteration; who has no tie gets the even share alone."""
    count = matrix.shape[0]
    strength = np.asarray(matrix.sum(axis=1)).ravel()
    step = matrix.T @ sparse.diags(np.divide(1.0, strength, out=np.zeros_like(strength), where=strength > 0))
    ranks = np.full(count, 1 / max(1, count))
    for _ in range(rounds):
        ranks = damping * (step @ ranks + ranks[strength == 0].sum() / count) + (1 - damping) / count
    return np.asarray(ranks, np.float64)


def measure_ranges(ties: GroupTies, seed: int, results: dict[tuple[Role, float], RangeResult]) -> None:
    """Lose ties once at each share, compute ranges from what is left, and see whether they hold the rank of all ties."""
    scores = score_roles(ties)
    generator = np.random.default_rng(seed)
    for at, loss in enumerate(LOSSES):
        seen = compute_rank_ranges(ties.keep_ties(generator.random(len(ties.start)) >= loss), seed)
        for role in ROLES:
            true = rank_scores(scores[role])
            # Persons whom some record still points at: nobody else is shown with a range.
            shown = (scores[role] > 0) & seen.pointed[role]
            low, high = seen.lows[role][at], seen.highs[role][at]
            result = results.setdefault((role, loss), RangeResult())
            result.total += int(shown.sum())
            result.held += int((shown & (low <= true) & (true <= high)).sum())
            width = (high - low)[shown] / max(1, len(ties.persons))
            result.narrow += int((width < 0.25).sum())
            result.widths += width.tolist()
