"""The record of a round: one file that says everything about a count, and whether it adds up. No Django.

What each field means stands in docs/round-record.md. `voting.verifier` does the same without sharing a line with this.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from voting import tally

RECORD = "livelihood-round-record/1"
NAMED = "livelihood-named-record/1"
"""The record of a vote by name: each ballot says whose it is."""

SEALED = "livelihood-sealed-record/1"
"""The record of a vote whose ballots were sealed: it says which envelopes were opened, not what was in which."""

EXTRACT = "livelihood-round-extract/1"
"""What is published where the rules keep the counts back: no ballots, no totals, but the hash of the record."""

MARKS = {*tally.Mark} - {tally.Mark.SPOILT}
HEAD = ("format", "round", "rules", "options", "salt")
PUBLIC = ("round", "rules", "options", "figures", "elected", "tied")

Content = dict[str, Any]

LIMIT = 10**9
"""No number in a record reaches it."""

_HEAD: Content = {
    "format": "",
    "hash": "",
    "round": {
        "area": "", "area_name": "", "year": 0, "number": 0, "kind": "", "title": "", "is_rehearsal": False,
        "voted_on": "", "in_term_by": {"document": "", "date": "", "sha256": ""},
        "run_by": [{"role": "", "name": "", "since": "", "confirmed": ""}],
    },
    "rules": {
        "seats": 0, "scheme": "", "form": "", "most_approvals": None, "denominator": "", "threshold_numerator": 0,
        "threshold_denominator": 0, "is_strict": False, "quorum_base": "", "quorum_numerator": 0,
        "quorum_denominator": 0, "over_vote": "", "blank": "", "tie": "", "run_off_limit": 0, "shortfall": "",
        "option_order": "", "lot_seed": "", "remote_voting": "", "publishes_counts": False, "has_substitutes": False,
    },
    "options": [{"number": 0, "title": ""}],
    "figures": {
        "in_term": 0, "present": 0, "issued": 0, "returned": 0, "on_paper": 0, "valid": 0, "invalid": 0, "blank": 0,
        "not_voted": 0, "needed": 0, "is_quorate": False, "tied_seats": 0, "shortfall": 0,
    },
    "elected": [0],
    "tied": [0],
}  # fmt: skip
_BALLOT: Content = {"digest": "", "marks": "", "receipt": ""}
_VOTER: Content = {"number": 0, "name": "", "delegation": ""}
_TOTAL: Content = {"number": 0, "approve": 0, "oppose": 0, "abstain": 0, "blank": 0, "outcome": ""}
PATTERNS: Mapping[str, Content] = {
    RECORD: {**_HEAD, "salt": "", "ballots": [_BALLOT], "totals": [_TOTAL]},
    NAMED: {**_HEAD, "salt": "", "ballots": [_BALLOT | _VOTER], "totals": [_TOTAL]},
    SEALED: {**_HEAD, "salt": "", "ballots": [_BALLOT], "totals": [_TOTAL], "envelopes": [""]},
    EXTRACT: {**_HEAD, "receipts": [""], "record_hash": ""},
}
"""Format → a file as all others of it are: the same fields with the same kinds of value. None: a number or none."""

_CHOICES: Mapping[str, Collection[str]] = {
    "form": {*tally.Form}, "over_vote": {*tally.OverVote}, "blank": {*tally.Blank}, "denominator": {*tally.Base},
    "quorum_base": {tally.Base.IN_TERM, tally.Base.PRESENT}, "option_order": {"list", "lot", "rotated"},
}  # fmt: skip
"""Rule → values it may have; another would be counted wrongly."""

_FROM_ONE = ("seats", "threshold_denominator", "quorum_denominator")


class NotARecord(ValueError):
    """The file is no record in canonical form."""


def canonical(value: Any) -> bytes:
    """Return the one way to write a value: JSON, keys sorted, no blanks, UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sealed(content: Content) -> Content:
    """Return a record or an extract with the digests of its ballots and the hash over everything.

    content: everything else; its ballots hold marks and receipt, and in a vote by name whose they are.
    """
    result = dict(content)
    if "ballots" in content:
        digests = _chain(content)
        result["ballots"] = [
            {**ballot, "digest": digest} for ballot, digest in zip(content["ballots"], digests, strict=True)
        ]
    return {**result, "hash": hash_of(result)}


def hash_of(value: Any) -> str:
    """Return the SHA-256 of the one way to write a value."""
    return _sha256(canonical(value))


