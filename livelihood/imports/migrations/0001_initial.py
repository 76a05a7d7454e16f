import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import livelihood.kernel.sealed


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("cycles", "0002_guards"),
        ("jobs", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Import",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20)),
                ("target", models.CharField(blank=True, max_length=40)),
                ("file_name", models.CharField(max_length=200)),
                ("digest", models.CharField(max_length=64)),
                ("content", livelihood.kernel.sealed.SealedBytesField(null=True)),
                ("sheet", models.CharField(blank=True, max_length=100)),
                ("mapping", models.JSONField(blank=True, default=dict)),
                ("meanings", models.JSONField(blank=True, default=dict)),
                ("datum", models.CharField(blank=True, max_length=10)),
                (
                    "remembered_from",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="imports.import",
                    ),
                ),
                ("answers", models.JSONField(blank=True, default=dict)),
                ("version", models.PositiveIntegerField(default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "Received"),
                            ("previewed", "Previewed"),
                            ("replaced", "Set aside"),
                            ("written", "Written"),
                            ("dropped", "Dropped"),
                            ("expired", "Expired"),
                            ("partly", "Partly taken back"),
                            ("taken_back", "Taken back"),
                        ],
                        default="received",
                        max_length=10,
                    ),
                ),
                ("reading", models.JSONField(blank=True, default=dict)),
                ("counts", models.JSONField(blank=True, default=dict)),
                ("problem", models.JSONField(blank=True, default=str)),
                ("basis", models.CharField(blank=True, max_length=64)),
                ("prepared", livelihood.kernel.sealed.SealedBytesField(null=True)),
                ("received_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("taken_back_at", models.DateTimeField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, max_length=300)),
                (
                    "area",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cycles.area"),
                ),
                (
                    "cycle",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="imports",
                        to="cycles.cycle",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cycles.organisation",
                    ),
                ),
                (
                    "received_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "replaced_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaces",
                        to="imports.import",
                    ),
                ),
                (
                    "taken_back_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["cycle", "-id"], name="imports_of_year"),
                    models.Index(fields=["area", "-id"], name="imports_of_area"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "received",
                                    "previewed",
                                    "replaced",
                                    "written",
                                    "dropped",
                                    "expired",
                                    "partly",
                                    "taken_back",
                                ],
                            )
                        ),
                        name="imports_import_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("received_at__isnull", True), ("received_by__isnull", True)),
                            models.Q(("received_at__isnull", False), ("received_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="imports_import_received_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("decided_by__isnull", True)),
                            models.Q(("decided_at__isnull", False), ("decided_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="imports_import_decided_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("taken_back_at__isnull", True), ("taken_back_by__isnull", True)),
                            models.Q(("taken_back_at__isnull", False), ("taken_back_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="imports_import_taken_back_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("content__isnull", True), ("state__in", ["dropped", "expired"])),
                            ("state__in", ["written", "partly", "taken_back"]),
                            models.Q(("content__isnull", False), ("state__in", ("received", "previewed", "replaced"))),
                            _connector="OR",
                        ),
                        name="imports_import_file_until_decided",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at__isnull", True),
                                ("state__in", ["received", "previewed", "replaced", "expired"]),
                            ),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("prepared__isnull", True),
                                ("state__in", ["written", "dropped", "partly", "taken_back"]),
                            ),
                            _connector="OR",
                        ),
                        name="imports_import_decided_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["partly", "taken_back"]), ("taken_back_at__isnull", False)),
                            models.Q(
                                models.Q(("state__in", ["partly", "taken_back"]), _negated=True),
                                ("taken_back_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="imports_import_taken_back",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("replaced_by__isnull", False), ("state", "replaced")),
                            ("state", "expired"),
                            models.Q(
                                models.Q(("state__in", ["replaced", "expired"]), _negated=True),
                                ("replaced_by__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="imports_import_replaced",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportPage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "section",
                    models.CharField(
                        choices=[
                            ("wrong", "To fix"),
                            ("doubt", "To answer"),
                            ("new", "New"),
                            ("changed", "Changed"),
                            ("unchanged", "Unchanged"),
                            ("answered", "Answered"),
                            ("left_out", "Left out"),
                            ("read_as", "Read as"),
                            ("stayed", "Not taken back"),
                        ],
                        max_length=10,
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "rows",
                    django.contrib.postgres.fields.ArrayField(base_field=models.PositiveIntegerField(), size=None),
                ),
                ("lines", livelihood.kernel.sealed.SealedBytesField()),
                (
                    "subjects",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), blank=True, default=list, size=None
                    ),
                ),
                ("kept", models.JSONField(blank=True, default=list)),
                (
                    "of",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pages",
                        to="imports.import",
                    ),
                ),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["subjects"], name="imports_page_subjects")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "section__in",
                                [
                                    "wrong",
                                    "doubt",
                                    "new",
                                    "changed",
                                    "unchanged",
                                    "answered",
                                    "left_out",
                                    "read_as",
                                    "stayed",
                                ],
                            )
                        ),
                        name="imports_importpage_section_known",
                    ),
                    models.UniqueConstraint(fields=("of", "section", "number"), name="imports_importpage_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="MarkedWorkbook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField()),
                ("language", models.CharField(max_length=10)),
                ("content", livelihood.kernel.sealed.SealedBytesField(null=True)),
                ("requested_at", models.DateTimeField()),
                (
                    "job",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="marked_workbook", to="jobs.job"
                    ),
                ),
                (
                    "of",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="marked",
                        to="imports.import",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="marked_workbooks",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("content__isnull", False)),
                        fields=["requested_at"],
                        name="imports_marked_kept",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("of", "version", "language"), name="imports_markedworkbook_once")
                ],
            },
        ),
    ]
