"""What is known of a subject as a paper: each fact with its source's record and the sha256 of the file it came in, and what
passed through as a drawing. It says what its reader's roles may see, and nothing more.
"""

from collections import Counter
from functools import cache
from html import escape
from importlib import resources
from typing import Any

from warroom.lake.lake import Lake
from warroom.ledger.officers import Officer
from warroom.papers import render
from warroom.room.lookup.views import RecordOrigin, SubjectPage
from warroom.web.kit.flow import PaymentFlow, build_flow
from warroom.web.kit.formats import Say
from warroom.web.lookup.words import LookupWords

_PARTS = ("year", "month", "day", "hour", "minute", "second")
INK, QUIET, LINE = "#1c2126", "#4f5861", "#d5d8dc"
FILL = {"in": "#0b5c63", "out": "#4f5861"}
FONT = 'font-family="IBM Plex Sans, IBM Plex Sans Thai"'
# Ledger lines in one dossier: bounds the page of an account with thousands. Chosen, not measured.
MOST_LINES = 60


def render_dossier(found: SubjectPage, lake: Lake, say: Say, officer: Officer, exercise: str) -> bytes:
    """Render the dossier as a PDF in the reader's language. Raises PaperError."""
    return render.render(_load_template(), build_contents(found, lake, say, officer, exercise), say.now)


@cache
def _load_template() -> str:
    return resources.files(__package__).joinpath("dossier.typ").read_text(encoding="utf-8")


def build_contents(
    subject_page: SubjectPage, lake: Lake, say: Say, officer: Officer, exercise: str
) -> dict[str, Any]:
    """The content of the PDF, as its Typst template expects it."""
    _, lookup_words = say.catalog.gettext, LookupWords(say)
    letters = _label_files(subject_page, lake)
    flow = build_flow(subject_page.money.drawn, {}, "all", say) if subject_page.money else None
    return {
        "title": _("What is known of %(number)s") % {"number": subject_page.shown},
        "lang": say.language,
        "author": officer.name,
        "created": {name: getattr(say.to_local(say.now), name) for name in _PARTS},
        "exercise": exercise or None,
        "facts": _list_fact_rows(subject_page, lookup_words, say, officer),
        "picture": render_flow_svg(flow, say) if flow else "",
        "cases": [
            [
                say.moment(line.at),
                f"{lookup_words.format_record_kind(line.kind)} {lookup_words.format_event(line)}".strip(),
                line.case,
            ]
            for line in subject_page.ledger[:MOST_LINES]
        ],
        "records": [
            [
                f"{lookup_words.format_record_kind(fact.origin.table)}, {say.moment(fact.time)}",
                "; ".join(
                    f"{name}: {lookup_words.format_value(fact.origin.table, cell)}"
                    for name, cell in lookup_words.list_columns(fact)
                ),
                _format_source(fact.origin, letters, lake),
            ]
            for fact in subject_page.facts
        ],
        "transfers": [
            [
                say.moment(move.time),
                say.baht(move.amount),
                f"{move.account or _('not named')} {move.peer_bank}",
                _format_source(move.origin, letters, lake),
            ]
            for move in (subject_page.money.recent if subject_page.money else ())
        ],
        "files": [[letter, sha256] for sha256, letter in letters.items()],
        "words": _translate_labels(say),
    }


