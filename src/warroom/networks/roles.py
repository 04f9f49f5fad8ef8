"""Scores for seven roles in a group, from structure per layer, flow position and timing; nothing of a person but dealings.

A score orders the persons of one group and means nothing across groups. What each rests on:
organiser     who ties those that others do not tie (Burt's constraint, "Structural Holes", 1992: of all measures the best for
              leaders of 13 role-labelled networks), in contacts and meetings alone, and stands one step behind subjects with a
              ground; less so who has a ground: holding the accounts is not what an organiser does
handler       direct contacts and shared devices with many who have a ground
broker        pairs of neighbours, over all layers, that nothing else ties
recruiter     adverts, pages and their contacts; contacts that began before the other's first money of a ground
transporter   vehicles, bookings and trips paid for several others
mule          a report's money came in; how much of it went out, and how soon
coerced       a trip that somebody else paid or an advert led to; a device that others use; one contact alone and no second
              dealing of one's own. It opens help and no accusation
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from warroom.networks.communities import SubjectGroup
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
    Floats,
    Ints,
    LayeredGraph,
)

if TYPE_CHECKING:
    from scipy import sparse

Role = Literal["organiser", "handler", "broker", "recruiter", "transporter", "mule", "coerced"]
ROLES: tuple[Role, ...] = get_args(Role)
CONTACT = (PHONES, MEETINGS, COMPANIES, SITES)
CONTACT_WEIGHTS = {PHONES: 1.0, MEETINGS: 2.0, COMPANIES: 1.0, SITES: 1.0}
"""Meetings count twice: in the Montagna case telephones told bosses from others no better than chance (area .47), meetings .71."""
RECEIVED_DISCOUNT = 0.3
"""What is left of an organiser's score for who has a ground of their own, or whose trip others paid; chosen."""
SHARED_BY = 25
"""A thing that more persons of the group have is no tie between them."""
FEW = 1e-9


@dataclass(frozen=True)
class GroupTies:
    """The ties inside a group, by the members' own numbers: `members` are their numbers in the graph, `persons` those (own numbers)
    that may have a rank. Columns are as in LayeredGraph; `grounded` and `reported` say it of each member.
    """

    members: Ints
    persons: Ints
    start: Ints
    end: Ints
    layer: Ints
    relation: Ints
    first: Ints
    last: Ints
    amount: Ints
    grounded: Bools
    reported: Bools
    relations: tuple[str, ...]

    @property
    def size(self) -> int:
        return len(self.members)

    def keep_ties(self, kept: Bools) -> "GroupTies":
        """The same members with only these ties."""
        return replace(
            self,
            start=self.start[kept],
            end=self.end[kept],
            layer=self.layer[kept],
            relation=self.relation[kept],
            first=self.first[kept],
            last=self.last[kept],
            amount=self.amount[kept],
        )

    def is_relation(self, *words: str) -> Bools:
        """Per tie whether it has one of these relations."""
        return np.isin(self.relation, [at for at, word in enumerate(self.relations) if word in words])


def select_group_ties(
    graph: LayeredGraph, group: SubjectGroup, grounds: Grounds, unranked: frozenset[int] = frozenset()
) -> GroupTies:
    """The ties of a group; `unranked`: subjects (numbers in the graph) that get no rank."""
    members = np.array(group.members, np.int64)
    own = {number: at for at, number in enumerate(group.members)}
    ties = group.ties
    persons = [own[n] for n in group.members if n not in unranked and graph.is_person(n)]
    return GroupTies(
        members,
        np.array(persons, np.int64),
        np.searchsorted(members, graph.start[ties]),
        np.searchsorted(members, graph.end[ties]),
        graph.layer[ties],
        graph.relation[ties],
        graph.first[ties],
        graph.last[ties],
        graph.amount[ties],
        np.array([n in grounds.by_subject for n in group.members], np.bool_),
        np.array([grounds.is_reported(n) for n in group.members], np.bool_),
        graph.relations,
    )


