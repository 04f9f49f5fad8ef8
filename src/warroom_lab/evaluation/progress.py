"""How far an evaluation is, and how long it may still take."""

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import fmean

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class PlayStep:
    """One thing done: a policy played on a seed; the country of a seed made, where `policy` is empty. Seconds."""

    seed: int
    policy: str
    seconds: float


@dataclass
class EvaluationProgress:
    """Tells of each step with the time left, from what steps of the same kind took so far."""

    seeds: Sequence[int]
    policies: Sequence[str]
    jobs: int
    say: Say
    done: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def report_step(self, step: PlayStep) -> None:
        """Say that a step is done."""
        self.done[step.policy].append(step.seconds)
        what = f"{step.policy} played" if step.policy else "country made"
        self.say(f"seed {step.seed}: {what} in {format_duration(step.seconds)}{self._format_time_left()}")

    def _format_time_left(self) -> str:
        """Nothing is said before each kind of step was done once: they differ too much."""
        kinds = ("", *self.policies)
        if any(not self.done[kind] for kind in kinds):
            return ""
        # By kinds, since a country takes as long as several plays on it.
        seconds = sum(
            fmean(self.done[kind]) * max(0, len(self.seeds) - len(self.done[kind])) for kind in kinds
        )
        return f", about {format_duration(seconds / self.jobs)} left" if seconds else ""


def format_duration(seconds: float) -> str:
    """A span of time as a person says it."""
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


class Stopwatch:
    """Seconds since it was last read."""

    def __init__(self) -> None:
        self._since = time.perf_counter()

    def read_seconds(self) -> float:
        before, self._since = self._since, time.perf_counter()
        return self._since - before
