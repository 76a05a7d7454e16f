"""Somebody runs any statement as the application, as the reader or as the owner: refused, and nothing has happened."""

import contextlib
import itertools
import os
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection
from psycopg2 import Error, OperationalError
from psycopg2.errors import InsufficientPrivilege, IntegrityConstraintViolation, ReadOnlySqlTransaction

from livelihood.audit.services import seal
from tests import databases
from tests.factories.frame import NOW
from tests.factories.proposals import SuggestionFactory
from tests.factories.voting import Plenary, plenary
from tests.house.test_rights import APPLICATION, READER, given, tables
from tests.voting.papers import count, enter, enter_twice, mixed, papers_among_ballots
from voting.models import NamedBallot, TwoPersonStep, UrnBallot
from voting.services import propose_step
from voting.states import Step

SERVER = {
    "a program of the machine": "COPY (SELECT 1) TO PROGRAM 'touch /tmp/owned'",
    "a program's answer": "COPY audit_entry (act) FROM PROGRAM 'id'",
    "a file of the machine": "SELECT pg_read_file('postmaster.pid')",
    "a folder of the machine": "SELECT pg_ls_dir('.')",
    "a large object from a file": "SELECT lo_import('/etc/passwd')",
    "a file into a table": "COPY audit_entry (act) FROM '/etc/passwd'",
    "a table into a file": "COPY cycles_cycle TO '/tmp/owned'",
    "the passwords of the roles": "SELECT rolpassword FROM pg_authid",
    "no triggers for me": "SET session_replication_role = replica",
    "a role": "CREATE ROLE owned SUPERUSER",
    "the superuser's hat": "SET SESSION AUTHORIZATION livelihood",
    "a function of the machine": "CREATE FUNCTION owned() RETURNS int LANGUAGE c AS 'libc.so.6', 'getpid'",
    "a setting of the server": "ALTER SYSTEM SET log_statement = 'all'",
    "a program instead of the log": "ALTER SYSTEM SET archive_command = 'touch /tmp/owned'",
    "a library": "LOAD '/tmp/owned.so'",
    "whatever is written, live": "SELECT pg_create_logical_replication_slot('owned', 'test_decoding')",
    "another's session ended": "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'livelihood'",
}
"""What no role of the portal may do."""

TABLES = {
    "no triggers on a table": "ALTER TABLE voting_ballot DISABLE TRIGGER ALL",
    "one trigger less": "DROP TRIGGER voting_ballot_unchanged ON voting_ballot",
    "one trigger more": "CREATE TRIGGER owned BEFORE INSERT ON voting_urnballot EXECUTE FUNCTION voting_refuse()",
    "one rule more": "CREATE RULE owned AS ON INSERT TO audit_entry DO INSTEAD NOTHING",
    "one check less": "ALTER TABLE voting_round DROP CONSTRAINT voting_round_pkey CASCADE",
    "another function": "CREATE OR REPLACE FUNCTION voting_refuse() RETURNS trigger LANGUAGE sql AS 'SELECT 1'",
    "one function less": "DROP FUNCTION voting_refuse() CASCADE",
    "one function more": "CREATE FUNCTION owned() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "one table less": "DROP TABLE audit_entry CASCADE",
    "one table more": "CREATE TABLE owned (id int)",
    "one column more": "ALTER TABLE voting_round ADD owned text",
    "one view more": "CREATE VIEW owned AS SELECT 1",
    "one index less": "DROP INDEX audit_entry_subject",
    "a schema": "CREATE SCHEMA owned",
    "a trigger on everything": "CREATE EVENT TRIGGER owned ON ddl_command_end EXECUTE FUNCTION audit_refuse()",
    "a publication": "CREATE PUBLICATION owned FOR TABLE voting_urnballot",
    "another owner": f"ALTER TABLE audit_entry OWNER TO {APPLICATION}",
    "another database": "CREATE DATABASE owned",
    "myself made great": f"ALTER ROLE {APPLICATION} SUPERUSER",
    "another's rights": f"GRANT livelihood_owner TO {APPLICATION}",
    "another's hat": "SET ROLE livelihood_owner",
    "the number of the next entry": "SELECT setval('audit_entry_id_seq', 1)",
    "a number of the journal": "SELECT nextval('audit_entry_id_seq')",
    "an entry under a number of my own": "INSERT INTO audit_entry (id, act) VALUES (1, 'owned')",
    "a seal of my own": "INSERT INTO audit_seal DEFAULT VALUES",
    "a ballot among those that are counted": "INSERT INTO voting_ballot DEFAULT VALUES",
    "who wrote a ballot": "SELECT xmin FROM voting_urnballot",
    "the order of the ballots": "SELECT ctid FROM voting_urnballot",
    "who voted what": "SELECT marks, number FROM voting_urnballot AS u JOIN voting_rollentry AS r ON r.xmin = u.xmin",
    "the ballots as they lie": "SELECT marks FROM voting_urnballot",
    "that there are ballots": "SELECT FROM voting_urnballot",
    "my ballot back": "INSERT INTO voting_urnballot DEFAULT VALUES RETURNING marks",
    "who answered what": "SELECT grade FROM surveys_incomingresponse a JOIN surveys_invitation i ON i.xmin = a.xmin",
    "the answers as they lie": "SELECT grade FROM surveys_incomingresponse",
    "an answer less": "DELETE FROM surveys_incomingresponse",
    "every lock on the urn": "BEGIN; LOCK TABLE voting_urnballot IN ACCESS EXCLUSIVE MODE",
}
"""What the owner may and nobody else."""