def score_roles(ties: GroupTies) -> dict[Role, Floats]:
    """Per role a score for each person of `ties.persons`, in that order; 0 where no record points to the role."""
    contacts = project_persons(ties, CONTACT)
    everything = project_persons(ties, range(WALLETS + 1))
    grounded = ties.grounded[ties.persons]
    return {
        "organiser": _score_organisers(ties, contacts, grounded),
        "handler": np.asarray((contacts > 0) @ grounded.astype(np.float64)),
        "broker": count_open_pairs(everything),
        "recruiter": _score_recruiters(ties),
        "transporter": _score_transporters(ties),
        "mule": _score_mules(ties),
        "coerced": _score_coerced(ties, contacts),
    }


def project_persons(ties: GroupTies, layers: Sequence[int]) -> "sparse.csr_matrix":
    """Persons by persons: the weight of their ties in these layers, direct or over one shared thing; symmetric, no loops."""
    from scipy import sparse

    kept = np.isin(ties.layer, list(layers))
    weight = np.array([CONTACT_WEIGHTS.get(layer, 1.0) for layer in range(WALLETS + 1)])[ties.layer[kept]]
    shape = (ties.size, ties.size)
    matrix = sparse.coo_matrix((weight, (ties.start[kept], ties.end[kept])), shape=shape).tocsr()
    matrix = matrix + matrix.T
    is_person = np.zeros(ties.size, np.bool_)
    is_person[ties.persons] = True
    direct = matrix[ties.persons][:, ties.persons]
    things = np.flatnonzero(~is_person)
    having = matrix[ties.persons][:, things] > 0
    shared = np.asarray(having.sum(axis=0)).ravel()
    having = having[:, np.flatnonzero((shared >= 2) & (shared <= SHARED_BY))].astype(np.float64)
    joined = (direct + having @ having.T).tolil()
    joined.setdiag(0)
    return joined.tocsr()


def compute_constraint(matrix: "sparse.csr_matrix") -> Floats:
    """Burt's constraint of each row: 1 and more where all contacts know each other, near 0 where none do; infinite without contacts."""
    from scipy import sparse

    strength = np.asarray(matrix.sum(axis=1)).ravel()
    inverse = np.divide(1.0, strength, out=np.zeros_like(strength), where=strength > 0)
    share = sparse.diags(inverse) @ matrix
    # p_ij + sum over q of p_iq p_qj, squared, over the neighbours j of i.
    whole = share + share @ share
    near = whole.multiply(matrix > 0)
    constraint = np.asarray(near.multiply(near).sum(axis=1)).ravel()
    return np.where(strength > 0, constraint, np.inf)


def count_open_pairs(matrix: "sparse.csr_matrix") -> Floats:
    """Per row the pairs of its neighbours that are not tied themselves."""
    near = (matrix > 0).astype(np.float64)
    degree = np.asarray(near.sum(axis=1)).ravel()
    closed = np.asarray((near @ near).multiply(near).sum(axis=1)).ravel() / 2
    return np.asarray(degree * (degree - 1) / 2 - closed, np.float64)


def rank_scores(scores: Floats) -> Floats:
    """Ranks from 1, the highest score first; equal scores share their mean rank."""
    from scipy.stats import rankdata

    return np.asarray(rankdata(-scores, method="average"), np.float64)


def _score_organisers(ties: GroupTies, contacts: "sparse.csr_matrix", grounded: Bools) -> Floats:
    constraint = compute_constraint(contacts)
    near = (contacts > 0).astype(np.float64)
    # Behind a contact, and no contact oneself: who runs those that hold the accounts seldom deals with the accounts.
    second = ((near @ near) > 0).astype(np.float64) - near
    second.data = np.maximum(second.data, 0)
    behind = np.asarray(second @ grounded.astype(np.float64)).ravel() / max(1, int(grounded.sum()))
    free = np.where(np.isfinite(constraint), 1 / (FEW + constraint), 0.0)
    score = free * (0.25 + behind)
    # Money of a report runs through a mule's account, and a recruit's trip is paid by others: neither is what an organiser does.
    led = np.zeros(ties.size, np.bool_)
    led[ties.start[ties.is_relation("paid_trip_of", "answered")]] = True
    return np.where(grounded | led[ties.persons], score * RECEIVED_DISCOUNT, score)


