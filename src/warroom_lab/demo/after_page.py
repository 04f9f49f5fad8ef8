"""The after-action page as written for one reader: its first sentence, the players, why each case was missed, and how the
forecasts held."""

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from warroom.web.kit.formats import Say
from warroom.web.kit.tables import Tables
from warroom_lab.demo.after import AfterAction, ForecastReview, Missed, Player, PlayerFigures
from warroom_lab.demo.strips import DrawnStrip, draw_strip
from warroom_lab.evaluation.causes import Cause

SHOWN, MOST = 8, 40
"""Strips that stand open, and that are drawn at all; every case stands in the table."""
PROMISED = 0.8
"""The share of cases whose money should lie within its band."""


@dataclass(frozen=True, slots=True)
class PlayerLine:
    """A player's row. `bar` in [0, 1]: the saved sum beside the largest one."""

    player: Player
    name: str
    meaning: str
    why: str
    saved: str
    share: str
    minutes: str
    bar: float


@dataclass(frozen=True, slots=True)
class MissedLine:
    """A missed case: its cause in one sentence, and its strip where one is drawn."""

    case: Missed
    why: str
    strip: DrawnStrip | None


@dataclass(frozen=True, slots=True)
class LegLine:
    """One leg of the minutes: `bar` in [0, 1] beside the longest."""

    name: str
    minutes: str
    between: str
    bar: float


@dataclass(frozen=True, slots=True)
class Forecasts:
    """Whether the forecasts held, as words; "" where there was nothing to count."""

    within: str
    within_of: str
    verdict: str
    tau: str
    tau_of: str


def build_page_values(after: AfterAction, say: Say) -> dict[str, Any]:
    """What `exercise_after.html` shows."""
    most = max(
        (scored_player.figures.saved for scored_player in after.players if scored_player.figures), default=0
    )
    missed = [
        MissedLine(
            missed_case,
            format_cause(missed_case.why, say),
            draw_strip(missed_case, say) if place < MOST else None,
        )
        for place, missed_case in enumerate(after.missed)
    ]
    return {
        "after": after,
        "lines": [_build_player_line(player, most, say) for player in after.players],
        "missed": missed[:SHOWN],
        "folded": missed[SHOWN:],
        "drawn": MOST,
        "missed_sum": sum(missed_case.missed for missed_case in after.missed),
        "players": dict(Tables(say, "exercise").list_coded_words("short")),
        "told": _format_summary(after, say),
        "legs": _build_leg_lines(after, say),
        "forecasts": _format_forecasts(after.foreseen, say) if after.foreseen else None,
        "harmed": sorted(after.harmed, key=lambda case: -case.hours),
        "length": say.span(after.ended_at - after.started_at),
    }


def format_cause(cause: Cause, say: Say) -> str:
    """A cause as a sentence."""
    sentence = Tables(say, "exercise")("cause", cause.code).format(
        minutes=say.minutes(cause.minutes),
        then=say.minutes(cause.then),
        place=say.count(cause.place),
        of=say.count(cause.of),
        bank=cause.bank,
        at=say.time(cause.at) if cause.at else "",
        amount=say.headline(cause.amount),
        whole=say.headline(cause.whole),
    )
    return str(sentence)


def _format_summary(after: AfterAction, say: Say) -> Markup | str:
    """The page's first sentence: what was saved of what, which cases were lost, and before what most of it left."""
    figures = {player.name: player.figures for player in after.players}
    ours, possible = figures["room"], figures["informed"]
    if ours is None:
        return ""
    _ = say.catalog.gettext
    first = (
        _("This room saved *{saved} baht*; who knows every mule saved *{whole}* from {time} on.")
        if possible is not None
        else _("This room saved *{saved}* of the *{whole} baht* that was in accounts when the reports came.")
    ).format(
        saved=say.headline(ours.saved),
        whole=say.headline(possible.saved if possible else after.reachable),
        time=say.time(after.started_at),
    )
    summary = after.summary
    if summary is None:
        return format_bold(first)
    second = say.catalog.ngettext(
        "*{few} case makes {share} of each 100 baht missed*;",
        "*{few} cases make {share} of each 100 baht missed*;",
        summary.few,
    ).format(few=summary.few, share=f"{100 * summary.share:.0f}")
    third = Tables(say, "exercise")("phase", summary.phase).format(share=f"{100 * summary.most:.0f}")
    return format_bold(f"{first} {second} {third}.")


def format_bold(said: str) -> Markup:
    """What stands between asterisks is set bold."""
    forms = (Markup("<b>{}</b>") if place % 2 else Markup("{}") for place in range(said.count("*") + 1))
    return Markup("").join(form.format(part) for form, part in zip(forms, said.split("*"), strict=True))


def _build_leg_lines(after: AfterAction, say: Say) -> list[LegLine]:
    longest = max((spread.median for spread in after.minutes.values()), default=0) or 1
    _, tables = say.catalog.gettext, Tables(say, "exercise")
    return [
        LegLine(
            tables("leg", leg),
            say.minutes(spread.median),
            _("half of {cases}: {low} to {high}").format(
                cases=say.count(spread.cases), low=say.minutes(spread.low), high=say.minutes(spread.high)
            ),
            max(0.0, spread.median / longest),
        )
        for leg, spread in after.minutes.items()
    ]


def _format_forecasts(foreseen: ForecastReview, say: Say) -> Forecasts:
    _ = say.catalog.gettext
    within = within_of = verdict = tau = tau_of = ""
    if foreseen.within is not None:
        within = _("{share} of 100").format(share=f"{100 * foreseen.within:.0f}")
        within_of = _("{low} to {high}; looks: {looks}, cases: {cases}").format(
            low=f"{100 * foreseen.within_low:.0f}",
            high=f"{100 * foreseen.within_high:.0f}",
            looks=say.count(foreseen.looks),
            cases=say.count(foreseen.cases),
        )
        verdict = (
            _("bands too narrow")
            if foreseen.within_high < PROMISED
            else _("bands too wide")
            if foreseen.within_low > PROMISED
            else _("as promised, as far as so few tell")
        )
    if foreseen.tau is not None:
        tau = f"{foreseen.tau:.2f}"
        tau_of = _("{low} to {high}; pairs of cases: {pairs}").format(
            low=f"{foreseen.tau_low:.2f}", high=f"{foreseen.tau_high:.2f}", pairs=say.count(foreseen.pairs)
        )
    return Forecasts(within, within_of, verdict, tau, tau_of)


def _build_player_line(player: Player, most: int, say: Say) -> PlayerLine:
    tables, figures = Tables(say, "exercise"), player.figures
    return PlayerLine(
        player=player,
        name=tables("player", player.name),
        meaning=tables("meaning", player.name),
        why=tables("why", player.why) if player.why else "",
        saved=say.baht(figures.saved) if figures else "",
        share=_format_share(figures),
        minutes=_format_minutes(figures, say),
        bar=figures.saved / most if figures and most else 0.0,
    )


def _format_share(figures: PlayerFigures | None) -> str:
    return f"{figures.share:.1%}" if figures and figures.share is not None else "–"


def _format_minutes(figures: PlayerFigures | None, say: Say) -> str:
    return say.minutes(figures.minutes) if figures and figures.minutes is not None else "–"
