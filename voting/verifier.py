"""Recounts the published record of a round. Standard library only: read it, then run it (Python 3.10 or later).

    python3 verifier.py FILE [HASH]

FILE is the record, HASH the one printed on the signed tally sheet. The program asks:

1. Is the file written in the only way a record can be written? (keys sorted, no blanks, nothing twice)
2. Does it hold what its format holds, no more and no less, each of its kind?
3. Does the hash in the file fit the file? And is it HASH?
4. Do the candidates stand by number, or as the lot gives where it was drawn?
5. Does each ballot's digest fit the ballot and all before it? Is each receipt there once only? And in a vote by name
   each deputy?
6. Counted by the rules in the file, do the ballots give the figures and totals in the file?
7. Do these elect whom the file says, with the ties it says?

It ends with 0 when all is equal, with 1 when something differs or FILE is no record, and with 2 when FILE is whole but
holds no ballots, because the session's rules keep the counts back; HASH is then that of the record which is kept.

A file in which everything was changed together adds up as well. That is what HASH is for: it comes from paper.
"""

import hashlib
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

RECORD = "livelihood-round-record/1"
NAMED = "livelihood-named-record/1"
SEALED = "livelihood-sealed-record/1"
EXTRACT = "livelihood-round-extract/1"
MARKS = {"y": "approve", "n": "oppose", "a": "abstain", "b": "blank"}
SPOILT = "x"  # on every line of a paper that is invalid as a whole
TOO_MUCH = 1_000_000_000
EQUAL, DIFFERENT, NOTHING_TO_COUNT = 0, 1, 2


def a_text(value: Any) -> bool:
    return isinstance(value, str)


def yes_or_no(value: Any) -> bool:
    return isinstance(value, bool)


def a_number(value: Any) -> bool:
    return type(value) is int and 0 <= value < TOO_MUCH  # neither 1.0 nor true


def from_one(value: Any) -> bool:
    return a_number(value) and value > 0


def number_or_null(value: Any) -> bool:
    return value is None or a_number(value)


def all_of(names: str, shape: Any) -> dict[str, Any]:
    return dict.fromkeys(names.split(), shape)


# What each format holds. {...}: these fields and no others. [...]: a list of such. (...): one of these words, because
# this program would count any other rule wrongly. Else one of the functions above says whether a value will do.
HEAD = {
    **all_of("format hash", a_text),
    "round": {
        **all_of("area area_name kind title voted_on", a_text),
        **all_of("year number", a_number),
        "is_rehearsal": yes_or_no,
        "in_term_by": all_of("document date sha256", a_text),
        "run_by": [all_of("role name since confirmed", a_text)],
    },
    "rules": {
        "form": ("each", "at_most", "exactly"),
        "over_vote": ("ballot_invalid", "approvals_void"),
        "blank": ("abstain", "not_counted", "ballot_invalid"),
        "denominator": ("in_term", "present", "returned"),
        "quorum_base": ("in_term", "present"),
        "option_order": ("list", "lot", "rotated"),
        "most_approvals": number_or_null,
        **all_of("seats threshold_denominator quorum_denominator", from_one),
        **all_of("threshold_numerator quorum_numerator run_off_limit", a_number),
        **all_of("is_strict publishes_counts has_substitutes", yes_or_no),
        **all_of("scheme tie shortfall lot_seed remote_voting", a_text),
    },
    "options": [{"number": a_number, "title": a_text}],
    "figures": {
        **all_of("in_term present issued returned on_paper valid invalid blank not_voted needed", a_number),
        **all_of("tied_seats shortfall", a_number),
        "is_quorate": yes_or_no,
    },
    **all_of("elected tied", [a_number]),
}
TOTALS = [{**all_of("number approve oppose abstain blank", a_number), "outcome": a_text}]
BALLOT = all_of("digest marks receipt", a_text)
VOTER = {"number": a_number, **all_of("name delegation", a_text)}
FORMATS = {
    RECORD: {**HEAD, "salt": a_text, "totals": TOTALS, "ballots": [BALLOT]},
    NAMED: {**HEAD, "salt": a_text, "totals": TOTALS, "ballots": [{**BALLOT, **VOTER}]},
    SEALED: {**HEAD, "salt": a_text, "totals": TOTALS, "ballots": [BALLOT], "envelopes": [a_text]},
    EXTRACT: {**HEAD, "record_hash": a_text, "receipts": [a_text]},
}


class Damaged(ValueError):
    """The file is none that this program can count."""


