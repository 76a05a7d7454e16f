"""What each role may do in the database: `<room>/rights.sql` says it for every table, and the database agrees."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection

from livelihood.kernel.rights import FILE, grant_rights, rights_files
from tests import databases

APPLICATION, READER = "livelihood_application", "livelihood_reader"
STATEMENT = re.compile(r"^(GRANT|REVOKE) ([^;]+?)\s+ON (?:(FUNCTION|SEQUENCE) )?(\w+) (?:TO|FROM) (\w+);", re.MULTILINE)
ONE_RIGHT = re.compile(r"(\w+)(?: \(([^)]*)\))?(?:,\s+|$)")
WRITTEN_ONCE = {
    "audit_entry", "audit_seal", "imprint_settingversion", "proposals_screening", "proposals_reply",
    "proposals_receiptnode", "proposals_receipthead",
    "proposals_lettercorrection", "proposals_candidatelist", "privacy_retentionperiod", "privacy_forgetting",
    "projects_progressreport", "projects_acceptance", "projects_acceptanceline", "reports_announcedsite",
    "reports_reportfile", "surveys_response", "voting_urnballot", "voting_namedballot", "voting_ballot",
    "voting_sealedballot",
    "voting_roundresult", "voting_optionresult", "voting_substitution", "voting_reminder", "voting_revision",
}  # fmt: skip
NEVER_INSERTED = {
    "audit_seal",
    "cycles_edition",
    "voting_ballot",
    "voting_sealedballot",
    "proposals_suggestionfigure",
    "django_migrations",
}
"""What the application reads and the database itself writes."""

TAKEN_BACK = {
    "cycles_adoption", "cycles_aspect", "cycles_cycle", "cycles_phasemove", "cycles_phaseperiod",
    "accounts_authenticator", "accounts_mandate", "accounts_passkey", "accounts_providerlink", "accounts_recoverycode",
    "accounts_sentform", "accounts_signin", "accounts_user", "accounts_wrongcodes", "django_session",
    "projects_allocation", "projects_standardline",
    "accounts_leave", "accounts_signincode", "jobs_job", "proposals_suggestioncontact",
    "proposals_costline", "surveys_aggregate", "surveys_invitation", "surveys_receipt", "voting_countingofficer",
    "voting_credential", "voting_paperreading", "voting_rollentry",
    "cycles_area", "cycles_formerareaname", "cycles_formerorganisationname",
    "cycles_organisation", "cycles_organisationalias", "imports_importpage", "lists_savedview",
    "inbox_message", "inbox_sending", "proposals_claim", "proposals_specialday", "proposals_suggestionweight",
}  # fmt: skip
"""Where a row may go: until its guard says that it is fixed, or because it is nobody's business any longer."""

GIVEN = """
SELECT grantee::regrole::text, privilege_type, relname, '' FROM pg_class, aclexplode(relacl)
    WHERE relnamespace = 'public'::regnamespace AND grantee <> relowner
UNION ALL
SELECT grantee::regrole::text, privilege_type, relname, attname
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid, aclexplode(attacl)
    WHERE relnamespace = 'public'::regnamespace AND grantee <> relowner
UNION ALL
SELECT grantee::regrole::text, privilege_type, proname, '' FROM pg_proc, aclexplode(proacl)
    WHERE pronamespace = 'public'::regnamespace AND grantee <> proowner
"""


class Right(NamedTuple):
    """column: empty where a right is on a table as a whole, or on a function."""

    role: str
    kind: str
    name: str
    column: str = ""


def tables() -> set[str]:
    with connection.cursor() as cursor:
        return set(connection.introspection.table_names(cursor))


def said(file: Path) -> list[tuple[str, str]]:
    """Return the pairs of table and role that a file says something about, every time it does."""
    return [(name, role) for _verb, _rights, kind, name, role in STATEMENT.findall(file.read_text()) if not kind]


def stated() -> Iterator[Right]:
    for file in rights_files():
        for verb, rights, _kind, name, role in STATEMENT.findall(file.read_text()):
            if verb == "GRANT":
                for right, columns in ONE_RIGHT.findall(rights):
                    yield from (Right(role, right, name, column) for column in re.split(r",\s+", columns))


def given() -> set[Right]:
    with connection.cursor() as cursor:
        cursor.execute(GIVEN)
        return {Right(*row) for row in cursor}


@pytest.mark.django_db
def test_every_table_says_once_what_application_and_reader_may_do():
    pairs = Counter(pair for file in rights_files() for pair in said(file))

    assert pairs == Counter((table, role) for table in tables() for role in (APPLICATION, READER))


