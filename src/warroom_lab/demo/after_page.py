"""The after-action page as written for one reader: its first sentence, the players, why each case was missed, and how the
forecasts held."""

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from warroom.web.kit.formats import Say
from warroom.web.kit.tables import Tables
from warroom_lab.demo.after import AfterAction, Figures, Foreseen, Missed, Player
from warroom_lab.demo.strips import Drawn, drawn
from warroom_lab.evaluation.causes import Cause

SHOWN, MOST = 8, 40
"""Strips that stand open, and that are drawn at all; every case stands in the table."""
PROMISED = 0.8
"""The share of cases whose money should lie within its band."""


@dataclass(frozen=True, slots=True)
class Line:
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
    strip: Drawn | None


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


def values(after: AfterAction, say: Say) -> dict[str, Any]:
    """What `exercise_after.html` shows."""
    most = max((one.figures.saved for one in after.players if one.figures), default=0)
    missed = [
        MissedLine(one, why(one.why, say), drawn(one, say) if place < MOST else None)
        for place, one in enumerate(after.missed)
    ]
    return {
        "after": after,
        "lines": [_line(player, most, say) for player in after.players],
        "missed": missed[:SHOWN],
        "folded": missed[SHOWN:],
        "drawn": MOST,
        "missed_sum": sum(one.missed for one in after.missed),
        "players": dict(Tables(say, "exercise").all("short")),
        "told": _told(after, say),
        "legs": _legs(after, say),
        "forecasts": _forecasts(after.foreseen, say) if after.foreseen else None,
        "harmed": sorted(after.harmed, key=lambda one: -one.hours),
        "length": say.span(after.ended_at - after.started_at),
    }


def why(cause: Cause, say: Say) -> str:
    """A cause as a sentence."""
    said = Tables(say, "exercise")("cause", cause.code).format(
        minutes=say.minutes(cause.minutes),
        then=say.minutes(cause.then),
        place=say.count(cause.place),
        of=say.count(cause.of),
        bank=cause.bank,
        at=say.time(cause.at) if cause.at else "",
        amount=say.headline(cause.amount),
        whole=say.headline(cause.whole),
    )
    return str(said)


def _told(after: AfterAction, say: Say) -> Markup | str:
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
    found = after.summary
    if found is None:
        return bold(first)
    second = say.catalog.ngettext(
        "*{few} case makes {share} of each 100 baht missed*;",
        "*{few} cases make {share} of each 100 baht missed*;",
        found.few,
    ).format(few=found.few, share=f"{100 * found.share:.0f}")
    third = Tables(say, "exercise")("phase", found.phase).format(share=f"{100 * found.most:.0f}")
    return bold(f"{first} {second} {third}.")


def bold(said: str) -> Markup:
    """What stands between asterisks is set bold."""
    forms = (Markup("<b>{}</b>") if place % 2 else Markup("{}") for place in range(said.count("*") + 1))
    return Markup("").join(form.format(part) for form, part in zip(forms, said.split("*"), strict=True))


def _legs(after: AfterAction, say: Say) -> list[LegLine]:
    longest = max((one.median for one in after.minutes.values()), default=0) or 1
    _, told = say.catalog.gettext, Tables(say, "exercise")
    return [
        LegLine(
            told("leg", leg),
            say.minutes(one.median),
            _("half of {cases}: {low} to {high}").format(
                cases=say.count(one.cases), low=say.minutes(one.low), high=say.minutes(one.high)
            ),
            max(0.0, one.median / longest),
        )
        for leg, one in after.minutes.items()
    ]


def _forecasts(found: Foreseen, say: Say) -> Forecasts:
    _ = say.catalog.gettext
    within = within_of = verdict = tau = tau_of = ""
    if found.within is not None:
        within = _("{share} of 100").format(share=f"{100 * found.within:.0f}")
        within_of = _("{low} to {high}; looks: {looks}, cases: {cases}").format(
            low=f"{100 * found.within_low:.0f}",
            high=f"{100 * found.within_high:.0f}",
            looks=say.count(found.looks),
            cases=say.count(found.cases),
        )
        verdict = (
            _("bands too narrow")
            if found.within_high < PROMISED
            else _("bands too wide")
            if found.within_low > PROMISED
            else _("as promised, as far as so few tell")
        )
    if found.tau is not None:
        tau = f"{found.tau:.2f}"
        tau_of = _("{low} to {high}; pairs of cases: {pairs}").format(
            low=f"{found.tau_low:.2f}", high=f"{found.tau_high:.2f}", pairs=say.count(found.pairs)
        )
    return Forecasts(within, within_of, verdict, tau, tau_of)


def _line(player: Player, most: int, say: Say) -> Line:
    told, figures = Tables(say, "exercise"), player.figures
    return Line(
        player=player,
        name=told("player", player.name),
        meaning=told("meaning", player.name),
        why=told("why", player.why) if player.why else "",
        saved=say.baht(figures.saved) if figures else "",
        share=_share(figures),
        minutes=_minutes(figures, say),
        bar=figures.saved / most if figures and most else 0.0,
    )


def _share(figures: Figures | None) -> str:
    return f"{figures.share:.1%}" if figures and figures.share is not None else "–"


def _minutes(figures: Figures | None, say: Say) -> str:
    return say.minutes(figures.minutes) if figures and figures.minutes is not None else "–"