STANDSTILL = {
    "the journal's lock": "BEGIN; LOCK TABLE audit_seal IN SHARE MODE",
}
"""What the reader may not do besides: whoever reads keeps nobody from working."""

PRIVATE = {
    "accounts_user": "password",
    "django_session": "session_data",
    "proposals_suggestion": "code_hash",
    "proposals_suggestioncontact": "phone",
    "surveys_invitation": "code_hash",
    "surveys_incomingresponse": "grade",
    "surveys_response": "comment",
    "voting_credential": "code_hash",
    "voting_round": "hall_code",
    "voting_rollentry": "has_voted",
    "voting_urnballot": "marks",
    "voting_namedballot": "marks",
    "voting_sealedballot": "envelope",
    "voting_keyhalf": "public_key",
    "voting_givenhalf": "given",
    "voting_paperreading": "marks",
    "voting_ballot": "receipt",
}
DEFINITIONS = """
SELECT relname, relkind::text, relowner::text, relacl::text FROM pg_class
    WHERE relnamespace NOT IN (SELECT oid FROM pg_namespace WHERE nspname ~ '^pg_|^information_schema$')
UNION ALL SELECT proname, prosrc, proowner::text, proacl::text FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace
UNION ALL SELECT tgname, tgenabled::text, tgrelid::text, tgfoid::text FROM pg_trigger
UNION ALL SELECT conname, conrelid::text, convalidated::text, NULL FROM pg_constraint
UNION ALL SELECT attname, attrelid::text, attacl::text, attisdropped::text FROM pg_attribute
    WHERE attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
UNION ALL SELECT rolname, rolsuper::text, rolconfig::text, rolcreaterole::text FROM pg_roles
UNION ALL SELECT nspname, nspacl::text, NULL, NULL FROM pg_namespace WHERE nspname !~ '^pg_(toast_)?temp_'
UNION ALL SELECT evtname, NULL, NULL, NULL FROM pg_event_trigger
UNION ALL SELECT slot_name, NULL, NULL, NULL FROM pg_replication_slots
UNION ALL SELECT name, setting, NULL, NULL FROM pg_file_settings
UNION ALL SELECT last_value::text, sequencename, NULL, NULL FROM pg_sequences
"""


