"""A building's dossier as a paper: every fact with its record, every file with its sha256. It draws no map."""

from functools import cache
from importlib import resources
from typing import Any

from warroom.ledger.officers import Officer
from warroom.papers import render
from warroom.sites.dossier_views import SiteRecords
from warroom.web.kit.formats import Say
from warroom.web.sites.words import SiteWords

EXERCISE = "การฝึกซ้อม · EXERCISE"
_PARTS = ("year", "month", "day", "hour", "minute", "second")


def render_site_paper(site: SiteRecords, say: Say, officer: Officer, exercise: str) -> bytes:
    """The PDF in the reader's language. Raises PaperError."""
    return render.render(_load_template(), build_contents(site, say, officer, exercise), say.now)


@cache
def _load_template() -> str:
    return resources.files(__package__).joinpath("site.typ").read_text(encoding="utf-8")


def build_contents(site: SiteRecords, say: Say, officer: Officer, exercise: str) -> dict[str, Any]:
    """The content of the PDF as its template expects it."""
    _, words = say.catalog.gettext, SiteWords(say)
    places = words.places
    return {
        "title": _("Dossier of %(name)s") % {"name": f"{places.format_single_use(site.use)} {site.id}"},
        "lang": say.language,
        "author": officer.name,
        "created": {name: getattr(say.to_local(say.now), name) for name in _PARTS},
        "exercise": exercise or None,
        "facts": [
            [_("Province"), places.format_spot(site.near)],
            [_("On own power"), places.format_hours(site.backup_hours)],
            [_("Made by"), f"{officer.name}, {officer.agency}"],
            [_("Made at"), f"{say.moment(say.now)} ({say.zone.key})"],
        ],
        "sides": [
            [
                _("Speaks for it"),
                [words.format_finding(finding) for finding in site.findings] or [_("Not found")],
            ],
            [
                _("Speaks against it"),
                [words.format_doubt(doubt) for doubt in site.doubts] or [_("Not found")],
            ],
        ],
        "gaps": [words.format_code("gap", code) for code in site.gaps],
        "lines": [
            [
                f"{places.format_kind(line.kind)} {line.id}",
                places.format_capacity(line.kind, line.capacity),
                places.format_affected(
                    line.hanging.homes, line.hanging.clinics, line.hanging.schools, line.hanging.others
                ),
            ]
            for line in site.lines
        ],
        "tied": [
            [
                f"{words.format_kind(thing)} {thing.id}",
                f"{words.format_relation(thing)} · {thing.via}" + (f" · {thing.note}" if thing.note else ""),
                f"{thing.source}:{thing.record}",
            ]
            for thing in site.tied
        ],
        "accounts": [
            [
                f"{account.bank} {account.account}",
                f"{say.count(account.payees)} · {account.paid:,.2f}",
                f"{account.source}:{account.record}",
            ]
            for account in site.accounts
        ],
        "files": [[source.source, source.sha256, say.count(source.records)] for source in site.sources],
        "words": {
            "gaps": _("What no record covers"),
            "lines": _("Power and links"),
            "lines_head": [_("Line"), _("Capacity"), _("Who depends on it")],
            "tied": _("Tied to it"),
            "tied_head": [_("What"), _("How"), _("Source")],
            "accounts": _("Accounts of tenants"),
            "accounts_head": [_("Account"), _("People paid in 60 days · baht"), _("Source")],
            "files": _("Files"),
            "files_head": [_("Source"), _("SHA-256 of the file"), _("Records")],
            "no_verdict": _(
                "This paper repeats what the records say and nothing else; its SHA-256 is kept in the room's log."
            ),
        },
    }
