"""Whether a set of numbers was counted through instead of found: who asks for every number of a block asks who is in it."""

from collections.abc import Sequence
from itertools import pairwise

LONGEST_RUN = 50
"""Numbers in a row, each one more than the one before. Chosen: a gang's batch of SIM cards has some tens."""
LARGEST_SHARE = 0.2
"""Of a large set, the share whose next number lies within `NEAR`."""
NEAR = 10
LARGE_SET = 200


def is_enumerated(numbers: Sequence[str]) -> bool:
    """Whether the numbers' last digits run through a block: a long run, or a large set that is dense.

    Numbers that differ in what stands before their last nine digits belong to different blocks.
    """
    blocks: dict[str, list[int]] = {}
    for number in set(numbers):
        head, digits = _split_tail(number)
        if digits:
            blocks.setdefault(head, []).append(int(digits))
    near = longest = 0
    for values in blocks.values():
        steps = [second - first for first, second in pairwise(sorted(values))]
        near += sum(step <= NEAR for step in steps)
        longest = max(longest, _find_longest_run(steps))
    dense = len(numbers) >= LARGE_SET and near > LARGEST_SHARE * len(numbers)
    return longest > LONGEST_RUN or dense


def _split_tail(number: str) -> tuple[str, str]:
    end = len(number)
    while end and number[end - 1].isdigit() and len(number) - end < 9:
        end -= 1
    return number[:end], number[end:]


def _find_longest_run(steps: Sequence[int]) -> int:
    # A constant step of any size is counting too: every tenth number of a block is still a block.
    longest = run = 1
    last = 0
    for step in steps:
        run = run + 1 if step == last and step <= NEAR else 2
        last, longest = step, max(longest, run)
    return longest