def attempt(role: str, *statements: str) -> None:
    """Log in as one of the roles and run statements, each for good."""
    with contextlib.closing(databases.log_in(role)) as made, made.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def succeeded(role: str, statements: dict[str, str]) -> list[str]:
    """Run statements as a role, each in a session of its own; name those that want of a right did not stop."""
    unrefused = []
    for name, statement in statements.items():
        try:
            attempt(role, "SET default_transaction_read_only = off", statement)
        except InsufficientPrivilege:
            continue
        except Error as error:
            unrefused.append(f"{name}: {error}")
        else:
            unrefused.append(name)
    return unrefused


def everything() -> dict[str, object]:
    """Return all rows and all definitions of the test's database, as its superuser sees them."""
    name = connection.settings_dict["NAME"]
    with contextlib.closing(databases.connect(name)) as made, made.cursor() as cursor:
        cursor.execute(DEFINITIONS)
        found: dict[str, object] = {"definitions": set(cursor)}
        for table in tables():
            cursor.execute(f"SELECT one::text FROM {table} AS one")  # noqa: S608 -- a name from the database itself
            found[table] = sorted(cursor)
    return found


@pytest.fixture
def house(transactional_db: None) -> Plenary:
    """Give a session that votes, with three ballots, a suggestion, and a journal that is sealed."""
    session = plenary(deputies=4)
    for deputy in session.deputies[:3]:
        session.cast(deputy, "yyn")
    SuggestionFactory()
    seal()
    return session


def test_the_application_is_refused_what_is_the_server_s_and_the_owner_s(house):
    before = everything()

    assert succeeded("application", SERVER | TABLES) == []
    assert everything() == before
    assert not os.path.exists("/tmp/owned")  # noqa: S108, PTH110 -- where the attacks would write


def test_the_reader_is_refused_the_same(house):
    before = everything()

    assert succeeded("reader", SERVER | TABLES | STANDSTILL) == []
    assert everything() == before


def test_the_owner_owns_tables_and_nothing_of_the_server(house):
    before = everything()

    assert succeeded("owner", SERVER) == []
    assert everything() == before


def forbidden(role: str) -> Iterator[str]:
    """Return a statement for each thing that a role has no right to do with a table or column, whatever is in it."""
    held = {(right.kind, right.name, right.column) for right in given() if right.role == role}

    def may(kind: str, table: str, column: str) -> bool:
        return (kind, table, "") in held or (kind, table, column) in held

    for table in tables():
        with databases.as_superuser() as cursor:
            columns = [column.name for column in connection.introspection.get_table_description(cursor, table)]
        for column in columns:
            if not may("SELECT", table, column):
                yield f"SELECT {column} FROM {table}"  # noqa: S608 -- here and below names from the database itself
            if not may("INSERT", table, column):
                yield f"INSERT INTO {table} ({column}) VALUES (DEFAULT)"  # noqa: S608
            if not may("UPDATE", table, column):
                yield f"UPDATE {table} SET {column} = DEFAULT"  # noqa: S608
        if not may("DELETE", table, ""):
            yield f"DELETE FROM {table}"  # noqa: S608
        yield f"TRUNCATE {table} CASCADE"
        yield f"DROP TABLE {table} CASCADE"
        yield f"ALTER TABLE {table} DISABLE TRIGGER ALL"


@pytest.mark.parametrize("role", [APPLICATION, READER])
def test_whatever_is_not_given_is_refused_in_every_table_and_column(house, role):
    """Statements are drawn from what the database gives, which test_rights compares with the files."""
    attacks, passed = list(forbidden(role)), []
    before = everything()

    with contextlib.closing(databases.log_in(role.removeprefix("livelihood_"))) as made, made.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = off")
        for statement in attacks:
            try:
                cursor.execute(statement)
            except InsufficientPrivilege:
                continue
            except Error as error:
                passed.append(f"{statement}: {error}")
            else:
                passed.append(statement)

    assert passed == []
    assert len(attacks) > 500
    assert everything() == before


