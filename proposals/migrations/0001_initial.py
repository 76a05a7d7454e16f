import datetime as dt

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.operations
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models

import livelihood.kernel.sealed


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("cycles", "0001_initial"),
        ("cycles", "0002_guards"),
    ]

    operations = [
        django.contrib.postgres.operations.TrigramExtension(),
        django.contrib.postgres.operations.BtreeGistExtension(),
        migrations.CreateModel(
            name="Need",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(blank=True, max_length=300)),
                ("number", models.PositiveIntegerField()),
                ("title", models.CharField(max_length=100)),
                ("summary", models.TextField()),
                ("opened_at", models.DateTimeField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("open", "Under examination"),
                            ("candidate", "Became a candidate"),
                            ("not_adopted", "Not adopted"),
                        ],
                        default="open",
                        max_length=12,
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("support", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "search",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(
                            "title", "summary", arg_joiner=" || E'\\n' || ", template="search_plain(%(expressions)s)"
                        ),
                        output_field=models.TextField(),
                        serialize=False,
                    ),
                ),
                (
                    "area",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cycles.area"),
                ),
                (
                    "aspect",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="needs",
                        to="cycles.aspect",
                    ),
                ),
                (
                    "cycle",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="needs",
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
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("cycle"),
                        models.OrderBy(models.F("support"), descending=True),
                        models.F("number"),
                        name="proposals_need_board",
                    ),
                    models.Index(fields=["cycle", "outcome"], name="proposals_need_outcome"),
                    django.contrib.postgres.indexes.GistIndex(
                        models.F("cycle"),
                        django.contrib.postgres.indexes.OpClass("title", name="gist_trgm_ops"),
                        name="proposals_need_similar",
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
                        name="proposals_need_search",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["open", "candidate", "not_adopted"])),
                        name="proposals_need_outcome_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("decided_by__isnull", True)),
                            models.Q(("decided_at__isnull", False), ("decided_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="proposals_need_decided_paired",
                    ),
                    models.UniqueConstraint(fields=("cycle", "number"), name="proposals_need_unique_number"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at__isnull", False),
                                ("outcome", "not_adopted"),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("outcome", "not_adopted"), _negated=True),
                                ("decided_at__isnull", True),
                                ("reason", ""),
                            ),
                            _connector="OR",
                        ),
                        name="proposals_need_refusal_has_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("title", ""), _negated=True), name="proposals_need_title_present"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Candidate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(blank=True, max_length=300)),
                ("number", models.PositiveIntegerField()),
                ("title", models.CharField(max_length=100)),
                ("summary", models.TextField()),
                ("place", models.CharField(blank=True, max_length=300)),
                (
                    "kind",
                    models.CharField(
                        choices=[("hardware", "Facility (hardware)"), ("software", "Service (software)")], max_length=10
                    ),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("need", "Needs of this portal"),
                            ("reserve", "The reserve pool of an earlier year"),
                            ("published", "A published list"),
                            ("department", "The lead organisation's own proposal"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("proposed", "Proposed"),
                            ("listed", "On the list"),
                            ("not_adopted", "Not adopted"),
                            ("mistaken", "Entered by mistake"),
                        ],
                        default="draft",
                        max_length=12,
                    ),
                ),
                ("drafted_at", models.DateTimeField()),
                ("reason", models.TextField(blank=True)),
                ("dropped_at", models.DateTimeField(blank=True, null=True)),
                (
                    "search",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(
                            "title", "summary", arg_joiner=" || E'\\n' || ", template="search_plain(%(expressions)s)"
                        ),
                        output_field=models.TextField(),
                        serialize=False,
                    ),
                ),
                (
                    "aspect",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="candidates", to="cycles.aspect"
                    ),
                ),
                (
                    "carried_from",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="carried_to",
                        to="proposals.candidate",
                    ),
                ),
                (
                    "cycle",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="candidates",
                        to="cycles.cycle",
                    ),
                ),
                (
                    "drafted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "dropped_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "lead_organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cycles.organisation"
                    ),
                ),
            ],
            options={
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
                        name="proposals_candidate_search",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["hardware", "software"])),
                        name="proposals_candidate_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "proposed", "listed", "not_adopted", "mistaken"])),
                        name="proposals_candidate_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("dropped_at__isnull", True), ("dropped_by__isnull", True)),
                            models.Q(("dropped_at__isnull", False), ("dropped_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="proposals_candidate_dropped_paired",
                    ),
                    models.UniqueConstraint(fields=("cycle", "number"), name="proposals_candidate_unique_number"),
                    models.CheckConstraint(
                        condition=models.Q(("origin__in", ["need", "reserve", "published", "department"])),
                        name="proposals_candidate_origin_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("carried_from__isnull", False), ("origin", "reserve")),
                            models.Q(models.Q(("origin", "reserve"), _negated=True), ("carried_from__isnull", True)),
                            _connector="OR",
                        ),
                        name="proposals_candidate_carried_from_reserve",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("origin", "published"), _negated=True),
                            models.Q(("source", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="proposals_candidate_published_somewhere",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "mistaken"), _negated=True),
                        fields=("cycle", "carried_from"),
                        name="proposals_candidate_carried_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("dropped_at__isnull", False),
                                ("state__in", ("not_adopted", "mistaken")),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("state__in", ("not_adopted", "mistaken")), _negated=True),
                                ("dropped_at__isnull", True),
                                ("reason", ""),
                            ),
                            _connector="OR",
                        ),
                        name="proposals_candidate_refusal_has_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("title", ""), _negated=True), models.Q(("summary", ""), _negated=True)
                        ),
                        name="proposals_candidate_text_present",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FeasibilitySheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(blank=True, max_length=300)),
                ("starts_on", models.DateField()),
                ("finishes_on", models.DateField()),
                ("people_served", models.PositiveIntegerField()),
                ("legal_basis", models.CharField(max_length=300)),
                ("notes", models.TextField(blank=True)),
                (
                    "candidate",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sheet", to="proposals.candidate"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("finishes_on__gte", models.F("starts_on"))),
                        name="proposals_feasibilitysheet_ends_after_start",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CostLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("central", "Central government"),
                            ("province", "Province"),
                            ("city", "City"),
                            ("county", "County"),
                            ("township", "Township"),
                            ("social", "Society"),
                        ],
                        max_length=10,
                    ),
                ),
                ("amount_wan", models.DecimalField(decimal_places=4, max_digits=18)),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cost_lines",
                        to="proposals.feasibilitysheet",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("source__in", ["central", "province", "city", "county", "township", "social"])
                        ),
                        name="proposals_costline_source_known",
                    ),
                    models.UniqueConstraint(fields=("sheet", "source"), name="proposals_costline_one_per_source"),
                    models.CheckConstraint(
                        condition=models.Q(("amount_wan__gte", 0)), name="proposals_costline_not_negative"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CandidateNeed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("linked_at", models.DateTimeField(blank=True, null=True)),
                ("reason", models.TextField(blank=True)),
                (
                    "candidate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="need_links", to="proposals.candidate"
                    ),
                ),
                (
                    "linked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "need",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="candidate_links", to="proposals.need"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("linked_at__isnull", True), ("linked_by__isnull", True)),
                            models.Q(("linked_at__isnull", False), ("linked_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="proposals_candidateneed_linked_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("linked_at__isnull", False), models.Q(("reason", ""), _negated=True)),
                            models.Q(("linked_at__isnull", True), ("reason", "")),
                            _connector="OR",
                        ),
                        name="proposals_candidateneed_link_has_reason",
                    ),
                    models.UniqueConstraint(fields=("candidate", "need"), name="proposals_candidateneed_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="OpenLetter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(blank=True, max_length=300)),
                ("title", models.CharField(max_length=200)),
                ("body", models.TextField()),
                ("signed_by", models.CharField(max_length=200)),
                ("document_number", models.CharField(blank=True, max_length=100)),
                ("dated_on", models.DateField(blank=True, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("published", "Published")], default="draft", max_length=10
                    ),
                ),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                (
                    "cycle",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="letter", to="cycles.cycle"
                    ),
                ),
                (
                    "published_by",
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
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "published"])),
                        name="proposals_openletter_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("published_at__isnull", True), ("published_by__isnull", True)),
                            models.Q(("published_at__isnull", False), ("published_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="proposals_openletter_published_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("published_at__isnull", True), ("state", "draft")),
                            models.Q(("published_at__isnull", False), ("state", "published")),
                            _connector="OR",
                        ),
                        name="proposals_openletter_published_has_date",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LetterCorrection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=200)),
                ("body", models.TextField()),
                ("signed_by", models.CharField(max_length=200)),
                ("document_number", models.CharField(blank=True, max_length=100)),
                ("dated_on", models.DateField(blank=True, null=True)),
                ("number", models.PositiveIntegerField()),
                ("reason", models.CharField(max_length=500)),
                ("corrected_at", models.DateTimeField()),
                (
                    "corrected_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="proposals.openletter",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("letter", "number"), name="proposals_lettercorrection_once"),
                    models.CheckConstraint(
                        condition=models.Q(("number__gt", 0)), name="proposals_lettercorrection_counted_from_one"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="proposals_lettercorrection_has_reason"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Suggestion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=24)),
                ("code_hash", models.CharField(max_length=64)),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("web", "This portal"),
                            ("hotline_12345", "12345 hotline"),
                            ("complaints_office", "Letters and visits office"),
                            ("deputy", "Deputy"),
                            ("cppcc_member", "CPPCC member"),
                            ("liaison_station", "Deputies' liaison station"),
                            ("letter", "Letter by post"),
                            ("counter", "At the counter"),
                        ],
                        default="web",
                        max_length=20,
                    ),
                ),
                ("title", models.CharField(max_length=60)),
                ("matter", models.TextField()),
                ("wish", models.TextField()),
                ("address", models.CharField(blank=True, max_length=200)),
                ("text_salt", models.CharField(blank=True, max_length=32)),
                ("text_digest", models.CharField(max_length=64)),
                ("idempotency_key", models.CharField(max_length=64)),
                ("body_digest", models.CharField(max_length=64)),
                ("received_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "Received"),
                            ("accepted", "Accepted"),
                            ("declined", "Not taken up"),
                            ("handed_over", "Handed over"),
                        ],
                        default="received",
                        max_length=12,
                    ),
                ),
                ("public_title", models.CharField(blank=True, max_length=60)),
                ("public_matter", models.TextField(blank=True)),
                ("public_wish", models.TextField(blank=True)),
                ("is_linked", models.BooleanField(default=False, editable=False)),
                ("is_adopted", models.BooleanField(default=False, editable=False)),
                ("is_replied", models.BooleanField(default=False, editable=False)),
                ("has_contact", models.BooleanField(default=False, editable=False)),
                (
                    "search",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(
                            "public_title",
                            "public_matter",
                            "public_wish",
                            arg_joiner=" || E'\\n' || ",
                            template="search_plain(%(expressions)s)",
                        ),
                        output_field=models.TextField(),
                        serialize=False,
                    ),
                ),
                (
                    "area",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cycles.area"),
                ),
                (
                    "aspect",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="suggestions",
                        to="cycles.aspect",
                    ),
                ),
                (
                    "cycle",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="suggestions",
                        to="cycles.cycle",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("points", models.PositiveSmallIntegerField(db_default=0, default=0, editable=False)),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cycles.organisation",
                    ),
                ),
                ("answered_on", models.DateField(blank=True, editable=False, null=True)),
                (
                    "due_on",
                    models.DateField(db_default=dt.date(9999, 12, 31), default=dt.date(9999, 12, 31)),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["cycle", "received_at", "id"], name="proposals_suggestion_intake"),
                    models.Index(fields=["cycle", "state", "received_at", "id"], name="proposals_suggestion_queue"),
                    models.Index(fields=["cycle", "channel", "received_at", "id"], name="proposals_suggestion_channel"),
                    models.Index(
                        condition=models.Q(("has_contact", True), ("is_replied", False), ("state", "accepted")),
                        fields=["cycle", "received_at", "id"],
                        name="proposals_suggestion_waiting",
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
                        name="proposals_suggestion_search",
                    ),
                    models.Index(fields=["cycle", "points", "received_at", "id"], name="proposals_suggestion_points"),
                    models.Index(
                        condition=models.Q(
                            ("answered_on", None),
                            models.Q(
                                ("state", "received"),
                                models.Q(("has_contact", True), ("state", "accepted")),
                                _connector="OR",
                            ),
                        ),
                        fields=["cycle", "due_on", "id"],
                        name="proposals_suggestion_due",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "channel__in",
                                [
                                    "web",
                                    "hotline_12345",
                                    "complaints_office",
                                    "deputy",
                                    "cppcc_member",
                                    "liaison_station",
                                    "letter",
                                    "counter",
                                ],
                            )
                        ),
                        name="proposals_suggestion_channel_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["received", "accepted", "declined", "handed_over"])),
                        name="proposals_suggestion_state_known",
                    ),
                    models.UniqueConstraint(fields=("number",), name="proposals_suggestion_unique_number"),
                    models.UniqueConstraint(fields=("idempotency_key",), name="proposals_suggestion_once_a_key"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("channel", "web"), ("entered_by__isnull", True)),
                            models.Q(models.Q(("channel", "web"), _negated=True), ("entered_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="proposals_suggestion_entered_by_official",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "accepted"), _negated=True),
                            models.Q(
                                models.Q(("public_title", ""), _negated=True),
                                models.Q(("public_matter", ""), _negated=True),
                                models.Q(("public_wish", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="proposals_suggestion_accepted_has_wording",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("title", ""), _negated=True),
                            models.Q(("matter", ""), _negated=True),
                            models.Q(("wish", ""), _negated=True),
                        ),
                        name="proposals_suggestion_text_present",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Screening",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "decision",
                    models.CharField(
                        choices=[
                            ("accepted", "Accepted"),
                            ("reworded", "Public wording changed"),
                            ("masked", "Public wording masked"),
                            ("unpublished", "Taken back from the public"),
                            ("declined", "Not taken up"),
                            ("handed_over", "Handed over"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("out_of_scope", "Not a livelihood project"),
                            ("single_claim", "A single person's or unit's claim"),
                            ("not_in_one_year", "Cannot be done within the year"),
                            ("already_done", "Already done or under way"),
                            ("unclear", "Too unclear to act on"),
                            ("unlawful", "Against the law"),
                            ("abuse", "Abuse or advertising"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "handed_to",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("hotline_12345", "12345 hotline"),
                            ("complaints_office", "Letters and visits office"),
                            ("courts", "Courts or arbitration"),
                            ("other_area", "Livelihood office of another place"),
                        ],
                        max_length=20,
                    ),
                ),
                ("words", models.TextField(blank=True)),
                ("screened_at", models.DateTimeField()),
                (
                    "screened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "suggestion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="screenings",
                        to="proposals.suggestion",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "reason__in",
                                [
                                    "",
                                    "out_of_scope",
                                    "single_claim",
                                    "not_in_one_year",
                                    "already_done",
                                    "unclear",
                                    "unlawful",
                                    "abuse",
                                ],
                            )
                        ),
                        name="proposals_screening_reason_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("handed_to__in", ["", "hotline_12345", "complaints_office", "courts", "other_area"])
                        ),
                        name="proposals_screening_handed_to_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "decision__in",
                                ["accepted", "reworded", "masked", "unpublished", "declined", "handed_over"],
                            )
                        ),
                        name="proposals_screening_decision_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decision__in", ["declined", "unpublished"]),
                                models.Q(("reason", ""), _negated=True),
                                models.Q(("words", ""), _negated=True),
                                ("handed_to", ""),
                            ),
                            models.Q(
                                ("decision", "handed_over"),
                                ("reason", ""),
                                models.Q(("words", ""), _negated=True),
                                models.Q(("handed_to", ""), _negated=True),
                            ),
                            models.Q(
                                ("decision__in", ["accepted", "reworded", "masked"]), ("handed_to", ""), ("reason", "")
                            ),
                            _connector="OR",
                        ),
                        name="proposals_screening_refusal_has_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NeedLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("linked_at", models.DateTimeField()),
                ("unlinked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "linked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "need",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="links", to="proposals.need"
                    ),
                ),
                (
                    "unlinked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "suggestion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="links", to="proposals.suggestion"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("unlinked_at__isnull", True), ("unlinked_by__isnull", True)),
                            models.Q(("unlinked_at__isnull", False), ("unlinked_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="proposals_needlink_unlinked_paired",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("unlinked_at__isnull", True)),
                        fields=("suggestion", "need"),
                        name="proposals_needlink_one_live",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SuggestionContact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", livelihood.kernel.sealed.SealedField(blank=True)),
                ("phone", livelihood.kernel.sealed.SealedField(blank=True)),
                ("email", livelihood.kernel.sealed.SealedField(blank=True)),
                (
                    "person",
                    livelihood.kernel.sealed.KeyedHashField(editable=False, max_length=64, of=("phone", "email")),
                ),
                ("notice", models.PositiveIntegerField()),
                ("agreed_at", models.DateTimeField()),
                (
                    "suggestion",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="contact", to="proposals.suggestion"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("phone", ""), _negated=True),
                            models.Q(("email", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="proposals_suggestioncontact_reachable",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Erasure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("contact", "Contact removed"),
                            ("masked", "Words masked"),
                            ("withdrawn", "Text withdrawn"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("wish", "At the wish of who sent it"),
                            ("others", "It names somebody else, or tells of their life"),
                            ("by_law", "The law does not allow it to be kept or shown"),
                            ("not_needed", "It is not needed for what it was given for"),
                        ],
                        max_length=10,
                    ),
                ),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("erased_at", models.DateTimeField()),
                (
                    "erased_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "suggestion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="erasures", to="proposals.suggestion"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("what__in", ["contact", "masked", "withdrawn"])),
                        name="proposals_erasure_what_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason__in", ["wish", "others", "by_law", "not_needed"])),
                        name="proposals_erasure_reason_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("digest", ""), ("what", "contact")),
                            models.Q(
                                models.Q(("what", "contact"), _negated=True), models.Q(("digest", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="proposals_erasure_of_text_has_digest",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AnswerFigure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("days", models.PositiveIntegerField()),
                ("number", models.PositiveIntegerField()),
                (
                    "cycle",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cycles.cycle"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("cycle", "days"), name="proposals_answerfigure_one_of_a_kind")
                ],
            },
        ),
        migrations.CreateModel(
            name="CandidateList",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("content", models.TextField()),
                ("digest", models.CharField(max_length=64)),
                ("frozen_at", models.DateTimeField()),
                (
                    "cycle",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="candidate_list", to="cycles.cycle"
                    ),
                ),
                (
                    "frozen_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")),
                        name="proposals_candidatelist_digest_form",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Claim",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("claimed_at", models.DateTimeField()),
                (
                    "claimed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "suggestion",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="claim", to="proposals.suggestion"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ListedWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("abuse", "Abuse"), ("advertising", "Advertising"), ("sensitive", "Sensitive")],
                        max_length=12,
                    ),
                ),
                ("word", models.CharField(max_length=40)),
                ("listed_at", models.DateTimeField()),
                ("unlisted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "area",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cycles.area"),
                ),
                (
                    "listed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "unlisted_by",
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
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["abuse", "advertising", "sensitive"])),
                        name="proposals_listedword_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("unlisted_at__isnull", True), ("unlisted_by__isnull", True)),
                            models.Q(("unlisted_at__isnull", False), ("unlisted_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="proposals_listedword_unlisted_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("word", ""), _negated=True), name="proposals_listedword_word_present"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("unlisted_at__isnull", True)),
                        fields=("area", "kind", "word"),
                        name="proposals_listedword_listed_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SuggestionWeight",
            fields=[
                (
                    "suggestion",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="weight",
                        serialize=False,
                        to="proposals.suggestion",
                    ),
                ),
                ("text_key", models.CharField(max_length=64)),
                ("signs", models.JSONField(default=list)),
                ("weighed_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["text_key"], name="proposals_weight_text")],
            },
        ),
        migrations.CreateModel(
            name="Inquiry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField()),
                ("asked_at", models.DateTimeField()),
                ("lapses_at", models.DateTimeField()),
                ("reminded_at", models.DateTimeField(blank=True, null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("answered", "Answered"),
                            ("lapsed", "Not answered in time"),
                            ("withdrawn", "Taken back"),
                        ],
                        max_length=10,
                    ),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("answer", models.TextField(blank=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "suggestion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="inquiries", to="proposals.suggestion"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("outcome", "")), fields=["lapses_at"], name="proposals_inquiry_open"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["", "answered", "lapsed", "withdrawn"])),
                        name="proposals_inquiry_outcome_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("outcome", "")),
                            models.Q(models.Q(("outcome", ""), _negated=True), ("ended_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="proposals_inquiry_ended_has_moment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "answered"), models.Q(("answer", ""), _negated=True)),
                            models.Q(models.Q(("outcome", "answered"), _negated=True), ("answer", "")),
                            _connector="OR",
                        ),
                        name="proposals_inquiry_answered_has_answer",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="proposals_inquiry_text_present"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("outcome", "")), fields=("suggestion",), name="proposals_inquiry_one_open"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DeskNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField()),
                ("mentions", models.JSONField(default=list)),
                ("written_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answers",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replies",
                        to="proposals.desknote",
                    ),
                ),
                (
                    "candidate",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to="proposals.candidate",
                    ),
                ),
                (
                    "need",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to="proposals.need",
                    ),
                ),
                (
                    "suggestion",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to="proposals.suggestion",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("withdrawn_at__isnull", True), ("withdrawn_by__isnull", True)),
                            models.Q(("withdrawn_at__isnull", False), ("withdrawn_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="proposals_desknote_withdrawn_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("candidate__isnull", True), ("need__isnull", True), ("suggestion__isnull", False)
                            ),
                            models.Q(
                                ("candidate__isnull", True), ("need__isnull", False), ("suggestion__isnull", True)
                            ),
                            models.Q(
                                ("candidate__isnull", False), ("need__isnull", True), ("suggestion__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="proposals_desknote_about_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="proposals_desknote_text_present"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FormerWording",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=60)),
                ("matter", models.TextField()),
                ("wish", models.TextField()),
                ("replaced_at", models.DateTimeField()),
                (
                    "replaced_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "suggestion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="former_wordings",
                        to="proposals.suggestion",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="candidate",
            name="needs",
            field=models.ManyToManyField(
                related_name="candidates", through="proposals.CandidateNeed", to="proposals.need"
            ),
        ),
        migrations.CreateModel(
            name="ProgressWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("written_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("name", models.CharField(max_length=20)),
                (
                    "area",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cycles.area"),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                            models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="proposals_progressword_ended_paired",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("area", "name"),
                        name="proposals_progressword_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReplyTemplate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("written_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("name", models.CharField(max_length=40)),
                ("text", models.TextField()),
                (
                    "area",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cycles.area"),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                            models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="proposals_replytemplate_ended_paired",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("area", "name"),
                        name="proposals_replytemplate_one_of_a_name",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AnswerRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "days",
                    models.PositiveSmallIntegerField(
                        default=7,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(60),
                        ],
                    ),
                ),
                ("remind_days", models.PositiveSmallIntegerField(default=2)),
                ("has_four_eyes", models.BooleanField(default=False)),
                ("written_at", models.DateTimeField()),
                (
                    "area",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cycles.area"
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("days__range", (1, 60))), name="proposals_answerrule_days_possible"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("remind_days__lt", models.F("days"))),
                        name="proposals_answerrule_reminds_within_days",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SpecialDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("is_worked", models.BooleanField()),
                ("name", models.CharField(max_length=40)),
                ("noted_at", models.DateTimeField()),
                (
                    "area",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cycles.area"),
                ),
                (
                    "noted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("area", "day"), name="proposals_specialday_once")],
            },
        ),
        migrations.CreateModel(
            name="Reply",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField()),
                ("replied_at", models.DateTimeField()),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cycles.organisation"
                    ),
                ),
                (
                    "replied_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "suggestion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="replies", to="proposals.suggestion"
                    ),
                ),
                (
                    "corrects",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="correction",
                        to="proposals.reply",
                    ),
                ),
                (
                    "drafted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("text_key", models.CharField(blank=True, db_default="", max_length=64)),
                ("why_corrected", models.CharField(blank=True, db_default="", max_length=300)),
                ("why_insisted", models.CharField(blank=True, db_default="", max_length=300)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="proposals_reply_text_present"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("corrects__isnull", True), ("why_corrected", "")),
                            models.Q(("corrects__isnull", False), models.Q(("why_corrected", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="proposals_reply_correction_has_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("drafted_by__isnull", True),
                            models.Q(("drafted_by", models.F("replied_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="proposals_reply_sent_by_another",
                    ),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("text_key", ""), _negated=True),
                        fields=["text_key"],
                        name="proposals_reply_alike",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SuggestionFigure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "grouped_by",
                    models.CharField(
                        choices=[("aspect", "Aspect"), ("area", "Area"), ("channel", "Channel"), ("due", "Due")],
                        max_length=7,
                    ),
                ),
                ("channel", models.CharField(blank=True, max_length=20)),
                ("slot", models.PositiveSmallIntegerField()),
                ("total", models.IntegerField()),
                ("received", models.IntegerField()),
                ("accepted", models.IntegerField()),
                ("declined", models.IntegerField()),
                ("handed_over", models.IntegerField()),
                ("loose", models.IntegerField()),
                ("unanswered", models.IntegerField()),
                ("answered", models.IntegerField()),
                ("adopted", models.IntegerField()),
                ("waiting", models.IntegerField()),
                ("in_time", models.IntegerField()),
                ("late", models.IntegerField()),
                (
                    "area",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cycles.area",
                    ),
                ),
                (
                    "aspect",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cycles.aspect",
                    ),
                ),
                (
                    "cycle",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cycles.cycle"
                    ),
                ),
                ("due_on", models.DateField(null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cycles.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("grouped_by__in", ["aspect", "area", "channel", "due"])),
                        name="proposals_suggestionfigure_grouped_by_known",
                    ),
                    models.UniqueConstraint(
                        fields=("cycle", "grouped_by", "aspect", "area", "channel", "due_on", "organisation", "slot"),
                        name="proposals_suggestionfigure_one_of_a_kind",
                        nulls_distinct=False,
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="reply",
            name="progress",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="proposals.progressword",
            ),
        ),
        migrations.CreateModel(
            name="LetterViews",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("count", models.PositiveIntegerField()),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="views", to="proposals.openletter"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("letter", "day"), name="proposals_letterviews_one_a_day")
                ],
            },
        ),
        migrations.CreateModel(
            name="Objection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("words", models.TextField()),
                ("objected_at", models.DateTimeField()),
                ("answer", models.TextField(blank=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
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
                    "suggestion",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="objection", to="proposals.suggestion"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("answered_at__isnull", True)),
                        fields=["suggestion"],
                        name="proposals_objection_waiting",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at__isnull", True), ("answered_by__isnull", True)),
                            models.Q(("answered_at__isnull", False), ("answered_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="proposals_objection_answered_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("words", ""), _negated=True), name="proposals_objection_words_present"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("answered_at__isnull", True)),
                            models.Q(models.Q(("answer", ""), _negated=True), ("answered_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="proposals_objection_answer_has_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReceiptHead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("size", models.PositiveIntegerField()),
                ("root", models.CharField(max_length=64)),
                ("consistency", models.JSONField(blank=True, default=list)),
                ("key", models.CharField(max_length=64)),
                ("signature", models.CharField(max_length=128)),
                ("published_at", models.DateTimeField()),
                (
                    "cycle",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="receipt_heads",
                        to="cycles.cycle",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("cycle", "day"), name="proposals_receipthead_one_a_day"),
                    models.UniqueConstraint(fields=("cycle", "size"), name="proposals_receipthead_one_a_size"),
                    models.CheckConstraint(
                        condition=models.Q(("size__gt", 0)), name="proposals_receipthead_of_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("key__regex", "^[0-9a-f]{64}$"),
                            ("root__regex", "^[0-9a-f]{64}$"),
                            ("signature__regex", "^[0-9a-f]{128}$"),
                        ),
                        name="proposals_receipthead_digest_form",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReceiptNode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("level", models.PositiveSmallIntegerField()),
                ("place", models.PositiveIntegerField()),
                ("number", models.CharField(blank=True, max_length=24)),
                ("digest", models.CharField(max_length=64)),
                (
                    "cycle",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cycles.cycle"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("cycle", "level", "place"), name="proposals_receiptnode_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("level", 0)),
                        fields=("number",),
                        name="proposals_receiptnode_one_leaf_a_number",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("level", 0), models.Q(("number", ""), _negated=True)),
                            models.Q(("level__gt", 0), ("number", "")),
                            _connector="OR",
                        ),
                        name="proposals_receiptnode_leaf_has_number",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")),
                        name="proposals_receiptnode_digest_form",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReplyDraft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField()),
                ("text_key", models.CharField(blank=True, db_default="", max_length=64)),
                ("why_insisted", models.CharField(blank=True, db_default="", max_length=300)),
                ("why_corrected", models.CharField(blank=True, db_default="", max_length=300)),
                ("drafted_at", models.DateTimeField()),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("sent", "Sent"), ("returned", "Returned"), ("taken_back", "Taken back")],
                        max_length=10,
                    ),
                ),
                ("why_returned", models.CharField(blank=True, max_length=300)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "corrects",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="proposals.reply",
                    ),
                ),
                (
                    "drafted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "ended_by",
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cycles.organisation"
                    ),
                ),
                (
                    "progress",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="proposals.progressword",
                    ),
                ),
                (
                    "suggestion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reply_drafts",
                        to="proposals.suggestion",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                            models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="proposals_replydraft_ended_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["", "sent", "returned", "taken_back"])),
                        name="proposals_replydraft_outcome_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("outcome", "")),
                            models.Q(("ended_at__isnull", False), models.Q(("outcome", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="proposals_replydraft_ended_has_outcome",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "returned"), _negated=True),
                            models.Q(("why_returned", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="proposals_replydraft_returned_with_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome__in", ["sent", "returned"]), _negated=True),
                            models.Q(("ended_by", models.F("drafted_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="proposals_replydraft_judged_by_another",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("suggestion", "organisation"),
                        name="proposals_replydraft_one_waits",
                    ),
                ],
            },
        ),
    ]
