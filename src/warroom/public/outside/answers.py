"""What somebody is told who pastes something: a shape and its words, what to do, and why, by rules that are the same for all.

Three shapes and no green one: filled looks like a scam, a thick frame was reported by several, dashed is not known. Nothing says
that a thing is safe. Nothing pasted is kept here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal

from warroom.public.outside.figures import Group, Sure, group_of, is_measured
from warroom.public.outside.identifiers import PastedIdentifier
from warroom.public.outside.masking import masked
from warroom.public.outside.worded import has_words
from warroom.reasons.reason import Reason
from warroom.signals.addresses.addresses import addresses_in
from warroom.signals.addresses.look_alike import LIMIT as LOOK_ALIKE
from warroom.signals.adverts.flags import Flag, Looked, look
from warroom.signals.adverts.score import points, probability, weights
from warroom.signals.domains.finding import look_at
from warroom.signals.messages.model import MessageModel
from warroom.signals.messages.normal import normalise
from warroom.signals.messages.reading import Marked, Reading, read_message
from warroom.unread import Unread

Shape = Literal["scam", "rep", "none"]
MARKS = 3
ADVERT = 0.5
"""The probability from which on an advert is suspicious; officers look at more, where a mistake costs a look."""
COPY = "message_look_alike_link"
"""A link that looks like somebody else's makes any message suspicious, whatever its words."""
WORDING = "message_wording"
"""No word of a list stands in it: the model heard a scam in its letters."""
HEARD = 0.9
"""The probability from which on its letters alone make a message suspicious where no share is told: of 95 such English ones all were scams."""
Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Why:
    """One reason, and where it stands in what was pasted."""

    reason: Reason
    spans: Spans


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to a message, an advert or a link. `what` is one of these, `scam_type` of a scam's message.

    `pieces`: what was pasted, codes and cards hidden, each piece with the number of the reason that marks it or 0.
    """

    shape: Shape
    what: Literal["message", "advert", "link"]
    sure: Sure
    scam_type: str
    of_100: int | None
    why: tuple[Why, ...]
    against: tuple[Why, ...]
    pieces: tuple[tuple[str, int], ...]
    text: str
    hidden: bool


def answer_text(text: str, model: MessageModel | None = None) -> Answer:
    """Read a message, or an advert where it shows what adverts of scam compounds show. `model`: else the one that ships.

    A text that the program fails at is not known.
    """
    found = Unread("questions").attempt("a question", _answer_text, text, model)
    return found or _unknown(masked(text), text)


def _unknown(safe: str, text: str) -> Answer:
    return Answer("none", "message", "unknown", "", None, (), (), ((safe, 0),), safe, safe != text)


def _answer_text(text: str, model: MessageModel | None) -> Answer:
    reading = read_message(text, model)
    judged = reading.kind is not None and has_words(text)
    group = group_of(reading.language, reading.probability or 0.0) if judged else None
    advert = look(text)
    if probability(points(advert)) >= ADVERT:
        return _of_advert(text, advert, group)
    return _of_message(text, reading, group, judged)


def can_be_read(text: str) -> bool:
    """Whether a text has a letter or a digit."""
    return any(map(str.isalnum, normalise(text).text))


def answer_link(link: PastedIdentifier, text: str) -> Answer:
    """What the letters of a name show. How often such names turned out to be scams was never counted, and nothing is told of it."""
    host = link.spelled.partition("/")[0]
    finding = look_at(host)
    users = [
        Reason("domain_user", {"letters": one.user, "name": host})
        for one in addresses_in(text.lower())
        if one.user
    ]
    shape: Shape = "scam" if users or finding.score >= LOOK_ALIKE else "none"
    why = tuple(Why(reason, ()) for reason in (*users[:1], *finding.reasons)[:MARKS])
    against = () if users else tuple(Why(reason, ()) for reason in finding.against[:MARKS])
    sure: Sure = "suspicious" if shape == "scam" else "unknown"
    return Answer(shape, "link", sure, "", None, why, against, ((text, 0),), text, False)


def _of_message(text: str, reading: Reading, group: Group | None, judged: bool) -> Answer:
    """`judged`: whether it has words by which it can be."""
    safe, sure, of_100 = masked(text), group.sure if group else "unknown", group.of_100 if group else None
    marked = sorted(reading.reasons, key=lambda one: one.reason.code != COPY)
    if not judged:
        marked = [one for one in marked if one.reason.code != WORDING]
    # Over the limit, in a band of too few texts for a share: suspicious where more than the sound of its letters says so.
    over = group is None and judged and is_measured(reading.language) and reading.kind == "scam"
    heard = over and (reading.probability or 0.0) >= HEARD
    said = over and any(one.reason.code != WORDING for one in marked)
    told = heard or said or any(one.reason.code == COPY for one in marked)
    if sure == "unknown" and told:
        sure, of_100 = "suspicious", None
    why = _shown(marked, safe)
    return Answer(
        shape="none" if sure == "unknown" else "scam",
        what="message",
        sure=sure,
        scam_type=reading.type or "",
        of_100=of_100,
        why=why,
        against=_shown(reading.against, safe),
        pieces=_pieces(safe, why),
        text=safe,
        hidden=safe != text,
    )


def _of_advert(text: str, found: Looked, group: Group | None) -> Answer:
    """Red flags make it suspicious at least; more than that is told only where its words are known of messages."""
    safe = masked(text)
    # Distress opens a way to help and never counts.
    flags = sorted(found.flags, key=lambda flag: -weights()["flags"].get(flag.name, 0.0))
    why = _flagged((flag for flag in flags if flag.name != "distress"), "advert_", safe)
    against = _flagged(found.assurances, "advert_has_", safe)
    known = group if group and group.sure != "unknown" else None
    return Answer(
        shape="scam",
        what="advert",
        sure=known.sure if known else "suspicious",
        scam_type="job",
        of_100=known.of_100 if known else None,
        why=why,
        against=against,
        pieces=_pieces(safe, why),
        text=safe,
        hidden=safe != text,
    )


def _flagged(flags: Iterable[Flag], before: str, safe: str) -> tuple[Why, ...]:
    some = islice(flags, MARKS)
    return tuple(Why(_hidden(Reason(before + one.name), one.spans, safe), one.spans) for one in some)


def _shown(marked: Sequence[Marked], safe: str) -> tuple[Why, ...]:
    return tuple(Why(_hidden(one.reason, one.spans, safe), one.spans) for one in marked[:MARKS])


def _hidden(reason: Reason, spans: Spans, safe: str) -> Reason:
    """The reason with its words as they may be shown."""
    words = dict.fromkeys(safe[start:end].strip() for start, end in spans)
    return replace(reason, params={**reason.params, "words": ", ".join(words)})


def _pieces(safe: str, why: Sequence[Why]) -> tuple[tuple[str, int], ...]:
    """One mark for each reason, where it stands first and no other mark is."""
    taken: list[tuple[int, int, int]] = []
    for number, one in enumerate(why, 1):
        free = (
            span for span in one.spans if all(span[1] <= first or last <= span[0] for first, last, _ in taken)
        )
        span = next(free, None)
        if span is not None:
            taken.append((*span, number))
    found, done = [], 0
    for start, end, number in sorted(taken):
        found += [(safe[done:start], 0), (safe[start:end], number)]
        done = end
    return tuple(piece for piece in (*found, (safe[done:], 0)) if piece[0])
