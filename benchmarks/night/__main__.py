"""Run a night and print its table."""

import argparse
import json
import random
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

from benchmarks.harness import describe_machine, read_commit, start_run
from benchmarks.night import __doc__ as about
from benchmarks.night.count import Found, count
from benchmarks.night.faults import LANES, Fault, Measured, Night
from benchmarks.night.founding import Evening
from benchmarks.night.house import House
from benchmarks.night.traffic import Traffic
from warroom_lab.demo.staff import PASSWORD

HOURS = 12
BAR_SECONDS = 60.0
WRONG = ("lost", "doubled", "erased", "forged", "clocks")


def main(arguments: Sequence[str] | None = None) -> int:
    run = start_run(about, arguments, quick="ten faults in some three minutes", options=add_options)
    given = run.given
    minutes = given.minutes or (3.0 if run.is_quick else 30.0)
    faults = given.faults or (10 if run.is_quick else 60)
    with tempfile.TemporaryDirectory(prefix="warroom-night-") as name:
        folder = Path(name)
        house = House(folder, Path(given.log) if given.log else folder / "server.log")
        try:
            night = _begun(house, given.seed, minutes)
            measured = _faults(night, _drawn(night.chance, faults, given.only, house), minutes)
            wrong, found = _morning(night)
        finally:
            house.end()
    missed = _show(measured, found, wrong, house, given)
    if given.out:
        Path(given.out).write_text(json.dumps([asdict(one) for one in measured], indent=1))
    return int(missed)


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--faults", type=int, help="how many; 60")
    parser.add_argument("--minutes", type=float, help="how long the twelve hours take at least; 30")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--only", default="", help="kinds by their names, by comma")
    parser.add_argument("--out", help="a file for what was measured as JSON")
    parser.add_argument("--log", help="a file for what the server says")


def _begun(house: House, seed: int, minutes: float) -> Night:
    print("founding the house ...", flush=True)
    keys = Evening(house, seed).found()
    house.clock.begin(HOURS * 60 / minutes)
    house.start()
    traffic = Traffic(house, keys, seed)
    traffic.start()
    return Night(house, traffic, random.Random(seed))


def _drawn(chance: random.Random, faults: int, only: str, house: House) -> list[list[tuple[str, Fault]]]:
    """For each lane its faults by chance: every kind comes about as often as any other."""
    kinds = [(lane, kind) for lane, each in enumerate(LANES) for kind in each]
    wanted = [word.strip() for word in only.split(",") if word.strip()]
    kinds = [
        one for one in kinds if (not wanted or one[1] in wanted) and (house.disk or one[1] != "full disk")
    ]
    drawn: list[tuple[int, str]] = []
    while len(drawn) < faults:
        drawn += chance.sample(kinds, min(len(kinds), faults - len(drawn)))
    chance.shuffle(drawn)
    return [[(kind, LANES[lane][kind]) for at, kind in drawn if at == lane] for lane in range(len(LANES))]


