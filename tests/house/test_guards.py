"""The rules that the database holds stand in files or on models, and what stands there is what the database holds."""

import re
from collections import Counter

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import AddConstraint, AddField, AddIndex
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState

from livelihood.kernel.guards import SHARED, InstallGuards, guard_files
from tests import databases
from tests.house.test_models import OURS
from voting.states import ROUND_MOVES, RoundState

GUARDED = [label for label in OURS if guard_files(label)]
"""In the order of the house: a room may use functions of an earlier one."""
TABLE = re.compile(r"^(?:ALTER TABLE|CREATE (?:\w+ )?(?:TRIGGER|INDEX) [^;$]*? ON) (\w+)", re.MULTILINE)
FILES = [file for label in OURS for file in guard_files(label)]

# Extensions bring functions of their own.
FUNCTIONS = """
SELECT proname, pg_get_functiondef(oid) FROM pg_proc
WHERE pronamespace = current_schema()::regnamespace
    AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
"""
TRIGGERS = "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
CONSTRAINTS = """
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = current_schema()::regnamespace
"""
INDEXES = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()"
STATISTICS = """
SELECT attrelid::regclass || '.' || attname, attstattarget FROM pg_attribute
WHERE attstattarget >= 0 AND NOT attisdropped
"""
OPTIONS = """
SELECT relname, concat_ws(', ', array_to_string(reloptions, ', '), relpersistence) FROM pg_class
WHERE (reloptions IS NOT NULL OR relpersistence = 'u') AND relkind = 'r'
    AND relnamespace = current_schema()::regnamespace
"""


def held(query: str) -> dict[str, str]:
    """Return what the database holds of one kind: name → definition."""
    with connection.cursor() as cursor:
        cursor.execute(query)
        rows = cursor.fetchall()
    assert len({name for name, _definition in rows}) == len(rows)
    return dict(rows)


def all_held() -> dict[str, str]:
    return {
        f"{number} {name}": definition
        for number, query in enumerate((FUNCTIONS, TRIGGERS, CONSTRAINTS, INDEXES, STATISTICS, OPTIONS))
        for name, definition in held(query).items()
    }


def run(way: str, labels) -> None:
    for label in labels:
        with databases.as_superuser(), connection.schema_editor() as editor:
            getattr(InstallGuards(), f"database_{way}")(label, editor, ProjectState(), ProjectState())


@pytest.mark.django_db
def test_the_files_say_exactly_what_the_database_holds():
    before = all_held()
    assert len(held(TRIGGERS)) > 50

    run("backwards", GUARDED)
    # Columns and indexes hang on the functions of search, which come before the first table and stay.
    of_search = {"fold", "fold_odd", "grams", "pairs", "plain", "simplify"}
    assert held(FUNCTIONS).keys() == {f"search_{name}" for name in of_search}
    assert (held(TRIGGERS), held(STATISTICS), held(OPTIONS)) == ({}, {}, {})

    run("forwards", GUARDED)
    assert all_held() == before


# Of tables: kinds of relations besides indexes and sequences, then columns, constraints and indexes.
RELATIONS = """
SELECT relname, relkind FROM pg_class
WHERE relnamespace = current_schema()::regnamespace AND relkind NOT IN ('i', 'S', 'I')
"""
COLUMNS = """
SELECT attrelid::regclass || '.' || attname, concat_ws(
    ' ', format_type(atttypid, atttypmod), attnotnull, attidentity, attgenerated, pg_get_expr(adbin, adrelid)
)
FROM pg_attribute
    JOIN pg_class ON pg_class.oid = attrelid AND relkind = 'r' AND relnamespace = current_schema()::regnamespace
    LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE attnum > 0 AND NOT attisdropped
"""
OTHERS = """
SELECT 'rule ' || rulename, '' FROM pg_rules WHERE schemaname = current_schema()
UNION ALL SELECT 'policy ' || policyname, '' FROM pg_policies
UNION ALL SELECT 'type ' || typname, typtype::text FROM pg_type
    WHERE typnamespace = current_schema()::regnamespace AND typtype NOT IN ('b', 'c')
UNION ALL SELECT 'event ' || evtname, '' FROM pg_event_trigger
"""


