"""Words of campaigns on pages: states, sources, channels, measures, what was found, and the drawing of a rise."""

from collections.abc import Sequence
from typing import Any

from warroom.public.campaigns.views import CampaignEffectView, CampaignView, Rise
from warroom.web.kit.tables import Tables

LANGUAGES = {
    "th": "ไทย",
    "en": "English",
    "zh": "中文",
    "my": "မြန်မာ",
    "km": "ខ្មែរ",
    "lo": "ລາວ",
    "vi": "Tiếng Việt",
}
WIDTH, FLOOR, TOP = 150, 38, 4
"""Of the drawing, in its own units."""


class CampaignWords(Tables):
    """Words of campaigns in one language."""

    area = "campaigns"

    def describe_effect(self, effect: CampaignEffectView) -> str:
        """What was found, as plainly when it is nothing."""
        _ = self.say.catalog.gettext
        if effect.change is None or effect.low is None or effect.high is None:
            return _("Too little was counted to say anything.")
        pattern = (
            _(
                "No effect found: %(change)s %% where the alert went out; 95 %% confidence interval %(low)s to %(high)s %%. "
                "A decrease under %(seen)s %% could not be detected."
            )
            if effect.verdict == "none"
            else _(
                "Where the alert went out: %(change)s %% against what was expected; 95 %% confidence interval %(low)s to %(high)s %%. "
                "Chance alone gives as much in %(chance)s of 100 draws."
            )
        )
        return pattern % {
            "change": format_signed(effect.change),
            "low": format_signed(effect.low),
            "high": format_signed(effect.high),
            "seen": f"{effect.seen_from or 0:.0f}",
            "chance": f"{100 * (effect.chance or 0):.1f}",
        }

    def describe_chance(self, rise: Rise) -> str:
        """How often a usual week brings as much, in words."""
        _ = self.say.catalog.gettext
        if rise.among is None:
            return _("no usual range yet: fewer than 8 weeks")
        if rise.among < 0.001:
            return _("by chance in under 1 of 1,000 weeks")
        return _("by chance in %(weeks)s of 1,000 weeks") % {"weeks": self.say.count(1000 * rise.among)}


def format_signed(per_cent: float) -> str:
    """More or less than 0, with a sign that is read aloud as one."""
    return f"{'+' if per_cent > 0 else '−' if per_cent < 0 else ''}{abs(per_cent):.0f}"


def draw_rise(rise: Rise) -> dict[str, Any] | None:
    """The last weeks as a line over the band; None of fewer than two."""
    counts: Sequence[int] = [week.count for week in rise.weeks]
    if len(counts) < 2:
        return None
    top = max(1, *counts, rise.high or 0)

    def compute_y(count: float) -> float:
        return round(FLOOR - (FLOOR - TOP) * count / top, 1)

    step = WIDTH / (len(counts) - 1)
    points = [f"{round(step * place, 1)},{compute_y(count)}" for place, count in enumerate(counts)]
    band = None
    if rise.low is not None and rise.high is not None:
        band = (compute_y(rise.high), round(compute_y(rise.low) - compute_y(rise.high), 1))
    return {"line": " ".join(points), "band": band, "last": points[-1].split(",")}


def count_areas(view: CampaignView) -> tuple[int, int]:
    """How many areas hear of it and how many are held out."""
    held = sum(place.arm == "held" for place in view.places)
    return len(view.places) - held, held
