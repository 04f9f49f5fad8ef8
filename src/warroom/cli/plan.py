"""`warroom plan`: the joint plan that leaves least of a network's flow."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter, validators

from warroom.cli.answer import print_json, print_line, translate_errors
from warroom.cli.options import Json
from warroom.errors import PlanError
from warroom.reasons.reason import Language
from warroom.sentences.sentence import Sentence

if TYPE_CHECKING:
    from warroom.plans.ensemble import EnsembleValue
    from warroom.plans.instance import PlanInstance
    from warroom.plans.planning import CutPlan

SHOWN = 20
"""Measures that are printed; --json has all."""


def print_plan(
    file: str,
    /,
    *,
    budget: Annotated[tuple[str, ...], Parameter(negative=())] = (),
    limit: Annotated[tuple[str, ...], Parameter(negative=())] = (),
    seconds: Annotated[float, Parameter(validator=validators.Number(gt=0, lte=86_400))] = 60.0,
    networks: Annotated[int, Parameter(validator=validators.Number(gte=0, lte=10_000))] = 100,
    language: Language = "en",
    json: Json = False,
) -> None:
    """Plan which measures of which agencies, taken together, leave least of a network's flow.

    The file describes the network, the measures, budgets and limits of harm: docs/reference/plan-file.md. Instead of a file
    the number of a building in this home's records may be given: its network is then built from them.

    Example: warroom plan network.json --budget police=40 --budget telecom=10 --limit homes=400

    Parameters
    ----------
    file
        The instance, as JSON, or the number of a building.
    budget
        AGENCY=AMOUNT, instead of the file's budget of this agency. May be repeated.
    limit
        KIND=AMOUNT, instead of the file's limit of this kind of harm. May be repeated.
    seconds
        After so many seconds the best plan so far is the answer, with its gap.
    networks
        Over so many networks that fit the uncertain records the plan is valued.
    language
        The language of the answer: en or th.
    """
    with translate_errors(language):
        from warroom.plans.ensemble import value_over_ensemble
        from warroom.plans.planning import make_plan

        instance = _load_instance(file).with_budgets(_parse_amounts(budget), _parse_amounts(limit))
        made = make_plan(instance, seconds)
        ensemble = value_over_ensemble(instance, made.measures, networks)
    if json:
        more = {"ensemble": asdict(ensemble) if ensemble else None}
        print_json(asdict(made) | {"gap": made.gap, "proven": made.is_proven} | more)
        return
    for line in (*_iter_lines(instance, made), *_iter_ensemble(ensemble)):
        print_line(line.render_in(language) if isinstance(line, Sentence) else line)


def _load_instance(file: str) -> "PlanInstance":
    """From a file, or from this home's records of a building; a file of the same name comes first."""
    from warroom.plans.instance import load_instance

    path = Path(file)
    if path.exists() or path.suffix:
        return load_instance(path)
    from warroom import clock
    from warroom.cli.clocked import its_time
    from warroom.cli.noted import log_access
    from warroom.home import open_home
    from warroom.lake.lake import Lake
    from warroom.plans.site_plan import build_site_planning
    from warroom.sites.dossier import list_tied_accounts, require_site_row
    from warroom.sites.gazetteer import load_gazetteer
    from warroom.sites.network import load_network

    home = open_home()
    with its_time(home):
        log_access(home, "site.planned", f"premises:{file[:80]}", {})
        lake = Lake.open(home)
        lines = load_network(lake)
        require_site_row(lines, file)
        accounts = {file: list_tied_accounts(lake, file, clock.get_now())}
        return build_site_planning(lines, (file,), load_gazetteer(home.exercise), accounts).instance


def _iter_ensemble(ensemble: "EnsembleValue | None") -> Iterator[Sentence]:
    if ensemble:
        yield Sentence(
            "plans.ensemble",
            count=ensemble.networks,
            mean=f"{ensemble.mean_share:.1%}",
            worst=f"{ensemble.worst_share:.1%}",
        )


def _parse_amounts(given: Sequence[str]) -> dict[str, float]:
    amounts = {}
    for text in given:
        name, sign, amount = text.rpartition("=")
        try:
            amounts[name] = float(amount)
        except ValueError:
            sign = ""
        if not sign or not name:
            raise PlanError("plans.wrong-amount", text=text)
    return amounts


def _iter_lines(instance: "PlanInstance", made: "CutPlan") -> Iterator[Sentence | str]:
    """What is printed, one line after another: sentences, and lines of names and numbers."""
    yield Sentence("plans.value", value=_format_amount(made.value), base=_format_amount(made.base))
    yield _describe_bound(made)
    if made.was_cut_short:
        yield Sentence("plans.cut-short")
    for before, after in zip(made.base_periods, made.periods, strict=True):
        yield Sentence(
            "plans.period",
            start=f"{after.start:g}",
            end=f"{after.end:g}",
            before=_format_amount(before.flow),
            after=_format_amount(after.flow),
        )
    yield from _iter_chosen(made)
    for agency, cost in made.costs.items():
        yield Sentence("plans.cost", agency=agency, cost=f"{cost:g}", budget=f"{instance.budgets[agency]:g}")
    for kind, harm in made.harm.items():
        allowed = instance.limits.get(kind)
        if allowed is None:
            yield Sentence("plans.harm-without-limit", kind=kind, harm=f"{harm:g}")
        else:
            yield Sentence("plans.harm", kind=kind, harm=f"{harm:g}", limit=f"{allowed:g}")
    if made.not_ready:
        yield Sentence("plans.not-ready", count=len(made.not_ready), names=_join_names(made.not_ready))
    yield from _iter_next_best(made)


def _describe_bound(made: "CutPlan") -> Sentence:
    bound = _format_amount(made.bound)
    return (
        Sentence("plans.proven")
        if made.is_proven
        else Sentence("plans.bound", bound=bound, gap=f"{made.gap:.1%}")
    )


def _iter_chosen(made: "CutPlan") -> Iterator[Sentence | str]:
    if not made.measures:
        yield Sentence("plans.nothing")
        return
    yield Sentence("plans.measures", count=len(made.measures))
    for weighed in made.worths[:SHOWN]:
        yield f"  {_format_amount(weighed.worth):>14}  {' + '.join(weighed.measures)}"
    weighed_names = {name for weighed in made.worths[:SHOWN] for name in weighed.measures}
    others = [name for name in made.measures if name not in weighed_names]
    if others:
        yield Sentence("plans.others", count=len(others), names=_join_names(others))


def _iter_next_best(made: "CutPlan") -> Iterator[Sentence]:
    for other in made.next_best:
        yield Sentence(
            "plans.next-best",
            without=_join_names(other.without),
            value=_format_amount(other.value),
            added=_join_names(other.added) or "-",
            dropped=_join_names(other.dropped) or "-",
        )


def _join_names(names: Sequence[str]) -> str:
    return ", ".join(names[:SHOWN]) + (", ..." if len(names) > SHOWN else "")


def _format_amount(amount: float) -> str:
    return f"{amount:,.1f}"
