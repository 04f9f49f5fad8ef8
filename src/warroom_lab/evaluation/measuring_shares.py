"""The tables of `shares`, measured again: countries where nobody acts, looked at each day, with the truth beside.

Of all accounts between two edges the share that had taken stolen money for a gang by then; an account in no gang's hands counts as
many as there are more of them in life. A higher number never has a lower share: neighbours that would are taken together.
"""

from collections.abc import Sequence

import numpy as np

from warroom_lab.evaluation.background import found_background
from warroom_lab.evaluation.play import PolicyPlay, play_policy
from warroom_lab.evaluation.policies.by_signal import Looks
from warroom_lab.evaluation.policies.nothing import Nothing
from warroom_lab.evaluation.policy import NOTHING, FollowedTrails, Orders, PolicyRoom, RoomNews
from warroom_lab.evaluation.shares import EDGES, SignalName
from warroom_lab.world.drawing.columns import Array
from warroom_lab.world.drawing.sizes import Size


class OnlyLooking(Nothing):
    """Looks each day, and does nothing."""

    def __init__(self, signal: SignalName) -> None:
        self.looks = Looks(signal)

    def get_wake_time(self, now: int) -> int:
        return max(now, self.looks.next)

    def decide_orders(self, room: PolicyRoom, heard: RoomNews) -> Orders:
        self.looks.find_due_look(room)
        return NOTHING

    def collect_followed_trails(self, room: PolicyRoom) -> FollowedTrails:
        return FollowedTrails(why_not="nobody followed any money", looks=tuple(self.looks.made))


def measure_shares(
    size: Size, seeds: Sequence[int], scenario: str, signals: Sequence[SignalName]
) -> dict[str, list[float]]:
    """By signal, the share at each of EDGES."""
    counts = {signal: np.zeros((2, len(EDGES))) for signal in signals}
    for seed in seeds:
        background = found_background(size, seed, scenario)
        for signal in signals:
            counts[signal] += _count_by_edge(play_policy(background, OnlyLooking(signal)))
    return {signal: _pool_falling_shares(*count).tolist() for signal, count in counts.items()}


def _count_by_edge(played: PolicyPlay) -> Array:
    """float64 (2, edges): accounts that were mules' by then, and others as many as in life."""
    used, out = played.truth.map_first_uses(), np.zeros((2, len(EDGES)))
    density = played.run.country.nation.size.density
    for look in played.followed.looks:
        places = np.searchsorted(EDGES, look.chance, side="right") - 1
        for account, place in zip(look.accounts.tolist(), places.tolist(), strict=True):
            if place >= 0 and used.get(account, 1 << 62) <= look.time:
                out[0, place] += 1
            elif place >= 0:
                out[1, place] += 1 if played.truth.find_mule(account) else density
    return out


def _pool_falling_shares(right: Array, wrong: Array) -> Array:
    """Shares that never fall (pool adjacent violators; Barlow and others 1972)."""
    pools: list[list[float]] = []
    for yes, no in zip(right.tolist(), wrong.tolist(), strict=True):
        pools.append([yes, no, 1])
        while len(pools) > 1 and _share(pools[-2]) >= _share(pools[-1]):
            last = pools.pop()
            pools[-1] = [before + here for before, here in zip(pools[-1], last, strict=True)]
    return np.concatenate([np.full(int(pool[2]), _share(pool)) for pool in pools])


def _share(pool: list[float]) -> float:
    return pool[0] / max(pool[0] + pool[1], 1e-9)
