"""Whether two names are one, with a score and the reason in Thai and English."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from warroom.bilingual.texts import Texts
from warroom.subjects.names import kernel
from warroom.subjects.names.analyse import analyse_name, guess_name_kind
from warroom.subjects.names.costs import build_costs, make_room
from warroom.subjects.names.kernel import LIMIT, KernelBuffers, PackedNames
from warroom.subjects.names.name import COMPANY, PERSON, AnalysedName, NameWord
from warroom.subjects.names.packing import pack_names
from warroom.subjects.names.scripts import HAN, THAI

# Kinds in `left_out` that removed words of the name itself, in contrast to cleaned letters.
_ASIDE = ("title", "nickname", "form")
# Sentences, chosen: more reasons than this no officer reads; what was left aside is added to them.
_FEWEST_WHYS = 3


@dataclass(frozen=True, slots=True)
class NameComparison:
    """Two names compared: whether they are one, how likely from 0 to 1, and why. `same` holds from `kernel.LIMIT` on."""

    same: bool
    score: float
    reason: Texts
    kind: str


@lru_cache(1)
def _load_reasons() -> dict[str, Texts]:
    declared = tomllib.loads(
        resources.files(__package__).joinpath("reasons.toml").read_text(encoding="utf-8")
    )
    return {code: Texts(said["th"], said["en"]) for code, said in declared.items()}


def compare_names(a: str, b: str, kind: str | None = None) -> NameComparison:
    """Compare two names: persons' or companies', or whichever they look like when `kind` is not given."""
    # One legal form is enough: people often leave the form out of a company's name.
    kind = kind or (COMPANY if COMPANY in (guess_name_kind(a), guess_name_kind(b)) else PERSON)
    first, second = analyse_name(a, kind), analyse_name(b, kind)
    used = make_room()
    packed = pack_names([first, second])
    # The kernel runs uncompiled for one pair: compiling costs more than the comparison.
    score = float(min(kernel.score_names(packed, 0, packed, 1, build_costs(), used), 1.0))
    same = score >= LIMIT
    sentences = _explain(first, second, same, used, packed)
    reason = Texts(
        "; ".join(sentence.th for sentence in sentences), "; ".join(sentence.en for sentence in sentences)
    )
    return NameComparison(same, round(score, 4), reason, kind)


def _format_reason(code: str, a: str = "", b: str = "") -> Texts:
    texts = _load_reasons()[code]
    return Texts(texts.th.format(a=a, b=b), texts.en.format(a=a, b=b))


def _explain(
    a: AnalysedName, b: AnalysedName, same: bool, used: KernelBuffers, packed: PackedNames
) -> list[Texts]:
    if not a.words or not b.words:
        empty = a if not a.words else b
        return [_format_reason("nobody", empty.text.strip()[:40] or "—")]
    met = [(x, int(y)) for x, y in enumerate(used.first[: len(a.words)]) if y >= 0]
    if packed.joined[0] == packed.joined[1]:
        sentences = _explain_equal(a, b)
    elif same:
        sentences = _explain_matching(a, b, met, used) + _explain_missing(a, b, met)
    else:
        sentences = _explain_differing(a, b, met, used)
    return _drop_repeats(sentences)[:_FEWEST_WHYS] + _explain_left_aside(a, b)


def _explain_equal(a: AnalysedName, b: AnalysedName) -> list[Texts]:
    if a.form and b.form and a.form != b.form:
        return [_format_reason("forms_differ")]
    if len(a.words) != len(b.words):
        return [_format_reason("spaces")]
    # The words are equal by now: the texts differ in characters' forms, or in what was left out.
    han = a.words[0].script == HAN and any(letter not in b.text for letter in a.text if letter.isalpha())
    return [_format_reason("characters" if han and not _has_stripped_marks(a, b) else "equal")]


def _has_stripped_marks(a: AnalysedName, b: AnalysedName) -> bool:
    return any(kind in _ASIDE for kind, _ in (*a.left_out, *b.left_out))


def _explain_matching(
    a: AnalysedName, b: AnalysedName, met: list[tuple[int, int]], used: KernelBuffers
) -> list[Texts]:
    sentences, codes = [], set()
    for x, y in met:
        code = _match_reason_code(a.words[x], b.words[y], int(used.whys[x, y]), float(used.sims[x, y]))
        codes.add(code)
        if code:
            sentences.append(_format_reason(code, a.words[x].shown, b.words[y].shown))
    if "initial" in codes and len(met) == 2 and a.kind == PERSON:
        sentences.append(_format_reason("shared_initial"))
    # The words did not match one by one, so the names matched as a whole: only spaces differ.
    if not met or any(used.sims[x, y] < kernel.LIMIT for x, y in met):
        sentences = [_format_reason("spaces")]
    if [y for _, y in met] != sorted(y for _, y in met):
        sentences.append(_format_reason("order"))
    return sentences or [_format_reason("equal")]


def _match_reason_code(a: NameWord, b: NameWord, why: int, sim: float) -> str:
    if why == kernel.READING and a.links & b.links and THAI in (a.script, b.script):
        return "loan"
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
        kernel.SLIP: "slip",
    }
    return names.get(why, "")


def _explain_missing(a: AnalysedName, b: AnalysedName, met: list[tuple[int, int]]) -> list[Texts]:
    seen_a, seen_b = {x for x, _ in met}, {y for _, y in met}
    left = [w.shown for n, w in enumerate(a.words) if n not in seen_a]
    left += [w.shown for n, w in enumerate(b.words) if n not in seen_b]
    return [_format_reason("missing", " ".join(left))] if left and met else []


def _explain_differing(
    a: AnalysedName, b: AnalysedName, met: list[tuple[int, int]], used: KernelBuffers
) -> list[Texts]:
    apart = [(x, y) for x, y in met if used.sims[x, y] < kernel.LIMIT]
    seen_a, seen_b = {x for x, _ in met}, {y for _, y in met}
    left_a = [x for x in range(len(a.words)) if x not in seen_a]
    left_b = [y for y in range(len(b.words)) if y not in seen_b]
    if not apart and left_a and left_b:
        apart = [(left_a[0], left_b[0])]
    if apart:
        x, y = apart[0]
        given = met and len(met) > len(apart) - 1 and x == 0 and not a.syllabic and a.kind == PERSON
        return [
            _format_reason("different_given" if given else "different", a.words[x].shown, b.words[y].shown)
        ]
    return (
        [_format_reason("one_word")]
        if left_a or left_b
        else [_format_reason("tongues")]
        if a.syllabic
        else [_format_reason("forms_differ")]
    )


def _explain_left_aside(a: AnalysedName, b: AnalysedName) -> list[Texts]:
    mine, theirs = dict.fromkeys(a.left_out), dict.fromkeys(b.left_out)
    only = [one for one in (*mine, *theirs) if (one in mine) != (one in theirs)]
    return _drop_repeats([_format_reason(kind, said) for kind, said in only])


def _drop_repeats(said: list[Texts]) -> list[Texts]:
    return list(dict.fromkeys(said))
