"""The commander's frontier: what three settings of the advice on payments would hold, save and cost on a day to come.

What a setting brings is measured in evaluation runs and kept as data with its source (`frontier.toml`, by `benchmarks/frontier.py`);
how much money and how many payments a day has is what the room saw in the last week. The choice is a proposal of thresholds as any other.
"""

import tomllib
from datetime import datetime, timedelta
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warroom.access import role_groups
from warroom.cases.schema import Case
from warroom.errors import NotFound
from warroom.ledger.decision import logged_read
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.payee import advice_decisions
from warroom.payee.views import (
    FigureRange,
    FrontierDay,
    FrontierFacts,
    FrontierSetting,
    FrontierView,
    GangFigures,
    TrailFigures,
)

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

HELD_OUT = 0.05
"""Of pairs of payer and payee, so that what a setting brings is measured where it is in effect. Chosen, not measured."""
LATELY = timedelta(days=7)
WAIT_HOURS = 1.0
"""An honest payment that waits costs its payer so much."""


@cache
def load_facts() -> FrontierFacts:
    """What the settings were measured to bring, with its source."""
    body = tomllib.loads(resources.files(__package__).joinpath("frontier.toml").read_text(encoding="utf-8"))
    source = body["source"]
    return FrontierFacts(
        source["measured_on"],
        source["by"],
        source["countries"],
        FigureRange(*source["says_so"]),
        tuple(_parse_setting(setting) for setting in body["setting"]),
        tuple(
            TrailFigures(
                trail["gangs"], FigureRange(*trail["saved"]), FigureRange(*trail["hours"]), trail["source"]
            )
            for trail in body["trail"]
        ),
    )


def _parse_setting(body: dict[str, object]) -> FrontierSetting:
    gangs = tuple(GangFigures(**gang) for gang in body["gang"])  # type: ignore[attr-defined]
    return FrontierSetting(
        str(body["name"]),
        float(body["wait_from"]),  # type: ignore[arg-type]
        float(body["ask_from"]),  # type: ignore[arg-type]
        FigureRange(*body["paid"]),  # type: ignore[misc]
        FigureRange(*body["moved"]),  # type: ignore[misc]
        FigureRange(*body["waiting"]),  # type: ignore[misc]
        gangs,
    )


def find_setting(name: str) -> FrontierSetting:
    """The setting with a name; raises NotFound."""
    for setting in load_facts().settings:
        if setting.name == name:
            return setting
    raise NotFound("payee.no-such-setting")


def load_frontier(
    ledger: Ledger, lake: "Lake", officer: Officer, *, now: datetime | None = None
) -> FrontierView:
    """What each setting would hold, save and cost on a day like those of the last week. Raises NotAllowed."""
    effect = advice_decisions.measure_advice(ledger, officer)
    with logged_read(ledger, officer, *role_groups.FLAG_READERS, now=now) as this:
        reported = _sum_reported(this.session, this.now) / LATELY.days
        payments = count_payments(lake, this.now) / LATELY.days
    facts = load_facts()
    days = tuple(compute_day(setting, facts.says_so, payments, reported) for setting in facts.settings)
    return FrontierView(payments, round(reported), days, facts, effect.rule, effect.proposed)


def compute_day(
    setting: FrontierSetting, says_so: FigureRange, payments_a_day: float, reported_a_day: float
) -> FrontierDay:
    """A day at a setting: hours that honest payers wait, satang of victims' payments that wait, and of these what payers ask back.
    `payments_a_day`, `reported_a_day` (satang): as in the last week.
    """
    waits, held = setting.waiting, setting.paid
    return FrontierDay(
        setting,
        hours=waits.scale_range(payments_a_day / 10_000 * WAIT_HOURS),
        held=held.scale_range(reported_a_day),
        saved=FigureRange(
            held.low * says_so.low * reported_a_day,
            held.middle * says_so.middle * reported_a_day,
            held.high * says_so.high * reported_a_day,
        ),
    )


def _sum_reported(session: Session, now: datetime) -> int:
    """Satang that were reported in the last week, of all cases."""
    query = select(func.sum(Case.loss)).where(Case.reported_at > now - LATELY, Case.reported_at <= now)
    return int(session.scalar(query) or 0)


def count_payments(lake: "Lake", now: datetime) -> int:
    """Payments between two accounts in the last week, each once though both banks recorded it."""
    if not lake.list_files("transfers"):
        return 0
    rows = lake.query_rows("transfers", as_of=now, days=((now - LATELY).date(), now.date()))
    between = rows.filter([rows.time > now - LATELY, rows.payer.notnull(), rows.payee.notnull()])
    return int(between.uetr.nunique().to_pyarrow().as_py()) + int(
        between.filter(between.uetr.isnull()).count().to_pyarrow().as_py()
    )


def choose_setting(
    ledger: Ledger, officer: Officer, name: str, reason: str, key: str, *, now: datetime | None = None
) -> None:
    """Propose the thresholds of a setting, as the commander; another officer puts them into effect on the page of advice. Raises
    NotFound for no such setting, NotPossible without a reason, NotAllowed.
    """
    setting = find_setting(name)
    advice_decisions.propose_advice_rule(
        ledger,
        officer,
        setting.wait_from,
        setting.ask_from,
        HELD_OUT,
        reason,
        key,
        setting=name,
        roles=role_groups.FRONTIER_CHOOSERS,
        now=now,
    )
