"""Parses lessons: reviewed Markdown, one file for each threat and language, which teachers write without code.

A file has a head between two lines of `+++` (TOML: title, version, reviewed, sources) and sixteen items, eight scams and eight
genuine; docs/how-to/lessons.md shows one. A fault is one sentence with its file and item.
"""

import itertools
import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from warroom.public.outside.lessons import (
    EACH,
    FITS,
    KINDS,
    LANGUAGES,
    THREATS,
    Lesson,
    LessonItem,
    LessonReason,
)

HEAD: Mapping[str, type] = {"title": str, "version": int, "reviewed": date, "sources": list}
_LINE = re.compile(r"(id|is|cues|fits|context|from|costs):\s*(.*)")
_MARK = re.compile(r"==(.+?)==")
_REASON = re.compile(r"\d+\.\s+\*\*(.+?)\*\*\s*(.*)")
_ID = re.compile(r"[a-z0-9-]{1,40}")


class UnfitLessonError(ValueError):
    """An incomplete lesson; the sentence says what is missing and where."""


@cache
def load_offered_lessons() -> Mapping[str, Mapping[str, Lesson]]:
    """Threat -> language -> lesson, for complete lessons; incomplete ones are not offered."""
    folder = resources.files("warroom.public") / "lessons"
    found = ((threat, _load_whole_lesson(folder, threat)) for threat in THREATS)
    return {threat: lessons for threat, lessons in found if lessons}


def lesson_of(threat: str, language: str) -> Lesson | None:
    """A lesson in a language, else in English; None for a threat without a lesson."""
    lessons = load_offered_lessons().get(threat)
    return None if lessons is None else lessons.get(language) or lessons["en"]


def list_lesson_faults(folder: Traversable) -> list[str]:
    """The faults of the lessons in a folder, one sentence each; empty where all are complete."""
    sentences: list[str] = []
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".md"))
    sentences += [_name_fault(name) for name in names if _name_fault(name)]
    for threat in sorted({name.split(".")[0] for name in names if not _name_fault(name)}):
        lessons = []
        for language in LANGUAGES:
            try:
                lessons.append(read_lesson(folder / f"{threat}.{language}.md"))
            except FileNotFoundError:
                sentences.append(
                    f"{threat}.{language}.md is missing: a lesson is offered once it is whole in Thai and English."
                )
            except UnfitLessonError as problem:
                sentences.append(str(problem))
        sentences += _list_differences(lessons)
    return sentences


def read_lesson(file: Traversable) -> Lesson:
    """Parse a lesson; raises UnfitLessonError with one sentence that says what to write and where, OSError for no file."""
    name = file.name
    if _name_fault(name):
        raise UnfitLessonError(_name_fault(name))
    threat, language, _ = name.split(".")
    parts = file.read_text(encoding="utf-8").split("+++", 2)
    if len(parts) < 3 or parts[0].strip():
        raise UnfitLessonError(f"{name} has no head: begin it with a line +++, the head, and a line +++.")
    head_fields, items = _parse_head(name, parts[1]), _parse_items(name, parts[2])
    for kind in KINDS:
        count = sum(item.kind == kind for item in items)
        if count != EACH:
            raise UnfitLessonError(f"{name} has {count} items that are {kind}: {EACH} are needed.")
    by_id = {item.id: item for item in items}
    if len(by_id) != len(items):
        raise UnfitLessonError(f"{name} has two items with one id: give each its own.")
    return Lesson(
        threat,
        language,
        head_fields["title"],
        head_fields["version"],
        head_fields["reviewed"],
        tuple(head_fields["sources"]),
        by_id,
    )


def _load_whole_lesson(folder: Traversable, threat: str) -> dict[str, Lesson]:
    try:
        lessons = {language: read_lesson(folder / f"{threat}.{language}.md") for language in LANGUAGES}
    except (UnfitLessonError, OSError):
        return {}
    return {} if _list_differences(list(lessons.values())) else lessons


def _list_differences(lessons: Sequence[Lesson]) -> list[str]:
    """The differences between the languages of a lesson, one sentence each."""
    sentences = []
    for lesson, other in itertools.pairwise(lessons):
        both = f"{lesson.threat}.{lesson.language}.md and {other.threat}.{other.language}.md"
        if lesson.version != other.version:
            sentences.append(
                f"{both} have two versions: translate what changed, then write the same number in both."
            )
        facts = [
            [(a.id, a.kind, a.cues, a.fits, len(a.reasons)) for a in b.items.values()]
            for b in (lesson, other)
        ]
        unlike = next((a[0] for a, b in zip(*facts, strict=True) if a != b), None)
        if unlike:
            sentences.append(
                f"{both} differ at item {unlike}: id, is, cues, fits and the number of reasons are the same in both, in one order."
            )
    return sentences


