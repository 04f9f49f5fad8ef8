"""Every policy on every seed, and what is said of them together."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from warroom.errors import WorldError
from warroom.evaluation.bands import Band, band, kind_of_band
from warroom.evaluation.missing import Missing
from warroom.evaluation.policies import policy_named
from warroom.evaluation.progress import Progress, Say
from warroom.evaluation.scores import METRICS, Value
from warroom.evaluation.seeds import Asked, all_seeds
from warroom.evaluation.twins import Twin
from warroom.world.drawing.sizes import size_named

Scores = dict[str, dict[int, dict[str, Value]]]


@dataclass(frozen=True)
class Evaluation:
    """What was found: policy -> seed -> figure. `twins`: seed -> what one order changed, where one was left out."""

    size: str
    seeds: tuple[int, ...]
    scores: Scores
    twins: dict[int, Twin]

    @property
    def policies(self) -> tuple[str, ...]:
        return tuple(self.scores)

    def band(self, policy: str, metric: str) -> Band | Missing:
        """A figure over the seeds that have one; why there is none where no seed has."""
        values = [self.scores[policy][seed][metric] for seed in self.seeds]
        known = [value for value in values if not isinstance(value, Missing)]
        if known:
            return band(known)
        return next(value for value in values if isinstance(value, Missing))

    def ratio(self, metric: str, policy: str, to: str) -> Band | Missing:
        """A policy's figure over another's on the same seed."""
        if policy not in self.scores or to not in self.scores:
            return Missing(f"{policy} and {to} were not both played")
        # Seed by seed, not mean over mean: how much one country loses to crime divides out of its own pair.
        pairs = [(self.scores[policy][seed][metric], self.scores[to][seed][metric]) for seed in self.seeds]
        known = [a / b for a, b in pairs if isinstance(a, int | float) and isinstance(b, int | float) and b]
        return band(known) if known else Missing(f"{to} has nothing to compare with")


def evaluate(
    size: str,
    seeds: Sequence[int],
    policies: Sequence[str],
    *,
    jobs: int = 1,
    without: str = "",
    say: Say = lambda line: None,
) -> Evaluation:
    """Play each policy on each seed, `jobs` seeds at a time, each in a process of its own.

    `without`: an order that is left out on a twin of each seed on which the (one) policy gives it. `say` hears how far
    it is. Raises WorldError.
    """
    asked = Asked(size_named(size), tuple(policies), without)
    # Looked up before hours are spent on the first of them.
    for name in policies:
        policy_named(name)
    if without and len(policies) != 1:
        raise WorldError("To leave an order out, name the one policy that gives it.")
    progress = Progress(seeds, policies, max(1, min(jobs, len(seeds))), say)
    found = all_seeds(asked, seeds, jobs, progress.note)
    scores = {name: {seed: found[seed].scores[name] for seed in seeds} for name in policies}
    twins = {seed: one for seed in seeds if (one := found[seed].twin) is not None}
    if without and not twins:
        given = "; ".join(f"{_span(found[seed].orders)} on seed {seed}" for seed in seeds[:5])
        raise WorldError(
            f"The policy {policies[0]} gives no order '{without}' on these seeds; it gives {given}."
        )
    return Evaluation(size, tuple(seeds), scores, twins)


def _span(orders: Sequence[str]) -> str:
    return f"{min(orders)} to {max(orders)}" if orders else "none"


def as_json(found: Evaluation) -> dict[str, Any]:
    """The answer of `warroom evaluate --json`: the same figures whenever it is run again."""
    bands = {name: {m.name: found.band(name, m.name) for m in METRICS} for name in found.policies}
    return {
        "size": found.size,
        "seeds": list(found.seeds),
        "band": kind_of_band(len(found.seeds)),
        "policies": {
            name: {metric: _numbers(value) for metric, value in figures.items()}
            for name, figures in bands.items()
        },
        "why_null": {
            name: {metric: value.why for metric, value in figures.items() if isinstance(value, Missing)}
            for name, figures in bands.items()
        },
        "compared": {key: _numbers(found.ratio(*pair)) for key, pair in COMPARED.items()},
        "twins": {str(seed): one._asdict() for seed, one in found.twins.items()},
    }


COMPARED = {
    "saved_of_frontier": ("money_saved", "warroom", "frontier"),
    "saved_of_practice": ("money_saved", "warroom", "practice-2025"),
    "kept_of_practice": ("money_kept", "warroom", "practice-2025"),
    "innocent_hours_of_practice": ("innocent_hours", "warroom", "practice-2025"),
}
"""The war room against what was possible and against what was practised, on the same seed."""


def _numbers(value: Band | Missing) -> dict[str, float] | None:
    return None if isinstance(value, Missing) else value._asdict()


MOST = 1_000
"""Seeds that one range may name."""


def seeds_of(text: str) -> tuple[int, ...]:
    """Seeds from '11-20' or '1,4,7-9'; raises WorldError."""
    found: list[int] = []
    for part in text.split(","):
        ends = part.strip().split("-")
        if len(ends) > 2 or not all(end.isdecimal() for end in ends) or int(ends[-1]) < int(ends[0]):
            raise WorldError(f"'{text}' names no seeds; write them as 11-20 or 3,5,9, the smaller first.")
        if max(len(end) for end in ends) > 9 or int(ends[-1]) - int(ends[0]) >= MOST:
            raise WorldError(
                f"'{part.strip()}' names too many seeds or too large ones; name at most {MOST} below 10^9."
            )
        found += range(int(ends[0]), int(ends[-1]) + 1)
    return tuple(dict.fromkeys(found))


def names_of(text: str) -> tuple[str, ...]:
    """Policies from 'none,warroom'; raises WorldError for one that does not exist or stands twice."""
    names = tuple(part.strip() for part in text.split(","))
    for name in names:
        policy_named(name)
    if len(set(names)) < len(names):
        raise WorldError(f"'{text}' names a policy twice; name each once.")
    return names
