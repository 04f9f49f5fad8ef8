"""The expert's program against the standards it says it follows."""

import ast
import hashlib
import io
import json
import zipfile
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from warroom.evidence.bundle import expert
from warroom.ledger import merkle, signed_notes

# RFC 8032, section 7.1: key, message, signature.
VECTORS = (
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
        "387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
        "4a7c15e9716ed28dc027beceea1ec40a",
    ),
)


@pytest.mark.parametrize(("key", "message", "signature"), VECTORS)
def test_the_signatures_of_the_standard_are_good(key: str, message: str, signature: str) -> None:
    parts = bytes.fromhex(key), bytes.fromhex(message), bytes.fromhex(signature)
    assert expert.good_signature(*parts)
    assert not expert.good_signature(parts[0], parts[1] + b"!", parts[2])
    # S + L proves the same, and only S below L is a signature.
    larger = int.from_bytes(parts[2][32:], "little") + expert.L
    assert not expert.good_signature(parts[0], parts[1], parts[2][:32] + larger.to_bytes(32, "little"))


def library_says(key: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except InvalidSignature:
        return False
    return True


@settings(max_examples=40, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200), st.integers(0, 511))
def test_it_agrees_with_the_library_also_on_a_flipped_bit(seed: bytes, message: bytes, bit: int) -> None:
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public = key.public_key().public_bytes_raw()
    good = bytearray(key.sign(message))
    assert expert.good_signature(public, message, bytes(good))
    good[bit // 8] ^= 1 << bit % 8
    assert expert.good_signature(public, message, bytes(good)) == library_says(public, message, bytes(good))


@given(st.integers(1, 70), st.data())
def test_its_proofs_are_those_of_the_log(size: int, data: st.DataObject) -> None:
    leaves = [merkle.leaf_hash(bytes([number])) for number in range(size)]
    index = data.draw(st.integers(0, size - 1))
    proof = [merkle.compute_root(leaves[start:end]) for start, end in merkle.inclusion_ranges(index, size)]
    root = merkle.compute_root(leaves)
    assert expert.leads_to_root(leaves[index], index, size, proof, root)
    assert not expert.leads_to_root(merkle.leaf_hash(b"other"), index, size, proof, root)
    assert not expert.leads_to_root(leaves[index], index, size, [*proof, root], root)


def test_it_reads_a_checkpoint_of_this_key_and_of_no_other() -> None:
    key, other = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    root = hashlib.sha256(b"root").digest()
    note = signed_notes.sign(key, 7, root) + signed_notes.cosign_note(
        other, "witness.example", signed_notes.sign(key, 7, root), 1
    )
    assert expert.read_checkpoint(note, key.public_key().public_bytes_raw()) == (7, root)
    assert expert.read_checkpoint(note, other.public_key().public_bytes_raw()) is None
    changed = note.replace("\n7\n", "\n8\n")
    assert expert.read_checkpoint(changed, key.public_key().public_bytes_raw()) is None


def test_it_is_one_file_for_python_3_8_and_imports_the_standard_library_alone() -> None:
    source = Path(expert.__file__).read_text(encoding="utf-8")
    found = ast.parse(source, feature_version=(3, 8))
    imported = {
        name.split(".")[0]
        for node in ast.walk(found)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module or ""] if isinstance(node, ast.ImportFrom) else [one.name for one in node.names]
        )
    }
    standard = {"argparse", "base64", "hashlib", "json", "os", "sys", "typing", "zipfile", "__future__"}
    assert imported == standard


HOSTILE: tuple[object, ...] = (
    [],
    {},
    {"key": 1},
    {"key": "zz", "files": {}, "format": expert.FORMAT},
    {"key": "00", "files": [], "format": expert.FORMAT},
    {"key": "00", "files": {"x": {}}, "format": expert.FORMAT},
    {
        "key": "00",
        "files": {},
        "format": expert.FORMAT,
        "case": "\x1b[2J",
        "withheld": [1, {"th": "\x1b]0;x"}],
    },
)


@pytest.mark.parametrize("manifest", HOSTILE)
def test_a_hostile_manifest_is_a_fault_and_steers_no_terminal(
    manifest: object, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    (tmp_path / "audit.jsonl").write_text('{"sequence": "1", "hash": 5}\n[1]\n')
    (tmp_path / "evidence.json").write_text("[" * 100_000)
    (tmp_path / "name\x1b[31m").write_text("")
    assert expert.main([str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert "does NOT hold" in said
    assert "\x1b" not in said


def test_a_damaged_zip_file_is_a_fault_and_no_crash(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("manifest.json", "{" + " " * 1000 + "}")
    content = bytearray(out.getvalue())
    content[200] ^= 1
    (tmp_path / "bundle.zip").write_bytes(content)
    assert expert.main([str(tmp_path / "bundle.zip")]) == 1
    assert "manifest.json cannot be read" in capsys.readouterr().out
    assert expert.main([str(tmp_path / "nothing")]) == 2
