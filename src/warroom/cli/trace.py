"""`warroom trace`: follow reported money and propose holds."""

from typing import Annotated

from cyclopts import Parameter

from warroom import clock
from warroom.cli.answer import print_json, print_line, print_note
from warroom.cli.clocked import its_time
from warroom.cli.noted import log_access
from warroom.cli.options import Json
from warroom.errors import SettingError
from warroom.home import open_home
from warroom.money.trace.as_json import format_baht, trail_as_json
from warroom.money.trail import HoldProposal, Method, TracedAccount, Trail
from warroom.reasons.reason import HOME, Language, Reason, format_unit, render


def trace(
    *ids: str,
    method: Method = "fifo",
    as_of: str | None = None,
    horizon: str = "7d",
    hops: int = 10,
    floor: Annotated[
        float, Parameter(help="Baht below which a transfer's traced part is not followed.")
    ] = 100.0,
    language: Language = "en",
    json: Json = False,
) -> None:
    """Follow reported transfers forward through accounts and banks, and propose amounts to hold.

    Several transfers of one victim are followed together, so that one baht counts once.

    Example: warroom trace T-1001 --as-of 2026-11-24T03:10:00+07:00

    Parameters
    ----------
    ids
        Record ids of transfers, as T-1001 or BANKA:T-1001; a payment's uetr or end-to-end id; or a report's id.
    method
        fifo: the oldest money leaves first; lifo: the newest; pro-rata: the same share of all of it.
    as_of
        Only what had happened and been received by then is seen; else now; in an exercise the exercise's, up to eight
        real seconds ahead of its pages.
    horizon
        How long after the latest reported transfer money is followed, as 7d or 36h.
    hops
        How many transfers in a row are followed; at least 1.
    language
        The language of the reasons: en or th.
    """
    moment = clock.parse_instant(as_of) if as_of else None
    span = clock.parse_span(horizon)
    # NaN fails both comparisons and is refused too.
    if hops < 1 or not 0 <= floor < float("inf"):
        raise SettingError(
            "--hops must be at least 1 and --floor a sum of baht from 0; leave them out for 10 and 100."
        )
    from warroom.lake.lake import Lake
    from warroom.money.trace.opening import open_source
    from warroom.money.trace.tracing import trace as follow

    home = open_home()
    with its_time(home):
        # Within the exercise's time, like every row of its log.
        log_access(home, "trail.traced", "lake", {"transfers": list(ids)})
        lake = Lake.open(home)
        trail = follow(
            lake,
            open_source(home, lake),
            ids,
            method=method,
            as_of=moment,
            horizon=span,
            hops=hops,
            # Satang.
            floor=round(floor * 100),
        )
    if json:
        print_json(trail_as_json(trail))
    else:
        _print_trail(trail, language)


def _print_trail(trail: Trail, language: Language) -> None:
    """Print the trail: sums, accounts, then what to hold and what not, with the reasons."""
    for name in trail.missing:
        print_note(f"The report also names {name}, which is not in the lake; it is not in the sums.")
    for reason in trail.notes:
        print_note(_render_reason(reason, language))
    suffix = "" if trail.currency == HOME else f" {trail.currency}"
    print_line(
        f"loss            {_format_baht(trail.loss)}{suffix}   {trail.method}, as of {_format_time(trail.as_of)}"
    )
    for name, words in (
        ("still_there", "still there"),
        ("exited", "exited"),
        ("spent", "spent"),
        ("beyond_horizon", "beyond horizon"),
    ):
        print_line(f"{words:<15} {_format_baht(getattr(trail, name))}{suffix}")
    print_line()
    print_line(
        f"{'hop':>3} {'bank':<8} {'account':<20} {'received':>15} {'passed on':>15} {'still there':>15} {'sure':>5}"
    )
    for on in trail.accounts:
        print_line(_format_account(on))
    for title, proposals in (("To hold", trail.holds), ("Not to hold", trail.not_held)):
        if proposals:
            print_line(f"\n{title}")
            for proposal in proposals:
                _show_proposal(proposal, trail, language)


def _format_account(on: TracedAccount) -> str:
    return (
        f"{on.hops:>3} {on.account.bank:<8} {on.account.number:<20} {_format_baht(on.received)} {_format_baht(on.passed_on)}"
        f" {_format_baht(on.still_there)} {on.confidence:>5.0%}{'  victim' if on.victim else ''}"
    )


def _show_proposal(proposal: HoldProposal, trail: Trail, language: Language) -> None:
    print_line(
        f"{proposal.rank:>3}. {proposal.account.bank} {proposal.account.number}  {_format_baht(proposal.amount).strip()} {format_unit(trail.currency, 'en')},"
        f" {_format_leaving(proposal, trail)}"
    )
    for sign, reasons in (("why", proposal.reasons), ("but", proposal.innocent_evidence)):
        for reason in reasons:
            print_line(f"     {sign}: {_render_reason(reason, language)}")


def _format_leaving(proposal: HoldProposal, trail: Trail) -> str:
    if trail.records_end is not None:
        return f"the records end {(trail.as_of - trail.records_end).days} days ago"
    return f"half of it likely gone in {_format_span(proposal.minutes_to_exit)}"


def _format_span(minutes: float) -> str:
    """Minutes as text, in days, hours or minutes."""
    # From two of a unit on: "26 h" says more than "1 day".
    for size, word in ((60 * 24, "days"), (60, "h")):
        if minutes >= 2 * size:
            return f"{minutes / size:,.0f} {word}"
    return f"{minutes:,.0f} min"


def _render_reason(reason: Reason, language: Language) -> str:
    shown = (
        f" [{', '.join(reason.evidence[:3])}{' ...' if len(reason.evidence) > 3 else ''}]"
        if reason.evidence
        else ""
    )
    return render(reason, language) + shown


def _format_baht(satang: int) -> str:
    whole, _, cents = format_baht(satang).partition(".")
    return f"{int(whole):,}.{cents}".rjust(15)


def _format_time(moment: object) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


__all__ = ["trace"]
