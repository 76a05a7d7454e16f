import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Area",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name_zh", models.CharField(max_length=100)),
                ("name_en", models.CharField(blank=True, max_length=200)),
                (
                    "code",
                    models.CharField(
                        max_length=9,
                        unique=True,
                        validators=[django.core.validators.RegexValidator("^\\d{6}(\\d{3})?$")],
                    ),
                ),
                ("slug", models.SlugField(max_length=40, unique=True)),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("province", "province"),
                            ("city", "city"),
                            ("county", "county"),
                            ("township", "township"),
                        ],
                        max_length=10,
                    ),
                ),
                ("longitude", models.DecimalField(blank=True, decimal_places=6, max_digits=9, null=True)),
                ("latitude", models.DecimalField(blank=True, decimal_places=6, max_digits=9, null=True)),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="cycles.area",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("level__in", ["province", "city", "county", "township"])),
                        name="cycles_area_level_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("code__regex", "^\\d{6}(\\d{3})?$")), name="cycles_area_code_form"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("level", "province"), ("parent__isnull", True)),
                            models.Q(models.Q(("level", "province"), _negated=True), ("parent__isnull", False)),
                            _connector="OR",
                        ),
                        name="cycles_area_province_is_root",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Cycle",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "year",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(2000),
                            django.core.validators.MaxValueValidator(2100),
                        ]
                    ),
                ),
                (
                    "decision_mode",
                    models.CharField(
                        choices=[("vote", "Deputies vote"), ("review", "The two sessions review")], max_length=10
                    ),
                ),
                (
                    "phase",
                    models.CharField(
                        choices=[
                            ("solicit", "Collecting suggestions"),
                            ("plan", "Planning candidates"),
                            ("decide", "Deciding"),
                            ("deliver", "Delivering"),
                            ("evaluate", "Evaluating"),
                            ("closed", "Closed"),
                        ],
                        default="solicit",
                        max_length=10,
                    ),
                ),
                ("is_demo", models.BooleanField(default=False)),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="cycles", to="cycles.area"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("decision_mode__in", ["vote", "review"])),
                        name="cycles_cycle_decision_mode_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("phase__in", ["solicit", "plan", "decide", "deliver", "evaluate", "closed"])
                        ),
                        name="cycles_cycle_phase_known",
                    ),
                    models.UniqueConstraint(fields=("area", "year"), name="cycles_cycle_one_a_year"),
                    models.CheckConstraint(
                        condition=models.Q(("year__range", (2000, 2100))), name="cycles_cycle_year_range"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Aspect",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name_zh", models.CharField(max_length=100)),
                ("name_en", models.CharField(blank=True, max_length=200)),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="aspects", to="cycles.cycle"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("cycle", "number"), name="cycles_aspect_unique_number"),
                    models.UniqueConstraint(fields=("cycle", "name_zh"), name="cycles_aspect_unique_name"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name_zh", models.CharField(max_length=100)),
                ("name_en", models.CharField(blank=True, max_length=200)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("livelihood_office", "Livelihood projects office"),
                            ("department", "Department"),
                            ("implementing_unit", "Implementing unit"),
                            ("supervision_office", "Supervision office"),
                            ("congress", "People's congress"),
                            ("cppcc", "CPPCC committee"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="organisations", to="cycles.area"
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="cycles.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "livelihood_office",
                                    "department",
                                    "implementing_unit",
                                    "supervision_office",
                                    "congress",
                                    "cppcc",
                                ],
                            )
                        ),
                        name="cycles_organisation_kind_known",
                    ),
                    models.UniqueConstraint(fields=("area", "name_zh"), name="cycles_organisation_unique_in_area"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PhasePeriod",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "phase",
                    models.CharField(
                        choices=[
                            ("solicit", "Collecting suggestions"),
                            ("plan", "Planning candidates"),
                            ("decide", "Deciding"),
                            ("deliver", "Delivering"),
                            ("evaluate", "Evaluating"),
                            ("closed", "Closed"),
                        ],
                        max_length=10,
                    ),
                ),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="periods", to="cycles.cycle"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("phase__in", ["solicit", "plan", "decide", "deliver", "evaluate", "closed"])
                        ),
                        name="cycles_phaseperiod_phase_known",
                    ),
                    models.UniqueConstraint(fields=("cycle", "phase"), name="cycles_phaseperiod_once"),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                        name="cycles_phaseperiod_ends_after_start",
                    ),
                ],
            },
        ),
    ]
