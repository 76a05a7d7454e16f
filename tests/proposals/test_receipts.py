"""Anyone who kept a receipt finds out whether its suggestion is still there, as it was sent."""

import json
import shutil
import subprocess
import sys
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client

from livelihood.audit.models import Entry
from livelihood.celery import app
from proposals import selectors, services, tasks, trees, verifier
from proposals.models import ReceiptHead, ReceiptNode, Suggestion
from proposals.states import ErasureReason
from tests.databases import behind_the_guards
from tests.factories.frame import NOW, CycleFactory
from tests.factories.proposals import SuggestionFactory
from tests.proposals.pages import at, text_of

pytestmark = pytest.mark.django_db
TEXT: dict[str, Any] = {"title": "老楼没有电梯", "matter": "六层老楼没有电梯，老人下不了楼。", "wish": "请加装电梯。"}
DAY = timedelta(days=1)


def sent(cycle, number):
    return services.submit_suggestion(
        cycle=cycle, **TEXT, aspect=None, area=cycle.area, idempotency_key=f"{number:020}", by=None, at=NOW
    )


@pytest.fixture
def receipt(cycle):
    """Return a receipt among others, published over three days."""
    receipts = []
    for day, many in enumerate((3, 4, 1)):
        receipts += [sent(cycle, 10 * day + one) for one in range(many)]
        services.publish_head(cycle=cycle, at=NOW + day * DAY)
    return receipts[4]


@pytest.fixture
def folder(tmp_path, cycle, receipt):
    """Return a folder with what a citizen has downloaded, and the program."""
    shutil.copy(verifier.__file__, tmp_path / "receipt_verifier.py")
    key, client = {"number": receipt.number, "code": receipt.code}, Client()
    (tmp_path / "proof.json").write_bytes(client.get(at("receipt_proof", cycle, number=receipt.number)).content)
    (tmp_path / "heads.json").write_bytes(client.get(at("receipt_heads", cycle)).content)
    (tmp_path / "text.json").write_bytes(client.post(at("own_text", cycle), key).content)
    return tmp_path


def proof_of(cycle, receipt) -> Any:
    return selectors.receipt_proof(cycle, receipt.number)


def run(folder, *arguments):
    """Run the program as anyone would, with Python alone."""
    command = [sys.executable, "-I", "-S", "receipt_verifier.py", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False, encoding="utf-8", timeout=30)
    assert not done.stderr
    return done.returncode, done.stdout


def checked(proof, heads=None, text=None, fingerprint=""):
    texts, proofs, all_heads = [text] if text else [], [proof] if proof else [], [heads] if heads else []
    return list(verifier.find_problems(fingerprint, texts, proofs, all_heads))


def test_whoever_kept_a_receipt_checks_it_with_python_alone(folder, receipt):
    head = ReceiptHead.objects.get(size=8)

    code, said = run(folder, receipt.text_digest, "proof.json", "heads.json", "text.json")

    assert (code, said.splitlines()[-1]) == (0, "EQUAL")
    assert f"{receipt.number} is receipt 5 of the 8 of {head.day}: {head.root}" in said
    assert "3 heads, each begins with the one before" in said
    assert head.key in said


def test_the_program_says_how_it_is_used_and_what_it_cannot_read(folder):
    (folder / "other.json").write_text('{"format": "other"}')

    assert run(folder)[0] == run(folder, "proof.json")[0] == 1
    assert run(folder)[1].startswith("Use: ")
    assert run(folder, "other.json")[1].startswith("Cannot be read: ")
    assert run(folder, "nowhere.json")[1].startswith("Cannot be read: ")


def test_the_file_of_the_text_has_the_fingerprint_of_the_receipt(folder, receipt):
    text = (folder / "text.json").read_bytes()

    assert verifier.sha256(text) == receipt.text_digest
    assert json.loads(text) == [TEXT["title"], TEXT["matter"], TEXT["wish"], receipt.text_salt]


