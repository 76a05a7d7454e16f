import uuid

import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("cycles", "0001_initial"),
        ("projects", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Draw",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("invited", models.PositiveIntegerField()),
                ("answered", models.PositiveIntegerField(default=0)),
                ("key", models.CharField(max_length=40, unique=True)),
                ("drawn_at", models.DateTimeField()),
                (
                    "area",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cycles.area"),
                ),
                (
                    "drawn_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="projects.project",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="projects.site",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("site__isnull", True), ("project__isnull", False), _connector="OR"),
                        name="surveys_draw_site_with_project",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("answered__lte", models.F("invited")), ("invited__gte", 1)),
                        name="surveys_draw_answered_within_invited",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code_hash", models.CharField(max_length=64, unique=True)),
                ("is_used", models.BooleanField(default=False)),
                (
                    "draw",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="invitations", to="surveys.draw"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Survey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "target",
                    models.CharField(
                        choices=[("cycle", "the whole year"), ("project", "each project"), ("site", "each site")],
                        max_length=10,
                        verbose_name="asks about",
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("opens_on", models.DateField(verbose_name="first day")),
                ("closes_on", models.DateField(verbose_name="last day")),
                (
                    "smallest_shown",
                    models.PositiveSmallIntegerField(
                        default=5,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="percentages from this many answers on",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "draft"), ("open", "open"), ("closed", "closed"), ("frozen", "frozen")],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("opened_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("frozen_at", models.DateTimeField(null=True)),
                (
                    "closed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="surveys", to="cycles.cycle"
                    ),
                ),
                (
                    "frozen_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("target__in", ["cycle", "project", "site"])),
                        name="surveys_survey_target_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "open", "closed", "frozen"])),
                        name="surveys_survey_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("opened_at__isnull", True), ("opened_by__isnull", True)),
                            models.Q(("opened_at__isnull", False), ("opened_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="surveys_survey_opened_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", True), ("closed_by__isnull", True)),
                            models.Q(("closed_at__isnull", False), ("closed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="surveys_survey_closed_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("frozen_at__isnull", True), ("frozen_by__isnull", True)),
                            models.Q(("frozen_at__isnull", False), ("frozen_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="surveys_survey_frozen_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("closes_on__gte", models.F("opens_on"))),
                        name="surveys_survey_closes_after_opening",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("smallest_shown__gte", 1)), name="surveys_survey_smallest_shown_positive"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=("cycle", "target"),
                        name="surveys_survey_one_open_per_target",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Response",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "channel",
                    models.CharField(choices=[("invitation", "By invitation"), ("qr", "By QR code")], max_length=10),
                ),
                (
                    "grade",
                    models.CharField(
                        choices=[
                            ("satisfied", "Satisfied"),
                            ("basically_satisfied", "Basically satisfied"),
                            ("dissatisfied", "Dissatisfied"),
                        ],
                        max_length=20,
                    ),
                ),
                ("comment", models.TextField(blank=True)),
                ("day", models.DateField()),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="projects.project",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="projects.site",
                    ),
                ),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="surveys.survey"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [models.Index(fields=["survey", "project", "site"], name="surveys_response_scope")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("site__isnull", True), ("project__isnull", False), _connector="OR"),
                        name="surveys_response_site_with_project",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["invitation", "qr"])), name="surveys_response_channel_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("grade__in", ["satisfied", "basically_satisfied", "dissatisfied"])),
                        name="surveys_response_grade_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                ("key_hash", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("seal", models.CharField(max_length=64)),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="surveys.survey"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(default=1)),
                (
                    "kind",
                    models.CharField(choices=[("three_grade", "three grades")], default="three_grade", max_length=20),
                ),
                ("text_zh", models.CharField(max_length=200, verbose_name="question in Chinese")),
                ("text_en", models.CharField(blank=True, max_length=300, verbose_name="question in English")),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="questions", to="surveys.survey"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["three_grade"])), name="surveys_question_kind_known"
                    ),
                    models.UniqueConstraint(fields=("survey", "number"), name="surveys_question_unique_number"),
                ],
            },
        ),
        migrations.CreateModel(
            name="IncomingResponse",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "channel",
                    models.CharField(choices=[("invitation", "By invitation"), ("qr", "By QR code")], max_length=10),
                ),
                (
                    "grade",
                    models.CharField(
                        choices=[
                            ("satisfied", "Satisfied"),
                            ("basically_satisfied", "Basically satisfied"),
                            ("dissatisfied", "Dissatisfied"),
                        ],
                        max_length=20,
                    ),
                ),
                ("comment", models.TextField(blank=True)),
                ("day", models.DateField()),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="projects.project",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="projects.site",
                    ),
                ),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="surveys.survey"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("site__isnull", True), ("project__isnull", False), _connector="OR"),
                        name="surveys_incomingresponse_site_with_project",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["invitation", "qr"])),
                        name="surveys_incomingresponse_channel_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("grade__in", ["satisfied", "basically_satisfied", "dissatisfied"])),
                        name="surveys_incomingresponse_grade_known",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="draw",
            name="survey",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="draws", to="surveys.survey"
            ),
        ),
        migrations.CreateModel(
            name="Aggregate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "channel",
                    models.CharField(choices=[("invitation", "By invitation"), ("qr", "By QR code")], max_length=10),
                ),
                ("satisfied", models.PositiveIntegerField(default=0)),
                ("basically_satisfied", models.PositiveIntegerField(default=0)),
                ("dissatisfied", models.PositiveIntegerField(default=0)),
                (
                    "n",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                models.F("satisfied"), "+", models.F("basically_satisfied")
                            ),
                            "+",
                            models.F("dissatisfied"),
                        ),
                        output_field=models.PositiveIntegerField(),
                    ),
                ),
                ("counted_at", models.DateTimeField()),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="projects.project",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="projects.site",
                    ),
                ),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="aggregates", to="surveys.survey"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("site__isnull", True), ("project__isnull", False), _connector="OR"),
                        name="surveys_aggregate_site_with_project",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["invitation", "qr"])),
                        name="surveys_aggregate_channel_known",
                    ),
                    models.UniqueConstraint(
                        fields=("survey", "project", "site", "channel"),
                        name="surveys_aggregate_once",
                        nulls_distinct=False,
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PublishedGrade",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(blank=True, max_length=300)),
                ("evaluators", models.CharField(max_length=100, verbose_name="who graded")),
                ("evaluated_on", models.DateField(verbose_name="day of the grading")),
                ("subject", models.CharField(max_length=200, verbose_name="what was graded")),
                ("satisfied", models.PositiveIntegerField(verbose_name="satisfied")),
                ("basically_satisfied", models.PositiveIntegerField(verbose_name="basically satisfied")),
                ("dissatisfied", models.PositiveIntegerField(verbose_name="dissatisfied")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="note")),
                ("entered_at", models.DateTimeField()),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="published_grades", to="cycles.cycle"
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="published_grades",
                        to="projects.project",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("entered_at__isnull", True), ("entered_by__isnull", True)),
                            models.Q(("entered_at__isnull", False), ("entered_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="surveys_publishedgrade_entered_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source", ""), _negated=True), name="surveys_publishedgrade_has_source"
                    ),
                    models.UniqueConstraint(
                        fields=("cycle", "evaluators", "evaluated_on", "subject"), name="surveys_publishedgrade_once"
                    ),
                ],
            },
        ),
    ]