def in_groups(digest: str) -> str:
    """Return a hash as people compare it: in groups of eight."""
    return " ".join(digest[place : place + 8] for place in range(0, len(digest), 8))


def extract(record: Content) -> Content:
    """Return what may be published of a record whose rules keep the counts back.

    The hash of the record binds what is kept; the salt, which stays with the record, keeps it from being guessed.
    """
    kept = {name: record[name] for name in PUBLIC}
    receipts = sorted(ballot["receipt"] for ballot in record["ballots"] if ballot["receipt"])
    return sealed({**kept, "format": EXTRACT, "receipts": receipts, "record_hash": record["hash"]})


def parse(data: bytes) -> Content:
    """Read a record or an extract.

    :raises NotARecord: no JSON, not in canonical form, or another format.
    """
    try:
        record = json.loads(data)
        is_canonical = canonical(record) == data
    except (ValueError, RecursionError) as error:
        raise NotARecord(f"This is no JSON file: {error}") from error
    if not is_canonical:
        raise NotARecord("The file is not written in canonical form; some byte was changed.")
    if not isinstance(record, dict) or record.get("format") not in tuple(PATTERNS):
        raise NotARecord("The file is no record of a round in a known format.")
    return record


def problems(record: Content) -> list[str]:
    """Say what does not add up in a record or an extract; an empty list: nothing.

    record: as `parse` or `sealed` gave it.

    :raises NotARecord: fields are missing, unknown or of a wrong kind.
    """
    _check(record)
    return list(_problems(record))


def rules_of(rules: Mapping[str, Any]) -> tally.Rules:
    """Return the rules in a record as counting takes them."""
    return tally.Rules(
        seats=rules["seats"],
        majority=tally.Share(
            tally.Base(rules["denominator"]),
            rules["threshold_numerator"],
            rules["threshold_denominator"],
            rules["is_strict"],
        ),
        quorum=tally.Share(tally.Base(rules["quorum_base"]), rules["quorum_numerator"], rules["quorum_denominator"]),
        form=tally.Form(rules["form"]),
        most_approvals=rules["most_approvals"],
        over_vote=tally.OverVote(rules["over_vote"]),
        blank=tally.Blank(rules["blank"]),
    )


def counted(record: Content) -> Content:
    """Count the ballots of a record; return the fields that follow from them: figures, totals, elected, tied.

    Of the figures the count takes in_term, present and issued as they are stated.
    """
    stated, options = record["figures"], [option["number"] for option in record["options"]]
    assembly = tally.Assembly(stated["in_term"], stated["present"], stated["issued"])
    ballots = (tally.decode(options, ballot["marks"]) for ballot in record["ballots"])
    result = tally.tally(rules_of(record["rules"]), options, ballots, assembly)
    return {
        "figures": {
            "in_term": assembly.in_term,
            "present": assembly.present,
            "issued": assembly.issued,
            "returned": result.returned,
            "on_paper": sum(not ballot["receipt"] for ballot in record["ballots"]),
            "valid": result.valid,
            "invalid": result.invalid,
            "blank": result.blank,
            "not_voted": result.not_voted,
            "needed": result.needed,
            "is_quorate": result.is_quorate,
            "tied_seats": result.tied_seats,
            "shortfall": result.shortfall,
        },
        "totals": [
            {
                "number": number,
                "approve": count.approve,
                "oppose": count.oppose,
                "abstain": count.abstain,
                "blank": count.blank,
                "outcome": result.standings[number].value,
            }
            for number, count in result.counts.items()
        ],
        "elected": list(result.having(tally.Standing.ELECTED)),
        "tied": list(result.having(tally.Standing.TIED)),
    }


def _check(record: Content) -> None:
    """Make sure of all that counting takes for granted.

    :raises NotARecord: it is not so.
    """
    _check_like("The file", record, PATTERNS[record["format"]])
    rules, numbers = record["rules"], _numbers(record)
    for name, values in _CHOICES.items():
        if rules[name] not in values:
            raise NotARecord(f"rules.{name} may not be {rules[name]!r:.60}")
    for name in _FROM_ONE:
        if rules[name] == 0:
            raise NotARecord(f"rules.{name} may not be 0")
    if len(set(numbers)) != len(numbers) or not numbers:
        raise NotARecord("Two options have one number, or there are no options.")
    for place, ballot in enumerate(record.get("ballots", []), start=1):
        marks = set(ballot["marks"])
        if len(ballot["marks"]) != len(numbers) or not (marks <= MARKS or marks == {tally.Mark.SPOILT}):
            raise NotARecord(f"ballots[{place}] has no marks on {len(numbers)} options: {ballot['marks']!r:.60}")


