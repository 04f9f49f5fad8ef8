"""Matching without telling, 100,000 asked numbers against a million: `python -m benchmarks.matching [--quick]`.

Both rooms run in this one process, so its seconds are those of both together. Peer: openmined-psi 2.0.6 takes 296 s and
12.6 MB for the same sizes (../shared/research/standards.md).
"""

import os
import random
import sys
import time
from collections.abc import Sequence

from benchmarks.harness import Figure, at_least, at_most, start_run
from warroom.exchange.matching import batches, oprf

ASKED, HELD, COMMON = 100_000, 1_000_000, 5_000
BAR_WHOLE, BAR_READY, BAR_MB = 100.0, 40.0, 17.0
INFO = b"fraud/2026-12"


def draw_numbers(asked: int, held: int, common: int) -> tuple[list[bytes], list[bytes]]:
    """Invented numbers of both rooms, of which `common` are the same."""
    chance = random.Random(20261201)
    drawn = [str(number).encode() for number in chance.sample(range(600_000_000, 999_999_999), asked + held)]
    ours, theirs = drawn[:asked], drawn[asked:]
    theirs[:common] = ours[:common]
    chance.shuffle(theirs)
    return ours, theirs


def measure_matching(asked: int, held: int, common: int) -> list[Figure]:
    ours, theirs = draw_numbers(asked, held, common)
    key = oprf.derive_key_pair(os.urandom(32), b"benchmark", oprf.PARTIAL)
    began, cpu = time.perf_counter(), time.process_time()
    tag_set = batches.build_tag_set(key, INFO, theirs)
    set_seconds, set_cpu = time.perf_counter() - began, time.process_time() - cpu
    began, cpu = time.perf_counter(), time.process_time()
    blinded = batches.blind_numbers(ours)
    evaluation = batches.evaluate_elements(key, INFO, [number.element for number in blinded])
    places = batches.find_common_places(blinded, evaluation, key.public, INFO, tag_set)
    ready_seconds, ready_cpu = time.perf_counter() - began, time.process_time() - cpu
    sent = sum(len(number.element) for number in blinded) + len(tag_set)
    sent += sum(map(len, (*evaluation.elements, *evaluation.proofs)))
    share = asked / ASKED
    load = f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    return [
        at_most("whole, seconds", set_seconds + ready_seconds, "s", BAR_WHOLE * share, load),
        at_most("with the set ready, seconds", ready_seconds, "s", BAR_READY * share, load),
        at_most("whole, processor time", set_cpu + ready_cpu, "s", 2 * BAR_WHOLE * share, "two cores' worth"),
        at_most(
            "with the set ready, processor time", ready_cpu, "s", 2 * BAR_READY * share, "two cores' worth"
        ),
        at_most("bytes both ways", sent / 1e6, "MB", BAR_MB * share, "openmined-psi 12.6"),
        at_most("numbers missed or too many", len(set(places) ^ set(range(common))), "numbers", 0),
        at_least("common numbers found", len(places), "numbers", common),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    run = start_run(__doc__, arguments, quick="a twentieth of both sets")
    divisor = 20 if run.is_quick else 1
    figures = measure_matching(ASKED // divisor, HELD // divisor, COMMON // divisor)
    return run.finish("Matching without telling", figures)


if __name__ == "__main__":
    sys.exit(main())
