"""Answers to pasted texts: a shape and its label, advice, and reasons, by the same rules for everybody.

Three shapes and no green one: filled looks like a scam, a thick frame was reported by several, dashed is unknown. No answer says
that a thing is safe. Nothing pasted is stored.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal

from warroom.public.outside.figures import ProbabilityBand, Sure, group_of, is_measured
from warroom.public.outside.identifiers import PastedIdentifier
from warroom.public.outside.masking import mask_secret_digits
from warroom.public.outside.worded import has_words
from warroom.reasons.reason import Reason
from warroom.signals.addresses.addresses import iter_addresses
from warroom.signals.addresses.look_alike import LIMIT as LOOK_ALIKE
from warroom.signals.adverts.red_flags import AdvertFindings, RedFlag, find_red_flags
from warroom.signals.adverts.score import compute_probability, load_weights, score_advert
from warroom.signals.domains.finding import examine_domain
from warroom.signals.messages.model import MessageModel
from warroom.signals.messages.normal import normalise_message
from warroom.signals.messages.reading import MarkedReason, MessageReading, read_message, snap_to_letters
from warroom.signals.messages.signs import find_message_signs
from warroom.unread import UnreadTexts

Shape = Literal["scam", "rep", "none"]
# Reasons shown, at most: more are not read on a phone. Chosen, not measured.
MARKS = 3
ADVERT = 0.5
"""The probability from which on an advert is called suspicious. Chosen, not measured: officers use a lower threshold, since a false
positive costs them only a look."""
COPY = "message_look_alike_link"
"""Code of the reason "look-alike link", which makes any message suspicious, whatever its words."""
OWN_SITE = "domain_own_site"
"""Code of the reason "the owner's own site", the only one that speaks for a link."""
WORDING = "message_wording"
"""Code of the reason "wording": no listed word was found, and the model scored the letters alone."""
HEARD = 0.9
"""The probability from which on letters alone make a message suspicious in a band without a published share: all 95 such English
messages were scams."""
Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class HighlightedReason:
    """One reason, and its spans in the pasted text."""

    reason: Reason
    spans: Spans


@dataclass(frozen=True, slots=True)
class PastedAnswer:
    """An answer to a message, an advert or a link. `what` is one of these, `scam_type` of a scam's message.

    `pieces`: what was pasted, codes and cards hidden, each piece with the number of the reason that marks it or 0.
    """

    shape: Shape
    what: Literal["message", "advert", "link"]
    sure: Sure
    scam_type: str
    of_100: int | None
    why: tuple[HighlightedReason, ...]
    against: tuple[HighlightedReason, ...]
    pieces: tuple[tuple[str, int], ...]
    text: str
    hidden: bool


def answer_text(text: str, model: MessageModel | None = None) -> PastedAnswer:
    """Answer a message, or an advert if it has the features of scam compounds' adverts. `model` None: the shipped one.

    A text on which the program fails gets the answer "unknown".
    """
    found = UnreadTexts("questions").try_reading("a question", _answer_text, text, model)
    return found or _build_unknown_answer(mask_secret_digits(text), text)


def _build_unknown_answer(safe: str, text: str) -> PastedAnswer:
    return PastedAnswer("none", "message", "unknown", "", None, (), (), ((safe, 0),), safe, safe != text)


def _answer_text(text: str, model: MessageModel | None) -> PastedAnswer:
    reading = read_message(text, model)
    judged = reading.kind is not None and has_words(text)
    group = group_of(reading.language, reading.probability or 0.0) if judged else None
    advert = find_red_flags(text)
    if compute_probability(score_advert(advert)) >= ADVERT:
        return _answer_advert(text, advert, group)
    return _answer_message(text, reading, group, judged)


def can_be_read(text: str) -> bool:
    """Whether a text has a letter or a digit."""
    return any(map(str.isalnum, normalise_message(text).text))


def answer_link(link: PastedIdentifier, text: str) -> PastedAnswer:
    """Answer a link, by the letters of its domain. The share of scams among such names was not measured, so none is shown."""
    addresses = list(iter_addresses(text.lower()))
    # As it was pasted: reports are kept by the registered name, which hides scb.co.th before secure-login.net.
    host = next((address.host for address in addresses), link.spelled.partition("/")[0])
    finding = examine_domain(host)
    users = [
        Reason("domain_user", {"letters": address.user, "name": host})
        for address in addresses
        if address.user
    ]
    users += [
        reason for reason in _list_path_reasons(text) if not (reason.code == COPY and finding.looks_like)
    ]
    shape: Shape = "scam" if users or finding.score >= LOOK_ALIKE else "none"
    why = tuple(HighlightedReason(reason, ()) for reason in (*users[:1], *finding.reasons)[:MARKS])
    # Only the owner's own site speaks for a link: the owner of a shortener or host says nothing of what it leads to.
    own = [reason for reason in finding.against if reason.code == OWN_SITE]
    against = () if shape == "scam" else tuple(HighlightedReason(reason, ()) for reason in own)
    sure: Sure = "suspicious" if shape == "scam" else "unknown"
    return PastedAnswer(shape, "link", sure, "", None, why, against, ((text, 0),), text, False)


def _list_path_reasons(text: str) -> list[Reason]:
    """What a lone link shows beyond its host: an app to install from outside the shops, a brand behind a bare number."""
    shown = {"apk_link": "message_apk_link", "look_alike_link": COPY}
    message = normalise_message(text)
    return [
        Reason(shown[sign.sign], {"words": message.text[sign.start : sign.end]})
        for sign in find_message_signs(message)
        if sign.sign in shown
    ]


def _answer_message(
    text: str, reading: MessageReading, group: ProbabilityBand | None, judged: bool
) -> PastedAnswer:
    """`judged`: whether the text has enough words to be classified."""
    safe, sure, of_100 = (
        mask_secret_digits(text),
        group.sure if group else "unknown",
        group.of_100 if group else None,
    )
    marked = sorted(reading.reasons, key=lambda mark: mark.reason.code != COPY)
    if sure != "unknown" and all(mark.reason.code == WORDING for mark in marked) and not _is_heard(reading):
        # Letters alone, a little over the limit: an account's number with its bank's name has such letters too.
        sure, of_100 = "unknown", None
    if not judged:
        marked = [mark for mark in marked if mark.reason.code != WORDING]
    # In a band with too few texts for a share, or below it: suspicious with a reason besides the letters. A mark
    # that decides is one whatever the words.
    named = any(mark.reason.code != WORDING for mark in marked)
    over = judged and is_measured(reading.language) and reading.suspicious
    heard = over and group is None and _is_heard(reading)
    is_suspicious = heard or (over and named) or bool(reading.deciding)
    if sure == "unknown" and is_suspicious:
        sure, of_100 = "suspicious", None
    why = _explain_marks(marked, safe)
    return PastedAnswer(
        shape="none" if sure == "unknown" else "scam",
        what="message",
        sure=sure,
        scam_type=reading.type or "",
        of_100=of_100,
        why=why,
        against=_explain_marks(reading.against, safe),
        pieces=_split_marked_text(safe, why),
        text=safe,
        hidden=safe != text,
    )


def _is_heard(reading: MessageReading) -> bool:
    return (reading.probability or 0.0) >= HEARD


def _answer_advert(text: str, advert: AdvertFindings, group: ProbabilityBand | None) -> PastedAnswer:
    """Red flags make an advert at least suspicious; more is said only where the message model's band allows it."""
    safe = mask_secret_digits(text)
    # Words of distress lead to an offer of help and are never a reason.
    flags = sorted(advert.flags, key=lambda flag: -load_weights()["flags"].get(flag.name, 0.0))
    why = _explain_red_flags((flag for flag in flags if flag.name != "distress"), "advert_", safe)
    against = _explain_red_flags(advert.assurances, "advert_has_", safe)
    known = group if group and group.sure != "unknown" else None
    return PastedAnswer(
        shape="scam",
        what="advert",
        sure=known.sure if known else "suspicious",
        scam_type="job",
        of_100=known.of_100 if known else None,
        why=why,
        against=against,
        pieces=_split_marked_text(safe, why),
        text=safe,
        hidden=safe != text,
    )


