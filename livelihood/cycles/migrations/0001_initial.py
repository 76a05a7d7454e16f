import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
from django.db import migrations, models

import livelihood.kernel.fields
from livelihood.kernel import search


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        search.install(),
        migrations.CreateModel(
            name="Area",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name_zh", models.CharField(max_length=100)),
                ("name_en", models.CharField(blank=True, max_length=200)),
                ("source", models.CharField(blank=True, max_length=300)),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="Valid from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="Valid to")),
                (
                    "code",
                    models.CharField(
                        max_length=9,
                        unique=True,
                        validators=[django.core.validators.RegexValidator("^\\d{6}(\\d{3})?$")],
                    ),
                ),
                ("slug", models.SlugField(max_length=80, unique=True)),
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
                ("path", models.CharField(db_default="", editable=False, max_length=40)),
                ("longitude", models.DecimalField(blank=True, decimal_places=6, max_digits=9, null=True)),
                ("latitude", models.DecimalField(blank=True, decimal_places=6, max_digits=9, null=True)),
                (
                    "search",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(
                            "name_zh",
                            "name_en",
                            "slug",
                            arg_joiner=" || E'\\n' || ",
                            template="search_plain(%(expressions)s)",
                        ),
                        output_field=models.TextField(),
                        serialize=False,
                    ),
                ),
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
                (
                    "successor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="predecessors",
                        to="cycles.area",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["path"], name="cycles_area_below", opclasses=["varchar_pattern_ops"]),
                    models.Index(
                        django.db.models.functions.text.Length("path"), models.F("code"), name="cycles_area_highest"
                    ),
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
                        name="cycles_area_search",
                    ),
                ],
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
                    models.CheckConstraint(
                        condition=models.Q(("slug__regex", "[a-z]")), name="cycles_area_slug_is_no_code"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from__isnull", True),
                            ("valid_to__isnull", True),
                            ("valid_to__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="cycles_area_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("successor__isnull", True),
                            models.Q(
                                ("valid_to__isnull", False), models.Q(("successor", models.F("id")), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="cycles_area_successor_of_ended",
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
                        choices=[
                            ("vote", "Deputies vote"),
                            ("review", "The two sessions review"),
                            ("elsewhere", "Decided elsewhere, its list is adopted"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "phase",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("solicit", "Collecting suggestions"),
                            ("plan", "Planning candidates"),
                            ("decide", "Deciding"),
                            ("deliver", "Delivering"),
                            ("evaluate", "Evaluating"),
                            ("closed", "Closed"),
                        ],
                        default="draft",
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
                        condition=models.Q(("decision_mode__in", ["vote", "review", "elsewhere"])),
                        name="cycles_cycle_decision_mode_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("phase__in", ["draft", "solicit", "plan", "decide", "deliver", "evaluate", "closed"])
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
            name="Adoption",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("decided_by", models.CharField(max_length=200)),
                ("number", models.CharField(max_length=100)),
                ("decided_on", models.DateField()),
                ("file_name", models.CharField(max_length=200)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("xlsx", "Excel workbook (.xlsx)"),
                            ("xls", "Excel workbook of before 2007 (.xls)"),
                            ("ods", "OpenDocument workbook (.ods)"),
                            ("csv", "CSV text"),
                            ("pdf", "PDF"),
                            ("jpeg", "JPEG picture"),
                            ("png", "PNG picture"),
                            ("empty", "an empty file"),
                            ("encrypted", "a workbook protected by a password"),
                            ("old_excel", "a file of an old version of Office"),
                            ("html", "a web page"),
                            ("archive", "an archive or another kind of document"),
                            ("unknown", "of unknown kind"),
                        ],
                        max_length=10,
                    ),
                ),
                ("content", models.BinaryField()),
                ("sha256", models.CharField(max_length=64)),
                ("adopted_at", models.DateTimeField()),
                ("adopted_by", models.BigIntegerField()),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_by", models.BigIntegerField(blank=True, null=True)),
                ("why_withdrawn", models.CharField(blank=True, max_length=500)),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="adoptions", to="cycles.cycle"
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
                                    "xlsx",
                                    "xls",
                                    "ods",
                                    "csv",
                                    "pdf",
                                    "jpeg",
                                    "png",
                                    "empty",
                                    "encrypted",
                                    "old_excel",
                                    "html",
                                    "archive",
                                    "unknown",
                                ],
                            )
                        ),
                        name="cycles_adoption_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("withdrawn_at__isnull", True), ("withdrawn_by__isnull", True)),
                            models.Q(("withdrawn_at__isnull", False), ("withdrawn_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="cycles_adoption_withdrawn_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number", ""), _negated=True), name="cycles_adoption_has_number"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Edition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("stamp", models.UUIDField()),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="cycles_edition_only_one")],
            },
        ),
        migrations.CreateModel(
            name="FormerAreaName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name_zh", models.CharField(max_length=100)),
                ("name_en", models.CharField(blank=True, max_length=200)),
                ("until", models.DateField()),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="former_names", to="cycles.area"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("area", "until"), name="cycles_formerareaname_one_a_day")
                ],
            },
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name_zh", models.CharField(max_length=100)),
                ("name_en", models.CharField(blank=True, max_length=200)),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="Valid from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="Valid to")),
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
                        verbose_name="kind",
                    ),
                ),
                ("folded", livelihood.kernel.fields.FoldedField(editable=False, max_length=100, of="name_zh")),
                ("formerly_zh", models.CharField(blank=True, max_length=100)),
                ("formerly_en", models.CharField(blank=True, max_length=200)),
                ("renamed_on", models.DateField(blank=True, null=True)),
                ("contact", models.CharField(blank=True, max_length=60, verbose_name="Contact")),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="Office telephone")),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="organisations",
                        to="cycles.area",
                        verbose_name="area",
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged_from",
                        to="cycles.organisation",
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
                    models.UniqueConstraint(fields=("area", "folded"), name="cycles_organisation_unique_in_area"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from__isnull", True),
                            ("valid_to__isnull", True),
                            ("valid_to__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="cycles_organisation_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("merged_into__isnull", True),
                            models.Q(
                                ("valid_to__isnull", False), models.Q(("merged_into", models.F("id")), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="cycles_organisation_merged_has_ended",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("parent__isnull", True),
                            models.Q(("parent", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="cycles_organisation_not_above_itself",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FormerOrganisationName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name_zh", models.CharField(max_length=100)),
                ("name_en", models.CharField(blank=True, max_length=200)),
                ("until", models.DateField()),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="former_names",
                        to="cycles.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "until"), name="cycles_formerorganisationname_one_a_day"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OrganisationAlias",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100)),
                ("folded", livelihood.kernel.fields.FoldedField(editable=False, max_length=100, of="name")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="aliases", to="cycles.organisation"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["folded"], name="cycles_alias_folded")],
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "folded"), name="cycles_organisationalias_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="PhaseMove",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "old",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
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
                (
                    "new",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
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
                ("before", models.JSONField()),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("moved_at", models.DateTimeField()),
                ("moved_by", models.BigIntegerField(blank=True, null=True)),
                ("taken_back_at", models.DateTimeField(blank=True, null=True)),
                ("taken_back_by", models.BigIntegerField(blank=True, null=True)),
                ("why_taken_back", models.CharField(blank=True, max_length=500)),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="moves", to="cycles.cycle"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("old__in", ["draft", "solicit", "plan", "decide", "deliver", "evaluate", "closed"])
                        ),
                        name="cycles_phasemove_old_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("new__in", ["draft", "solicit", "plan", "decide", "deliver", "evaluate", "closed"])
                        ),
                        name="cycles_phasemove_new_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("taken_back_at__isnull", True), ("taken_back_by__isnull", True)),
                            models.Q(("taken_back_at__isnull", False), ("taken_back_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="cycles_phasemove_taken_back_paired",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("taken_back_at__isnull", True)),
                        fields=("cycle", "new"),
                        name="cycles_phasemove_stands_once",
                    ),
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
                            ("draft", "Draft"),
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
                            ("phase__in", ["draft", "solicit", "plan", "decide", "deliver", "evaluate", "closed"])
                        ),
                        name="cycles_phaseperiod_phase_known",
                    ),
                    models.UniqueConstraint(fields=("cycle", "phase"), name="cycles_phaseperiod_once"),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                        name="cycles_phaseperiod_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("phase", "draft"), _negated=True), name="cycles_phaseperiod_of_no_draft"
                    ),
                ],
            },
        ),
    ]