def test_ballots_go_by_closing_or_by_two_persons_and_not_by_the_application_alone(house):
    key, before = house.round.pk, everything()

    for statement in (
        f"SELECT voting_empty_urn({key}, true)",
        f"SELECT voting_empty_urn({key}, false)",
        f"SELECT voting_destroy_named({key})",
    ):
        with pytest.raises(IntegrityConstraintViolation, match="not to be"):
            attempt("application", statement)
        with pytest.raises(InsufficientPrivilege):
            attempt("reader", statement)

    assert everything() == before
    with pytest.raises(IntegrityConstraintViolation, match="INSERT of step"):
        attempt(
            "application",
            "INSERT INTO voting_twopersonstep"  # noqa: S608 -- a number
            " (round_id, step, note, absent, proposed_at, proposed_by_id, confirmed_at, confirmed_by_id)"
            f" SELECT {key}, 'void', '', '[]', now(), min(id), now(), max(id) FROM accounts_user",
        )

    assert not TwoPersonStep.objects.filter(step=Step.VOID).exists()
    with databases.as_superuser():
        assert UrnBallot.objects.count() == 3


def test_the_second_person_s_confirmation_alone_lets_no_ballot_go(house):
    """Only what the round has become by it does: void, or on paper."""
    key = house.round.pk
    attempt(
        "application",
        "INSERT INTO voting_twopersonstep (round_id, step, note, absent, proposed_at, proposed_by_id)"  # noqa: S608 -- a number
        f" SELECT {key}, 'void', '', '[]', now(), min(id) FROM accounts_user",
        "UPDATE voting_twopersonstep SET confirmed_at = now(),"
        " confirmed_by_id = (SELECT max(id) FROM accounts_user) WHERE step = 'void'",
    )

    with pytest.raises(IntegrityConstraintViolation, match="are not to be destroyed"):
        attempt("application", f"SELECT voting_empty_urn({key}, false)")

    with databases.as_superuser():
        assert UrnBallot.objects.count() == 3


def test_one_person_who_proposes_lets_no_ballot_go(transactional_db):
    session = plenary(deputies=3, method={"scheme": "named"})
    session.cast(session.deputies[0], "yyn")
    propose_step(round_=session.round, step=Step.VOID, note="设备故障", by=session.chair, at=NOW)

    for function in ("voting_empty_urn({}, false)", "voting_destroy_named({})"):
        with pytest.raises(IntegrityConstraintViolation, match="are not to be destroyed"):
            attempt("application", f"SELECT {function.format(session.round.pk)}")

    assert NamedBallot.objects.count() == 1


@pytest.mark.parametrize(
    "read",
    [
        [("staff", ["yyn"] * 5)],
        [("staff", ["yyn"] * 5), ("scrutineer", ["yyn"] * 4)],
        [("staff", ["yyn"] * 5), ("scrutineer", ["yyn"] * 4 + ["nny"])],
    ],
    ids=["by one", "not all by two", "not alike"],
)
def test_papers_become_ballots_only_as_two_persons_have_read_them(transactional_db, read):
    session = mixed(5, 5)
    session.step(Step.CLOSE)
    stack = count(session, 5)
    for teller, sheets in read:
        enter(session, getattr(session, teller), *sheets)

    with pytest.raises(IntegrityConstraintViolation, match="have not been counted and read alike"):
        attempt("application", f"SELECT voting_add_papers({stack.pk})")

    assert papers_among_ballots() == 0


def test_papers_become_ballots_once(transactional_db):
    session = mixed(5, 5)
    session.step(Step.CLOSE)
    stack = count(session, 5)
    enter_twice(session, *["yyn"] * 5)
    attempt("application", f"SELECT voting_add_papers({stack.pk})")

    with pytest.raises(IntegrityConstraintViolation, match="have not been counted and read alike"):
        attempt("application", f"SELECT voting_add_papers({stack.pk})")

    assert papers_among_ballots() == 5


