"""Stages of work on blocks: each takes the blocks in their order, and different stages may run beside each other."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Condition
from typing import Generic, TypeVar

AHEAD = 16
"""Blocks by which a stage may be ahead of the next: so many are worked on while the memory of a stage grows."""

Block = TypeVar("Block")


def run_stages(stages: Sequence[Callable[[Block], None]], blocks: Sequence[Block], threads: int = 1) -> None:
    """Take every block through every stage, on so many threads; what a stage raises is raised here.

    A stage sees the blocks one after the other, each after the stage before it is through with that block.
    """
    # One thread takes a block through all stages while it is in the cache.
    if min(threads, len(blocks)) < 2:
        for block in blocks:
            for stage in stages:
                stage(block)
        return
    line = _Line(stages, blocks)
    with ThreadPoolExecutor(threads - 1) as others:
        beside = [others.submit(line.work_until_done) for _ in range(threads - 1)]
        try:
            line.work_until_done()
        except (
            BaseException
        ):  # an interrupt too, wherever it meets this thread: the others must not wait for it
            line.stop()
            raise
        for job in beside:
            job.result()


class _Line(Generic[Block]):
    """Which stage can go on: anyone who is idle takes the last that can, so that what was begun is finished first."""

    def __init__(self, stages: Sequence[Callable[[Block], None]], blocks: Sequence[Block]) -> None:
        self.stages, self.blocks = stages, blocks
        self.done = [0] * len(stages)
        self.busy = [False] * len(stages)
        self.failed = False
        self.changed = Condition()

    def work_until_done(self) -> None:
        """Do what can be done until nothing is left to begin."""
        while (stage := self._begin_stage()) is not None:
            finished = False
            try:
                self.stages[stage](self.blocks[self.done[stage]])
                finished = True
            finally:
                self._end_stage(stage, finished)

    def stop(self) -> None:
        """Nobody begins anything more."""
        with self.changed:
            self.failed = True
            self.changed.notify_all()

    def _begin_stage(self) -> int | None:
        with self.changed:
            while not self._is_over():
                # The last first: what it finishes is never touched again, so few
                # blocks are in the cache at once.
                for stage in reversed(range(len(self.stages))):
                    if self._can_begin(stage):
                        self.busy[stage] = True
                        return stage
                self.changed.wait()
            return None

    def _end_stage(self, stage: int, finished: bool) -> None:
        with self.changed:
            self.busy[stage] = False
            self.done[stage] += finished
            # Others must not wait for a stage that will never come.
            self.failed |= not finished
            self.changed.notify_all()

    def _is_over(self) -> bool:
        return self.failed or all(
            done + busy == len(self.blocks) for done, busy in zip(self.done, self.busy, strict=True)
        )

    def _can_begin(self, stage: int) -> bool:
        came = self.done[stage - 1] if stage else len(self.blocks)
        gone = self.done[stage + 1] if stage + 1 < len(self.stages) else self.done[stage]
        return not self.busy[stage] and self.done[stage] < min(came, gone + AHEAD)
