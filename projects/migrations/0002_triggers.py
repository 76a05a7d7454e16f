"""What the database holds true by itself: composite references, append-only acts, allocated sums, summed-up figures."""

from django.db import migrations

REFERENCES = """
ALTER TABLE projects_site
    ADD CONSTRAINT projects_site_project_of_cycle FOREIGN KEY (project_id, cycle_id)
        REFERENCES projects_project (id, cycle_id) DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT projects_site_indicator_of_project FOREIGN KEY (indicator_id, project_id)
        REFERENCES projects_indicator (id, project_id) DEFERRABLE INITIALLY DEFERRED;
"""

REFERENCES_BACK = """
ALTER TABLE projects_site
    DROP CONSTRAINT projects_site_project_of_cycle,
    DROP CONSTRAINT projects_site_indicator_of_project;
"""

APPEND_ONLY = ("projects_progressreport", "projects_acceptance", "projects_acceptanceline")

ACTS = """
CREATE FUNCTION projects_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
""" + "".join(
    f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}"
    " FOR EACH ROW EXECUTE FUNCTION projects_refuse_change();\n"
    for table in APPEND_ONLY
)

ACTS_BACK = "".join(f"DROP TRIGGER {table}_append_only ON {table};\n" for table in APPEND_ONLY) + (
    "DROP FUNCTION projects_refuse_change();"
)

# Locks the indicator, so that two allocations side by side cannot each see only their own share.
ALLOCATED = """
CREATE FUNCTION projects_check_allocated() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    promised record;
    allocated numeric;
BEGIN
    SELECT id, kind, target INTO promised FROM projects_indicator
        WHERE id = CASE TG_TABLE_NAME WHEN 'projects_indicator' THEN (to_jsonb(NEW) ->> 'id')::bigint
                                      ELSE (to_jsonb(NEW) ->> 'indicator_id')::bigint END
        FOR NO KEY UPDATE;
    SELECT sum(target) INTO allocated FROM projects_allocation WHERE indicator_id = promised.id;
    IF promised.kind = 'additive' AND allocated > promised.target THEN
        RAISE EXCEPTION 'Allocations of indicator % add up to %, more than its target %',
            promised.id, allocated, promised.target
            USING ERRCODE = 'check_violation', CONSTRAINT = 'projects_allocation_within_target';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER projects_allocation_within_target AFTER INSERT OR UPDATE ON projects_allocation
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION projects_check_allocated();
CREATE CONSTRAINT TRIGGER projects_indicator_covers_allocations AFTER UPDATE OF target, kind ON projects_indicator
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION projects_check_allocated();
"""

ALLOCATED_BACK = """
DROP TRIGGER projects_allocation_within_target ON projects_allocation;
DROP TRIGGER projects_indicator_covers_allocations ON projects_indicator;
DROP FUNCTION projects_check_allocated();
"""

STATES = ("planned", "under_way", "completed", "accepted")
LIGHTS = ("grey", "green", "yellow", "red", "blue")

# summed-up column → what one site adds to it
COUNTED = {
    "done": "quantity_done",
    "planned": "coalesce(quantity_planned, 0)",
    "sites": "1",
    **{f"sites_{state}": f"(state = '{state}')::int" for state in STATES},
    **{f"lights_{light}": f"(light = '{light}')::int" for light in LIGHTS},
}

# Differences commute, so writers side by side need no order; rows are taken in key order, so they cannot deadlock.
SUM_UP = """
INSERT INTO projects_indicatorfigure AS figure (indicator_id, area_id, {columns})
SELECT indicator_id, area_id, {sums}
FROM ({moved}) AS moved
GROUP BY indicator_id, area_id
HAVING {changed}
ORDER BY indicator_id, area_id
ON CONFLICT (indicator_id, area_id) DO UPDATE SET {updates}
"""


def _sum_up(**parts: str) -> str:
    sums = {column: f"sum(sign * {each})" for column, each in COUNTED.items()}
    return SUM_UP.format(
        columns=", ".join(sums),
        sums=", ".join(sums.values()),
        moved=" UNION ALL ".join(
            f"SELECT {sign} AS sign, * FROM {table}"  # noqa: S608 -- both are constants of this file
            for table, sign in parts.items()
        ),
        changed=" OR ".join(f"{each} <> 0" for each in sums.values()),
        updates=", ".join(f"{column} = figure.{column} + EXCLUDED.{column}" for column in sums),
    )


FIGURES = f"""
CREATE FUNCTION projects_sum_up_sites() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        {_sum_up(added="1")};
    ELSIF TG_OP = 'UPDATE' THEN
        {_sum_up(added="1", removed="-1")};
    ELSE
        {_sum_up(removed="-1")};
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER projects_site_sum_up_insert AFTER INSERT ON projects_site
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION projects_sum_up_sites();
CREATE TRIGGER projects_site_sum_up_update AFTER UPDATE ON projects_site
    REFERENCING NEW TABLE AS added OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION projects_sum_up_sites();
CREATE TRIGGER projects_site_sum_up_delete AFTER DELETE ON projects_site
    REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION projects_sum_up_sites();
"""

FIGURES_BACK = """
DROP TRIGGER projects_site_sum_up_insert ON projects_site;
DROP TRIGGER projects_site_sum_up_update ON projects_site;
DROP TRIGGER projects_site_sum_up_delete ON projects_site;
DROP FUNCTION projects_sum_up_sites();
"""


class Migration(migrations.Migration):
    dependencies = [("projects", "0001_initial")]
    operations = [
        migrations.RunSQL(REFERENCES, REFERENCES_BACK),
        migrations.RunSQL(ACTS, ACTS_BACK),
        migrations.RunSQL(ALLOCATED, ALLOCATED_BACK),
        migrations.RunSQL(FIGURES, FIGURES_BACK),
    ]