def _list_fact_rows(
    subject_page: SubjectPage, lookup_words: LookupWords, say: Say, officer: Officer
) -> list[list[str]]:
    _, ngettext = say.catalog.gettext, say.catalog.ngettext
    rows = [
        [
            _("What it is"),
            " · ".join(
                filter(
                    None, (lookup_words.format_subject_kind(subject_page.subject), subject_page.subject.bank)
                )
            ),
        ]
    ]
    rows.append([_("Known to the cases"), ", ".join(reason.case for reason in subject_page.why)])
    if subject_page.outside:
        outside = ngettext(
            "%(num)s case outside yours has it too.",
            "%(num)s cases outside yours have it too.",
            subject_page.outside,
        )
        rows.append(["", outside % {"num": say.count(subject_page.outside)}])
    if subject_page.money:
        for name, total, count in (
            (_("Came in, baht"), subject_page.money.came, subject_page.money.came_count),
            (_("Went out, baht"), subject_page.money.went, subject_page.money.went_count),
        ):
            transfers = ngettext("%(num)s transfer", "%(num)s transfers", count) % {"num": say.count(count)}
            rows.append([name, f"{say.baht(total)} ({transfers})"])
    rows.append([_("Made by"), f"{officer.name}, {officer.agency}"])
    rows.append([_("Made at"), f"{say.moment(say.now)} ({say.zone.key})"])
    return rows


def _translate_labels(say: Say) -> dict[str, Any]:
    _ = say.catalog.gettext
    return {
        "picture": _("What passed through"),
        "scale": _(
            "In above, out below, and the least balance it can have been; heights shrink large amounts (power 0.6)."
        ),
        "cases": _("In your cases"),
        "cases_head": [_("Time"), _("What"), _("Case")],
        "records": _("What records say"),
        "records_head": [_("Record"), _("What is written"), _("Source")],
        "transfers": _("The newest transfers with their records"),
        "transfers_head": [_("Time"), _("Amount"), _("Other account"), _("Source")],
        "files": _("Files"),
        "sha256": _("SHA-256 of the file"),
        "no_verdict": _(
            "This paper repeats what the records say and nothing else; its SHA-256 is kept in the room's log."
        ),
    }


def _list_origins(found: SubjectPage) -> list[RecordOrigin]:
    moves = found.money.recent if found.money else ()
    return [*(fact.origin for fact in found.facts), *(move.origin for move in moves)]


def _find_sha256(origin: RecordOrigin, lake: Lake) -> str:
    delivery = lake.state.deliveries.get(origin.delivery)
    return delivery.sha256 if delivery else ""


def _label_files(found: SubjectPage, lake: Lake) -> dict[str, str]:
    """A short name (F1, F2, …) for each file, the file with most records first."""
    count = Counter(_find_sha256(one, lake) for one in _list_origins(found))
    del count[""]
    return {sha256: f"F{at}" for at, (sha256, _) in enumerate(count.most_common(), 1)}


def _format_source(origin: RecordOrigin, letters: dict[str, str], lake: Lake) -> str:
    return f"{origin.source}:{origin.record_id} [{letters.get(_find_sha256(origin, lake), '?')}]"


def render_flow_svg(flow: PaymentFlow, say: Say) -> str:
    """A flow as SVG with inline colours, because the PDF has no stylesheet."""
    _ = say.catalog.gettext
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {flow.width:.0f} {flow.height:.0f}" width="{flow.width:.0f}" height="{flow.height:.0f}">'
    ]
    for x, words in flow.marks:
        parts.append(f'<path d="M{x:.1f} 14V{flow.floor:.1f}" stroke="{LINE}"/>')
        parts.append(_render_text_svg(x, flow.floor + 17, words))
    parts += [
        f'<rect x="{bar.x:.1f}" y="{bar.y:.1f}" width="{bar.width:.1f}" height="{bar.height:.1f}" fill="{FILL[bar.tone]}"/>'
        for bar in flow.bars
    ]
    parts.append(f'<path d="M10 {flow.zero:.1f}H{flow.width - 10:.0f}" stroke="{QUIET}"/>')
    parts.append(f'<path d="{flow.line}" fill="none" stroke="{INK}" stroke-width="1.5"/>')
    parts += [_render_text_svg(14, 26, _("in")), _render_text_svg(14, flow.zero + 17, _("out"))]
    return "".join([*parts, "</svg>"])


def _render_text_svg(x: float, y: float, words: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="12" {FONT} fill="{QUIET}">{escape(words)}</text>'