def of_tables() -> dict[str, dict[str, str]]:
    """Return what the present schema holds of tables; names of the schema left out, which differ."""
    schema = re.compile(r"\b(public|from_models)\.")
    return {
        kind: {schema.sub("", name): schema.sub("", definition) for name, definition in held(query).items()}
        for kind, query in {
            "relations": RELATIONS,
            "columns": COLUMNS,
            "constraints": CONSTRAINTS,
            "indexes": INDEXES,
        }.items()
    }


@pytest.mark.django_db
def test_besides_the_files_the_database_holds_what_the_models_say_and_nothing_else():
    """Both ways: a schema made from the models alone equals the one that migrations made, without the guards."""
    run("backwards", GUARDED)
    with databases.as_superuser() as cursor:
        migrated, others = of_tables(), held(OTHERS)
        cursor.execute("CREATE SCHEMA from_models; SET search_path = from_models, public")
        with connection.schema_editor() as editor:
            for model in apps.get_models(include_auto_created=True):
                if not model._meta.auto_created:
                    editor.create_model(model)
            editor.create_model(MigrationRecorder.Migration)
        modelled = of_tables()
        cursor.execute("SET search_path = public")

    assert others == {}
    assert {kind: len(found) for kind, found in migrated.items() if len(found) < 40} == {}
    for side in (migrated, modelled):
        del side["columns"]["auth_group_permissions.id"]  # Django's own, of another size in its migration
    for kind, found in modelled.items():
        assert migrated[kind] == found


def test_every_app_has_one_migration_for_its_tables_and_one_for_its_guards():
    found: dict[str, set[str]] = {label: set() for label in OURS}
    for label, name in MigrationLoader(None).disk_migrations:
        if label in found:
            found[label].add(name)

    assert found == {label: {"0001_initial", "0002_guards"} if label in GUARDED else {"0001_initial"} for label in OURS}


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.parent.name}/{file.name}")
def test_a_file_says_first_in_words_what_it_guards_and_why_here(file):
    text = file.read_text(encoding="utf-8")
    words = re.match(r"((?:-- .*\n)+)--\n((?:-- .*\n)+)\n", text)

    assert words, "begin with two paragraphs of comment: what is guarded; why the database guards it, not a service"


@pytest.mark.parametrize("label", sorted(GUARDED))
def test_a_file_is_named_after_the_one_table_it_guards(label):
    tables = {model._meta.db_table for model in apps.get_app_config(label).get_models()}
    for file in guard_files(label):
        guarded = set(TABLE.findall(file.read_text()))
        if file.name == SHARED:
            assert guarded == set()
        else:
            assert guarded == {file.stem}
            assert file.stem in tables


def test_every_function_and_trigger_is_defined_once():
    defined = Counter(
        name
        for file in FILES
        for name in re.findall(r"^CREATE (?:\w+ )?(?:FUNCTION|TRIGGER) (\w+)", file.read_text(), re.MULTILINE)
    )

    assert [name for name, times in defined.items() if times > 1] == []


def test_the_guard_of_a_round_knows_the_moves_of_its_machine():
    (file,) = (file for file in FILES if file.name == "voting_round.sql")
    moves = file.read_text().partition("IF NOT ((OLD.state, NEW.state) IN (")[2].partition("THEN")[0]
    pairs = set(re.findall(r"\('(\w+)', '(\w+)'\)", moves))
    assert "OR (NEW.state = 'voided' AND OLD.state <> 'announced')" in moves
    voided = {(state, RoundState.VOIDED) for state in RoundState if state not in {"announced", "voided"}}

    assert pairs | voided == {(state, to) for (state, _verb), to in ROUND_MOVES.items() if state != to}


def test_a_first_migration_holds_constraints_and_indexes_within_its_models():
    """One by one, each draws all models anew: `migrate` of an empty database takes twice as long."""
    apart = {
        f"{app}: {operation.describe()}"
        for (app, name), migration in MigrationLoader(None).disk_migrations.items()
        if app in OURS and name == "0001_initial"
        for operation in migration.operations
        if isinstance(operation, AddConstraint | AddIndex)
        and not any(
            isinstance(later, AddField)
            and later.model_name_lower == operation.model_name_lower
            and re.search(rf"\b{later.name}\b", repr(operation.deconstruct()))
            for later in migration.operations
        )
    }

    assert apart == set()
