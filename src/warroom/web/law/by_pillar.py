"""The law by pillar, as the page shows it: which rule carries which actions, and which text is in force today."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from warroom.bilingual.texts import Texts
from warroom.law.kinds.declarations import PILLARS, ActionKind, Pillar, load_kinds
from warroom.law.rules import repository as law
from warroom.law.views import RuleView
from warroom.web.kit.words.mark import N_

TITLES: dict[Pillar, str] = {
    "infrastructure": N_("Infrastructure"),
    "logistics": N_("Logistics"),
    "enforcement": N_("Law enforcement"),
    "technology": N_("Technology"),
    "international": N_("International"),
    "resilience": N_("Resilience"),
}


@dataclass(frozen=True, slots=True)
class RuleVersionLine:
    """A version of a rule. `current` is the text in force; an older one keeps what was decided under it."""

    rule: RuleView
    is_current: bool
    carried_kinds: tuple[Texts, ...]

    @property
    def anchor(self) -> str:
        return self.rule.id if self.is_current else f"{self.rule.id}-{self.rule.valid_from:%Y%m%d}"


@dataclass(frozen=True, slots=True)
class PillarRules:
    """The rules of a pillar, with the number of those that no lawyer has confirmed."""

    pillar: Pillar
    title: str
    lines: tuple[RuleVersionLine, ...]

    @property
    def unconfirmed_count(self) -> int:
        return sum(line.is_current and not line.rule.confirmed for line in self.lines)


def group_by_pillar(rules: Iterable[RuleView], now: datetime) -> list[PillarRules]:
    """Every version of every rule, the text in force before the older ones; a rule stands with the first pillar whose
    actions it carries, the clock of appeals with the holds, and those of no kind with pay-outs.
    """
    lines_by_pillar: dict[Pillar, list[RuleVersionLine]] = {pillar: [] for pillar in PILLARS}
    for rule in rules:
        carried = [kind for kind in load_kinds().values() if rule.id in kind.rules]
        line = RuleVersionLine(rule, _is_in_force(rule, now), tuple(kind.title for kind in carried))
        lines_by_pillar[_choose_pillar(rule, carried)].append(line)
    order = {pillar: sorted(lines, key=_rank_line) for pillar, lines in lines_by_pillar.items()}
    return [PillarRules(pillar, TITLES[pillar], tuple(lines)) for pillar, lines in order.items() if lines]


def _is_in_force(rule: RuleView, now: datetime) -> bool:
    return rule.valid_from <= now and (rule.valid_to is None or now < rule.valid_to)


def _choose_pillar(rule: RuleView, carried: list[ActionKind]) -> Pillar:
    if rule.id in law.WITHOUT_KIND:
        return "enforcement"
    return "logistics" if rule.id == law.APPEAL else carried[0].pillar


def _rank_line(line: RuleVersionLine) -> tuple[int, bool, float]:
    """Rules as their actions stand in the declarations, appeals after holds, those of no kind last, the newest version of each first."""
    beside = law.HOLD_AFTER_COMPLAINT if line.rule.id == law.APPEAL else line.rule.id
    names = [name for kind in load_kinds().values() for name in kind.rules] + [*law.WITHOUT_KIND]
    return names.index(beside), line.rule.id == law.APPEAL, -line.rule.valid_from.timestamp()
