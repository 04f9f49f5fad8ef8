"""Documents that must lie with actions, as pages show them: what lies there, and a form for another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from warroom.actions.views import DocumentView
from warroom.law.kinds.declarations import prerequisite_of
from warroom.web.kit.formats import Say
from warroom.web.kit.forms import Field, form_of, said, shown


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed into a form that did not pass, which form it was, and the service's sentence about it."""

    form: Mapping[str, str]
    about: str
    problem: str


NOTHING = Typed({}, "", "")


@dataclass(frozen=True, slots=True)
class Paper:
    """A required document: the newest that lies there, its fields, and a form for another, open where it was typed
    into. `stopped` says that what lies there keeps everything from going out.
    """

    name: str
    title: str
    why: str
    document: DocumentView | None
    facts: list[tuple[str, str]]
    stopped: bool
    fields: list[Field]
    open: bool


def paper_of(
    name: str,
    documents: Sequence[DocumentView],
    stopped: Sequence[str],
    say: Say,
    typed: Typed,
    start: Mapping[str, str] | None = None,
) -> Paper:
    """A required document among those on the table. `stopped` are sentences of why nobody may approve, `start` what
    stands in its form before anybody types.
    """
    declared = prerequisite_of(name)
    document = next((one for one in reversed(documents) if one.prerequisite == name), None)
    again = typed.about == name
    before = typed if again else Typed(start or {}, "", "")
    return Paper(
        name=name,
        title=said(declared.title, say),
        why=said(declared.why, say),
        document=document,
        facts=shown(declared.inputs, document.content, say) if document else [],
        stopped=any(declared.title.en.lower() in one for one in stopped),
        fields=form_of(declared.inputs, say, "d-", before.form, before.problem),
        open=again,
    )
