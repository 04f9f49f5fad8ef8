"""Fields for files: every form that has one is sent in parts, to an address that takes files."""

import re
from collections.abc import Iterator
from importlib import resources

import pytest

from warroom.law.kinds.declarations import load_kinds, load_prerequisites
from warroom.web.assets.steps import OF_ASSET
from warroom.web.evidence.steps import STEPS as EVIDENCE_STEPS
from warroom.web.kit import security
from warroom.web.requests.steps import STEPS as REQUEST_STEPS

FORM = re.compile(
    r"<form\b(?P<tag>(?:[^>\"]|\"(?:[^\"{]|\{\{.*?\}\}|\{%.*?%\})*\"|\{\{.*?\}\}|\{%.*?%\})*)>(?P<body>.*?)</form>",
    re.DOTALL,
)
MADE_OF_FIELDS = re.compile(
    r'type="file"|fields\.(?:all|field|body|file|form)\(|\{\{ (?:all|field|body|file)\('
)
IN_PARTS = ('enctype="multipart/form-data"', "in_parts(")


def list_forms() -> Iterator[tuple[str, str, str]]:
    """Every form of the officers' and citizens' templates: its file, its tag and what stands in it."""
    folder = resources.files("warroom.web") / "templates"
    for place in (folder, folder / "citizen", folder / "public", folder / "signals"):
        for file in place.iterdir():
            if file.is_file() and file.name.endswith(".html"):
                for match in FORM.finditer(file.read_text(encoding="utf-8")):
                    yield file.name, match["tag"], match["body"]


def test_every_form_that_may_have_a_file_is_sent_in_parts() -> None:
    found = [
        form for form in list_forms() if MADE_OF_FIELDS.search(form[2]) and 'method="get"' not in form[1]
    ]
    assert len(found) > 8, "the search finds the forms"
    wrong = [(file, tag) for file, tag, _ in found if not any(sign in tag for sign in IN_PARTS)]
    assert wrong == []


@pytest.mark.parametrize(
    "address",
    [
        "/actions/new",
        "/actions/begin",
        "/actions/2/documents",
        "/operations/2/documents",
        "/operations/plans/1/more",
        *(
            f"/assets/1/{step.id}"
            for step in OF_ASSET.values()
            if any(f.kind == "digest" for f in step.fields)
        ),
        *(
            f"/requests/1/{step.id}"
            for step in REQUEST_STEPS.values()
            if any(f.kind == "digest" for f in step.fields)
        ),
        *(
            f"/evidence/1/{step.id}"
            for step in EVIDENCE_STEPS.values()
            if any(f.kind == "digest" for f in step.fields)
        ),
    ],
)
def test_the_address_of_a_form_with_a_document_takes_a_file(address: str) -> None:
    assert security.HASHED.fullmatch(address), address


def test_a_form_asks_for_one_document_at_most() -> None:
    declared = [*load_kinds().values(), *load_prerequisites().values()]
    assert [one.id for one in declared if sum(field.kind == "digest" for field in one.inputs) > 1] == []


OF_PROGRAMS = re.compile(r"\b(?:sha-?256|hash|digest|json|ids?|fields?)\b|แฮช|ฟิลด์", re.IGNORECASE)
"""Words of programs that nobody at a form should need."""


def list_labels() -> Iterator[str]:
    """The labels of all declared fields in both languages, and the sentences of all templates' forms."""
    for one in (*load_kinds().values(), *load_prerequisites().values()):
        for field in one.inputs:
            yield from (field.shown_label.th, field.shown_label.en)
    for steps in (OF_ASSET, EVIDENCE_STEPS, REQUEST_STEPS):
        for step in steps.values():
            yield from (step.title, step.button, step.note, *(field.label for field in step.fields))
    for file, _, body in list_forms():
        if not file.startswith("design"):
            yield from re.findall(
                r'_\("([^"]*)"', re.sub(r'<details class="plain fingerprint".*?</details>', "", body)
            )


def test_labels_say_what_a_person_knows_and_not_what_a_program_stores() -> None:
    labels = set(list_labels())
    assert len(labels) > 200
    assert sorted(label for label in labels if OF_PROGRAMS.search(label)) == []
