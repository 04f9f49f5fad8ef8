"""Signed messages: what was signed is believed, and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from warroom.errors import ExchangeError
from warroom.exchange import signing

KEY = Ed25519PrivateKey.generate()
NOW = datetime(2026, 11, 24, 2, 33, tzinfo=UTC)
PARTS = {"@method": "POST", "@path": "/orders", "idempotency-key": "WR1"}


def signed(body: bytes = b"<x/>", now: datetime = NOW) -> dict[str, str]:
    return signing.sign(KEY, "B02", signing.ORDER, PARTS, body, now) | {"Idempotency-Key": "WR1"}


def check(headers: dict[str, str], body: bytes = b"<x/>", now: datetime = NOW, **parts: str) -> None:
    derived = {"@method": "POST", "@path": "/orders", **parts}
    signing.verify(KEY.public_key(), signing.ORDER, derived, headers, body, now)


@given(st.binary(max_size=500))
def test_any_body_that_was_signed_is_believed(body: bytes) -> None:
    check(signed(body), body)


def test_header_names_may_come_in_any_case() -> None:
    check({name.upper(): value for name, value in signed().items()})
    assert signing.key_id(signed()) == "B02"


def test_the_signature_base_is_the_one_of_the_standard() -> None:
    base = signing._build_signature_base(
        ("@method", "date"), {"@method": "POST", "date": "Tue"}, '("@method" "date");created=1'
    )
    assert base == b'"@method": POST\n"date": Tue\n"@signature-params": ("@method" "date");created=1'


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"Content-Digest": "sha-256=:AAAA:"}, "Content-Digest"),
        ({"Idempotency-Key": "WR2"}, "not by the key"),
        ({"Date": "Wed, 25 Nov 2026 02:33:00 GMT"}, "not by the key"),
        ({"Signature": "warroom=:AAAA:"}, "not by the key"),
        ({"Signature": "nothing"}, "not by the key"),
        ({"Signature-Input": "nothing"}, "not signed"),
    ],
)
def test_a_changed_header_is_not_believed(change: dict[str, str], words: str) -> None:
    with pytest.raises(ExchangeError, match=words):
        check({**signed(), **change})


def test_another_body_path_method_or_key_is_not_believed() -> None:
    with pytest.raises(ExchangeError, match="not the one that was signed"):
        check(signed(), b"<y/>")
    with pytest.raises(ExchangeError, match="not by the key"):
        check(signed(), **{"@path": "/other"})
    with pytest.raises(ExchangeError, match="not by the key"):
        check(signed(), **{"@method": "PUT"})
    stranger = Ed25519PrivateKey.generate().public_key()
    derived = {"@method": "POST", "@path": "/orders"}
    with pytest.raises(ExchangeError, match="not by the key"):
        signing.verify(stranger, signing.ORDER, derived, signed(), b"<x/>", NOW)


def test_an_old_or_future_signature_is_not_believed() -> None:
    for shift in (timedelta(hours=1), -timedelta(hours=1)):
        with pytest.raises(ExchangeError, match="too old or from the future"):
            check(signed(now=NOW + shift))


def test_a_signature_over_less_is_not_believed() -> None:
    fewer = signing.sign(KEY, "B02", ("content-digest", "date"), {}, b"<x/>", NOW)
    with pytest.raises(ExchangeError, match="must cover"):
        check(fewer | {"Idempotency-Key": "WR1"})


@pytest.mark.parametrize(
    ("keyid", "created"), [("x" * 65, "1"), (" bytes came and " * 12_000, "1"), ("B02", "9" * 400)]
)
def test_no_part_of_a_signature_is_longer_than_a_banks_own_is(keyid: str, created: str) -> None:
    said = f'warroom=("date");created={created};keyid="{keyid}";alg="ed25519"'
    with pytest.raises(ExchangeError, match="not signed"):
        check({**signed(), "Signature-Input": said})
