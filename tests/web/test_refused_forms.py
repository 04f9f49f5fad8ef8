"""Every form of every page, refused: a blank or absurd value is answered by the same page, which says in the reader's language
what is wrong and holds what was typed; and nothing was written.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, groupby
from typing import Any

import pytest
import sqlalchemy as sa
from httpx import Client, Response
from lxml import html

from tests.browser.pages import PAGES
from tests.browser.rooms import Room, walked
from tests.web.conftest import Visitor, without_word_marks
from warroom.ledger.postgres import PostgresServer

pytestmark = pytest.mark.timeout(1500)
TYPED = "zq typed words"
"""What is written into every field for words; it must be there again."""
WORDS = "self::textarea or self::input[not(@type) or @type='text' or @type='search']"
ABSURD = {"moment": "zq some day", "number": "zq many"}
"""What no field of a kind can take."""
THAI = re.compile("[\u0e00-\u0e7f]")
ELSEWHERE = {
    "/views": "a name alone, on lists whose rows change",
    "/files": "test_files_pages.py, which sends a file as a browser does",
    "/cases/C-*/evidence/file": "test_evidence_pages.py, which sends a file as a browser does",
    "/flags/decide": "test_flags.py: its reason is needed by one of its buttons alone",
}
"""Forms that are refused elsewhere, by the file that does."""
KEPT = {"audit", "audit_waiting", "case_visits", "checkpoints", "operation_drafts", "sessions"}
"""Tables that looking at a page and being refused may write: the log, when somebody was last there, and the plan of an operation,
which keeps what was typed as a draft.
"""


@dataclass(frozen=True)
class SentForm:
    """A form as it stands on a page, with one of its buttons. `values`: what its hidden and chosen fields hold."""

    page: str
    who: str
    action: str
    values: dict[str, str]
    words: tuple[str, ...]
    needed: tuple[str, ...]
    kinds: dict[str, str]
    files: tuple[str, ...]
    examples: dict[str, str]
    choices: dict[str, list[str]]

    @property
    def key(self) -> tuple[object, ...]:
        """What tells it from another of its kind: not which row it is of, nor which paper is attached."""
        named = (self.values.get(name) for name in ("kind", "act"))
        return re.sub(r"\d+|S[0-9a-f]{24}", "*", self.action), *named, *sorted(self.kinds), self.needed


def read_forms(who: str, address: str, page: str) -> Iterator[SentForm]:
    for form in html.fromstring(page).xpath("//main//form[@method='post']"):
        fields = form.xpath(".//input[@name] | .//select[@name] | .//textarea[@name]")
        values = _read_values(form)
        kinds = {field.get("name"): kind for field in fields if (kind := _name_kind(field))}
        words = tuple(dict.fromkeys(field.get("name") for field in form.xpath(f".//*[{WORDS}][@name]")))
        needed = [field.get("name") for field in fields if field.get("required") is not None]
        needed = [name for name in needed if name in kinds]
        examples = {field.get("name"): field.get("data-example") or "" for field in fields}
        examples |= {name: "12" for name, kind in kinds.items() if kind == "number" and not examples[name]}
        choices = {one.get("name"): one.xpath(".//option/@value") for one in form.xpath(".//select[@name]")}
        files = tuple(form.xpath(".//input[@type='file']/@name"))
        for button in form.xpath(".//button[not(@type='button')]"):
            if button.get("formnovalidate") is not None:
                continue
            action = button.get("formaction") or form.get("action")
            chosen = {button.get("name"): button.get("value", "")} if button.get("name") else {}
            needs = tuple(dict.fromkeys(needed))
            yield SentForm(
                address, who, action, values | chosen, words, needs, kinds, files, examples, choices
            )


def _read_values(form: Any) -> dict[str, str]:
    values = {}
    for field in form.xpath(".//input[@name][@value][not(@type='checkbox' or @type='radio')]"):
        values[field.get("name")] = field.get("value")
    for field in form.xpath(".//input[@type='checkbox' or @type='radio'][@checked]"):
        values[field.get("name")] = field.get("value", "on")
    for field in form.xpath(".//select[@name]"):
        chosen = field.xpath(".//option[@selected]/@value") or field.xpath(".//option/@value")
        values[field.get("name")] = next(filter(None, chosen), "")
    return values


def _name_kind(field: Any) -> str:
    """What a visible field takes; "" for one that nobody types into."""
    if field.tag == "select":
        return "choice"
    if field.tag == "textarea":
        return "words"
    if field.get("type") not in (None, "text", "search"):
        return ""
    if field.get("data-date") is not None:
        return "moment"
    return "number" if field.get("inputmode") in ("decimal", "numeric") else "words"


@pytest.fixture(scope="module")
def room(ledger_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    with walked(tmp_path_factory.mktemp("refused"), ledger_server) as one:
        yield one


def test_a_refused_form_answers_with_its_page_what_is_wrong_and_what_was_typed(room: Room) -> None:
    people, forms = _find_forms(room)
    wrong: list[str] = []
    before = _digest_tables()
    for page, mine in groupby(forms, key=lambda form: form.page):
        for form in mine:
            wrong += _refuse_in_turn(people[form.who], form)
        after = _digest_tables()
        changed = sorted(name for name in after if after[name] != before[name])
        wrong += [f"{page} wrote {', '.join(changed)}"] if changed else []
        before = after
    for person in people.values():
        person.client.close()
    assert len(forms) > 60
    assert not wrong, "\n".join(wrong)


def _refuse_in_turn(person: Visitor, form: SentForm) -> list[str]:
    """What is wrong with its answers to each bad value, by turns in both languages; a form with one value is asked in both."""
    values = list(_list_bad_values(form))
    turns = zip(cycle(("th", "en")), values if len(values) > 1 else values * 2, strict=False)
    return [
        fault for language, (name, value) in turns for fault in _refuse(person, form, name, value, language)
    ]


def _find_forms(room: Room) -> tuple[dict[str, Visitor], list[SentForm]]:
    """Anyone who has pages, signed in, and one form of each sort on them."""
    people: dict[str, Visitor] = {}
    forms: dict[tuple[object, ...], SentForm] = {}
    for place in PAGES:
        if not place.who or place.status != 200:
            continue
        if place.who not in people:
            people[place.who] = Visitor(Client(base_url=room.address, follow_redirects=True, timeout=60))
            people[place.who].sign_in(place.who)
        for form in read_forms(place.who, place.address, people[place.who].page(place.address)):
            if form.key[0] not in ELSEWHERE:
                forms.setdefault(form.key, form)
    return people, list(forms.values())


def _digest_tables() -> dict[str, object]:
    """Number and content of the rows of every table that a refusal leaves alone."""
    engine = sa.create_engine(
        os.environ["WARROOM_DATABASE_OWNER_URL"].replace("postgresql://", "postgresql+psycopg://")
    )
    with engine.connect() as connection:
        names = [name for name in sa.inspect(connection).get_table_names() if name not in KEPT]
        parts = [
            f"SELECT '{name}', count(*), coalesce(sum(hashtext(t::text)), 0) FROM {name} t" for name in names
        ]
        rows = connection.execute(sa.text(" UNION ALL ".join(parts))).all()
    engine.dispose()
    return {row[0]: tuple(row[1:]) for row in rows}


def _list_bad_values(form: SentForm) -> Iterator[tuple[str, str]]:
    for name in form.needed:
        # A list without an empty line has always something chosen.
        if name not in form.choices or "" in form.choices[name]:
            yield name, "" if name in form.choices else " "
    for name, kind in form.kinds.items():
        if kind in ABSURD:
            yield name, ABSURD[kind]


def _refuse(person: Visitor, form: SentForm, bad: str, value: str, language: str) -> list[str]:
    """What is wrong with the answer to a form with one bad value and the others filled."""
    person.client.cookies.set("warroom_language", language)
    answer = _send(person, form, bad, value)
    case = f"{language} {form.page}: {form.action} with {bad}={value!r} answers {answer.status_code}"
    return [f"{case}: {fault}" for fault in _find_faults(answer, form, bad, language)]


def _send(person: Visitor, form: SentForm, bad: str, value: str) -> Response:
    filled = form.values | {name: form.examples.get(name) or TYPED for name in form.words}
    files = dict.fromkeys(form.files, ("", b""))
    return person.client.post(form.action, data=filled | {bad: value}, files=files or None)


def _find_faults(answer: Response, form: SentForm, bad: str, language: str) -> Iterator[str]:
    if not 400 <= answer.status_code < 500:
        yield "it was taken" if answer.status_code < 400 else "it broke"
        return
    page = html.fromstring(without_word_marks(answer.text))
    same = page.xpath(f"//main//form[@action='{form.action}' or .//button/@formaction='{form.action}']")
    if not same:
        yield "another page"
        return
    if any(name != bad and not form.examples.get(name) for name in form.words) and TYPED not in answer.text:
        yield "what was typed is lost"
    alerts = page.xpath("//main//*[@role='alert']")
    near = [alert for alert in alerts if any(one in [*alert.iterancestors()][:3] for one in same)]
    near += [alert for alert in alerts for one in same if alert.getparent() in [*one.iterancestors()][:3]]
    said = [" ".join(alert.text_content().split()) for alert in alerts]
    if not near:
        yield f"does not say at the form what is wrong: {said}"
    for sentence in said:
        if bool(THAI.search(sentence)) != (language == "th"):
            yield f"says it in another language: {sentence}"
