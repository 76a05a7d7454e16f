import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models

import livelihood.kernel.fields
import livelihood.kernel.search


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("cycles", "0001_initial"),
        ("jobs", "0001_initial"),
        ("proposals", "0002_guards"),
    ]

    operations = [
        migrations.CreateModel(
            name="Project",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(blank=True, max_length=300)),
                ("number", models.PositiveSmallIntegerField(verbose_name="number")),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("content", models.TextField(blank=True, verbose_name="content")),
                (
                    "kind",
                    models.CharField(
                        choices=[("hardware", "Works"), ("software", "Service")], max_length=10, verbose_name="kind"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("active", "In progress"), ("closed_out", "Closed out")],
                        default="active",
                        max_length=10,
                    ),
                ),
                (
                    "search",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(
                            "title", "content", arg_joiner=" || E'\\n' || ", template="search_plain(%(expressions)s)"
                        ),
                        output_field=models.TextField(),
                        serialize=False,
                    ),
                ),
                (
                    "aspect",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="projects",
                        to="cycles.aspect",
                        verbose_name="aspect",
                    ),
                ),
                (
                    "candidate",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="project",
                        to="proposals.candidate",
                    ),
                ),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="projects", to="cycles.cycle"
                    ),
                ),
                (
                    "lead_organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="led_projects",
                        to="cycles.organisation",
                        verbose_name="lead unit",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["hardware", "software"])), name="projects_project_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["active", "closed_out"])), name="projects_project_state_known"
                    ),
                    models.UniqueConstraint(fields=("cycle", "number"), name="projects_project_unique_number"),
                ],
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        django.db.models.functions.comparison.Collate(
                            models.Func(
                                models.F("search"),
                                function="search_grams",
                                output_field=django.contrib.postgres.fields.ArrayField(
                                    base_field=models.TextField(), size=None
                                ),
                            ),
                            "C",
                        ),
                        condition=models.Q(("search", ""), _negated=True),
                        name="projects_project_search",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Indicator",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(blank=True, max_length=300)),
                ("number", models.PositiveSmallIntegerField()),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("unit", models.CharField(max_length=20, verbose_name="unit")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("additive", "Quantity that adds up"),
                            ("rate", "Rate"),
                            ("cap", "Limit, lower is better"),
                        ],
                        default="additive",
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "counted_by",
                    models.CharField(
                        choices=[("sites", "Sites"), ("areas", "Reports of areas")],
                        default="sites",
                        max_length=10,
                        verbose_name="counted by",
                    ),
                ),
                (
                    "target",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=18,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="target",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="indicators", to="projects.project"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["additive", "rate", "cap"])),
                        name="projects_indicator_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("counted_by__in", ["sites", "areas"])),
                        name="projects_indicator_counted_by_known",
                    ),
                    models.UniqueConstraint(fields=("project", "number"), name="projects_indicator_unique_number"),
                    models.UniqueConstraint(fields=("project", "name"), name="projects_indicator_unique_name"),
                    models.CheckConstraint(
                        condition=models.Q(("target__gte", 0)), name="projects_indicator_target_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind", "additive"), ("counted_by", "areas"), _connector="OR"),
                        name="projects_indicator_only_quantities_by_site",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(models.Q(("kind", "rate"), _negated=True), ("unit", "%"), _connector="OR"),
                        name="projects_indicator_rate_in_per_cent",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Site",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(blank=True, max_length=300)),
                ("key", models.CharField(max_length=60, verbose_name="key")),
                (
                    "key_folded",
                    livelihood.kernel.fields.FoldedField(blank=True, editable=False, max_length=1080, of="key"),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("address", models.CharField(blank=True, max_length=300, verbose_name="address")),
                (
                    "longitude",
                    models.DecimalField(
                        blank=True,
                        decimal_places=6,
                        max_digits=9,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(-180),
                            django.core.validators.MaxValueValidator(180),
                        ],
                        verbose_name="longitude",
                    ),
                ),
                (
                    "latitude",
                    models.DecimalField(
                        blank=True,
                        decimal_places=6,
                        max_digits=8,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(-90),
                            django.core.validators.MaxValueValidator(90),
                        ],
                        verbose_name="latitude",
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="start")),
                ("due_on", models.DateField(verbose_name="date")),
                (
                    "quantity_planned",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=18,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="planned quantity",
                    ),
                ),
                ("quantity_done", models.DecimalField(decimal_places=4, default=0, max_digits=18)),
                ("reported_on", models.DateField(blank=True, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("under_way", "Under way"),
                            ("completed", "Completed"),
                            ("accepted", "Accepted"),
                        ],
                        default="planned",
                        max_length=10,
                    ),
                ),
                (
                    "light",
                    models.CharField(
                        choices=[
                            ("grey", "Not started"),
                            ("green", "On schedule"),
                            ("yellow", "Slightly behind"),
                            ("red", "Behind"),
                            ("blue", "Accepted"),
                        ],
                        default="grey",
                        max_length=10,
                    ),
                ),
                (
                    "light_reason",
                    models.CharField(
                        choices=[
                            ("not_due", "Not started, and not yet due to start."),
                            ("late_start", "Should have started by now."),
                            ("on_plan", "Done as far as the time that has passed asks for."),
                            ("no_quantity", "Under way; no planned quantity is published to compare with."),
                            ("behind", "Less is done than the time that has passed asks for."),
                            ("overdue", "The date has passed and completion has not been reported."),
                            ("completed", "Completed; acceptance is to come."),
                            ("accepted", "Accepted against its standard."),
                            ("all_accepted", "All sites are accepted."),
                            ("unknown", "Nothing has been reported yet."),
                            ("reached", "The target is kept."),
                            ("over_limit", "The value lies above its limit."),
                            ("no_target", "No target is published to compare with."),
                            ("not_started", "Not started, and not yet behind."),
                            ("closed_out", "All sites are accepted and all targets kept; the project is closed out."),
                            ("no_indicator", "No indicator has been set yet."),
                        ],
                        default="not_due",
                        max_length=20,
                    ),
                ),
                (
                    "search",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(
                            "name",
                            "address",
                            "key",
                            arg_joiner=" || E'\\n' || ",
                            template="search_plain(%(expressions)s)",
                        ),
                        output_field=livelihood.kernel.search.NameColumn(),
                        serialize=False,
                    ),
                ),
                (
                    "area",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sites",
                        to="cycles.area",
                        verbose_name="area",
                    ),
                ),
                (
                    "cycle",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sites",
                        to="cycles.cycle",
                    ),
                ),
                (
                    "indicator",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sites",
                        to="projects.indicator",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sites",
                        to="cycles.organisation",
                        verbose_name="responsible unit",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sites",
                        to="projects.project",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["cycle", "due_on", "id"], name="projects_site_by_date"),
                    models.Index(fields=["cycle", "light", "due_on", "id"], name="projects_site_by_light"),
                    models.Index(fields=["project", "due_on", "id"], name="projects_site_of_project"),
                    models.Index(fields=["area", "cycle", "due_on", "id"], name="projects_site_of_area"),
                    models.Index(
                        condition=models.Q(("organisation__isnull", False)),
                        fields=["organisation", "cycle", "due_on", "id"],
                        name="projects_site_of_unit",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["planned", "under_way"])),
                        fields=["cycle", "due_on", "id"],
                        name="projects_site_unfinished",
                    ),
                    models.Index(
                        condition=models.Q(("state", "completed")),
                        fields=["cycle", "due_on", "id"],
                        name="projects_site_completed",
                    ),
                    models.Index(
                        condition=models.Q(("longitude__isnull", False)),
                        fields=["cycle"],
                        include=("longitude", "latitude", "light"),
                        name="projects_site_on_map",
                    ),
                    models.Index(
                        condition=models.Q(("reported_on__isnull", False)),
                        fields=["cycle", "reported_on"],
                        name="projects_site_reported",
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        django.db.models.functions.comparison.Collate(
                            models.Func(
                                models.F("search"),
                                function="search_pairs",
                                output_field=django.contrib.postgres.fields.ArrayField(
                                    base_field=models.TextField(), size=None
                                ),
                            ),
                            "C",
                        ),
                        condition=models.Q(("search", ""), _negated=True),
                        fastupdate=True,
                        gin_pending_list_limit=65536,
                        name="projects_site_search",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["planned", "under_way", "completed", "accepted"])),
                        name="projects_site_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("light__in", ["grey", "green", "yellow", "red", "blue"])),
                        name="projects_site_light_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "light_reason__in",
                                [
                                    "not_due",
                                    "late_start",
                                    "on_plan",
                                    "no_quantity",
                                    "behind",
                                    "overdue",
                                    "completed",
                                    "accepted",
                                    "all_accepted",
                                    "unknown",
                                    "reached",
                                    "over_limit",
                                    "no_target",
                                    "not_started",
                                    "closed_out",
                                    "no_indicator",
                                ],
                            )
                        ),
                        name="projects_site_light_reason_known",
                    ),
                    models.UniqueConstraint(fields=("project", "key_folded"), name="projects_site_unique_key"),
                    models.CheckConstraint(
                        condition=models.Q(("due_on__gte", models.F("starts_on"))), name="projects_site_due_after_start"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("quantity_done__gte", 0),
                            models.Q(("quantity_planned__isnull", True), ("quantity_planned__gte", 0), _connector="OR"),
                        ),
                        name="projects_site_quantities_positive",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("latitude__isnull", True), ("longitude__isnull", True)),
                            models.Q(
                                ("latitude__isnull", False),
                                ("latitude__range", (-90, 90)),
                                ("longitude__isnull", False),
                                ("longitude__range", (-180, 180)),
                            ),
                            _connector="OR",
                        ),
                        name="projects_site_whole_place",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProgressReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(blank=True, max_length=300)),
                (
                    "quantity",
                    models.DecimalField(decimal_places=4, max_digits=18, verbose_name="quantity done to date"),
                ),
                (
                    "base",
                    models.DecimalField(
                        blank=True, decimal_places=4, max_digits=18, null=True, verbose_name="denominator"
                    ),
                ),
                ("reported_on", models.DateField(verbose_name="as of")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                ("idempotency_key", models.CharField(max_length=64, unique=True)),
                ("reported_at", models.DateTimeField()),
                (
                    "area",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="cycles.area",
                    ),
                ),
                (
                    "indicator",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="projects.indicator",
                    ),
                ),
                (
                    "reported_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="progress_reports",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="projects.site",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["site", "-reported_on", "-id"], name="projects_report_of_site"),
                    models.Index(fields=["indicator", "area", "-reported_on", "-id"], name="projects_report_of_figure"),
                    models.Index(fields=["indicator", "-reported_on", "-id"], name="projects_report_by_day"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("quantity__gte", 0), models.Q(("base__isnull", True), ("base__gt", 0), _connector="OR")
                        ),
                        name="projects_progressreport_quantities_positive",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reported_at__isnull", True), ("reported_by__isnull", True)),
                            models.Q(("reported_at__isnull", False), ("reported_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="projects_progressreport_reported_paired",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("site_due_on", models.DateField()),
                ("issued_on", models.DateField()),
                ("due_on", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[("issued", "Issued"), ("answered", "Answered"), ("closed", "Closed")],
                        default="issued",
                        max_length=10,
                    ),
                ),
                ("answer", models.TextField(blank=True, verbose_name="answer")),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("finding", models.TextField(blank=True, verbose_name="finding")),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "cycle",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="cycles.cycle",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="notices", to="projects.site"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["cycle", "due_on", "id"], name="projects_notice_by_date"),
                    models.Index(fields=["cycle", "state", "due_on", "id"], name="projects_notice_by_state"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["issued", "answered", "closed"])),
                        name="projects_notice_state_known",
                    ),
                    models.UniqueConstraint(fields=("site", "site_due_on"), name="projects_notice_once_a_date"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at__isnull", True), ("answered_by__isnull", True)),
                            models.Q(("answered_at__isnull", False), ("answered_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="projects_notice_answered_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", True), ("closed_by__isnull", True)),
                            models.Q(("closed_at__isnull", False), ("closed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="projects_notice_closed_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "closed"), ("closed_at__isnull", False)),
                            models.Q(models.Q(("state", "closed"), _negated=True), ("closed_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="projects_notice_closed_when_closed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Acceptance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_passed", models.BooleanField()),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                ("inspected_at", models.DateTimeField()),
                (
                    "inspected_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="acceptances", to="projects.site"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_passed", True)),
                        fields=("site",),
                        name="projects_acceptance_passed_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("inspected_at__isnull", True), ("inspected_by__isnull", True)),
                            models.Q(("inspected_at__isnull", False), ("inspected_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="projects_acceptance_inspected_paired",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Standard",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(blank=True, max_length=300)),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("version", models.PositiveSmallIntegerField(default=1, verbose_name="version")),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="standards", to="cycles.cycle"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("cycle", "title", "version"), name="projects_standard_once")
                ],
            },
        ),
        migrations.AddField(
            model_name="site",
            name="standard",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sites",
                to="projects.standard",
                verbose_name="standard",
            ),
        ),
        migrations.CreateModel(
            name="StandardLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("requirement", models.CharField(max_length=300, verbose_name="requirement")),
                ("measure", models.CharField(blank=True, max_length=200, verbose_name="how it is measured")),
                ("required_value", models.CharField(blank=True, max_length=100, verbose_name="required value")),
                ("unit", models.CharField(blank=True, max_length=20, verbose_name="unit")),
                (
                    "standard",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="projects.standard"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("standard", "number"), name="projects_standardline_unique_number")
                ],
            },
        ),
        migrations.CreateModel(
            name="AcceptanceLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_met", models.BooleanField()),
                ("note", models.CharField(blank=True, max_length=300)),
                (
                    "acceptance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="projects.acceptance"
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="findings", to="projects.standardline"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("acceptance", "line"), name="projects_acceptanceline_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Allocation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(blank=True, max_length=300)),
                ("target", models.DecimalField(decimal_places=4, max_digits=18)),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="allocations", to="cycles.area"
                    ),
                ),
                (
                    "indicator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="allocations", to="projects.indicator"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("indicator", "area"), name="projects_allocation_once"),
                    models.CheckConstraint(
                        condition=models.Q(("target__gte", 0)), name="projects_allocation_target_positive"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IndicatorFigure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("done", models.DecimalField(decimal_places=4, max_digits=18)),
                ("base", models.DecimalField(blank=True, decimal_places=4, max_digits=18, null=True)),
                ("planned", models.DecimalField(decimal_places=4, default=0, max_digits=18)),
                ("sites", models.IntegerField(default=0)),
                ("sites_planned", models.IntegerField(default=0)),
                ("sites_under_way", models.IntegerField(default=0)),
                ("sites_completed", models.IntegerField(default=0)),
                ("sites_accepted", models.IntegerField(default=0)),
                ("lights_grey", models.IntegerField(default=0)),
                ("lights_green", models.IntegerField(default=0)),
                ("lights_yellow", models.IntegerField(default=0)),
                ("lights_red", models.IntegerField(default=0)),
                ("lights_blue", models.IntegerField(default=0)),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="figures", to="cycles.area"
                    ),
                ),
                (
                    "indicator",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="figures",
                        to="projects.indicator",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("indicator", "area"), name="projects_indicatorfigure_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="LightRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "yellow_points",
                    models.PositiveSmallIntegerField(default=10, verbose_name="points behind, yellow from"),
                ),
                ("red_points", models.PositiveSmallIntegerField(default=30, verbose_name="points behind, red above")),
                (
                    "yellow_start_days",
                    models.PositiveSmallIntegerField(default=30, verbose_name="days late to start, yellow from"),
                ),
                (
                    "red_start_days",
                    models.PositiveSmallIntegerField(default=90, verbose_name="days late to start, red from"),
                ),
                (
                    "yellow_overdue_days",
                    models.PositiveSmallIntegerField(default=1, verbose_name="days overdue, yellow from"),
                ),
                (
                    "red_overdue_days",
                    models.PositiveSmallIntegerField(default=1, verbose_name="days overdue, red from"),
                ),
                ("notice_days", models.PositiveSmallIntegerField(default=7, verbose_name="days to answer a notice")),
                (
                    "cycle",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="light_rule", to="cycles.cycle"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("red_points__gte", models.F("yellow_points")),
                            ("red_start_days__gte", models.F("yellow_start_days")),
                            ("red_overdue_days__gte", models.F("yellow_overdue_days")),
                            ("yellow_overdue_days__gte", 1),
                        ),
                        name="projects_lightrule_red_after_yellow",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="site",
            index=models.Index(
                condition=models.Q(("standard__isnull", False)), fields=["standard"], name="projects_site_of_standard"
            ),
        ),
    ]
