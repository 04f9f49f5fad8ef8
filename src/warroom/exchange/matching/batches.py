"""Many numbers at once: blinding, evaluating with proofs, tags of a whole set, and which of the asked tags are in it.

Parts run in threads: libsodium lets go of Python while it multiplies.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from warroom.errors import NotBelieved, NotPossible
from warroom.exchange.matching import oprf, proofs
from warroom.exchange.matching.group import ELEMENT_BYTES, UnfitElement, multiply_element, require_element
from warroom.exchange.matching.oprf import PARTIAL, BlindedInput, KeyPair

TAG_BYTES = 10
"""Of each output: among a million numbers and a hundred thousand asked ones, two tags meet by chance once in ten million million
runs.
"""
PART_SIZE = 4_000
"""Elements of one proof, and of one thread's work. Chosen, not measured."""
T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class BlindEvaluation:
    """Evaluated elements in the order they were asked, and a proof for each `PART_SIZE` of them."""

    elements: tuple[bytes, ...]
    proofs: tuple[bytes, ...]


def _map_parts(work: Callable[[Sequence[T]], R], items: Sequence[T]) -> list[R]:
    parts = [items[start : start + PART_SIZE] for start in range(0, len(items), PART_SIZE)]
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return list(pool.map(work, parts))


def blind_numbers(numbers: Sequence[bytes]) -> list[BlindedInput]:
    """Every number blinded by a scalar of its own."""

    def blind_part(part: Sequence[bytes]) -> list[BlindedInput]:
        return [oprf.blind_input(number, PARTIAL) for number in part]

    return [blinded for part in _map_parts(blind_part, numbers) for blinded in part]


def evaluate_elements(key: KeyPair, info: bytes, elements: Sequence[bytes]) -> BlindEvaluation:
    """What a partner asked, evaluated under the key and the public input, with proofs.

    Raises NotPossible where an element is none of the group.
    """
    scalar, secret = oprf.find_evaluating_scalar(key, PARTIAL, info), oprf.tweak_secret(key, info)
    public = oprf.tweak_public(key.public, info)

    def evaluate_part(part: Sequence[bytes]) -> tuple[list[bytes], bytes]:
        evaluated = [multiply_element(scalar, element) for element in part]
        return evaluated, proofs.prove_same_scalar(secret, public, evaluated, part, PARTIAL)

    try:
        parts = _map_parts(evaluate_part, elements)
    except UnfitElement:
        raise NotPossible("partners.match-element-unfit") from None
    return BlindEvaluation(
        tuple(element for part, _ in parts for element in part), tuple(proof for _, proof in parts)
    )


def build_tag_set(key: KeyPair, info: bytes, numbers: Sequence[bytes]) -> bytes:
    """Tags of a room's own numbers, sorted, so that their order tells nothing; `TAG_BYTES` each."""
    scalar = oprf.find_evaluating_scalar(key, PARTIAL, info)

    def tag_part(part: Sequence[bytes]) -> list[bytes]:
        return [oprf.evaluate_own_input(scalar, number, PARTIAL, info)[:TAG_BYTES] for number in part]

    return b"".join(sorted(tag for part in _map_parts(tag_part, numbers) for tag in part))


def iter_tags(tag_set: bytes) -> Iterator[bytes]:
    """The tags of a set; raises NotBelieved where its length is no multiple of a tag's."""
    if len(tag_set) % TAG_BYTES:
        raise NotBelieved("partners.match-answer-unfit")
    return (tag_set[start : start + TAG_BYTES] for start in range(0, len(tag_set), TAG_BYTES))


def find_common_places(
    asked: Sequence[BlindedInput], evaluation: BlindEvaluation, public: bytes, info: bytes, tag_set: bytes
) -> list[int]:
    """Places in `asked` of the numbers that the other room holds too.

    Raises NotBelieved where a proof does not hold: the other room used another key than the one on file.
    """
    check_evaluation(asked, evaluation, public, info)
    held = frozenset(iter_tags(tag_set))
    pairs = list(zip(asked, evaluation.elements, strict=True))

    def tag_part(part: Sequence[tuple[BlindedInput, bytes]]) -> list[bytes]:
        return [
            oprf.finalize_output(blinded, element, PARTIAL, info)[:TAG_BYTES] for blinded, element in part
        ]

    tags = (tag for part in _map_parts(tag_part, pairs) for tag in part)
    return [place for place, tag in enumerate(tags) if tag in held]


def check_evaluation(
    asked: Sequence[BlindedInput], evaluation: BlindEvaluation, public: bytes, info: bytes
) -> None:
    """Raises NotBelieved unless every element was evaluated under the public key on file and this public input."""
    if len(evaluation.elements) != len(asked):
        raise NotBelieved("partners.match-answer-unfit")
    pairs = [(blinded.element, element) for blinded, element in zip(asked, evaluation.elements, strict=True)]
    wanted = -(-len(pairs) // PART_SIZE)
    if len(evaluation.proofs) != wanted or any(len(element) != ELEMENT_BYTES for _, element in pairs):
        raise NotBelieved("partners.match-answer-unfit")
    try:
        tweaked = oprf.tweak_public(require_element(public), info)
    except UnfitElement:
        raise NotBelieved("partners.match-answer-unfit") from None

    def is_valid_part(numbered: Sequence[int]) -> bool:
        part = pairs[numbered[0] : numbered[-1] + 1]
        proof = evaluation.proofs[numbered[0] // PART_SIZE]
        return proofs.is_proved(
            tweaked, [answer for _, answer in part], [sent for sent, _ in part], proof, PARTIAL
        )

    if not all(_map_parts(is_valid_part, range(len(pairs)))):
        raise NotBelieved("partners.match-proof-false")
