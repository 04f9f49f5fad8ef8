"""Which documents an action needs before anyone may approve it, and whether those it has may pass.

A declaration of `kinds/prerequisites.toml` names the values that pass (`must`), and a check of this module where
fields must be weighed against each other.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from warroom.clock import parse_instant
from warroom.law.kinds.declarations import ActionKind, Prerequisite, load_prerequisite
from warroom.law.kinds.named import translate_words
from warroom.sentences.sentence import Sentence

Check = Callable[[Mapping[str, Any], datetime], str]
LAST_DAYS = ("valid_until", "until")
"""Fields with the end of a warrant's or a shelter's validity: after it the document does not count."""
CAPTURE_HOLDS = timedelta(days=14)
"""How long a page's capture is evidence of what the page is: gangs leave a name after about nine days."""


def check_clinic_backup(values: Mapping[str, Any], now: datetime) -> str:
    """A cut that leaves one clinic without power or network for part of its time is not made."""
    without = values["clinics"] - values["clinics_with_backup"]
    if without > 0:
        return Sentence(
            "actions.clinics-without-backup", without=f"{without:g}", clinics=f"{values['clinics']:g}"
        )
    return ""


def check_captured_lately(values: Mapping[str, Any], now: datetime) -> str:
    """A page changes hands within weeks: what was seen of it longer ago shows nothing of whose it is now."""
    if parse_instant(values["captured_at"]) + CAPTURE_HOLDS < now:
        return Sentence("actions.capture-too-old", day=values["captured_at"][:10], days=CAPTURE_HOLDS.days)
    return ""


# By name, as declarations have them.
CHECKS: dict[str, Check] = {
    "no_clinic_without_backup": check_clinic_backup,
    "captured_lately": check_captured_lately,
}


def list_missing(required: Iterable[str], documents: Mapping[str, Mapping[str, Any]]) -> tuple[str, ...]:
    """The prerequisites without a document."""
    return tuple(one for one in required if one not in documents)


def list_obstacles(
    required: Iterable[str], documents: Mapping[str, Mapping[str, Any]], now: datetime
) -> tuple[str, ...]:
    """A sentence for each document that keeps the action from being approved."""
    found = (
        _find_obstacle(load_prerequisite(one), documents[one], now) for one in required if one in documents
    )
    return tuple(sentence for sentence in found if sentence)


def find_other_maker(kind: ActionKind) -> Sentence | None:
    """What to say where a kind is no plain action: holds, flags and requests have services and limits of their own."""
    if kind.engine == "measure":
        return None
    return Sentence(
        "actions.proposed-elsewhere", kind=translate_words(kind.id), made_as=translate_words(kind.engine[:-1])
    )


def list_detail_obstacles(kind: ActionKind, details: Mapping[str, Any]) -> tuple[str, ...]:
    """A sentence for each detail of the action itself whose value keeps it from being approved."""
    return tuple(
        Sentence(
            "actions.stopped-by-detail",
            said=translate_words(_format_value(details[field.name])),
            label=translate_words(field.label.en),
        )
        for field in kind.inputs
        if field.name in details and field.is_blocking(details[field.name])
    )


def _find_obstacle(prerequisite: Prerequisite, values: Mapping[str, Any], now: datetime) -> str:
    # What the paper says comes before how old it is: a screening that found a victim stops a warrant for good.
    if field := prerequisite.find_blocking_input(values):
        return Sentence(
            "actions.stopped-by-document",
            document=translate_words(prerequisite.title.en.lower()),
            said=translate_words(_format_value(values[field.name])),
            label=translate_words(field.label.en),
        )
    if late := next(
        (name for name in LAST_DAYS if name in values and parse_instant(values[name]) <= now), ""
    ):
        return Sentence(
            "actions.document-ran-out",
            document=translate_words(prerequisite.title.en.lower()),
            day=values[late][:10],
        )
    return CHECKS[prerequisite.check](values, now) if prerequisite.check else ""


def _format_value(value: Any) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