def _faults(night: Night, lanes: Sequence[Sequence[tuple[str, Fault]]], minutes: float) -> list[Measured]:
    """Let all of them happen, each lane over the whole night."""
    measured: list[Measured] = []
    ends = time.monotonic() + minutes * 60

    def walk(lane: Sequence[tuple[str, Fault]]) -> None:
        for left, (kind, fault) in zip(range(len(lane), 0, -1), lane, strict=True):
            # What remains of the night is shared by what remains to happen in it.
            slot = max(0.0, ends - time.monotonic()) / left
            began = time.monotonic()
            measured.append(_happened(night, kind, fault))
            time.sleep(max(2.0, night.chance.uniform(0.5, 1.0) * slot - (time.monotonic() - began)))

    threads = [threading.Thread(daemon=True, target=walk, args=(lane,)) for lane in lanes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    time.sleep(max(0.0, ends - time.monotonic()))
    return measured


def _happened(night: Night, kind: str, fault: Fault) -> Measured:
    this = Measured(kind, time.monotonic())
    try:
        fault(night, this)
    except Exception as problem:
        this.wrong.append(f"{type(problem).__name__}: {problem}")
    this.until = time.monotonic()
    said = "; ".join(this.wrong)
    print(
        f"  {night.house.clock.right():%H:%M} {kind}: shown {this.shown:.1f} s ({this.where}), up {this.up:.1f} s {said}",
        flush=True,
    )
    return this


def _morning(night: Night) -> tuple[list[str], Found]:
    """Everything comes to rest and is counted; then the house is found a week later, and one word makes it go on."""
    house, wrong = night.house, []
    night.traffic.stop()
    if (took := night.traffic.settle()) > 120:
        wrong.append(f"not everything came in: {took:.0f} s")
    # Notes go with the next look at files and partners.
    if house.wait(lambda sight: sight.codes == frozenset(), 60) > 60:
        wrong.append(f"in the morning the house is unwell: {sorted(house.sight.codes or ())}")
    house.stop()
    found = count(house, night.traffic.kept)
    house.clock.step(timedelta(days=8))
    house.start()
    if house.wait(lambda sight: "health.clock-doubted" in (sight.codes or ()), 60) > 60:
        wrong.append("a week later the clock was believed unasked")
    code, _, said = house.command(
        "clock", "confirm", "--officer", "supervisor", "--password-stdin", said=f"{PASSWORD}\n"
    )
    if code or house.until(lambda: _metric_is(house, "warroom_deadlines_overdue", 0), 120) > 120:
        wrong.append(f"after 'clock confirm' deadlines wait: {said}")
    house.stop()
    after = count(house, night.traffic.kept)
    if len(after.erased) + len(after.doubled) + len(after.forged) > len(found.erased) + len(
        found.doubled
    ) + len(found.forged):
        wrong.append(f"a week later: {after.erased[:2]} {after.doubled[:2]} {after.forged[:2]}")
    return wrong, found


def _metric_is(house: House, name: str, value: float) -> bool:
    return any(line == f"{name} {value:g}" for line in house.ask("/metrics").splitlines())


def _show(
    measured: list[Measured], found: Found, wrong: list[str], house: House, given: argparse.Namespace
) -> bool:
    print(
        f"\nA night of {HOURS} hours, {len(measured)} faults, seed {given.seed}, commit {read_commit()} ({describe_machine()})"
    )
    if house.disk is None:
        print("  No disk could be mounted here: a full one is left out.")
    print(f"  {found.said}; {house.restarts} restarts")
    print(
        f"  {'kind':<30} {'count':>5} {'shown (median, max)':>20} {'up (max)':>9} "
        + "".join(f"{word:>9}" for word in WRONG)
    )
    missed = bool(wrong)
    for kind in sorted({one.kind for one in measured}):
        these = [one for one in measured if one.kind == kind]
        shown, up = [one.shown for one in these], max(one.up for one in these)
        counts = [found.during(word, these) for word in WRONG]
        bad = max(shown) > BAR_SECONDS or up > BAR_SECONDS or any(one.wrong for one in these)
        missed |= bad
        print(
            f"  {kind:<30} {len(these):>5} {statistics.median(shown):>9.1f} s {max(shown):>6.1f} s {up:>7.1f} s "
            + "".join(f"{number:>9}" for number in counts)
            + ("  BELOW THE BAR" if bad else "")
        )
    whole = [len(getattr(found, word)) for word in WRONG]
    missed |= any(whole)
    print(f"  {'all':<30} {len(measured):>5} {'':>20} {'':>9} " + "".join(f"{number:>9}" for number in whole))
    for word in WRONG:
        for text, _ in getattr(found, word)[:5]:
            print(f"  {word}: {text}")
    for text in [*wrong, *(f"{one.kind}: {said}" for one in measured for said in one.wrong)]:
        print(f"  WRONG: {text}")
    return missed


if __name__ == "__main__":
    sys.exit(main())
