"""Checks the receipt of a suggestion. Standard library only: read it, then run it (Python 3.10 or later).

    python3 receipt_verifier.py WHAT …

WHAT, in any order: the fingerprint on the receipt (64 characters), and files that the portal gives, as many as you
have: the proof of the receipt, of today or kept from an earlier day, the heads of the year, the text that was sent.
Asked:

1. Does the text have this fingerprint?
2. Does each proof lead from number and fingerprint to the root in it? Does the signature fit?
3. Does each head begin with all that was under the one before it, and fit its signature?
4. Does the head of each proof stand among the heads?

It ends with 0 when all is equal, and with 1 when something differs. Only what was given is asked: what a proof of an
earlier day says, together with the heads of today, shows that nothing was taken out since.
"""

import hashlib
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Content = dict[str, Any]
PROOF, HEADS, HEAD = "livelihood-receipt-proof/1", "livelihood-receipt-heads/1", "livelihood-receipt-head/1"
EQUAL, DIFFERENT = 0, 1
HASH = re.compile("[0-9a-f]{64}")
SIGNED = re.compile("[0-9a-f]{128}")
TOO_MUCH = 2**40
LONGEST = 100


class Unreadable(ValueError):
    """A file is none that this program can check."""


def main(arguments: list[str]) -> int:
    try:
        fingerprint, files = read(arguments)
        texts, proofs, heads = sort_out(files)
    except (OSError, RecursionError, ValueError) as error:
        return say(f"Cannot be read: {error}\nDIFFERENT", DIFFERENT)
    if not (proofs or heads or texts) or ((proofs or texts) and not fingerprint):
        return say("Use: python3 receipt_verifier.py FINGERPRINT PROOF [HEADS] [TEXT], or HEADS alone", DIFFERENT)
    problems = list(find_problems(fingerprint, texts, proofs, heads))
    if problems:
        return say("\n".join([*problems, "DIFFERENT"]), DIFFERENT)
    for proof in proofs:
        head = proof["head"]
        say(f"{proof['number']} is receipt {proof['place'] + 1} of the {head['size']} of {head['day']}: {head['root']}")
    for one in heads:
        if one["heads"]:
            last = one["heads"][-1]
            say(f"{len(one['heads'])} heads, each begins with the one before; the last: {last['day']} {last['root']}")
    keys = {head["key"] for head in all_heads(proofs, heads)}
    say("\n".join(f"Signed with the key {key}" for key in sorted(keys)))
    return say("EQUAL", EQUAL)


def say(line: str, result: int = EQUAL) -> int:
    encoding = sys.stdout.encoding or "utf-8"  # a console that lacks Chinese shows question marks
    if line:
        sys.stdout.write(line.encode(encoding, "replace").decode(encoding) + "\n")
    return result


def read(arguments: list[str]) -> tuple[str, list[bytes]]:
    """Return the fingerprint, "" where there is none, and the files."""
    fingerprints = [one.lower() for one in arguments if HASH.fullmatch(one.lower())]
    if len(fingerprints) > 1:
        raise Unreadable("give one fingerprint")
    files = [Path(one).read_bytes() for one in arguments if not HASH.fullmatch(one.lower())]
    return "".join(fingerprints), files


def sort_out(files: list[bytes]) -> tuple[list[bytes], list[Content], list[Content]]:
    """Tell texts, proofs and heads apart."""
    texts, proofs, heads = [], [], []
    for data in files:
        content = json.loads(data)
        kind = content.get("format") if isinstance(content, dict) else None
        if kind == PROOF:
            check_proof(content)
            proofs.append(content)
        elif kind == HEADS:
            check_heads(content)
            heads.append(content)
        elif isinstance(content, list):
            texts.append(data)
        else:
            raise Unreadable("this program knows no such file")
    return texts, proofs, heads


def check_proof(proof: dict[str, Any]) -> None:
    expect(set(proof) == {"format", "area", "year", "number", "place", "head", "path"}, "fields of a proof")
    expect(isinstance(proof["number"], str) and isinstance(proof["area"], str), "number and area are texts")
    expect(a_number(proof["year"]) and a_number(proof["place"]), "year and place are numbers")
    check_head(proof["head"], {"day", "size", "root", "key", "signature"})
    check_path(proof["path"])


def check_heads(heads: dict[str, Any]) -> None:
    expect(set(heads) == {"format", "area", "year", "heads"}, "fields of the heads")
    expect(isinstance(heads["area"], str) and a_number(heads["year"]), "area and year")
    expect(isinstance(heads["heads"], list), "heads are a list")
    for head in heads["heads"]:
        check_head(head, {"day", "size", "root", "key", "signature", "consistency"})
        check_path(head["consistency"])


def check_head(head: Any, fields: set[str]) -> None:
    expect(isinstance(head, dict) and set(head) == fields, "fields of a head")
    expect(isinstance(head["day"], str) and a_number(head["size"]) and head["size"] > 0, "day and size of a head")
    expect(a_hash(head["root"]) and a_hash(head["key"]), "root and key of a head")
    expect(isinstance(head["signature"], str) and bool(SIGNED.fullmatch(head["signature"])), "signature of a head")


