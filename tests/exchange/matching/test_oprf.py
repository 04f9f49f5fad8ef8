"""The functions of RFC 9497 give the outputs that the RFC prints for ristretto255, in all three modes."""

import json
from pathlib import Path
from typing import Any

import pytest

from warroom.exchange.matching import group, oprf, proofs

VECTORS = json.loads((Path(__file__).parent / "rfc9497_ristretto255.json").read_text())
CASES = [(suite, vector) for suite in VECTORS["suites"] for vector in suite["vectors"]]


def of_hex(text: str) -> list[bytes]:
    return [bytes.fromhex(piece) for piece in text.split(",")]


def little(content: bytes) -> int:
    return int.from_bytes(content, "little")


def test_the_vectors_are_the_rfcs_own_and_all_eight_are_there() -> None:
    assert len(CASES) == 8
    assert all(b"OPRFV1-" in bytes.fromhex(suite["groupDST"]) for suite in VECTORS["suites"])


@pytest.mark.parametrize(("suite", "vector"), CASES)
def test_outputs_of_the_rfc(suite: dict[str, Any], vector: dict[str, Any]) -> None:
    mode, info = suite["mode"], bytes.fromhex(vector.get("Info", ""))
    key = oprf.derive_key_pair(bytes.fromhex(suite["seed"]), bytes.fromhex(suite["keyInfo"]), mode)
    assert key.secret == little(bytes.fromhex(suite["skSm"]))
    assert key.public.hex() == suite.get("pkSm", key.public.hex())
    inputs, blinds = of_hex(vector["Input"]), map(little, of_hex(vector["Blind"]))
    blinded = [oprf.blind_input(content, mode, blind) for content, blind in zip(inputs, blinds, strict=True)]
    elements = [one.element for one in blinded]
    assert elements == of_hex(vector["BlindedElement"])
    scalar = oprf.find_evaluating_scalar(key, mode, info)
    evaluated = [group.multiply_element(scalar, element) for element in elements]
    assert evaluated == of_hex(vector["EvaluationElement"])
    outputs = of_hex(vector["Output"])
    assert [
        oprf.finalize_output(one, element, mode, info)
        for one, element in zip(blinded, evaluated, strict=True)
    ] == outputs
    assert [oprf.evaluate_own_input(scalar, content, mode, info) for content in inputs] == outputs
    if mode == oprf.PLAIN:
        return
    # Mode 2 proves the other way round: what was asked is the tweaked key times what was answered.
    tweaked = oprf.tweak_public(key.public, info) if mode == oprf.PARTIAL else key.public
    secret = oprf.tweak_secret(key, info) if mode == oprf.PARTIAL else key.secret
    sides = (evaluated, elements) if mode == oprf.PARTIAL else (elements, evaluated)
    drawn = little(bytes.fromhex(vector["Proof"]["r"]))
    proof = proofs.prove_same_scalar(secret, tweaked, *sides, mode, drawn)
    assert proof.hex() == vector["Proof"]["proof"]
    assert proofs.is_proved(tweaked, *sides, proof, mode)
    assert not proofs.is_proved(tweaked, *sides, proof[:-1] + bytes([proof[-1] ^ 1]), mode)
    assert not proofs.is_proved(tweaked, sides[1], sides[0], proof, mode)


@pytest.mark.parametrize("element", [bytes(32), b"\xff" * 32, b"\x01" * 31, b""])
def test_what_is_no_element_is_refused(element: bytes) -> None:
    with pytest.raises(group.UnfitElement):
        group.require_element(element)


def test_another_purpose_or_period_gives_another_output() -> None:
    key = oprf.derive_key_pair(b"s" * 32, b"room", oprf.PARTIAL)
    outputs = {
        oprf.evaluate_own_input(
            oprf.find_evaluating_scalar(key, oprf.PARTIAL, info), b"0812345678", oprf.PARTIAL, info
        )
        for info in (b"fraud/2026-11", b"fraud/2026-12", b"trafficking/2026-12")
    }
    assert len(outputs) == 3
