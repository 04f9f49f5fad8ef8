"""Groups in the layered graph: subjects with a ground and who ties them, parted by the Louvain method (Blondel and others,
2008) of scikit-network in a fixed order, so that the same records give the same groups.

Measured on one million subjects and ten million ties: `benchmarks/groups.py`. A group is an aid to reading and no accusation: it
is listed only where several of its members have a ground of their own.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from warroom.networks.grounds import Grounds
from warroom.networks.layers import (
    COMPANIES,
    MEETINGS,
    MONEY,
    PAGES,
    PHONES,
    SITES,
    WALLETS,
    Bools,
    Ints,
    LayeredGraph,
    find_followed_ties,
)

if TYPE_CHECKING:
    from scipy import sparse

WEIGHTS = {MONEY: 1.0, WALLETS: 1.0, PHONES: 2.0, MEETINGS: 2.0, COMPANIES: 2.0, PAGES: 1.0, SITES: 1.0}
"""What one tie weighs, chosen: payments are many and weak, a shared telephone or a meeting is rare and strong."""
JOINING, JOINING_MONEY = 2, 3
"""So many subjects with a ground must be tied to another, or exchange money with it, before it may be a member; chosen."""
LEAST_GROUNDED = 3
"""A group with fewer members that have a ground of their own is not listed: two may be chance."""
SEED = 1


@dataclass(frozen=True)
class SubjectGroup:
    """The members of a group, by number in the graph and in order, those with a ground, and the ties among the members."""

    members: tuple[int, ...]
    grounded: tuple[int, ...]
    ties: Ints


def find_subject_groups(graph: LayeredGraph, grounds: Grounds) -> list[SubjectGroup]:
    """The groups around subjects with a ground, those with the most such members first; none in an empty graph."""
    if not len(graph) or not grounds.by_subject:
        return []
    followed = find_followed_ties(graph)
    core = find_core(graph, followed, list(grounds.by_subject), grounds.victims)
    inner = followed & core[graph.start] & core[graph.end]
    labels = label_communities(graph, inner)
    groups = _collect_groups(graph, labels, core, inner, grounds)
    return sorted(groups, key=lambda group: (-len(group.grounded), -len(group.members), group.members))


def find_core(
    graph: LayeredGraph, followed: Bools, seeds: Collection[int], left_out: Collection[int]
) -> Bools:
    """Per subject whether a group may have it: the seeds, and who ties `JOINING` of them.

    That is who reaches so many seeds within two ties other than money (one finds a telephone, two who else uses it, or who stands
    behind those who call), and persons who exchange money with `JOINING_MONEY`. A mother who calls her son and nobody else here is none.
    """
    core = np.zeros(len(graph), np.bool_)
    core[list(seeds)] = True
    moved = np.isin(graph.layer, (MONEY, WALLETS))
    columns = np.flatnonzero(core)
    near = _count_seeds(graph, followed & ~moved, columns, 2) >= JOINING
    paid = _count_seeds(graph, followed & moved, columns, 1) >= JOINING_MONEY
    paid[paid] = [graph.is_person(number) for number in np.flatnonzero(paid).tolist()]
    core |= near | paid
    core[list(left_out)] = False
    core[columns] = True
    return core


def _count_seeds(graph: LayeredGraph, kept: Bools, columns: Ints, steps: int) -> Ints:
    """Per subject how many of the seeds (`columns`) it reaches over these ties in so many steps."""
    from scipy import sparse

    shape = (len(graph), len(graph))
    ends = np.ones(int(kept.sum()), np.float32)
    matrix = sparse.coo_matrix((ends, (graph.start[kept], graph.end[kept])), shape=shape).tocsr()
    matrix = matrix + matrix.T
    reached = matrix[:, columns]
    for _ in range(steps - 1):
        reached = reached + matrix @ reached
    return np.asarray((reached > 0).sum(axis=1)).ravel()


def label_communities(graph: LayeredGraph, kept: Bools) -> Ints:
    """A community number for each subject, by these ties alone; a subject without one is by itself."""
    from sknetwork.clustering import Louvain

    if not kept.any():
        return np.arange(len(graph), dtype=np.int64)
    matrix = build_matrix(graph, kept)
    return np.asarray(Louvain(random_state=SEED).fit_predict(matrix), np.int64)


def build_matrix(graph: LayeredGraph, kept: Bools) -> "sparse.csr_matrix":
    """The symmetric matrix of these ties. Many records of one tie weigh little more than one: by the logarithm."""
    from scipy import sparse

    rows = np.flatnonzero(kept)
    by_layer = np.array([WEIGHTS[layer] for layer in sorted(WEIGHTS)])
    weight = by_layer[graph.layer[rows]] * (1 + np.log(graph.count[rows]))
    shape = (len(graph), len(graph))
    matrix = sparse.coo_matrix((weight, (graph.start[rows], graph.end[rows])), shape=shape).tocsr()
    return (matrix + matrix.T).tocsr()


def _collect_groups(
    graph: LayeredGraph, labels: Ints, core: Bools, inner: Bools, grounds: Grounds
) -> list[SubjectGroup]:
    members = np.flatnonzero(core)
    order = members[np.argsort(labels[members], kind="stable")]
    cuts = np.flatnonzero(np.diff(labels[order])) + 1
    ties = np.flatnonzero(inner & (labels[graph.start] == labels[graph.end]))
    ties = ties[np.argsort(labels[graph.start[ties]], kind="stable")]
    of_tie = labels[graph.start[ties]]
    groups = []
    for part in np.split(order, cuts):
        grounded = tuple(number for number in part.tolist() if number in grounds.by_subject)
        if len(grounded) >= LEAST_GROUNDED:
            low, high = np.searchsorted(of_tie, (labels[part[0]], labels[part[0]] + 1))
            groups.append(SubjectGroup(tuple(part.tolist()), grounded, ties[low:high]))
    return groups