def _explain_red_flags(flags: Iterable[RedFlag], before: str, safe: str) -> tuple[HighlightedReason, ...]:
    some = islice(flags, MARKS)
    return tuple(
        HighlightedReason(_mask_reason(Reason(before + one.name), one.spans, safe), one.spans) for one in some
    )


def _explain_marks(marked: Sequence[MarkedReason], safe: str) -> tuple[HighlightedReason, ...]:
    # Widened once more: what was read may lack characters that were pasted.
    whole = (
        (mark, tuple(snap_to_letters(safe, start, end) for start, end in mark.spans))
        for mark in marked[:MARKS]
    )
    return tuple(HighlightedReason(_mask_reason(mark.reason, spans, safe), spans) for mark, spans in whole)


def _mask_reason(reason: Reason, spans: Spans, safe: str) -> Reason:
    """The reason with its quoted words taken from the masked text."""
    words = dict.fromkeys(safe[start:end].strip() for start, end in spans)
    return replace(reason, params={**reason.params, "words": ", ".join(words)})


def _split_marked_text(safe: str, why: Sequence[HighlightedReason]) -> tuple[tuple[str, int], ...]:
    """The text in pieces with one mark for each reason, at its first span that overlaps no other mark."""
    taken: list[tuple[int, int, int]] = []
    for number, reason in enumerate(why, 1):
        free = (
            span
            for span in reason.spans
            if all(span[1] <= first or last <= span[0] for first, last, _ in taken)
        )
        span = next(free, None)
        if span is not None:
            taken.append((*span, number))
    pieces, done = [], 0
    for start, end, number in sorted(taken):
        pieces += [(safe[done:start], 0), (safe[start:end], number)]
        done = end
    return tuple(piece for piece in (*pieces, (safe[done:], 0)) if piece[0])
