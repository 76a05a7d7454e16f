"""Trees as RFC 6962 has them: known hashes, every proof of small trees, and the verifier, which shares no line."""

from functools import cache

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from proposals import trees, verifier

# Source: google/certificate-transparency, merkle_tree_test.cc.
LEAVES = [bytes.fromhex(one) for one in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
MOST = 20


class Kept:
    """A tree as it is kept: its full trees by level and place."""

    def __init__(self, leaves):
        self.nodes: dict[tuple[int, int], str] = {}
        for size, one in enumerate(leaves):
            standing = [self.nodes[place] for place in trees.peaks((0, size))]
            self.nodes |= {(level, place): digest for level, place, digest in trees.grow(size, standing, [one])}

    def root(self, size):
        return self.hashes([(0, size)])[0]

    def hashes(self, spans):
        return [trees.fold([self.nodes[place] for place in trees.peaks(span)]) for span in spans]


@cache
def tree():
    return Kept([trees.leaf(bytes([number])) for number in range(MOST)])


def test_roots_are_those_of_certificate_transparency():
    kept = Kept([trees.leaf(one) for one in LEAVES])

    assert [kept.root(size) for size in range(1, 9)] == ROOTS


def test_a_tree_grows_the_same_at_once_and_one_by_one():
    leaves = [trees.leaf(bytes([number])) for number in range(MOST)]

    assert {(level, place): digest for level, place, digest in trees.grow(0, [], leaves)} == tree().nodes


def test_every_leaf_of_every_tree_is_proven_and_no_other():
    for size in range(1, MOST + 1):
        for place in range(size):
            path = tree().hashes(trees.inclusion(place, size))
            for claimed in range(size):
                leaf = tree().nodes[0, claimed]
                is_proven = verifier.is_included(leaf, place, size, path, tree().root(size))
                assert is_proven == (claimed == place), (size, place, claimed)


def test_every_tree_is_proven_to_begin_with_each_former_one_and_with_no_other():
    for size in range(2, MOST + 1):
        for former in range(1, size):
            path = tree().hashes(trees.consistency(former, size))
            right = tree().root(former), tree().root(size)
            assert verifier.is_consistent(former, size, path, *right), (former, size)
            assert not verifier.is_consistent(former, size, path, trees.leaf(b"x"), right[1])
            assert not verifier.is_consistent(former, size, path, right[0], trees.leaf(b"x"))


def test_paths_are_those_of_the_example_in_the_rfc():
    assert trees.inclusion(0, 7) == [(1, 2), (2, 4), (4, 7)]
    assert trees.inclusion(3, 7) == [(2, 3), (0, 2), (4, 7)]
    assert trees.inclusion(6, 7) == [(4, 6), (0, 4)]
    assert trees.consistency(3, 7) == [(2, 3), (3, 4), (0, 2), (4, 7)]
    assert trees.consistency(4, 7) == [(4, 7)]
    assert trees.consistency(6, 7) == [(4, 6), (6, 7), (0, 4)]


@pytest.mark.parametrize("place", [5, 6, 100])
def test_no_path_proves_a_place_that_the_tree_does_not_have(place):
    assert not verifier.is_included(tree().nodes[0, 0], place, 5, [], tree().root(5))


@given(st.binary(max_size=100), st.integers(0, 2**6 - 1))
def test_a_signature_of_ed25519_fits_what_was_signed_and_nothing_else(message, bit):
    key = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
    public, signature = key.public_key().public_bytes_raw(), key.sign(message)
    changed = bytearray(signature)
    changed[bit] ^= 1

    assert verifier.is_ed25519(public, message, signature)
    assert not verifier.is_ed25519(public, message + b"x", signature)
    assert not verifier.is_ed25519(public, message, bytes(changed))


def test_the_first_signature_of_rfc_8032_fits():
    public = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    signature = bytes.fromhex(
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )

    assert verifier.is_ed25519(public, b"", signature)
    larger = int.from_bytes(signature[32:], "little") + verifier.ORDER
    assert not verifier.is_ed25519(public, b"", signature[:32] + larger.to_bytes(32, "little"))
