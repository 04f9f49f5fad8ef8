"""Roots and proofs are those of RFC 6962 and RFC 9162: known values, and every place in small trees."""

import hashlib

import pytest

from warroom.ledger import merkle

# The eight leaves, their roots and two proofs as the public test vectors of Certificate Transparency have them.
LEAVES = [
    bytes.fromhex(digits)
    for digits in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
FIRST_OF_EIGHT = (
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
)
SIX_OF_EIGHT = (
    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
)
SIX_TO_EIGHT = (
    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
)
HASHES = [merkle.leaf_hash(leaf) for leaf in LEAVES]


def over(ranges: list[merkle.Range], hashes: list[bytes] = HASHES) -> list[bytes]:
    return [merkle.compute_root(hashes[start:end]) for start, end in ranges]


def hexed(hashes: list[bytes]) -> tuple[str, ...]:
    return tuple(each.hex() for each in hashes)


def test_the_roots_over_the_known_leaves_are_the_known_roots() -> None:
    assert hexed([merkle.compute_root(HASHES[:size]) for size in range(1, 9)]) == ROOTS
    assert merkle.compute_root([]).hex() == hashlib.sha256(b"").hexdigest()


def test_the_known_proofs_come_out() -> None:
    assert hexed(over(merkle.inclusion_ranges(0, 8))) == FIRST_OF_EIGHT
    assert hexed(over(merkle.inclusion_ranges(5, 8))) == SIX_OF_EIGHT
    assert hexed(over(merkle.consistency_ranges(6, 8))) == SIX_TO_EIGHT


MANY = [merkle.leaf_hash(bytes([number])) for number in range(33)]


@pytest.mark.parametrize("size", range(1, 34))
def test_every_leaf_of_every_small_tree_is_proved_and_nothing_else_is(size: int) -> None:
    root = merkle.compute_root(MANY[:size])
    for index in range(size):
        proof = over(merkle.inclusion_ranges(index, size), MANY)
        assert merkle.verify_inclusion(MANY[index], index, size, proof, root)
        assert not merkle.verify_inclusion(MANY[index], index, size, [*proof, root], root)
        assert not merkle.verify_inclusion(MANY[index], size, size, proof, root)
        other = (index + 1) % size
        assert other == index or not merkle.verify_inclusion(MANY[other], index, size, proof, root)
        if proof:
            assert not merkle.verify_inclusion(MANY[index], index, size, proof[:-1], root)


@pytest.mark.parametrize("new", range(1, 34))
def test_every_growth_of_every_small_tree_is_proved_and_a_rewritten_one_is_not(new: int) -> None:
    root = merkle.compute_root(MANY[:new])
    for old in range(new + 1):
        proof, before = over(merkle.consistency_ranges(old, new), MANY), merkle.compute_root(MANY[:old])
        assert merkle.verify_consistency(old, before, new, root, proof)
        if old:
            rewritten = merkle.compute_root([bytes(32), *MANY[1:old]])
            assert not merkle.verify_consistency(old, rewritten, new, root, proof)
            assert not merkle.verify_consistency(old, before, new, bytes(32), proof)
        assert not merkle.verify_consistency(old, before, new, root, [*proof, bytes(32)])
        assert not merkle.verify_consistency(new + 1, before, new, root, proof)


def test_a_tree_goes_on_from_its_full_subtrees_alone() -> None:
    for start in range(33):
        grown = merkle.MerkleTree.from_peaks(start, over(merkle.peak_ranges(start), MANY))
        for hashed in MANY[start:]:
            grown.append(hashed)
        assert grown.compute_root() == merkle.compute_root(MANY)


def test_full_subtrees_add_up_whichever_way_they_are_made() -> None:
    assert merkle.compute_full_root(MANY[:16]) == merkle.compute_root(MANY[:16])
    tops = merkle.MerkleTree()
    for start in (0, 8, 16):
        tops.append(merkle.compute_full_root(MANY[start : start + 8]))
    assert tops.compute_root_with(MANY[24:29]) == merkle.compute_root(MANY[:29])