@pytest.mark.parametrize(
    "label", ["audit", "cycles", "jobs", "lists", "proposals", "voting", "projects", "surveys", "reports"]
)
def test_a_room_speaks_of_its_own_tables(label):
    app = apps.get_app_config(label)
    own = {model._meta.db_table for model in app.get_models(include_auto_created=True)}

    assert {table for table, _role in said(Path(app.path, FILE))} == own


@pytest.mark.django_db
def test_the_database_gives_what_the_files_state_and_nothing_else():
    everything = list(stated())

    assert len(everything) == len(set(everything))
    assert given() == set(everything)


@pytest.mark.django_db
def test_what_was_given_by_hand_is_taken_back():
    before = given()
    with databases.as_superuser() as cursor:
        cursor.execute(f"GRANT TRUNCATE, UPDATE (act) ON audit_entry TO {APPLICATION}")
        cursor.execute(f"GRANT SELECT ON django_session TO {READER}")
        cursor.execute("GRANT INSERT ON voting_ballot TO PUBLIC")
        assert len(given() - before) == 4

        grant_rights(connection)

    assert given() == before


@pytest.mark.django_db
def test_rights_are_as_narrow_as_this_policy():
    """Whoever widens a room's rights beyond it says here why the policy is another."""
    rights = given()
    kinds = {(right.role, right.kind) for right in rights}
    changed = {right.name for right in rights if right.kind == "UPDATE"}
    as_a_whole = {right.name for right in rights if right.kind == "UPDATE" and not right.column}

    assert kinds == {(READER, "SELECT")} | {
        (APPLICATION, kind) for kind in ("SELECT", "INSERT", "UPDATE", "DELETE", "MAINTAIN", "USAGE", "EXECUTE")
    }
    assert {right.name for right in rights if right.kind == "DELETE"} == TAKEN_BACK
    assert not changed & (WRITTEN_ONCE | NEVER_INSERTED)
    assert as_a_whole == set()
    assert not {right.name for right in rights if right.kind == "INSERT"} & NEVER_INSERTED
    assert {right.name for right in rights if right.kind == "MAINTAIN"} == {"projects_site", "projects_acceptance"}
    assert {right.name for right in rights if right.kind == "USAGE"} == {"proposals_suggestion_id_seq"}


@pytest.mark.django_db
def test_everything_belongs_to_the_owner():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT relowner::regrole::text FROM pg_class"
            " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S', 'v')"
            " UNION SELECT nspowner::regrole::text FROM pg_namespace WHERE nspname = 'public'"
            " UNION SELECT datdba::regrole::text FROM pg_database WHERE datname = current_database()"
        )
        assert {owner for (owner,) in cursor} == {"livelihood_owner", "pg_database_owner"}


@pytest.mark.django_db
def test_no_role_has_more_of_the_server_than_its_login():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolname FROM pg_roles WHERE rolname LIKE 'livelihood\\_%'"
            " AND (rolsuper OR rolcreaterole OR rolreplication OR rolbypassrls"
            " OR EXISTS (SELECT FROM pg_auth_members WHERE member = pg_roles.oid))"
        )
        assert cursor.fetchall() == []


@pytest.mark.django_db
def test_what_runs_with_the_owner_s_rights_looks_nowhere_else_and_serves_whom_it_should():
    """A function that lends the owner's rights finds no table of its caller's, and is no door for everybody."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, 'search_path=public, pg_temp' = ANY(proconfig), prorettype = 'trigger'::regtype,"
            " has_function_privilege('public', oid, 'EXECUTE')"
            " FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace"
        )
        found = cursor.fetchall()

    lent = {name for name, _pinned, is_trigger, _open in found if not is_trigger}
    assert (
        set(re.findall(r"^\| `(\w+)` \|", (settings.BASE_DIR / "docs/database.md").read_text(), re.MULTILINE)) >= lent
    )
    assert lent == {
        "audit_seal_next", "projects_take_back_sites", "surveys_mix_responses", "surveys_take_in",
        "voting_add_papers", "voting_destroy_named",
        "voting_empty_urn", "voting_open_sealed", "voting_recall",
    }  # fmt: skip
    assert [name for name, is_pinned, *_ in found if not is_pinned] == []
    assert [name for name, _pinned, is_trigger, is_open in found if is_open and not is_trigger] == []


@pytest.mark.django_db
def test_no_function_of_the_house_looks_into_tables_of_its_caller():
    """Whoever may make a temporary table could otherwise put it in the place of the one that a guard asks."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname FROM pg_proc"
            " WHERE pronamespace = 'public'::regnamespace AND provolatile <> 'i'"
            " AND prosqlbody IS NULL AND 'search_path=public, pg_temp' <> ALL(coalesce(proconfig, '{}'))"
            " AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')"
        )
        assert cursor.fetchall() == []