def check_path(path: Any) -> None:
    expect(isinstance(path, list) and len(path) < LONGEST and all(a_hash(one) for one in path), "a path of hashes")


def expect(holds: bool, what: str) -> None:
    if not holds:
        raise Unreadable(f"not as it should be: {what}")


def a_number(value: Any) -> bool:
    return type(value) is int and 0 <= value < TOO_MUCH


def a_hash(value: Any) -> bool:
    return isinstance(value, str) and bool(HASH.fullmatch(value))


def find_problems(fingerprint: str, texts: list[bytes], proofs: list[Content], heads: list[Content]) -> Iterator[str]:
    for text in texts:
        if sha256(text) != fingerprint:
            yield "The text does not have this fingerprint."
    for proof in proofs:
        head = proof["head"]
        if not is_signed(proof, head):
            yield f"The signature does not fit the head of {head['day']}."
        leaf = sha256(b"\x00" + f"{proof['number']}:{fingerprint}".encode())
        if not is_included(leaf, proof["place"], head["size"], proof["path"], head["root"]):
            yield f"The receipt of this number and fingerprint is not under the root of {head['day']}."
        if heads and not any(is_among(proof, one) for one in heads):
            yield f"The head of {head['day']} does not stand among the heads."
    for one in heads:
        yield from check_chain(one)


def is_among(proof: dict[str, Any], heads: dict[str, Any]) -> bool:
    if (proof["area"], proof["year"]) != (heads["area"], heads["year"]):
        return False
    wanted = [proof["head"][name] for name in ("day", "size", "root")]
    return any([head[name] for name in ("day", "size", "root")] == wanted for head in heads["heads"])


def check_chain(heads: dict[str, Any]) -> Iterator[str]:
    before: dict[str, Any] | None = None
    for head in heads["heads"]:
        if not is_signed(heads, head):
            yield f"The signature does not fit the head of {head['day']}."
        if before is None:
            if head["consistency"]:
                yield "The first head has nothing before it."
        elif head["day"] <= before["day"]:
            yield f"The head of {head['day']} does not come after that of {before['day']}."
        elif not is_consistent(before["size"], head["size"], head["consistency"], before["root"], head["root"]):
            yield f"The head of {head['day']} does not begin with that of {before['day']}."
        before = head


def all_heads(proofs: list[Content], heads: list[Content]) -> list[Content]:
    return [proof["head"] for proof in proofs] + [head for one in heads for head in one["heads"]]


def is_included(leaf: str, place: int, size: int, path: list[str], root: str) -> bool:
    """RFC 9162, 2.1.3.2."""
    if place >= size:
        return False
    first, last, total = place, size - 1, leaf
    for one in path:
        if last == 0:
            return False
        if first & 1 or first == last:
            total = join(one, total)
            while first and not first & 1:
                first, last = first >> 1, last >> 1
        else:
            total = join(total, one)
        first, last = first >> 1, last >> 1
    return last == 0 and total == root


def is_consistent(former: int, size: int, path: list[str], former_root: str, root: str) -> bool:
    """RFC 9162, 2.1.4.2."""
    if former >= size:
        return False
    if former & (former - 1) == 0:
        path = [former_root, *path]
    if not path:
        return False
    first, last = former - 1, size - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    old = new = path[0]
    for one in path[1:]:
        if last == 0:
            return False
        if first & 1 or first == last:
            old, new = join(one, old), join(one, new)
            while first and not first & 1:
                first, last = first >> 1, last >> 1
        else:
            new = join(new, one)
        first, last = first >> 1, last >> 1
    return last == 0 and old == former_root and new == root


def is_signed(of: dict[str, Any], head: dict[str, Any]) -> bool:
    said = {"format": HEAD, "area": of["area"], "year": of["year"]}
    said |= {name: head[name] for name in ("day", "size", "root")}
    message = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return is_ed25519(bytes.fromhex(head["key"]), message, bytes.fromhex(head["signature"]))


# Ed25519 (RFC 8032, 5.1 and 6): slow and plain, as nothing here is secret.
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]


def is_ed25519(key: bytes, message: bytes, signature: bytes) -> bool:
    public, point = decompressed(key), decompressed(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if public is None or point is None or scalar >= ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + key + message).digest()
    left = multiplied(scalar, BASE)
    right = added(point, multiplied(int.from_bytes(digest, "little") % ORDER, public))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


def added(one: Point, other: Point) -> Point:
    a, b = (one[1] - one[0]) * (other[1] - other[0]) % P, (one[1] + one[0]) * (other[1] + other[0]) % P
    c, d = 2 * one[3] * other[3] * D % P, 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def multiplied(times: int, point: Point) -> Point:
    total: Point = (0, 1, 1, 0)
    while times:
        if times & 1:
            total = added(total, point)
        point, times = added(point, point), times >> 1
    return total


def decompressed(data: bytes) -> Point | None:
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE: Point = decompressed(BASE_Y.to_bytes(32, "little")) or (0, 1, 1, 0)


def join(left: str, right: str) -> str:
    return sha256(b"\x01" + bytes.fromhex(left) + bytes.fromhex(right))


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
