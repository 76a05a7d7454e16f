from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from livelihood.audit import services
from livelihood.audit.models import Entry, Seal
from livelihood.audit.services import record
from tests import databases
from tests.audit.conftest import found, write
from tests.factories.frame import NOW, CycleFactory, ProvinceFactory, UserFactory
from tests.journal import TriedAct

NUMBERED = """
INSERT INTO audit_entry (id, at, written_at, act, subject_type, subject_id, detail, digest)
VALUES ({}, now(), now(), 'a.b', 'c', '1', '{{}}', '')
"""

pytestmark = pytest.mark.django_db(transaction=True)


def test_record_keeps_what_was_done_to_what_by_whom_and_when():
    cycle = CycleFactory()
    person = UserFactory()

    record(TriedAct.CYCLE_TRIED, cycle, by=person, at=NOW, cycle_id=cycle.pk, old="a", new="b")

    assert Entry.objects.values_list(
        "act", "subject_type", "subject_id", "cycle_id", "actor_id", "at", "detail"
    ).get() == ("cycle.tried", "cycles.cycle", str(cycle.pk), cycle.pk, person.pk, NOW, {"old": "a", "new": "b"})


@pytest.mark.parametrize(
    "detail",
    [{"state": _("Open")}, {"old": {"state": _("Open")}}, {"old": ["a", (_("Open"),)]}, {"old": {_("Open"): 1}}],
)
def test_translated_words_are_refused_wherever_they_stand(detail):
    with pytest.raises(TypeError, match="Codes go into the journal"):
        record(TriedAct.AREA_TRIED, ProvinceFactory(), by=None, at=NOW, **detail)

    assert not Entry.objects.exists()


def test_an_act_by_a_bare_string_is_refused():
    bare: Any = "area.tried"

    with pytest.raises(TypeError, match="member of an Act"):
        record(bare, ProvinceFactory(), by=None, at=NOW)

    assert not Entry.objects.exists()


def test_the_database_times_and_digests_an_entry_whatever_it_is_told():
    cycle = CycleFactory()

    Entry.objects.create(
        at=NOW, written_at=NOW, digest=b"x" * 32, act="a.b", subject_type="c", subject_id=str(cycle.pk)
    )

    entry = Entry.objects.get()
    assert entry.written_at > NOW
    assert len(entry.digest) == 32
    assert bytes(entry.digest) != b"x" * 32


def test_what_is_rolled_back_leaves_no_entry():
    write(1)

    with transaction.atomic():
        write(1)
        transaction.set_rollback(True)

    assert Entry.objects.count() == 1
    assert services.seal() == 1


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        ("UPDATE audit_entry SET act = 'x'", "append-only"),
        ("DELETE FROM audit_entry", "append-only"),
        ("TRUNCATE audit_entry CASCADE", "append-only"),
        ("UPDATE audit_seal SET digest = ''", "append-only"),
        ("DELETE FROM audit_seal", "append-only"),
        ("TRUNCATE audit_seal", "append-only"),
        *(
            (NUMBERED.format(number), "numbers its entries itself")
            for number in ("0", "(SELECT min(id) + 1 FROM audit_entry)", "(SELECT max(id) + 100 FROM audit_entry)")
        ),
    ],
)
def test_the_database_refuses_to_change_the_journal_and_to_let_anybody_choose_a_number(statement, refusal):
    write(2)
    with transaction.atomic():
        write(1)
        transaction.set_rollback(True)
    services.seal()
    before = list(Entry.objects.order_by("pk").values()), list(Seal.objects.values())

    with databases.as_superuser() as cursor, pytest.raises(IntegrityError, match=refusal):
        cursor.execute(statement)

    assert (list(Entry.objects.order_by("pk").values()), list(Seal.objects.values())) == before
    assert found() == []
