"""Ranges of ranks: how far a rank moves when some of the ties had not been recorded.

Ties are dropped at random again and again, each with the same chance, and everyone is ranked each time (as in Borgatti, Carley
and Krackhardt, "On the robustness of centrality measures under conditions of imperfect data", 2006). The range holds nine in ten of these ranks and is widened, since the
ties that are missing already are not seen to be missing. How often it holds the rank of the full records, and how wide it is, is measured
in `benchmarks/groups.py`.
"""

from dataclasses import dataclass

import numpy as np

from warroom.networks.layers import Bools, Floats
from warroom.networks.roles import ROLES, GroupTies, Role, rank_scores, score_roles

LOSSES = (0.1, 0.3)
"""Shares of ties that are dropped: few, and what is usual in police records."""
DRAWS = 60
COVER = 0.9
WIDENED = 1.5
"""Times which the range is as wide as the dropped ties alone make it; chosen on seeds that no figure is reported for."""


@dataclass(frozen=True)
class RankRanges:
    """Per role, for each person of `ties.persons`: the rank by all ties, and for each share of lost ties (LOSSES) the low and the high
    end of its range. `pointed` says whose score any record supports; the ranks of the others say nothing.
    """

    ranks: dict[Role, Floats]
    lows: dict[Role, tuple[Floats, ...]]
    highs: dict[Role, tuple[Floats, ...]]
    pointed: dict[Role, Bools]


def compute_rank_ranges(ties: GroupTies, seed: int = 1, draws: int = DRAWS) -> RankRanges:
    """The ranges of all persons of a group; the same records give the same ranges."""
    scores = score_roles(ties)
    ranks = {role: rank_scores(scores[role]) for role in ROLES}
    lows: dict[Role, list[Floats]] = {role: [] for role in ROLES}
    highs: dict[Role, list[Floats]] = {role: [] for role in ROLES}
    generator = np.random.default_rng(seed)
    for loss in LOSSES:
        drawn = [score_roles(ties.keep_ties(generator.random(len(ties.start)) >= loss)) for _ in range(draws)]
        for role in ROLES:
            low, high = find_range(np.array([rank_scores(scores[role]) for scores in drawn]), ranks[role])
            lows[role].append(low)
            highs[role].append(high)
    return RankRanges(
        ranks,
        {role: tuple(parts) for role, parts in lows.items()},
        {role: tuple(parts) for role, parts in highs.items()},
        {role: scores[role] > 0 for role in ROLES},
    )


def find_range(drawn: Floats, rank: Floats) -> tuple[Floats, Floats]:
    """The low and high end for each column of `drawn` (draws by persons), around the rank by all ties, within the group."""
    low, high = np.quantile(drawn, ((1 - COVER) / 2, 1 - (1 - COVER) / 2), axis=0)
    low, high = np.minimum(low, rank), np.maximum(high, rank)
    middle, half = (low + high) / 2, (high - low) / 2 * WIDENED
    low, high = np.minimum(low, middle - half), np.maximum(high, middle + half)
    return np.clip(np.floor(low), 1, drawn.shape[1]), np.clip(np.ceil(high), 1, drawn.shape[1])