def test_each_letter_of_the_text_that_is_changed_is_found(cycle, folder, receipt):
    text, proof = (folder / "text.json").read_text(), proof_of(cycle, receipt)
    assert checked(proof, text=text.encode(), fingerprint=receipt.text_digest) == []

    for place in range(len(text)):
        changed = f"{text[:place]}{'乙' if text[place] != '乙' else '甲'}{text[place + 1 :]}".encode()
        assert checked(proof, text=changed, fingerprint=receipt.text_digest), place
        assert checked(proof, fingerprint=verifier.sha256(changed)), place


def test_each_character_of_a_proof_that_is_changed_is_found(cycle, receipt):
    whole = proof_of(cycle, receipt)
    heads = selectors.heads_file(cycle)

    for number, one in enumerate(whole["path"]):
        other = one[:-1] + ("0" if one[-1] != "0" else "1")
        changed = [*whole["path"][:number], other, *whole["path"][number + 1 :]]
        assert checked({**whole, "path": changed}, fingerprint=receipt.text_digest), number
    changes: list[dict[str, Any]] = [
        {"place": 5},
        {"number": "2025-000001-1"},
        {"area": "330800"},
        {"year": 1},
        {"path": []},
    ]
    for change in changes:
        assert checked({**whole, **change}, heads, fingerprint=receipt.text_digest), change
    for change in ({"day": "2020-01-01"}, {"size": 9}, {"root": "0" * 64}, {"key": "1" * 64}, {"signature": "0" * 128}):
        assert checked({**whole, "head": {**whole["head"], **change}}, heads, fingerprint=receipt.text_digest), change


def test_a_proof_of_an_earlier_day_stands_among_the_heads_of_today(cycle, receipt):
    earlier = proof_of(cycle, receipt)
    sent(cycle, 99)
    services.publish_head(cycle=cycle, at=NOW + 9 * DAY)

    assert checked(earlier, selectors.heads_file(cycle), fingerprint=receipt.text_digest) == []
    assert proof_of(cycle, receipt)["head"]["size"] == 9


@pytest.mark.parametrize("is_removed", [False, True])
def test_who_writes_another_tree_as_owner_of_the_database_is_found_by_a_proof_kept_before(cycle, receipt, is_removed):
    kept = proof_of(cycle, receipt)
    row = Suggestion.objects.filter(number=receipt.number)
    with behind_the_guards():
        ReceiptHead.objects.all().delete()
        ReceiptNode.objects.all().delete()
        if is_removed:
            row.delete()
        else:
            row.update(text_digest="f" * 64)
    services.publish_head(cycle=cycle, at=NOW + 20 * DAY)
    heads = selectors.heads_file(cycle)
    assert checked(None, heads) == []  # the new tree is whole in itself

    assert checked(kept, heads, fingerprint=receipt.text_digest) == [
        f"The head of {kept['head']['day']} does not stand among the heads."
    ]
    now = proof_of(cycle, receipt)
    assert (now is None) if is_removed else checked(now, heads, fingerprint=receipt.text_digest)


def test_what_is_removed_or_changed_behind_the_tree_is_named_by_verify_texts(receipt):
    with behind_the_guards():
        Suggestion.objects.filter(number=receipt.number).delete()

    with pytest.raises(CommandError) as refusal:
        call_command("verify_texts", stdout=StringIO())

    assert receipt.number in str(refusal.value)


def test_a_withdrawn_text_stays_in_the_tree_by_the_fingerprint_of_its_day(cycle, receipt):
    row = Suggestion.objects.get(number=receipt.number)
    services.withdraw_text(suggestion=row, reason=ErasureReason.WISH, by=None, at=NOW)
    client = Client()

    assert checked(proof_of(cycle, receipt), fingerprint=receipt.text_digest) == []
    key = {"number": receipt.number, "code": receipt.code}
    assert client.post(at("own_text", cycle), key).status_code == 409
    assert "下载发送时的原文" not in text_of(client.post(at("track", cycle), key))
    call_command("verify_texts", stdout=StringIO())


