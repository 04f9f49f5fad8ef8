"""The screening form, read from `screening.toml`, and what follows from answers. No score: met, doubt, or none."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal, get_args

from warroom.bilingual.texts import Texts
from warroom.errors import NotPossible
from warroom.ledger.canonical_json import hash_text, to_canonical_json
from warroom.survivors.views import MARKS, AnswerIn, Mark, Outcome

Element = Literal["act", "means", "purpose"]
ELEMENTS: tuple[Element, ...] = get_args(Element)
# Characters of a screener's words to one question: some pages.
LONGEST_WORDS = 4_000


@dataclass(frozen=True, slots=True)
class ScreeningQuestion:
    """An indicator: the open words to ask in, and what the screener marks."""

    id: str
    element: Element
    ask: Texts
    shows: Texts


@dataclass(frozen=True, slots=True)
class Act:
    """Something people are made to do; `always` is never charged to an identified victim."""

    id: str
    name: Texts
    always: bool


@dataclass(frozen=True, slots=True)
class Form:
    """The screening form of this version.

    `hash_text` is the hash of its text: each screening says by which form it was.
    """

    version: str
    digest: str
    opening: Texts
    questions: tuple[ScreeningQuestion, ...]
    acts: tuple[Act, ...]
    kept: tuple[Texts, ...]


@cache
def load_form() -> Form:
    """The form of this version of the program."""
    body = tomllib.loads(resources.files(__package__).joinpath("screening.toml").read_text(encoding="utf-8"))
    return Form(
        version=body["version"],
        # Of the whole text: a word changed in a question is another form, and old outcomes stay with the one they
        # came from.
        digest=hash_text(to_canonical_json(body)),
        opening=Texts(**body["opening"]),
        questions=tuple(_parse_question(entry) for entry in body["question"]),
        acts=tuple(
            Act(entry["id"], Texts(entry["th"], entry["en"]), entry["always"]) for entry in body["act"]
        ),
        kept=tuple(Texts(**entry) for entry in body["kept"]),
    )


def _parse_question(one: Mapping[str, Any]) -> ScreeningQuestion:
    asked, shown = Texts(one["th"], one["en"]), Texts(one["shows_th"], one["shows_en"])
    return ScreeningQuestion(one["id"], one["element"], asked, shown)


def check_answers(answers: Mapping[str, AnswerIn]) -> dict[str, AnswerIn]:
    """The answers, each to a question of the form; raises NotPossible for another."""
    known = {question.id for question in load_form().questions}
    if unknown := sorted(set(answers) - known):
        raise NotPossible("survivors.no-such-question", question=unknown[0])
    if any(one.mark not in MARKS or len(one.words) > LONGEST_WORDS for one in answers.values()):
        raise NotPossible("survivors.answer-unfit")
    return dict(answers)


def check_acts(acts: tuple[str, ...]) -> tuple[str, ...]:
    """Acts of the form, in its order; raises NotPossible for another."""
    known = [act.id for act in load_form().acts]
    if unknown := sorted(set(acts) - set(known)):
        raise NotPossible("survivors.no-such-act", act=unknown[0], known=", ".join(known))
    return tuple(act for act in known if act in acts)


def list_shown_elements(answers: Mapping[str, AnswerIn]) -> tuple[Element, ...]:
    """The elements of trafficking for which an indicator was marked."""
    met = {one.element for one in load_form().questions if _find_mark(answers, one.id) == "yes"}
    return tuple(element for element in ELEMENTS if element in met)


def decide_outcome(answers: Mapping[str, AnswerIn], *, child: bool) -> Outcome:
    """What the answers mean, always towards the victim.

    `indicated` where act, means and purpose are shown (Palermo Protocol art. 3 a); for a child act and purpose
    suffice (art. 3 c). `doubt` where anything is unsure, unsaid or unasked, or where a means or a purpose occurs
    alone. `no_indication` only for a complete form without any of that.
    """
    met = set(list_shown_elements(answers))
    needed = {"act", "purpose"} if child else set(ELEMENTS)
    if needed <= met:
        return "indicated"
    open_ends = any(
        _find_mark(answers, question.id) in ("unsure", "not_said") for question in load_form().questions
    )
    # An act alone, a person recruited or moved, is how most honest work abroad begins; it needs a means or a purpose.
    return "doubt" if open_ends or met & {"means", "purpose"} else "no_indication"


def _find_mark(answers: Mapping[str, AnswerIn], question: str) -> Mark:
    # Silence is a doubt and never a no: a question that was not asked counts as not answered.
    return answers[question].mark if question in answers else "not_said"
