import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models

import livelihood.kernel.search


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("cycles", "0001_initial"),
        ("jobs", "0001_initial"),
        ("projects", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Announcement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("content", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                ("published_at", models.DateTimeField()),
                (
                    "cycle",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="announcement", to="cycles.cycle"
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("published_at__isnull", True), ("published_by__isnull", True)),
                            models.Q(("published_at__isnull", False), ("published_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="reports_announcement_published_paired",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AnnouncedSite",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("project_number", models.PositiveSmallIntegerField()),
                ("indicator_name", models.CharField(max_length=200)),
                ("key", models.CharField(max_length=60)),
                ("name", models.CharField(max_length=200)),
                ("organisation_name", models.CharField(blank=True, max_length=200)),
                ("unit", models.CharField(max_length=20)),
                ("quantity_planned", models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                ("quantity_done", models.DecimalField(decimal_places=4, max_digits=18)),
                ("due_on", models.DateField()),
                ("accepted_on", models.DateField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("under_way", "Under way"),
                            ("completed", "Completed"),
                            ("accepted", "Accepted"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "reason",
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
                        max_length=20,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=500)),
                (
                    "search",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(
                            "name", "key", arg_joiner=" || E'\\n' || ", template="search_plain(%(expressions)s)"
                        ),
                        output_field=livelihood.kernel.search.NameColumn(),
                        serialize=False,
                    ),
                ),
                (
                    "area",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cycles.area"),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="projects.site"
                    ),
                ),
                (
                    "announcement",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sites",
                        to="reports.announcement",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["announcement", "project_number", "id"], name="reports_site_by_project"),
                    models.Index(
                        fields=["announcement", "state", "project_number", "id"], name="reports_site_by_state"
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
                        name="reports_site_search",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["planned", "under_way", "completed", "accepted"])),
                        name="reports_announcedsite_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "reason__in",
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
                        name="reports_announcedsite_reason_known",
                    ),
                    models.UniqueConstraint(fields=("announcement", "site"), name="reports_announcedsite_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Report",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(choices=[("year_end", "Year-end report")], default="year_end", max_length=10),
                ),
                ("language", models.CharField(choices=[("zh-hans", "Chinese"), ("en", "English")], max_length=10)),
                ("figures", models.JSONField()),
                ("fingerprint", models.CharField(max_length=64)),
                ("requested_at", models.DateTimeField()),
                (
                    "announcement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reports", to="reports.announcement"
                    ),
                ),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reports", to="cycles.cycle"
                    ),
                ),
                (
                    "job",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="report", to="jobs.job"
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["year_end"])), name="reports_report_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("language__in", ["zh-hans", "en"])), name="reports_report_language_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("requested_at__isnull", True), ("requested_by__isnull", True)),
                            models.Q(("requested_at__isnull", False), ("requested_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="reports_report_requested_paired",
                    ),
                    models.UniqueConstraint(
                        fields=("cycle", "kind", "language", "fingerprint"), name="reports_report_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReportFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file_format", models.CharField(choices=[("pdf", "PDF"), ("xlsx", "Excel")], max_length=10)),
                ("name", models.CharField(max_length=200)),
                ("digest", models.CharField(max_length=64)),
                ("size", models.PositiveIntegerField()),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="files", to="reports.report"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("file_format__in", ["pdf", "xlsx"])),
                        name="reports_reportfile_file_format_known",
                    ),
                    models.UniqueConstraint(fields=("report", "file_format"), name="reports_reportfile_once"),
                ],
            },
        ),
    ]
