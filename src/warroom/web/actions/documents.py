"""Required documents of actions, for pages: the newest one, and a form for another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from warroom.actions.views import DocumentView
from warroom.law.kinds.declarations import load_prerequisite
from warroom.web.kit.formats import Say
from warroom.web.kit.forms import FormField, build_fields, format_inputs, render_texts


@dataclass(frozen=True, slots=True)
class Paper:
    """A required document: the newest that lies there, the fields of a form for another and what stands in them before
    anybody types. `stopped` says that what lies there keeps everything from going out.
    """

    name: str
    title: str
    why: str
    document: DocumentView | None
    facts: list[tuple[str, str]]
    stopped: bool
    fields: tuple[FormField, ...]
    start: Mapping[str, str] = field(default_factory=dict)


def build_paper(
    name: str,
    documents: Sequence[DocumentView],
    stopped: Sequence[str],
    say: Say,
    start: Mapping[str, str] | None = None,
) -> Paper:
    """A required document among those on the table. `stopped`: the reasons why the action cannot be approved."""
    paper = load_prerequisite(name)
    # The newest counts; earlier ones stay on record as what was known then.
    document = next((candidate for candidate in reversed(documents) if candidate.prerequisite == name), None)
    return Paper(
        name=name,
        title=render_texts(paper.title, say),
        why=render_texts(paper.why, say),
        document=document,
        facts=format_inputs(paper.inputs, document.content, say) if document else [],
        # The service's sentence on why nobody may approve names the document by its title.
        stopped=any(paper.title.en.lower() in sentence for sentence in stopped),
        fields=build_fields(paper.inputs, say, "d-"),
        start=start or {},
    )
