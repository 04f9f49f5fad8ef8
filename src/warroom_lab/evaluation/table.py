"""The figures as a table for the terminal."""

from collections import defaultdict

from rich.box import SIMPLE_HEAD
from rich.table import Table

from warroom_lab.evaluation.evaluate import Evaluation
from warroom_lab.evaluation.intervals import Interval
from warroom_lab.evaluation.missing import Missing
from warroom_lab.evaluation.scores import METRICS
from warroom_lab.evaluation.sensitivity import BASELINE, HEADLINES, OURS, SIZE, Found, Sensitivity
from warroom_lab.evaluation.where import PLACES

WIDTH = 150
"""Columns of a table that goes to a file and not to a terminal."""


NO_INTERVAL = " (one country has none)"
COMPARED = (
    "money_saved",
    "money_held",
    "money_returned",
    "money_never_sent",
    "innocent_hours",
    "innocents_held",
    "victims_among_mules_held",
)
"""What is said as a ratio beside the figures; the answer as JSON has every other."""


def build_figure_table(evaluation: Evaluation) -> Table:
    """A row a figure, a column a policy: the mean, and below it its 90 % interval."""
    title = (
        f"{evaluation.size}{_count_seeds(evaluation)}, {evaluation.asked.scenario}, {evaluation.asked.gangs} gangs, with "
        f"{' and '.join(sorted(evaluation.tools))}"
    )
    caption = (
        f"Mean and 90 % interval by countries{NO_INTERVAL * (len(evaluation.seeds) == 1)}. Crime is {evaluation.density:g} times as dense here as in life; honest accounts and payments "
        "are counted as many as in life. Only holds, warnings, refusals and suspensions are scored."
    )
    table = Table("figure", "unit", *evaluation.policies, title=title, caption=caption, box=SIMPLE_HEAD)
    for column in table.columns[2:]:
        column.justify = "right"
    for metric in METRICS:
        shown = [
            format_cell(evaluation.compute_mean(name, metric.name), metric.unit, "\n")
            for name in evaluation.policies
        ]
        if any(text != "-" for text in shown):
            table.add_row(metric.name, metric.unit, *shown)
    return table


def _count_seeds(evaluation: Evaluation) -> str:
    count = len(evaluation.seeds)
    return f", {count} seed{'s' * (count > 1)}"


TRIED_ON = ("money_saved", "money_never_sent", "innocent_hours", "victims_among_mules_held")


def build_red_team_table(evaluation: Evaluation) -> Table:
    """A row a gang that was tried, the foil that never changes among them: what was saved from it, beside the baseline too, and whom
    that harmed."""
    tried = count_tried_seeds(evaluation)
    table = Table(
        "gang", f"money_saved over {BASELINE}", *TRIED_ON, title=f"Every gang of the red team, tried on {tried} seeds; played on: {evaluation.asked.gangs}",
        box=SIMPLE_HEAD,
    )  # fmt: skip
    units = {metric.name: metric.unit for metric in METRICS}
    for gang in evaluation.rank_gangs():
        shown = [
            format_optional_ratio(evaluation.compute_ratio_against(gang, "money_saved")),
            *(
                format_cell(evaluation.compute_mean_against(gang, metric), units[metric], "\n")
                for metric in TRIED_ON
            ),
        ]
        table.add_row(gang, *shown)
    return table


def count_tried_seeds(evaluation: Evaluation) -> int:
    """On how many seeds every gang was tried."""
    return min(len(figures) for scores in evaluation.red_team_scores.values() for figures in scores.values())


def build_where_table(evaluation: Evaluation) -> Table:
    """A row a place, a column a policy: thousand baht a country that were lost or held there, and their share of what was stolen."""
    # Here and not above: the page is made of these tables.
    from warroom_lab.evaluation.page.words import load_words

    title = f"Where each stolen baht was lost or held, thousand baht a country, by the last account it lay in{_count_seeds(evaluation)}"
    table = Table("", *evaluation.policies, title=title, box=SIMPLE_HEAD)
    for column in table.columns[1:]:
        column.justify = "right"
    for place in PLACES:
        label = load_words()["where"][place]["en"]
        table.add_row(label, *(format_place(evaluation, name, place) for name in evaluation.policies))
    return table


def format_place(evaluation: Evaluation, policy: str, place: str) -> str:
    """Thousand baht a country in one place, and how many of 100 stolen baht that is."""
    baht = evaluation.compute_mean_where(policy, place)
    whole = sum(evaluation.compute_mean_where(policy, each) for each in PLACES)
    return f"{baht / 1_000:,.1f}" + (f" ({baht / whole:.1%})" if whole else "")


