"""The record of a round: one file that says everything about a count, and whether it adds up. No Django.

What each field means stands in docs/round-record.md. `voting.verifier` does the same without sharing a line with this.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from voting import tally

RECORD = "livelihood-round-record/1"
NAMED = "livelihood-named-record/1"
"""The record of a vote by name: each ballot says whose it is."""

EXTRACT = "livelihood-round-extract/1"
"""What is published where the rules keep the counts back: no ballots, no totals, but the hash of the record."""

HEAD = ("format", "round", "rules", "options", "salt")
PUBLIC = ("round", "rules", "options", "figures", "elected", "tied")
RECORD_FIELDS = {*HEAD, "ballots", "figures", "totals", "elected", "tied", "hash"}
EXTRACT_FIELDS = {*PUBLIC, "format", "receipts", "record_hash", "hash"}
BALLOT_FIELDS = {"digest", "marks", "receipt"}
VOTER_FIELDS = {"number", "name", "delegation"}

Content = dict[str, Any]


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
    return {**result, "hash": _sha256(canonical(result))}


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
    if not isinstance(record, dict) or record.get("format") not in (RECORD, NAMED, EXTRACT):
        raise NotARecord("The file is no record of a round in a known format.")
    return record


def problems(record: Content) -> list[str]:
    """Say what does not add up in a record or an extract; an empty list: nothing.

    :raises NotARecord: fields are missing, unknown or of a wrong kind.
    """
    try:
        return list(_problems(record))
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise NotARecord(f"The file is damaged or of another make: {error!r}") from error


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


def _problems(record: Content) -> Iterator[str]:
    is_extract = record["format"] == EXTRACT
    if set(record) != (EXTRACT_FIELDS if is_extract else RECORD_FIELDS):
        yield "The file has other fields than its format knows."
        return
    content = {name: value for name, value in record.items() if name != "hash"}
    if _sha256(canonical(content)) != record["hash"]:
        yield "The hash over the whole file does not fit: something in it was changed."
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


def _broken_ballots(record: Content) -> Iterator[str]:
    """Say what is wrong with the ballots themselves; stops at the first that does not fit the chain."""
    is_named = record["format"] == NAMED
    if is_named and len({row["number"] for row in record["ballots"]}) != len(record["ballots"]):
        yield "A deputy stands beside more than one ballot."
    for place, (ballot, digest) in enumerate(zip(record["ballots"], _chain(record), strict=True), start=1):
        if set(ballot) != (BALLOT_FIELDS | VOTER_FIELDS if is_named else BALLOT_FIELDS):
            yield f"Ballot {place} says more or less than its format knows."
            return
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
