"""Whether two names are one, with a score and the reason in Thai and English."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from warroom.bilingual.texts import Texts
from warroom.subjects.names import kernel
from warroom.subjects.names.analyse import analyse, kind_of
from warroom.subjects.names.costs import costs, room
from warroom.subjects.names.kernel import LIMIT, Names, Room
from warroom.subjects.names.name import COMPANY, PERSON, Name, Word
from warroom.subjects.names.packing import pack
from warroom.subjects.names.scripts import HAN, THAI

_ASIDE = ("title", "nickname", "form")
_FEWEST_WHYS = 3


@dataclass(frozen=True, slots=True)
class Compared:
    """Two names compared: whether they are one, how likely from 0 to 1, and why. `same` holds from `kernel.LIMIT` on."""

    same: bool
    score: float
    reason: Texts
    kind: str


@lru_cache(1)
def _reasons() -> dict[str, Texts]:
    declared = tomllib.loads(
        resources.files(__package__).joinpath("reasons.toml").read_text(encoding="utf-8")
    )
    return {code: Texts(said["th"], said["en"]) for code, said in declared.items()}


def compare(a: str, b: str, kind: str | None = None) -> Compared:
    """Compare two names: persons' or companies', or whichever they look like when `kind` is not given."""
    kind = kind or (COMPANY if COMPANY in (kind_of(a), kind_of(b)) else PERSON)
    first, second = analyse(a, kind), analyse(b, kind)
    used = room()
    packed = pack([first, second])
    score = float(min(kernel.score(packed, 0, packed, 1, costs(), used), 1.0))
    same = score >= LIMIT
    said = _why(first, second, same, used, packed)
    reason = Texts("; ".join(one.th for one in said), "; ".join(one.en for one in said))
    return Compared(same, round(score, 4), reason, kind)


def _say(code: str, a: str = "", b: str = "") -> Texts:
    texts = _reasons()[code]
    return Texts(texts.th.format(a=a, b=b), texts.en.format(a=a, b=b))


def _why(a: Name, b: Name, same: bool, used: Room, packed: Names) -> list[Texts]:
    if not a.words or not b.words:
        empty = a if not a.words else b
        return [_say("nobody", empty.text.strip()[:40] or "—")]
    met = [(x, int(y)) for x, y in enumerate(used.first[: len(a.words)]) if y >= 0]
    if packed.joined[0] == packed.joined[1]:
        said = _equal(a, b)
    elif same:
        said = _matching(a, b, met, used) + _lacking(a, b, met)
    else:
        said = _differing(a, b, met, used)
    return _unique(said)[:_FEWEST_WHYS] + _left_aside(a, b)


def _equal(a: Name, b: Name) -> list[Texts]:
    if a.form and b.form and a.form != b.form:
        return [_say("forms_differ")]
    if len(a.words) != len(b.words):
        return [_say("spaces")]
    # The words are equal by now: the texts differ in characters' forms, or in what was left out.
    han = a.words[0].script == HAN and any(letter not in b.text for letter in a.text if letter.isalpha())
    return [_say("characters" if han and not _aside(a, b) else "equal")]


def _aside(a: Name, b: Name) -> bool:
    return any(kind in _ASIDE for kind, _ in (*a.aside, *b.aside))


def _matching(a: Name, b: Name, met: list[tuple[int, int]], used: Room) -> list[Texts]:
    said = []
    for x, y in met:
        code = _code(a.words[x], b.words[y], int(used.whys[x, y]), float(used.sims[x, y]))
        if code:
            said.append(_say(code, a.words[x].shown, b.words[y].shown))
    if not met or any(used.sims[x, y] < kernel.LIMIT for x, y in met):
        said = [_say("spaces")]
    if [y for _, y in met] != sorted(y for _, y in met):
        said.append(_say("order"))
    return said or [_say("equal")]


def _code(a: Word, b: Word, why: int, sim: float) -> str:
    if why == kernel.READING and THAI in (a.script, b.script):
        thai, other = (a, b) if a.script == THAI else (b, a)
        return "official" if thai.roman == other.own else "popular"
    if why == kernel.LINK and (a.typed or b.typed):
        return "marks" if a.typed != b.typed else ""
    if why == kernel.LINK:
        return "alias" if any(link.startswith("alias") for link in a.links & b.links) else "link"
    names = {
        kernel.SOUND: "sound",
        kernel.READING: "reading",
        kernel.SPELLING: "spelling",
        kernel.INITIAL: "initial",
    }
    return names.get(why, "")


def _lacking(a: Name, b: Name, met: list[tuple[int, int]]) -> list[Texts]:
    seen_a, seen_b = {x for x, _ in met}, {y for _, y in met}
    left = [w.shown for n, w in enumerate(a.words) if n not in seen_a]
    left += [w.shown for n, w in enumerate(b.words) if n not in seen_b]
    return [_say("missing", " ".join(left))] if left and met else []


def _differing(a: Name, b: Name, met: list[tuple[int, int]], used: Room) -> list[Texts]:
    apart = [(x, y) for x, y in met if used.sims[x, y] < kernel.LIMIT]
    seen_a, seen_b = {x for x, _ in met}, {y for _, y in met}
    left_a = [x for x in range(len(a.words)) if x not in seen_a]
    left_b = [y for y in range(len(b.words)) if y not in seen_b]
    if not apart and left_a and left_b:
        apart = [(left_a[0], left_b[0])]
    if apart:
        x, y = apart[0]
        given = met and len(met) > len(apart) - 1 and x == 0 and not a.syllabic and a.kind == PERSON
        return [_say("different_given" if given else "different", a.words[x].shown, b.words[y].shown)]
    return (
        [_say("one_word")]
        if left_a or left_b
        else [_say("tongues")]
        if a.syllabic
        else [_say("forms_differ")]
    )


def _left_aside(a: Name, b: Name) -> list[Texts]:
    mine, theirs = dict.fromkeys(a.aside), dict.fromkeys(b.aside)
    only = [one for one in (*mine, *theirs) if (one in mine) != (one in theirs)]
    return _unique([_say(kind, said) for kind, said in only])


def _unique(said: list[Texts]) -> list[Texts]:
    return list(dict.fromkeys(said))
