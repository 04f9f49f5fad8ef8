"""The card of a forecast: what it was made from, what it is worth, and what makes money faster; for people and programs."""

import json
from collections.abc import Iterator
from math import exp
from pathlib import Path
from typing import Any

from warroom import files
from warroom.money.forecast.effects import EFFECTS
from warroom.money.forecast.model import EDGES, STRATA, ForecastModel
from warroom_lab.forecasting.measures import ForecastWorth

SUFFIXES = (".md", ".json")
LIMITS = (
    "It says how such money moved before, and knows nothing of a gang that changes its ways today.",
    "It looks at no person: of the holder it knows the age of the account alone.",
    "A band of 80 % fails in two cases of ten.",
    "Nothing is held because of a forecast: it orders a list.",
)


def write_card(path: Path, body: dict[str, Any]) -> None:
    """The card beside a forecast's file."""
    told, plain = (path.with_suffix(suffix) for suffix in SUFFIXES)
    files.write_atomically(plain, (json.dumps(body, ensure_ascii=False, indent=1) + "\n").encode())
    files.write_atomically(told, ("\n".join(_render_lines(body)) + "\n").encode())


def card_as_json(
    model: ForecastModel, worth: ForecastWorth | None, used: tuple[str, ForecastWorth | None], worse: bool
) -> dict[str, Any]:
    """The card as JSON values; `used`: the forecast in use with its worth on the same questions."""
    version, before = used
    return {
        "model": f"leaving-{model.version}",
        "made": dict(model.made),
        "shared": round(model.shared, 2),
        "worth": worth and worth_as_json(worth),
        "in_use": {"model": f"leaving-{version}", "worth": before and worth_as_json(before), "better": worse},
        "pace": {
            name: [round(exp(log_value), 5) for log_value in row]
            for name, row in zip(STRATA, model.pace, strict=True)
        },
        "minutes": EDGES.tolist(),
        "times": {
            name: {
                word: round(exp(log_value), 2)
                for word, log_value in zip(words, model.factors[name], strict=True)
            }
            for name, words in EFFECTS.items()
        },
        "limits": list(LIMITS),
    }


def worth_as_json(worth: ForecastWorth) -> dict[str, Any]:
    """What a forecast is worth, as JSON values."""
    return {
        "amounts": worth.amounts,
        "looks": worth.looks,
        "cases": worth.cases,
        "coverage": worth.coverage.as_json(),
        "coverage_edges_whole": worth.plainly.as_json(),
        "brier": round(worth.brier, 5),
        "brier_before": round(worth.brier_before, 5),
        "skill": worth.skill.as_json(),
        "expected_baht": round(worth.expected / 100),
        "left_baht": round(worth.left / 100),
        "deciles": [
            {"expected": round(decile.expected, 4), "left": round(decile.left, 4), "amounts": decile.amounts}
            for decile in worth.deciles
        ],
    }


def format_worth(worth: dict[str, Any]) -> Iterator[str]:
    """The same as lines of text for people."""
    for name, title in (("coverage", "bands of 80 % held"), ("coverage_edges_whole", "edges counted whole")):
        yield f"{title:<34} {_format_interval(worth[name])}"
    yield f"{'skill over the rule of before':<34} {_format_interval(worth['skill'])}"
    yield f"{'expected and left, baht':<34} {worth['expected_baht']:,} {worth['left_baht']:,}"
    yield f"{'tenth of the amounts':<34} expected   left"
    for place, decile in enumerate(worth["deciles"], 1):
        yield f"{place:>34} {decile['expected']:>8.3f} {decile['left']:>6.3f}"


def _format_interval(one: dict[str, float]) -> str:
    return f"{one['value']:.3f} ({one['low']:.3f} to {one['high']:.3f})"


def _render_lines(body: dict[str, Any]) -> Iterator[str]:
    yield f"# Card of the forecast {body['model']}"
    yield ""
    yield "Says how much of an amount that is still there leaves within some minutes, and by when a share of it has left."
    yield ""
    yield from (f"- {name}: {value}" for name, value in body["made"].items())
    yield f"- what the amounts of a case have in common: {body['shared']}"
    for title, worth in (
        ("This forecast", body["worth"]),
        (body["in_use"]["model"] + ", in use", body["in_use"]["worth"]),
    ):
        yield from ("", f"## {title}, on reports that the new one never saw", "")
        yield from (f"    {line}" for line in format_worth(worth)) if worth else ["No reports to measure by."]
    yield from ("", "## How many times as fast money leaves", "", "| by | sort | times |", "|---|---|---|")
    for name, times in body["times"].items():
        yield from (f"| {name} | {word} | {value:.2f} |" for word, value in times.items())
    yield from ("", "## Limits", "", *(f"- {limit}" for limit in body["limits"]))