def _check_like(place: str, value: Any, pattern: Any) -> None:
    """Refuse another kind or other fields, and numbers that are negative or too large."""
    if pattern is None:
        if value is None:
            return
        pattern = 0
    if not isinstance(value, type(pattern)) or isinstance(value, bool) is not isinstance(pattern, bool):
        raise NotARecord(f"{place} may not be {value!r:.60}")
    if isinstance(pattern, dict):
        if value.keys() != pattern.keys():
            raise NotARecord(f"{place} has other fields than its format knows.")
        for name, part in pattern.items():
            _check_like(f"{place}: {name}", value[name], part)
    elif isinstance(pattern, list):
        for number, item in enumerate(value, start=1):
            _check_like(f"{place}[{number}]", item, pattern[0])
    elif isinstance(value, int) and not 0 <= value < LIMIT:
        raise NotARecord(f"{place} may not be {value!r:.60}")


def _problems(record: Content) -> Iterator[str]:
    content = {name: value for name, value in record.items() if name != "hash"}
    if _sha256(canonical(content)) != record["hash"]:
        yield "The hash over the whole file does not fit: something in it was changed."
    if _numbers(record) != _order_of(record["rules"], _numbers(record)):
        yield "The options stand in another order than list or lot put them in."
    is_extract = record["format"] == EXTRACT
    receipts = record["receipts"] if is_extract else [row["receipt"] for row in record["ballots"] if row["receipt"]]
    if len(set(receipts)) != len(receipts):
        yield "A receipt stands on more than one ballot."
    if is_extract:
        figures = record["figures"]
        if len(receipts) + figures["on_paper"] != figures["returned"]:
            yield "There is not one receipt for each ballot that was not on paper."
        return
    yield from _broken_ballots(record)
    for name, value in counted(record).items():
        yield from _differences(name, record[name], value)


def _numbers(record: Content) -> list[int]:
    return [option["number"] for option in record["options"]]


def _order_of(rules: Content, numbers: Iterable[int]) -> list[int]:
    """Return the options as they stand on the ballot; the draw by lot is made once more."""
    if rules["option_order"] != "lot":
        return sorted(numbers)
    draw = {_sha256(f"{rules['lot_seed']}:{number}".encode()): number for number in numbers}
    return [draw[digest] for digest in sorted(draw)]


def _broken_ballots(record: Content) -> Iterator[str]:
    """Say what is wrong with the ballots themselves; stops at the first that does not fit the chain."""
    if record["format"] == NAMED and len({row["number"] for row in record["ballots"]}) != len(record["ballots"]):
        yield "A deputy stands beside more than one ballot."
    if record["format"] == SEALED:
        envelopes = record["envelopes"]
        if envelopes != sorted(set(envelopes)):
            yield "An envelope stands there more than once, or they are not in order."
        if len(envelopes) != sum(bool(row["receipt"]) for row in record["ballots"]):
            yield "There are not as many envelopes as ballots that were in one."
    for place, (ballot, digest) in enumerate(zip(record["ballots"], _chain(record), strict=True), start=1):
        if ballot["digest"] != digest:
            yield f"The chain breaks at ballot {place}: it, what stands before it, or the rules were changed."
            return


def _differences(name: str, stated: Any, found: Any) -> Iterator[str]:
    """Say where two values differ, as deep as both have the same shape."""
    if isinstance(stated, dict) and isinstance(found, dict) and stated.keys() == found.keys():
        for key in found:
            yield from _differences(f"{name}.{key}", stated[key], found[key])
    elif isinstance(stated, list) and isinstance(found, list) and len(stated) == len(found):
        for place, pair in enumerate(zip(stated, found, strict=True), start=1):
            yield from _differences(f"{name}[{place}]", *pair)
    elif canonical(stated) != canonical(found):  # 1 is not true
        yield f"{name}: the file says {stated}, the ballots give {found}."


def _chain(record: Content) -> Iterator[str]:
    """Return the digest of each ballot, which covers the ballots before it, the rules and the options."""
    digest = _sha256(canonical({name: record[name] for name in HEAD}))
    for ballot in record["ballots"]:
        line = {name: value for name, value in ballot.items() if name != "digest"}
        digest = _sha256(digest.encode() + canonical(line))
        yield digest


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