def _score_recruiters(ties: GroupTies) -> Floats:
    """Ties to pages, direct or over a telephone, and contacts earlier than the other's first money."""
    pages = project_things(ties, (PAGES,), (PHONES,))
    money = np.isin(ties.layer, (MONEY, WALLETS))
    began = np.full(ties.size, np.iinfo(np.int64).max)
    np.minimum.at(began, ties.end[money], ties.first[money])
    met = np.isin(ties.layer, (PHONES, MEETINGS))
    early = np.zeros(ties.size)
    for recruiter, other in ((ties.start, ties.end), (ties.end, ties.start)):
        hit = met & ties.grounded[other] & (ties.first < began[other])
        np.add.at(early, recruiter[hit], 1.0)
    return 3.0 * pages + np.where(early[ties.persons] >= 2, early[ties.persons], 0.0)


def project_things(ties: GroupTies, wanted: Sequence[int], over: Sequence[int]) -> Floats:
    """Per person how many ties of the wanted layers it has, direct or over one thing of the other layers."""
    direct, ends = np.zeros(ties.size), np.isin(ties.layer, list(wanted))
    for side in (ties.start, ties.end):
        np.add.at(direct, side[ends], 1.0)
    through = direct.copy()
    is_person = np.zeros(ties.size, np.bool_)
    is_person[ties.persons] = True
    links = np.isin(ties.layer, list(over))
    for person, other in ((ties.start, ties.end), (ties.end, ties.start)):
        hit = links & ~is_person[other]
        np.add.at(through, person[hit], direct[other[hit]])
    return through[ties.persons]


def _score_transporters(ties: GroupTies) -> Floats:
    """Trips of several others: in one's vehicle, on one's booking, or paid by oneself."""
    moved = ties.is_relation("travels_in", "booked", "paid_trip_of")
    trips = np.zeros(ties.size)
    np.add.at(trips, ties.end[moved], 1.0)
    owned = ties.is_relation("owns")
    np.add.at(trips, ties.start[owned], trips[ties.end[owned]])
    own_trips = trips[ties.persons]
    return np.where(own_trips >= 2, own_trips, 0.0)


def _score_mules(ties: GroupTies) -> Floats:
    """How much of the money that came in went out, and how soon; 0 for who has no ground."""
    money = np.isin(ties.layer, (MONEY, WALLETS))
    paid_in, paid_out = np.zeros(ties.size), np.zeros(ties.size)
    np.add.at(paid_in, ties.end[money], ties.amount[money].astype(np.float64))
    np.add.at(paid_out, ties.start[money], ties.amount[money].astype(np.float64))
    through = np.minimum(paid_in, paid_out) / np.maximum(1.0, np.maximum(paid_in, paid_out))
    score = ties.grounded * (1.0 + through) + ties.reported * 1.0
    return score[ties.persons] + 1e-6 * np.log1p(paid_in[ties.persons])


def _score_coerced(ties: GroupTies, contacts: "sparse.csr_matrix") -> Floats:
    """Signs that somebody else decides: a paid or advertised trip, a device of several persons, one contact alone."""
    scores = np.zeros(ties.size)
    for words, weight in ((("paid_trip_of", "answered"), 1.0), (("booked", "travels_in"), 0.5)):
        hit = ties.is_relation(*words)
        scores[np.unique(ties.start[hit])] += weight
    users = np.zeros(ties.size)
    used = ties.is_relation("uses_device")
    np.add.at(users, ties.end[used], 1.0)
    shared = used & (users[ties.end] >= 2)
    scores[np.unique(ties.start[shared])] += 0.5
    alone = np.asarray((contacts > 0).sum(axis=1)).ravel() == 1
    return np.where(scores[ties.persons] > 0, scores[ties.persons] + 0.25 * alone, 0.0)
