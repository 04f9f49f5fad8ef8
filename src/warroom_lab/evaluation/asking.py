"""What may be asked of an evaluation: seeds, and policies by their names."""

from collections.abc import Sequence

from warroom.errors import WorldError
from warroom_lab.evaluation.policies import POLICIES

MOST = 1_000
"""Seeds that one range may name."""
HELD_OUT = range(101, 201)
"""Seeds that nothing is ever looked at or tuned on but a release's own figures: a figure tuned on is no evidence."""
RELEASE = 20
"""Held-out seeds that a release run plays at least, all of them held out: fewer would be a look."""


def parse_seeds(text: str) -> tuple[int, ...]:
    """Seeds from '1-20' or '1,4,7-9'; raises WorldError."""
    seeds: list[int] = []
    for part in text.split(","):
        ends = part.strip().split("-")
        if len(ends) > 2 or not all(end.isdecimal() for end in ends) or int(ends[-1]) < int(ends[0]):
            raise WorldError(f"'{text}' names no seeds; write them as 1-20 or 3,5,9, the smaller first.")
        if max(len(end) for end in ends) > 9 or int(ends[-1]) - int(ends[0]) >= MOST:
            raise WorldError(
                f"'{part.strip()}' names too many seeds or too large ones; name at most {MOST} below 10^9."
            )
        seeds += range(int(ends[0]), int(ends[-1]) + 1)
    return tuple(dict.fromkeys(seeds))


def check_seeds_not_held_out(seeds: Sequence[int], *, release: bool = False) -> None:
    """Raise WorldError for a held-out seed, unless this is a release run: held-out seeds alone, and enough of them."""
    held_out = [seed for seed in seeds if seed in HELD_OUT]
    if not held_out or (release and is_release_run(seeds)):
        return
    code = "world.held-out-mixed" if release else "world.held-out"
    raise WorldError(code, seed=held_out[0], first=HELD_OUT[0], last=HELD_OUT[-1], least=RELEASE)


def is_release_run(seeds: Sequence[int]) -> bool:
    """Whether seeds are those of a release run: held out all of them, and enough."""
    return len(seeds) >= RELEASE and all(seed in HELD_OUT for seed in seeds)


def parse_policy_names(text: str) -> tuple[str, ...]:
    """Policies from 'none,warroom'; raises WorldError for one that does not exist or stands twice."""
    names = tuple(part.strip() for part in text.split(","))
    for name in names:
        if name not in POLICIES:
            raise WorldError("world.no-policy", name=name, known=", ".join(POLICIES))
    if len(set(names)) < len(names):
        raise WorldError("world.policy-twice", text=text)
    return names
