"""How many papers came back is written by two persons."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

COUNTED = """
-- No result before the papers handed out are accounted for.
CREATE OR REPLACE FUNCTION voting_guard_papers_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF voting_papers_issued(NEW.round_id) > 0 AND NOT EXISTS (
        SELECT FROM voting_paperstack
        WHERE round_id = NEW.round_id {checked}AND (returned = 0 OR merged_at IS NOT NULL)
    ) THEN
        RAISE EXCEPTION 'The papers of round % wait to be counted', NEW.round_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""


STACK = """
-- A stack belongs to a round that waits for its count; merged, it holds as many ballots as papers came back, and stays.
CREATE OR REPLACE FUNCTION voting_guard_stack() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
        OR voting_state_of(NEW.round_id) <> 'closed'
        OR (TG_OP = 'INSERT' AND NEW.merged_at IS NOT NULL)
        OR (TG_OP = 'UPDATE' AND (
            OLD.merged_at IS NOT NULL
            OR NEW.round_id <> OLD.round_id{unchecked}
            OR (NEW.merged_at IS NOT NULL AND (
                NEW.returned <> OLD.returned
                OR NEW.returned > voting_papers_issued(NEW.round_id)
                OR NEW.returned <> (SELECT count(*) FROM voting_ballot WHERE round_id = NEW.round_id AND receipt = '')
                OR EXISTS (SELECT FROM voting_paperreading WHERE stack_id = NEW.id)
            ))
        ))
    THEN
        RAISE EXCEPTION '% of the papers of round % refused', TG_OP, coalesce(NEW.round_id, OLD.round_id)
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""

UNCHECKED = """
            OR (NEW.returned <> OLD.returned AND NEW.checked_at IS NOT NULL)"""


def guards(*, checked: str, unchecked: str) -> str:
    """Return both functions, as they were before and are from now on."""
    return COUNTED.replace("{checked}", checked) + STACK.replace("{unchecked}", unchecked)


class Migration(migrations.Migration):
    dependencies = [("voting", "0010_one_line_of_rounds"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.AddField(
            model_name="paperstack",
            name="checked_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="paperstack",
            name="checked_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="paperstack",
            constraint=models.CheckConstraint(
                condition=Q(checked_at__isnull=True, checked_by__isnull=True)
                | Q(checked_at__isnull=False, checked_by__isnull=False),
                name="voting_paperstack_checked_paired",
            ),
        ),
        migrations.AddConstraint(
            model_name="paperstack",
            constraint=models.CheckConstraint(
                condition=Q(checked_by__isnull=True) | ~Q(checked_by=F("counted_by")),
                name="voting_paperstack_takes_two",
            ),
        ),
        migrations.AddConstraint(
            model_name="paperstack",
            constraint=models.CheckConstraint(
                condition=Q(merged_at__isnull=True) | Q(checked_at__isnull=False),
                name="voting_paperstack_merged_is_checked",
            ),
        ),
        migrations.RunSQL(
            guards(checked="AND checked_at IS NOT NULL ", unchecked=UNCHECKED), guards(checked="", unchecked="")
        ),
    ]