STAND_INS = {
    "the urn is emptied": (
        "CREATE TEMPORARY TABLE voting_round AS SELECT {round} AS id, 'voided' AS state, now() AS moved_to_paper_at",
        "SELECT public.voting_empty_urn({round}, false)",
    ),
    "a voter leaves the roll": (
        "CREATE TEMPORARY TABLE voting_round AS SELECT {round} AS id, 'draft' AS state, NULL AS moved_to_paper_at",
        "DELETE FROM public.voting_rollentry",
    ),
    "a round closes without anybody": (
        (
            "CREATE TEMPORARY TABLE voting_twopersonstep AS SELECT {round} AS round_id, 'close' AS step,"
            " '2026-01-01'::timestamptz AS confirmed_at, (SELECT min(id) FROM public.accounts_user) AS confirmed_by_id"
        ),
        (
            "UPDATE public.voting_round SET state = 'closed', closed_at = '2026-01-01',"
            " closed_by_id = (SELECT min(id) FROM public.accounts_user)"
        ),
    ),
    "a ballot breaks the rules": (
        "CREATE TEMPORARY TABLE voting_method AS SELECT * FROM public.voting_method",
        "UPDATE pg_temp.voting_method SET most_approvals = 3",
        (
            "INSERT INTO public.voting_urnballot (id, round_id, marks, receipt, repeat_digest)"
            " VALUES (gen_random_uuid(), {round}, 'yyy', 'a', 'a')"
        ),
    ),
}
"""Acts of somebody who has put a table of their own, of the same name, in the place of the house's."""


@pytest.mark.parametrize("statements", STAND_INS.values(), ids=STAND_INS)
def test_a_table_of_the_caller_s_does_not_take_the_place_of_the_house_s(house, statements):
    before = everything()

    with pytest.raises(IntegrityConstraintViolation):
        attempt(
            "application",
            "CREATE FUNCTION pg_temp.voting_require_destruction(bigint) RETURNS void LANGUAGE sql AS ''",
            "SET search_path = pg_temp, public",
            *(statement.format(round=house.round.pk) for statement in statements),
        )

    assert everything() == before


@pytest.mark.django_db
@pytest.mark.parametrize(("table", "column"), PRIVATE.items())
def test_the_reader_does_not_see_what_is_private(table, column):
    for what in (column, "*"):
        with pytest.raises(InsufficientPrivilege):
            attempt("reader", f"SELECT {what} FROM {table}")  # noqa: S608 -- both from the list above


@pytest.mark.django_db
def test_the_reader_reads_what_a_report_needs_in_transactions_that_only_read():
    attempt("reader", "SELECT count(*), min(public_title) FROM proposals_suggestion")
    attempt("reader", "SELECT sum(approve) FROM voting_optionresult")
    attempt("reader", "SELECT sum(done) FROM projects_indicatorfigure")
    with pytest.raises(ReadOnlySqlTransaction):
        attempt("reader", "DELETE FROM cycles_cycle")
    with pytest.raises(InsufficientPrivilege):
        attempt("reader", "SET default_transaction_read_only = off", "CREATE TEMPORARY TABLE mine (id int)")


@pytest.mark.django_db
def test_each_role_has_a_password_of_its_own():
    for role, other in itertools.permutations(("application", "owner", "reader"), 2):
        password = str(urlsplit(databases.address_of(other)).password)
        with pytest.raises(OperationalError, match="password authentication failed"):
            databases.log_in(role, password=password)


@pytest.mark.tries("DATABASE_OWNER_URL")
def test_migrate_says_whom_it_needs():
    environment = {**os.environ, "DATABASE_OWNER_URL": "", "DJANGO_SETTINGS_MODULE": "livelihood.settings.test"}
    call = [sys.executable, "manage.py", "migrate"]

    done = subprocess.run(call, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert done.stderr.startswith("CommandError: DATABASE_OWNER_URL is not set.")