def main(arguments: list[str]) -> int:
    if not arguments:
        return say("Use: python3 verifier.py FILE [HASH]", DIFFERENT)
    try:
        data = Path(arguments[0]).read_bytes()
    except OSError as error:
        return say(f"The file cannot be read: {error}", DIFFERENT)
    problems = verify(data)
    if problems:
        return say("\n".join([*problems, "DIFFERENT"]), DIFFERENT)
    record = json.loads(data)
    is_extract = record["format"] == EXTRACT
    signed = record["record_hash" if is_extract else "hash"]  # what stands on the tally sheet, there in groups
    if arguments[1:] and "".join("".join(arguments[1:]).lower().split()) != signed:
        return say(f"The file adds up, but it is not the one of that hash. Its hash is {signed}\nDIFFERENT", DIFFERENT)
    if record["round"]["is_rehearsal"]:
        say("THIS WAS A REHEARSAL, NOT A VOTE")
    say(record["round"]["title"])
    if is_extract:
        say(f"Hash of the record that is kept: {signed}")
        return say("WHOLE, BUT WITHOUT BALLOTS: the rules keep the counts back; nothing was counted", NOTHING_TO_COUNT)
    say(f"Hash: {signed}")
    if record["format"] == SEALED:
        say(f"Hash of the envelopes, as shown before they were opened: {sha256(canonical(record['envelopes']))}")
    say(f"{len(record['ballots'])} ballots counted; elected: {record['elected']}; tied: {record['tied']}")
    return say("EQUAL", EQUAL)


def say(line: str, result: int = EQUAL) -> int:
    encoding = sys.stdout.encoding or "utf-8"  # a console that lacks Chinese shows question marks
    sys.stdout.write(line.encode(encoding, "replace").decode(encoding) + "\n")
    return result


def verify(data: bytes) -> list[str]:
    """Return what is wrong with a file; an empty list means: nothing."""
    try:
        record = json.loads(data)
        if canonical(record) != data:
            raise Damaged("it is not in canonical form, some byte was changed, or it was saved anew")
        check(record)
    except (RecursionError, ValueError) as error:
        return [f"The file is no record, or damaged: {error}"]
    return list(find_problems(record))


def check(record: Any) -> None:
    """Go on only with a file that has the shape of its format; nothing after this can fail."""
    name = record.get("format") if isinstance(record, dict) else None
    if not isinstance(name, str) or name not in FORMATS:
        raise Damaged(f"this program does not know the format {name!r:.60}")
    check_shape("record", record, FORMATS[name])
    options = [option["number"] for option in record["options"]]
    if not options or len(set(options)) != len(options):
        raise Damaged("options: there is none, or a number is there twice")
    possible = re.compile(f"[{''.join(MARKS)}]{{{len(options)}}}|{SPOILT}{{{len(options)}}}")
    for place, ballot in enumerate(record.get("ballots", []), start=1):
        if not possible.fullmatch(ballot["marks"]):
            raise Damaged(f"ballots[{place}].marks: not one known letter for each option: {ballot['marks']!r:.60}")


def check_shape(where: str, value: Any, shape: Any) -> None:
    if isinstance(shape, dict):
        if not isinstance(value, dict) or set(value) != set(shape):
            raise Damaged(f"{where} has other fields than {', '.join(sorted(shape))}")
        for name, part in shape.items():
            check_shape(f"{where}.{name}", value[name], part)
    elif isinstance(shape, list):
        if not isinstance(value, list):
            raise Damaged(f"{where} is no list: {value!r:.60}")
        for place, item in enumerate(value, start=1):
            check_shape(f"{where}[{place}]", item, shape[0])
    elif isinstance(shape, tuple):
        if value not in shape:
            raise Damaged(f"{where} is none of {', '.join(shape)}: {value!r:.60}")
    elif not shape(value):
        raise Damaged(f"{where} cannot be {value!r:.60}")


def find_problems(record: dict[str, Any]) -> Iterator[str]:
    if sha256(canonical({name: value for name, value in record.items() if name != "hash"})) != record["hash"]:
        yield "The hash in the file does not fit the file."
    yield from check_order(record)
    if record["format"] == EXTRACT:
        yield from check_receipts(record["receipts"])
        if len(record["receipts"]) + record["figures"]["on_paper"] != record["figures"]["returned"]:
            yield "There is not one receipt for each ballot that was not on paper."
        return
    yield from check_chain(record)
    yield from check_receipts([ballot["receipt"] for ballot in record["ballots"] if ballot["receipt"]])
    if record["format"] == NAMED and len({ballot["number"] for ballot in record["ballots"]}) != len(record["ballots"]):
        yield "A deputy is there more than once."
    if record["format"] == SEALED:
        yield from check_envelopes(record)
    for name, value in count(record).items():
        if canonical(record[name]) != canonical(value):
            yield f"{name}: the file says {record[name]}; the ballots give {value}"


def check_order(record: dict[str, Any]) -> Iterator[str]:
    """Drawn by lot, candidates stand by the SHA-256 of seed and number; otherwise by number."""
    rules, numbers = record["rules"], [option["number"] for option in record["options"]]
    if rules["option_order"] == "lot":
        if numbers != sorted(numbers, key=lambda number: sha256(f"{rules['lot_seed']}:{number}".encode())):
            yield "The candidates do not stand in the order that the lot gives."
    elif numbers != sorted(numbers):
        yield "The candidates do not stand in the order of their numbers."


