"""Stages beside each other: the order each sees, what is left when one fails."""

import sys
from random import Random
from signal import SIGINT
from subprocess import PIPE, Popen
from time import sleep

import pytest

from warroom.signals.payments.features.stages import AHEAD, run_stages


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_each_stage_sees_every_block_in_order_and_after_the_stage_before(threads: int) -> None:
    random, seen = Random(3), {"first": [], "second": [], "third": []}
    blocks = list(range(60))

    def stage(name: str, before: str | None):
        def work(block: int) -> None:
            sleep(random.random() / 2_000)
            assert before is None or block in seen[before]
            seen[name].append(block)

        return work

    run_stages([stage("first", None), stage("second", "first"), stage("third", "second")], blocks, threads)
    assert list(seen.values()) == [blocks] * 3


def test_no_stage_runs_away_from_the_next() -> None:
    ahead, done = [], []
    run_stages(
        [lambda block: ahead.append(block - len(done)), lambda block: sleep(0.001) or done.append(block)],
        range(100),
        2,
    )
    assert max(ahead) <= AHEAD


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("broken", [0, 1, 2])
def test_what_a_stage_raises_is_raised_and_ends_the_others(threads: int, broken: int) -> None:
    done: list[int] = []

    def fails(block: int) -> None:
        if block == 7:
            raise MemoryError("no room")

    stages = [lambda block: sleep(0.0005), lambda block: sleep(0.0005), done.append]
    stages[broken] = fails
    with pytest.raises(MemoryError, match="no room"):
        run_stages(stages, range(200), threads)
    assert len(done) < 50


INTERRUPTED = """
from time import sleep
from warroom.signals.payments.features.stages import run_stages
print("begins", flush=True)
run_stages([lambda block: sleep(0.001)] * 3, range(60_000), 2)
"""


@pytest.mark.parametrize("wait", [0.01, 0.1, 0.2])
def test_an_interrupt_ends_all_threads_at_once(wait: float) -> None:
    with Popen([sys.executable, "-c", INTERRUPTED], stdout=PIPE, stderr=PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        sleep(wait)
        process.send_signal(SIGINT)
        _, said = process.communicate(timeout=10)
    assert "KeyboardInterrupt" in said
