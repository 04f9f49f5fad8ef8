"""Reasons, and what speaks for a holder, in two or three words each: what a row has room for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from warroom.cases.views import ProposalView
from warroom.web.kit.formats import Say
from warroom.web.kit.words.mark import N_

MOST = 3
AGAINST: Mapping[str, str] = {
    # Doubts of the hold itself first: they leave its tick to the reader.
    "looks_like": N_("like an account that pays: {account}"),
    "same_number_elsewhere": N_("same number at {other_bank}"),
    "promptpay_telephone": N_("a PromptPay number?"),
    "promptpay_citizen": N_("a PromptPay number?"),
    "written_otherwise": N_("not in its bank's records"),
    "other_reports": N_("{count} other reports"),
    "shared_device": N_("same device as {count}"),
    "passed_on": N_("passed on {percent} %"),
    "woke_up": N_("woke after {days} days"),
    "opened_recently": N_("opened {days} days before"),
    "just_under_limit": N_("just under {limit}"),
    "propose_screening": N_("run by somebody else?"),
}
FOR: Mapping[str, str] = {
    "payer_bank_alone": N_("only {one} says so"),
    "rests_on_payer_bank_alone": N_("only {one} says so"),
    "victims_own_account": N_("the victim's own"),
    "known_shop": N_("a shop"),
    "known_company": N_("a company"),
    "known_agency": N_("an agency"),
    "regular_income": N_("income for {months} months"),
    "earlier_custom": N_("paid {count} times before"),
    "shop_behaviour": N_("{payers} customers"),
    "small_part_of_turnover": N_("{percent} percent of earlier inflow"),
    "old_account": N_("open for {years} years"),
    "long_in_use": N_("in use for {days} days"),
}
"""By weight: the first of a hold's codes are said. The table's own columns say the hop, the share and the age."""
YEAR, SMALL = 365, 10


@dataclass(frozen=True, slots=True)
class Chip:
    """A few words; `innocent` where they speak for the holder."""

    words: str
    innocent: bool


def chips(one: ProposalView, say: Say) -> list[Chip]:
    """At most three chips of a hold, both sides among them where both have something to say."""
    against = _said(one.reasons, AGAINST, say)
    speaks = _said(one.innocent_evidence, FOR, say)
    room = max(1, MOST - len(against)) if speaks else 0
    told = [Chip(words, True) for words in speaks[:room]]
    return [Chip(words, False) for words in against[: MOST - len(told)]] + told


def _said(reasons: Iterable[Mapping[str, Any]], words: Mapping[str, str], say: Say) -> list[str]:
    known = {reason["code"]: reason.get("params", {}) for reason in reasons}
    told = (_words(words[code], known[code], say) for code in words if code in known)
    return [one for one in told if one]


def _words(template: str, params: Mapping[str, Any], say: Say) -> str:
    facts = {name: _figure(value) for name, value in params.items()}
    days = params.get("days")
    if isinstance(days, int | float):
        facts["years"] = _figure(max(1, round(days / YEAR)))
    try:
        return say.catalog.gettext(template).format(**facts)
    except KeyError:
        # Frozen by another version with other parameters: its whole sentence stands in the columns below.
        return ""


def _figure(value: Any) -> str:
    """A small share to a tenth, anything else whole."""
    if isinstance(value, float) and value < SMALL:
        return f"{value:.1f}"
    return f"{value:,.0f}" if isinstance(value, int | float) else str(value)