def check_chain(record: dict[str, Any]) -> Iterator[str]:
    """Each digest covers the one before it and the ballot; the first covers what stands in the head of the file."""
    digest = sha256(canonical({name: record[name] for name in ("format", "round", "rules", "options", "salt")}))
    for place, ballot in enumerate(record["ballots"], start=1):
        line = {name: value for name, value in ballot.items() if name != "digest"}
        digest = sha256(digest.encode() + canonical(line))
        if digest != ballot["digest"]:
            yield f"The digest of ballot {place} does not fit it, or one before it, or the rules."
            return


def check_receipts(receipts: list[str]) -> Iterator[str]:
    if len(receipts) != len(set(receipts)):
        yield "A receipt is there more than once."


def check_envelopes(record: dict[str, Any]) -> Iterator[str]:
    """Each ballot that has a receipt was in one envelope. Which one nobody can tell."""
    envelopes = record["envelopes"]
    if envelopes != sorted(set(envelopes)):
        yield "An envelope is there more than once, or they do not stand in order."
    if len(envelopes) != sum(1 for ballot in record["ballots"] if ballot["receipt"]):
        yield "There is not one envelope for each ballot that was not on paper."


def count(record: dict[str, Any]) -> dict[str, Any]:
    """Count the ballots by the rules; return the fields of the record that follow from them."""
    rules, stated = record["rules"], record["figures"]
    numbers = [option["number"] for option in record["options"]]
    totals = {number: dict.fromkeys(MARKS.values(), 0) for number in numbers}
    valid = blank = 0
    for ballot in record["ballots"]:
        lines = read(ballot["marks"], rules)
        if lines is None:
            continue
        valid += 1
        if set(ballot["marks"]) == {"b"}:
            blank += 1
        for number, mark in zip(numbers, lines, strict=True):
            totals[number][MARKS[mark]] += 1

    figures = {name: stated[name] for name in ("in_term", "present", "issued")}
    figures["returned"] = returned = len(record["ballots"])
    figures["on_paper"] = sum(1 for ballot in record["ballots"] if not ballot["receipt"])
    figures["valid"], figures["invalid"], figures["blank"] = valid, returned - valid, blank
    figures["not_voted"] = max(0, figures["present"] - returned)
    figures["needed"] = smallest(
        figures[rules["denominator"]],
        rules["threshold_numerator"],
        rules["threshold_denominator"],
        more_than=rules["is_strict"],
    )
    quorum = smallest(
        figures[rules["quorum_base"]], rules["quorum_numerator"], rules["quorum_denominator"], more_than=False
    )
    there = figures["present"] if rules["quorum_base"] == "in_term" else returned
    figures["is_quorate"] = there >= quorum

    is_vote = figures["is_quorate"] and returned <= figures["issued"]
    approvals = {number: total["approve"] for number, total in totals.items()}
    outcomes = elect(approvals, rules["seats"], figures["needed"] if is_vote else None)
    elected = [number for number in numbers if outcomes[number] == "elected"]
    tied = [number for number in numbers if outcomes[number] == "tied"]
    figures["tied_seats"] = rules["seats"] - len(elected) if tied else 0
    figures["shortfall"] = rules["seats"] - len(elected) - figures["tied_seats"]
    return {
        "figures": figures,
        "totals": [{"number": number, **totals[number], "outcome": outcomes[number]} for number in numbers],
        "elected": elected,
        "tied": tied,
    }


def read(marks: str, rules: dict[str, Any]) -> str | None:
    """Return what each line of a ballot counts for, or None when the ballot is invalid."""
    if SPOILT in marks:
        return None
    limit, approvals = rules["most_approvals"], marks.count("y")
    if limit is not None and approvals > limit:
        if rules["over_vote"] == "ballot_invalid":
            return None
        too_many = True
    else:
        too_many = False
        if rules["form"] == "exactly" and approvals != limit:
            return None
    if rules["form"] != "each":
        if set(marks) - {"y", "b"}:
            return None
    elif rules["blank"] == "ballot_invalid" and "b" in marks:
        return None
    if too_many:
        marks = marks.replace("y", "a")
    if rules["form"] == "each" and rules["blank"] == "abstain":
        marks = marks.replace("b", "a")
    return marks


def smallest(number: int, numerator: int, denominator: int, more_than: bool) -> int:
    """Return the smallest whole number that is more than (or at least) numerator/denominator of a number."""
    full, rest = divmod(number * numerator, denominator)
    return full + 1 if more_than or rest else full


def elect(approvals: dict[int, int], seats: int, needed: int | None) -> dict[int, str]:
    """Return what becomes of each option. needed: None when the vote is not valid, so that nobody is elected."""
    outcomes = {}
    for number, votes in approvals.items():
        rivals = [other for other in approvals.values() if needed is not None and other >= needed]
        better = sum(1 for other in rivals if other > votes)
        equal = rivals.count(votes)
        if needed is None or votes < needed:
            outcomes[number] = "not_passed"
        elif better + equal <= seats:
            outcomes[number] = "elected"
        elif better < seats:
            outcomes[number] = "tied"
        else:
            outcomes[number] = "not_chosen"
    return outcomes


def canonical(value: Any) -> bytes:
    """Return the one way to write a value: JSON, keys sorted, no blanks, UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