def format_ratios(evaluation: Evaluation) -> list[str]:
    """A line for each policy set over another: ratios of sums."""
    lines = []
    for name, to in evaluation.iter_policy_pairs():
        values = ((metric, evaluation.compute_ratio(metric, name, to)) for metric in COMPARED)
        shown_ratios = [
            f"{metric} {format_ratio(value)}" for metric, value in values if isinstance(value, Interval)
        ]
        if shown_ratios:
            lines.append(f"{name} over {to}: {', '.join(shown_ratios)}")
    return lines


def build_sensitivity_table(analysis: Sensitivity) -> Table:
    """A row an assumption, the one on which most hangs first: each headline's ratio at its low and at its high end."""
    title = f"{OURS} over {BASELINE}, where one assumption at a time is at the ends of its range"
    caption = (
        f"Played at {SIZE} on {len(analysis.seeds)} seeds, so that each ratio rests on few cases: read the order, not the "
        f"second digit. rho: rank correlation over {len(analysis.cube)} points of all ranges at once; of "
        f"{len(analysis.ends)} assumptions that do nothing, {len(analysis.ends) / 20:.0f} would lie beyond "
        f"{compute_chance_correlation(len(analysis.cube)):.2f} by chance."
    )
    heads = [head for metric in HEADLINES for head in (f"{metric}\nlow..high", "rho")]
    table = Table("assumption", *heads, title=title, caption=caption, box=SIMPLE_HEAD)
    for column in table.columns[1:]:
        column.justify = "right"
    usual = [cell for metric in HEADLINES for cell in (format_bare_ratio(analysis.usual, metric), "")]
    table.add_row("as it is", *usual)
    for name in analysis.rank_assumptions(HEADLINES[0]):
        table.add_row(
            name, *(cell for metric in HEADLINES for cell in format_assumption_moves(analysis, metric, name))
        )
    return table


def format_assumption_moves(found: Sensitivity, metric: str, name: str) -> tuple[str, str]:
    """A headline's ratio at the low and the high end of an assumption, and its rank correlation with it."""
    ends, rho = found.ends[name], found.compute_rank_correlation(metric, name)
    return (
        f"{format_bare_ratio(ends.low, metric)}..{format_bare_ratio(ends.high, metric)}",
        "-" if rho is None else f"{rho:+.2f}",
    )


def format_bare_ratio(found: Found, metric: str) -> str:
    """A ratio without its interval; '-' where there is none."""
    value = found[metric]
    return "-" if value is None else f"{value.value:.2f}"


def compute_chance_correlation(points: int) -> float:
    """Beyond which a rank correlation of nothing with nothing lies once in twenty times, about, over so many points."""
    # The normal approximation: a rank correlation of independent ranks has a variance of 1 / (n - 1).
    return float(min(1.0, 1.96 / (points - 1) ** 0.5))


def format_overall(analysis: Sensitivity) -> list[str]:
    """A line a headline: what the points of all ranges at once say."""
    lines = []
    for metric in HEADLINES:
        spread, above = analysis.compute_spread(metric), analysis.share_above_one(metric)
        if spread is not None and above is not None:
            lines.append(
                f"all ranges at once: {metric} {format_ratio(spread)} at nine points in ten, above 1 at {above:.0%} of "
                f"{len(analysis.list_cube_ratios(metric))}"
            )
    return lines


def format_optional_ratio(value: Interval | Missing) -> str:
    """A ratio with its interval; '-' where there is none."""
    return "-" if isinstance(value, Missing) else format_ratio(value)


def format_ratio(value: Interval) -> str:
    """A ratio as a person reads it, with its interval where it has one: what rests on one country has none."""
    if value.low == value.high:
        return _format_small_number(value.value)
    number, low, high = (_format_small_number(each) for each in value)
    return f"{number} ({low} to {high})"


def _format_small_number(ratio: float) -> str:
    """Two digits after the point; three where the first would say next to nothing."""
    return f"{ratio:.3f}" if 0 < ratio < 0.0995 else f"{ratio:.2f}"


def explain_missing(evaluation: Evaluation) -> list[str]:
    """A sentence for each reason: which figures of which policies there are not."""
    reasons: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for name in evaluation.policies:
        for metric in METRICS:
            value = evaluation.compute_mean(name, metric.name)
            if isinstance(value, Missing):
                reasons[value.why][metric.name].append(name)
    lines = []
    for why, metrics in reasons.items():
        policies = list(dict.fromkeys(name for names in metrics.values() for name in names))
        lines.append(f"{', '.join(policies)}: no {', '.join(metrics)}: {why}.")
    return lines


def format_cell(value: Interval | Missing, unit: str, between: str = " ") -> str:
    """One figure with its interval; '-' where there is none."""
    if isinstance(value, Missing):
        return "-"
    text = format_number(value.value, unit)
    return (
        text
        if value.low == value.high
        else f"{text}{between}{format_number(value.low, unit)}..{format_number(value.high, unit)}"
    )


def format_number(value: float, unit: str) -> str:
    """A figure as a person reads it."""
    if unit == "share":
        return f"{value:.3f}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}"