def test_a_head_is_published_once_a_day_and_only_of_what_is_new(cycle):
    assert services.publish_head(cycle=cycle, at=NOW) is None
    sent(cycle, 1)
    assert tasks.publish_receipts() == 1
    sent(cycle, 2)

    assert tasks.publish_receipts() == 0
    (entry,) = Entry.objects.filter(act="receipts.published")
    head = ReceiptHead.objects.get()
    assert (entry.cycle_id, entry.detail) == (cycle.pk, {"count": 1, "digest": head.root})
    assert "proposals.publish_receipts" in {one["task"] for one in app.conf.beat_schedule.values()}


def test_years_have_trees_of_their_own(cycle):
    other = CycleFactory(area=cycle.area, year=cycle.year + 1)
    first, second = sent(cycle, 1), sent(other, 2)

    assert services.publish_receipts(at=NOW) == 2

    assert selectors.receipt_proof(cycle, second.number) is None
    assert proof_of(other, second)["head"]["root"] == selectors.leaf_of(second.number, second.text_digest)
    assert first.number != second.number


def test_the_database_refuses_whatever_is_no_leaf_no_tree_and_no_next_head(cycle, receipt):
    other = SuggestionFactory(cycle=cycle, text_digest="a" * 64)
    leaf, later = selectors.leaf_of(other.number, other.text_digest), CycleFactory(area=cycle.area, year=cycle.year + 3)
    wrong: list[Any] = [
        ReceiptNode(cycle=cycle, level=0, place=8, number=other.number, digest="b" * 64),
        ReceiptNode(cycle=cycle, level=0, place=9, number=other.number, digest=leaf),
        ReceiptNode(cycle=cycle, level=0, place=8, number="2025-000001-1", digest=leaf),
        ReceiptNode(cycle=later, level=0, place=0, number=other.number, digest=leaf),
        ReceiptNode(cycle=cycle, level=1, place=4, digest="c" * 64),
        ReceiptNode(cycle=cycle, level=4, place=0, digest="c" * 64),
    ]
    last = ReceiptHead.objects.get(size=8)
    for size, root, day in ((8, last.root, 5), (7, last.root, 5), (9, last.root, 5)):
        head = ReceiptHead(cycle=cycle, day=last.day + day * DAY, size=size, root=root, published_at=NOW)
        head.key, head.signature = last.key, last.signature
        wrong.append(head)
    count = ReceiptNode.objects.count(), ReceiptHead.objects.count()

    for row in wrong:
        with pytest.raises(DatabaseError), transaction.atomic():
            row.save(force_insert=True)
    for rows in (ReceiptNode.objects, ReceiptHead.objects):
        for change in (lambda rows: rows.update(cycle=cycle), lambda rows: rows.all().delete()):
            with pytest.raises(DatabaseError), transaction.atomic():
                change(rows)

    assert (ReceiptNode.objects.count(), ReceiptHead.objects.count()) == count


def test_the_database_computes_the_same_root(cycle, receipt):
    with connection.cursor() as cursor:
        for size in range(1, 9):
            cursor.execute("SELECT proposals_root(%s, %s)", [cycle.pk, size])
            assert cursor.fetchone()[0] == trees.fold(selectors.peak_hashes(cycle, size)), size


def test_pages_lead_to_what_is_published(cycle, receipt, django_assert_num_queries):
    client, head = Client(), ReceiptHead.objects.get(size=8)

    assert head.root in text_of(client.get(at("statistics", cycle)))
    assert head.root in text_of(client.get(at("receipts", cycle)))
    tracked = client.post(at("track", cycle), {"number": receipt.number, "code": receipt.code})
    assert at("receipt_proof", cycle, number=receipt.number) in tracked.content.decode()
    assert client.get("/receipts/verifier.py").content.startswith(b'"""Checks the receipt of a suggestion.')
    proof_of(cycle, receipt)
    with django_assert_num_queries(3):
        proof_of(cycle, receipt)


def test_before_the_night_there_is_no_proof_and_the_page_says_when(cycle):
    receipt = sent(cycle, 1)
    client = Client()

    assert client.get(at("receipt_proof", cycle, number=receipt.number)).status_code == 404
    page = text_of(client.post(at("track", cycle), {"number": receipt.number, "code": receipt.code}))
    assert "明天" in page
    assert client.post(at("own_text", cycle), {"number": receipt.number, "code": "wrong"}).status_code == 422
