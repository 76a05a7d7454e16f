"""Somebody with all rights over the database changes the journal; the check says what was done and where."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from livelihood.audit import selectors, services
from livelihood.audit.models import Entry, Seal
from tests import databases
from tests.audit.conftest import found, tampered, write
from tests.factories.frame import NOW

pytestmark = pytest.mark.django_db(transaction=True)

AFRESH = "UPDATE audit_entry SET digest = audit_entry_digest(audit_entry) WHERE id = {}"
RESEAL = """
UPDATE audit_seal AS seal SET digest = audit_seal_digest(
    (SELECT digest FROM audit_seal AS before WHERE before.number = seal.number - 1), seal,
    (SELECT string_agg(digest, '' ORDER BY id) FROM audit_entry WHERE id IN ({})))
WHERE number = {}
"""
COPY = """
INSERT INTO audit_entry (id, at, written_at, act, subject_type, subject_id, detail, digest)
OVERRIDING SYSTEM VALUE SELECT {}, at, written_at, act, subject_type, subject_id, detail, digest
FROM audit_entry WHERE id = {}
"""

UPDATE = "UPDATE {table} SET {column} = {value} WHERE {key} = {row}"
AFTER = "DELETE FROM audit_entry WHERE id >= {}"
DELETE = "DELETE FROM {table} WHERE {key} = {row}"


CLOSED = """
UPDATE audit_seal AS seal SET open = '{}', void = audit_seal_due(
    '{}', (SELECT through FROM audit_seal AS before WHERE before.number = seal.number - 1), through
) - (SELECT range_agg(int8range(id, id + 1)) FROM audit_entry)
"""


@pytest.fixture
def ids(session) -> list[int]:
    """Give the numbers of nine entries: two in each of three seals, a void one in the second, two without a seal.

    The seals are closed by hand: a transaction in another database of the cluster may have left them open.
    """
    gone = session()
    write(2)
    services.seal()
    write(1)
    gone.begin()
    number = gone.write()
    gone.roll_back()
    write(1)
    services.seal()
    write(2)
    services.seal()
    write(2)
    first = Entry.objects.order_by("pk")[0].pk
    with databases.behind_the_guards() as cursor:
        cursor.execute(CLOSED)
        for seal, sealed in enumerate([(0, 1), (2, 4), (5, 6)], start=1):
            cursor.execute(RESEAL.format(", ".join(str(first + place) for place in sealed), seal))

    assert number == first + 3
    assert list(Entry.objects.order_by("pk").values_list("pk", flat=True)) == [
        first + n for n in (0, 1, 2, *range(4, 9))
    ]
    assert [(seal.open, seal.void) for seal in Seal.objects.order_by("pk")[1:]] == [
        ("{}", f"{{[{number},{number + 1})}}"), ("{}", "{}"),
    ]  # fmt: skip
    assert found() == []
    return [first + n for n in range(9)]


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        # changed
        (["UPDATE audit_entry SET detail = '{}' WHERE id = {2}"], [("CHANGED", 2, "{2}")]),
        (["UPDATE audit_entry SET actor_id = 7 WHERE id IN ({0}, {1})"], [("CHANGED", 1, "{0}–{1}")]),
        (["UPDATE audit_entry SET written_at = '2020-01-01Z' WHERE id = {6}"], [("CHANGED", 3, "{6}")]),
        (["UPDATE audit_entry SET at = at + interval '1 microsecond' WHERE id = {7}"], [("CHANGED", None, "{7}")]),
        (["UPDATE audit_entry SET act = 'x' WHERE id = {2}", AFRESH.format("{2}")], [("SEAL", 2, "")]),
        # removed
        (["DELETE FROM audit_entry WHERE id = {4}"], [("REMOVED", 2, "{4}")]),
        (["DELETE FROM audit_entry WHERE id IN ({2}, {4}, {6})"], [("REMOVED", 2, "{2}, {4}"), ("REMOVED", 3, "{6}")]),
        # added
        ([COPY.format("{3}", "{2}"), AFRESH.format("{3}")], [("ADDED", 2, "{3}")]),
        ([COPY.format("-5", "{2}"), AFRESH.format("-5")], [("ADDED", None, "-5")]),
        # reordered
        (
            [
                "UPDATE audit_entry SET id = -1 WHERE id = {2}",
                "UPDATE audit_entry SET id = {2} WHERE id = {4}",
                "UPDATE audit_entry SET id = {4} WHERE id = -1",
            ],
            [("CHANGED", 2, "{2}, {4}"), ("SEAL", 2, "")],
        ),
        (
            [
                "UPDATE audit_entry SET id = {3} WHERE id = {4}",
                AFRESH.format("{3}"),
            ],
            [("REMOVED", 2, "{4}"), ("ADDED", 2, "{3}")],
        ),
        # the seals themselves
        (["UPDATE audit_seal SET digest = sha256('x') WHERE number = 2"], [("SEAL", 2, ""), ("SEAL", 3, "")]),
        (["UPDATE audit_seal SET at = at + interval '1 day' WHERE number = 3"], [("SEAL", 3, "")]),
        (["DELETE FROM audit_seal WHERE number = 2"], [("MISSING", 3, "")]),
        (["DELETE FROM audit_seal WHERE number = 1"], [("MISSING", 2, "")]),
        (["UPDATE audit_seal SET through = 0 WHERE number = 1"], [("SEAL", 1, ""), ("SEAL", 2, "")]),
        (
            ["UPDATE audit_seal SET number = 9 WHERE number = 3", "UPDATE audit_seal SET number = 3 WHERE number = 2"],
            [("MISSING", 3, ""), ("MISSING", 9, "")],
        ),
        # a seal made anew over what was changed: the next one does not follow it
        (
            [
                "UPDATE audit_entry SET act = 'x' WHERE id = {2}",
                AFRESH.format("{2}"),
                RESEAL.format("{2}, {4}", 2),
            ],
            [("SEAL", 3, "")],
        ),
        (
            ["UPDATE audit_seal SET void = '{{}}', open = void WHERE number = 2", RESEAL.format("{2}, {4}", 2)],
            [("REMOVED", 3, "{3}")],
        ),
        (
            [
                "DELETE FROM audit_entry WHERE id = {4}",
                "UPDATE audit_seal SET void = void + int8multirange(int8range({4}, {4}, '[]')) WHERE number = 2",
                RESEAL.format("{2}", 2),
            ],
            [("SEAL", 3, "")],
        ),
    ],
)
def test_what_was_done_is_found_where_it_was_done(ids, statements, expected):
    def filled(text: str) -> str:
        for place, number in enumerate(ids):
            text = text.replace(f"{{{place}}}", str(number))
        return text.replace("{{}}", "{}")

    with tampered(*map(filled, statements)):
        assert found() == [(fault, seal, filled(entries)) for fault, seal, entries in expected]

    assert found() == []


FIELDS = {
    "audit_entry": {
        "at": "at + interval '1 second'", "written_at": "written_at - interval '1 second'", "act": "act || 'x'",
        "subject_type": "'a.b'", "subject_id": "subject_id || '0'", "cycle_id": "coalesce(cycle_id, 0) + 1",
        "area_id": "coalesce(area_id, 0) + 1",
        "actor_id": "coalesce(actor_id, 0) + 1", "detail": """detail || '{"a": 1}'""", "digest": "sha256(digest)",
    },
    "audit_seal": {
        "at": "at + interval '1 second'", "through": "through + 1", "open": "open + '{[1000000,1000001)}'",
        "void": "void + '{[1000000,1000001)}'", "horizon": "'3'", "digest": "sha256(digest)", "number": "number + 100",
    },
}  # fmt: skip


def test_every_column_is_among_those_that_are_tampered_with():
    columns = {
        model._meta.db_table: {field.column for field in model._meta.local_fields} - {"id"} for model in (Entry, Seal)
    }

    assert {table: set(fields) for table, fields in FIELDS.items()} == columns


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_change_of_any_value_and_no_lost_row_goes_unseen(ids, data):
    table = data.draw(st.sampled_from(list(FIELDS)))
    key = {"audit_entry": "id", "audit_seal": "number"}[table]
    kind = data.draw(st.sampled_from([*FIELDS[table], "delete"]))
    sealed = [number for place, number in enumerate(ids) if place not in {3, 7, 8}]
    row = data.draw(st.sampled_from(sealed if table == "audit_entry" else [1, 2, 3]))
    assume((table, kind, row) != ("audit_seal", "delete", 3))  # the end: see below
    what = DELETE if kind == "delete" else UPDATE

    with tampered(what.format(table=table, key=key, row=row, column=kind, value=FIELDS[table].get(kind))):
        assert found()

    assert found() == []


def test_the_end_cut_off_shows_by_what_was_kept_elsewhere(ids):
    last = selectors.check_journal(at=NOW).last
    assert last
    number, digest = last
    cut = ["DELETE FROM audit_seal WHERE number = 3", AFTER.format(ids[5])]

    with tampered(*cut):
        assert found() == []
        assert found(known=(number, digest)) == [("KNOWN", 3, "")]
    with tampered(*cut):
        write(1)
        services.seal()
        assert found(known=(number, digest)) == [("KNOWN", 3, "")]

    assert found(known=(number, digest)) == []
    services.seal()
    assert found(known=(number, digest)) == []


def test_seals_cut_off_show_as_entries_that_wait(ids):
    services.seal()
    with tampered("DELETE FROM audit_seal WHERE number > 1"):
        check = selectors.check_journal(at=timezone.now() + timedelta(hours=1))

    assert (check.is_late, check.sealed, check.unsealed) == (True, 2, 6)


def test_an_empty_journal_is_whole():
    assert selectors.check_journal(at=NOW) == selectors.JournalCheck(
        sealed=0, unsealed=0, last=None, findings=(), waiting=timedelta(0)
    )


def run(command: str, *arguments: str) -> str:
    out = StringIO()
    call_command(command, *arguments, stdout=out, stderr=out)
    return out.getvalue()


def test_the_commands_seal_and_verify():
    write(3)

    assert run("seal_journal") == "3 entries sealed.\n"
    said = run("verify_journal").splitlines()

    seal = Seal.objects.get()
    last = f"1:{bytes(seal.digest).hex()}"
    assert said == ["3 entries sealed, 0 not yet.", f"The journal is intact: {last}"]
    assert run("verify_journal", "--known", last).splitlines() == said


def test_verifying_calls_a_journal_without_any_seal_not_intact():
    assert run("verify_journal").splitlines() == [
        "0 entries sealed, 0 not yet.",
        "The journal holds no seal. Where the portal is in use, it was emptied.",
    ]


def test_verifying_a_damaged_journal_fails_and_says_where(ids):
    out = StringIO()
    with (
        tampered(
            UPDATE.format(table="audit_entry", key="id", row=ids[4], column="act", value="''"),
            DELETE.format(table="audit_seal", key="number", row=1),
        ),
        pytest.raises(CommandError, match=r"^The journal is damaged: 3 findings\.$"),
    ):
        call_command("verify_journal", "--known", f"1:{'0' * 64}", stderr=out, stdout=out)

    assert out.getvalue().splitlines() == [
        f"entries changed, at seal 2: {ids[4]}",
        "the seal before it missing, at seal 2",
        "the seal known from elsewhere is missing or another, at seal 1",
    ]


def test_verifying_fails_while_nobody_seals():
    write(1)
    with databases.behind_the_guards() as cursor:
        cursor.execute("UPDATE audit_entry SET written_at = written_at - interval '2 minutes'")
        cursor.execute("UPDATE audit_entry SET digest = audit_entry_digest(audit_entry)")

    with pytest.raises(CommandError, match=r"^Entries have waited 12\d s for a seal\."):
        run("verify_journal")
    run("seal_journal")

    assert "intact" in run("verify_journal")


@pytest.mark.parametrize("text", ["", "3", "x:ab", "3:xyz"])
def test_a_known_seal_is_read_strictly(text):
    with pytest.raises(CommandError, match="expected NUMBER:DIGEST"):
        run("verify_journal", "--known", text)