def _name_fault(name: str) -> str:
    threat, language, *rest = [*name.split("."), "", ""]
    if threat in THREATS and language in LANGUAGES and rest[:1] == ["md"]:
        return ""
    return f"{name} is no name of a lesson: write THREAT.LANGUAGE.md, with a threat of {', '.join(THREATS)} and th or en."


def _parse_head(name: str, head: str) -> dict[str, Any]:
    try:
        head_fields = tomllib.loads(head)
    except tomllib.TOMLDecodeError as problem:
        raise UnfitLessonError(f"{name} has a head that cannot be read: {problem}.") from None
    for field, kind in HEAD.items():
        if not isinstance(head_fields.get(field), kind) or not head_fields[field]:
            raise UnfitLessonError(
                f"{name} lacks {field} in its head: write it as docs/how-to/lessons.md shows."
            )
    return head_fields


def _parse_items(name: str, body: str) -> list[LessonItem]:
    return [
        _parse_item(name, *chunk.partition("\n")[::2])
        for chunk in re.split(r"^## ", body, flags=re.MULTILINE)[1:]
    ]


def _parse_item(name: str, title: str, body: str) -> LessonItem:
    facts, quoted, reasons, rest = _split_item(body)
    where = f"{name}, item {title.strip()}"

    def require_fit(right: object, what: str) -> None:
        if not right:
            raise UnfitLessonError(f"{where}: {what}.")

    kind = facts.get("is", "")
    require_fit(
        _ID.fullmatch(facts.get("id", "")), "write a line id: with small Latin letters, digits and dashes"
    )
    require_fit(kind in KINDS, "write a line is: scam or is: genuine")
    require_fit(facts.get("context"), "write a line context: that says what its reader is just doing")
    require_fit(quoted, "write the message itself in lines that begin with >")
    require_fit(reasons, "write what it is seen by: numbered lines, each with a **fact** in bold")
    require_fit(rest, "write what it was and why, in a line below the reasons")
    text = _parse_marks(quoted)
    # Marks are numbered from 1 in their order, so the largest number is their count.
    marks = max(number for _, number in text)
    require_fit(
        marks == len(reasons),
        f"it has {marks} ==marks== and {len(reasons)} numbered reasons; each mark needs its own",
    )
    if kind == "scam":
        require_fit(
            facts.get("cues", "").isdecimal(), "write a line cues: with the number of signs that it shows"
        )
        require_fit(int(facts["cues"]) >= marks, "cues counts all signs, so it is no less than the marks")
        require_fit(
            facts.get("fits") in FITS,
            "write a line fits: low, medium or high, how well it fits what people expect",
        )
    else:
        require_fit(facts.get("costs"), "write a line costs: what whoever refuses it loses")
    return LessonItem(
        id=facts["id"],
        name=title.strip(),
        kind=kind,  # type: ignore[arg-type]
        cues=int(facts["cues"]) if kind == "scam" else 0,
        fits=facts["fits"] if kind == "scam" else "",
        context=facts["context"],
        sender=facts.get("from", ""),
        text=text,
        reasons=tuple(reasons),
        says=rest,
        costs=facts.get("costs", ""),
    )


def _split_item(body: str) -> tuple[dict[str, str], str, list[LessonReason], str]:
    """The lines of an item by kind: facts, quoted text, reasons, and the rest."""
    facts: dict[str, str] = {}
    quoted, reasons, rest = [], [], []
    for line in body.splitlines():
        fact, reason = _LINE.fullmatch(line.strip()), _REASON.fullmatch(line.strip())
        if fact:
            facts[fact[1]] = fact[2].strip()
        elif line.startswith(">"):
            quoted.append(line[1:].strip())
        elif reason:
            reasons.append(LessonReason(reason[1], reason[2]))
        elif line.strip():
            rest.append(line.strip())
    return facts, " ".join(quoted), reasons, " ".join(rest)


def _parse_marks(text: str) -> tuple[tuple[str, int], ...]:
    pieces = _MARK.split(text)
    return tuple((words, (place + 1) // 2 if place % 2 else 0) for place, words in enumerate(pieces) if words)
