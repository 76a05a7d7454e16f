import pytest
from django.db import IntegrityError, connection, transaction

from livelihood.audit import selectors
from livelihood.audit.models import Entry, Link
from livelihood.audit.services import record
from tests.factories.frame import NOW, CycleFactory, ProvinceFactory, UserFactory


def write(count: int) -> None:
    area = ProvinceFactory()
    for number in range(count):
        record("area.tested", area, by=None, at=NOW, number=number)


@pytest.mark.django_db(transaction=True)
def test_record_keeps_what_was_done_to_what_by_whom_and_when():
    cycle = CycleFactory()
    person = UserFactory()

    record("cycle.tested", cycle, by=person, at=NOW, cycle_id=cycle.pk, old="a", new="b")

    assert Entry.objects.values_list(
        "act", "subject_type", "subject_id", "cycle_id", "actor_id", "at", "detail"
    ).get() == ("cycle.tested", "cycles.cycle", str(cycle.pk), cycle.pk, person.pk, NOW, {"old": "a", "new": "b"})


@pytest.mark.django_db(transaction=True)
def test_each_entry_is_linked_to_the_one_before_when_it_commits():
    write(3)

    assert list(Link.objects.order_by("sequence").values_list("sequence", flat=True)) == [1, 2, 3]
    assert selectors.verify_chain() == selectors.ChainCheck(entries=3, linked=3, broken_at=None, unlinked=0)


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_leaves_no_entry_and_no_link():
    write(1)

    with transaction.atomic():
        write(1)
        transaction.set_rollback(True)

    assert selectors.verify_chain() == selectors.ChainCheck(entries=1, linked=1, broken_at=None, unlinked=0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET act = 'x'",
        "DELETE FROM audit_link",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry CASCADE",
        "UPDATE audit_link SET digest = ''",
        "TRUNCATE audit_link",
    ],
)
def test_the_database_refuses_to_change_the_journal(statement):
    write(2)

    with pytest.raises(IntegrityError, match="append-only"), connection.cursor() as cursor:
        cursor.execute(statement)

    assert selectors.verify_chain().intact
    assert Entry.objects.count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("damage", "broken_at"),
    [
        ("UPDATE audit_entry SET detail = '{}' FROM audit_link WHERE entry_id = audit_entry.id AND sequence = 2", 2),
        ("UPDATE audit_entry SET actor_id = 7 FROM audit_link WHERE entry_id = audit_entry.id AND sequence = 1", 1),
        ("DELETE FROM audit_link WHERE sequence = 2", 3),
        ("UPDATE audit_link SET digest = sha256('x') WHERE sequence = 3", 3),
    ],
)
def test_a_change_made_behind_the_triggers_is_found(damage, broken_at):
    write(4)

    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(damage)
        cursor.execute("SET session_replication_role = origin")

    check = selectors.verify_chain()
    assert not check.intact
    assert check.broken_at == broken_at
