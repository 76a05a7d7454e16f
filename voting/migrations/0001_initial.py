import uuid

import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("cycles", "0001_initial"),
        ("proposals", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Review",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(blank=True, max_length=300)),
                ("session", models.CharField(max_length=120)),
                ("days_to_answer", models.PositiveSmallIntegerField(default=10)),
                (
                    "state",
                    models.CharField(
                        choices=[("submitted", "Before the two sessions"), ("adopted", "Adopted")],
                        default="submitted",
                        max_length=10,
                    ),
                ),
                ("document", models.CharField(blank=True, max_length=200)),
                ("adopted_date", models.DateField(blank=True, null=True)),
                ("submitted_at", models.DateTimeField()),
                ("adopted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "adopted_by",
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
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="review", to="cycles.cycle"
                    ),
                ),
                (
                    "submitted_by",
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
                        condition=models.Q(("state__in", ["submitted", "adopted"])), name="voting_review_state_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("submitted_at__isnull", True), ("submitted_by__isnull", True)),
                            models.Q(("submitted_at__isnull", False), ("submitted_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="voting_review_submitted_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("adopted_at__isnull", True), ("adopted_by__isnull", True)),
                            models.Q(("adopted_at__isnull", False), ("adopted_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="voting_review_adopted_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("days_to_answer__gte", 1)), name="voting_review_has_clock"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("adopted_at__isnull", True), ("state", "submitted")),
                            models.Q(
                                ("adopted_at__isnull", False),
                                ("adopted_date__isnull", False),
                                ("state", "adopted"),
                                models.Q(("document", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="voting_review_adopted_with_document",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReviewItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(blank=True, max_length=300)),
                ("number", models.PositiveSmallIntegerField()),
                ("title", models.CharField(max_length=100)),
                ("summary", models.TextField()),
                ("place", models.CharField(blank=True, max_length=300)),
                (
                    "kind",
                    models.CharField(
                        choices=[("hardware", "Facility (hardware)"), ("software", "Service (software)")], max_length=10
                    ),
                ),
                ("cost_wan", models.DecimalField(decimal_places=4, max_digits=18)),
                ("finish_date", models.DateField()),
                ("people_served", models.PositiveIntegerField()),
                ("left_out_reason", models.CharField(blank=True, max_length=300)),
                (
                    "aspect",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cycles.aspect"
                    ),
                ),
                (
                    "candidate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="proposals.candidate"
                    ),
                ),
                (
                    "lead_organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cycles.organisation"
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="items", to="voting.review"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["hardware", "software"])), name="voting_reviewitem_kind_known"
                    ),
                    models.UniqueConstraint(fields=("review", "number"), name="voting_reviewitem_unique_number"),
                    models.UniqueConstraint(fields=("review", "candidate"), name="voting_reviewitem_candidate_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Opinion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(blank=True, max_length=300)),
                (
                    "body",
                    models.CharField(choices=[("congress", "People's congress"), ("cppcc", "CPPCC")], max_length=10),
                ),
                ("delegation", models.CharField(blank=True, max_length=60)),
                ("speaker", models.CharField(blank=True, max_length=60)),
                ("text", models.TextField()),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Waiting for an answer"), ("answered", "Answered")],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("answer", models.TextField(blank=True)),
                ("change", models.TextField(blank=True)),
                ("answer_due_date", models.DateField()),
                ("given_at", models.DateTimeField()),
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
                    "given_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="opinions", to="voting.review"
                    ),
                ),
                ("items", models.ManyToManyField(blank=True, related_name="opinions", to="voting.reviewitem")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("body__in", ["congress", "cppcc"])), name="voting_opinion_body_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "answered"])), name="voting_opinion_state_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("given_at__isnull", True), ("given_by__isnull", True)),
                            models.Q(("given_at__isnull", False), ("given_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="voting_opinion_given_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at__isnull", True), ("answered_by__isnull", True)),
                            models.Q(("answered_at__isnull", False), ("answered_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="voting_opinion_answered_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("answered_at__isnull", True), ("state", "open")),
                            models.Q(
                                ("answered_at__isnull", False),
                                ("state", "answered"),
                                models.Q(("answer", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="voting_opinion_answered_with_text",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Revision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("changed", "Changed"), ("added", "Added"), ("removed", "Removed")], max_length=10
                    ),
                ),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                ("reason", models.CharField(max_length=300)),
                ("revised_at", models.DateTimeField()),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="revisions", to="voting.reviewitem"
                    ),
                ),
                (
                    "opinion",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revisions",
                        to="voting.opinion",
                    ),
                ),
                (
                    "revised_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["changed", "added", "removed"])),
                        name="voting_revision_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="voting_revision_has_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("before", {}), ("kind", "added")),
                            models.Q(("after", {}), ("kind", "removed")),
                            ("kind", "changed"),
                            _connector="OR",
                        ),
                        name="voting_revision_sides_fit_kind",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RollEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("name", models.CharField(max_length=60)),
                ("delegation", models.CharField(blank=True, max_length=60)),
                ("may_vote_remotely", models.BooleanField(default=False)),
                ("signed_in_at", models.DateTimeField(blank=True, null=True)),
                (
                    "signed_in_way",
                    models.CharField(
                        blank=True,
                        choices=[("staff", "Confirmed in the hall"), ("self", "By the deputy")],
                        max_length=10,
                    ),
                ),
                ("cards_issued", models.PositiveSmallIntegerField(default=0)),
                ("has_voted", models.BooleanField(default=False)),
                ("struck_at", models.DateTimeField(blank=True, null=True)),
                (
                    "deputy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="roll_entries",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "signed_in_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "struck_by",
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
                        condition=models.Q(
                            models.Q(("signed_in_at__isnull", True), ("signed_in_by__isnull", True)),
                            models.Q(("signed_in_at__isnull", False), ("signed_in_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="voting_rollentry_signed_in_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("struck_at__isnull", True), ("struck_by__isnull", True)),
                            models.Q(("struck_at__isnull", False), ("struck_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="voting_rollentry_struck_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("struck_at__isnull", True), ("signed_in_at__isnull", False), _connector="OR"
                        ),
                        name="voting_rollentry_struck_is_present",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("signed_in_at__isnull", True), ("signed_in_way", "")),
                            models.Q(("signed_in_at__isnull", False), ("signed_in_way__in", ["staff", "self"])),
                            _connector="OR",
                        ),
                        name="voting_rollentry_signed_in_way_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("has_voted", False),
                            models.Q(("signed_in_at__isnull", False), ("struck_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="voting_rollentry_voter_is_present",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Credential",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code_hash", models.CharField(max_length=64, unique=True)),
                ("issued_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                (
                    "issued_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="credential", to="voting.rollentry"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("code_hash__regex", "^[0-9a-f]{64}$")), name="voting_credential_hash_form"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Round",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(blank=True, max_length=300)),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("main", "First vote"), ("run_off", "Run-off of the tied"), ("repeat", "Vote again")],
                        default="main",
                        max_length=10,
                    ),
                ),
                ("title", models.CharField(max_length=120)),
                ("seats", models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1)])),
                ("is_rehearsal", models.BooleanField(default=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "In preparation"),
                            ("rules_locked", "Rules locked"),
                            ("roll_locked", "Roll locked"),
                            ("sign_in", "Signing in"),
                            ("open", "Voting is open"),
                            ("paused", "Voting is paused"),
                            ("closed", "Voting has closed"),
                            ("counted", "Counted"),
                            ("announced", "Announced"),
                            ("voided", "Void"),
                        ],
                        default="draft",
                        max_length=14,
                    ),
                ),
                (
                    "voting_minutes",
                    models.PositiveSmallIntegerField(
                        default=30, validators=[django.core.validators.MinValueValidator(1)]
                    ),
                ),
                ("hall_code", models.CharField(blank=True, max_length=8)),
                ("announcement_number", models.CharField(blank=True, max_length=60)),
                ("void_reason", models.CharField(blank=True, max_length=300)),
                ("session", models.CharField(blank=True, max_length=120)),
                ("created_at", models.DateTimeField(blank=True, null=True)),
                ("rules_locked_at", models.DateTimeField(blank=True, null=True)),
                ("roll_locked_at", models.DateTimeField(blank=True, null=True)),
                ("sign_in_opened_at", models.DateTimeField(blank=True, null=True)),
                ("moved_to_paper_at", models.DateTimeField(blank=True, null=True)),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("counted_at", models.DateTimeField(blank=True, null=True)),
                ("announced_at", models.DateTimeField(blank=True, null=True)),
                ("voided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "announced_by",
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
                    "counted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "created_by",
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="rounds", to="cycles.cycle"
                    ),
                ),
                (
                    "moved_to_paper_by",
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
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follow_ups",
                        to="voting.round",
                    ),
                ),
                (
                    "roll_locked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "rules_locked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "sign_in_opened_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "voided_by",
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
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "draft",
                                    "rules_locked",
                                    "roll_locked",
                                    "sign_in",
                                    "open",
                                    "paused",
                                    "closed",
                                    "counted",
                                    "announced",
                                    "voided",
                                ],
                            )
                        ),
                        name="voting_round_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["main", "run_off", "repeat"])), name="voting_round_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("created_at__isnull", True), ("created_by__isnull", True)),
                            models.Q(("created_at__isnull", False), ("created_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="voting_round_created_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("rules_locked_at__isnull", True), ("rules_locked_by__isnull", True)),
                            models.Q(("rules_locked_at__isnull", False), ("rules_locked_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="voting_round_rules_locked_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("roll_locked_at__isnull", True), ("roll_locked_by__isnull", True)),
                            models.Q(("roll_locked_at__isnull", False), ("roll_locked_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="voting_round_roll_locked_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("sign_in_opened_at__isnull", True), ("sign_in_opened_by__isnull", True)),
                            models.Q(("sign_in_opened_at__isnull", False), ("sign_in_opened_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="voting_round_sign_in_opened_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("moved_to_paper_at__isnull", True), ("moved_to_paper_by__isnull", True)),
                            models.Q(("moved_to_paper_at__isnull", False), ("moved_to_paper_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="voting_round_moved_to_paper_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("opened_at__isnull", True), ("opened_by__isnull", True)),
                            models.Q(("opened_at__isnull", False), ("opened_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="voting_round_opened_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", True), ("closed_by__isnull", True)),
                            models.Q(("closed_at__isnull", False), ("closed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="voting_round_closed_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("counted_at__isnull", True), ("counted_by__isnull", True)),
                            models.Q(("counted_at__isnull", False), ("counted_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="voting_round_counted_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("announced_at__isnull", True), ("announced_by__isnull", True)),
                            models.Q(("announced_at__isnull", False), ("announced_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="voting_round_announced_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("voided_at__isnull", True), ("voided_by__isnull", True)),
                            models.Q(("voided_at__isnull", False), ("voided_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="voting_round_voided_paired",
                    ),
                    models.UniqueConstraint(fields=("cycle", "number"), name="voting_round_unique_number"),
                    models.UniqueConstraint(
                        condition=models.Q(("is_rehearsal", False), ("kind", "main")),
                        fields=("cycle",),
                        name="voting_round_one_vote_a_year",
                    ),
                    models.UniqueConstraint(fields=("parent",), name="voting_round_one_follow_up"),
                    models.CheckConstraint(condition=models.Q(("seats__gte", 1)), name="voting_round_has_seats"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "main"), ("parent__isnull", True)),
                            models.Q(models.Q(("kind", "main"), _negated=True), ("parent__isnull", False)),
                            _connector="OR",
                        ),
                        name="voting_round_follow_up_has_parent",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "voided"), _negated=True),
                            models.Q(("void_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="voting_round_void_has_reason",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="rollentry",
            name="round",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="roll", to="voting.round"
            ),
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("awaited", models.PositiveSmallIntegerField()),
                ("sent_at", models.DateTimeField()),
                (
                    "sent_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reminders", to="voting.round"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("awaited__gte", 1)), name="voting_reminder_is_for_somebody"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PaperStack",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("returned", models.PositiveIntegerField()),
                ("counted_at", models.DateTimeField()),
                ("checked_at", models.DateTimeField(blank=True, null=True)),
                ("merged_at", models.DateTimeField(blank=True, null=True)),
                (
                    "checked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "counted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "merged_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "round",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="paper_stack", to="voting.round"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("checked_at__isnull", True), ("checked_by__isnull", True)),
                            models.Q(("checked_at__isnull", False), ("checked_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="voting_paperstack_checked_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("merged_at__isnull", True), ("merged_by__isnull", True)),
                            models.Q(("merged_at__isnull", False), ("merged_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="voting_paperstack_merged_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("checked_by__isnull", True),
                            models.Q(("checked_by", models.F("counted_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="voting_paperstack_takes_two",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("merged_at__isnull", True), ("checked_at__isnull", False), _connector="OR"),
                        name="voting_paperstack_merged_is_checked",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Option",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(blank=True, max_length=300)),
                ("number", models.PositiveSmallIntegerField()),
                ("title", models.CharField(max_length=100)),
                ("summary", models.TextField()),
                ("place", models.CharField(blank=True, max_length=300)),
                (
                    "kind",
                    models.CharField(
                        choices=[("hardware", "Facility (hardware)"), ("software", "Service (software)")], max_length=10
                    ),
                ),
                ("cost_wan", models.DecimalField(decimal_places=4, max_digits=18)),
                ("finish_date", models.DateField()),
                ("people_served", models.PositiveIntegerField()),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "aspect",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cycles.aspect"
                    ),
                ),
                (
                    "candidate",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="proposals.candidate",
                    ),
                ),
                (
                    "lead_organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cycles.organisation"
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="options", to="voting.round"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["hardware", "software"])), name="voting_option_kind_known"
                    ),
                    models.UniqueConstraint(fields=("round", "number"), name="voting_option_unique_number"),
                    models.UniqueConstraint(fields=("round", "candidate"), name="voting_option_candidate_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="NamedBallot",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("marks", models.TextField()),
                ("receipt", models.CharField(max_length=14)),
                ("repeat_digest", models.CharField(max_length=64)),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="named_ballot", to="voting.rollentry"
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="named_ballots", to="voting.round"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("round", "receipt"), name="voting_namedballot_unique_receipt")
                ],
            },
        ),
        migrations.CreateModel(
            name="Method",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "scheme",
                    models.CharField(
                        choices=[
                            ("plain", "Secret vote"),
                            ("sealed", "Secret vote, sealed until two scrutineers open it"),
                            ("named", "Vote by name, published with the names"),
                        ],
                        default="plain",
                        max_length=10,
                    ),
                ),
                (
                    "form",
                    models.CharField(
                        choices=[
                            ("each", "Approve, oppose or abstain on each candidate"),
                            ("at_most", "Tick at most the number of candidates to be chosen"),
                            ("exactly", "Tick exactly the number of candidates to be chosen"),
                        ],
                        default="each",
                        max_length=10,
                    ),
                ),
                ("most_approvals", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "denominator",
                    models.CharField(
                        choices=[
                            ("in_term", "All deputies in term"),
                            ("present", "Deputies present"),
                            ("returned", "Ballots returned"),
                        ],
                        default="in_term",
                        max_length=10,
                    ),
                ),
                ("threshold_numerator", models.PositiveSmallIntegerField(default=1)),
                ("threshold_denominator", models.PositiveSmallIntegerField(default=2)),
                ("is_strict", models.BooleanField(default=True)),
                (
                    "quorum_base",
                    models.CharField(
                        choices=[
                            ("in_term", "All deputies in term"),
                            ("present", "Deputies present"),
                            ("returned", "Ballots returned"),
                        ],
                        default="in_term",
                        max_length=10,
                    ),
                ),
                ("quorum_numerator", models.PositiveSmallIntegerField(default=2)),
                ("quorum_denominator", models.PositiveSmallIntegerField(default=3)),
                (
                    "over_vote",
                    models.CharField(
                        choices=[
                            ("ballot_invalid", "The whole ballot is invalid"),
                            ("approvals_void", "Its approvals count as abstentions"),
                        ],
                        default="ballot_invalid",
                        max_length=16,
                    ),
                ),
                (
                    "blank",
                    models.CharField(
                        choices=[
                            ("abstain", "A line without a mark is an abstention"),
                            ("not_counted", "A line without a mark counts for nothing"),
                            ("ballot_invalid", "A line without a mark makes the ballot invalid"),
                        ],
                        default="abstain",
                        max_length=16,
                    ),
                ),
                (
                    "tie",
                    models.CharField(
                        choices=[("run_off", "Run-off of the tied candidates"), ("leave_open", "The seat stays open")],
                        default="run_off",
                        max_length=10,
                    ),
                ),
                ("run_off_limit", models.PositiveSmallIntegerField(default=1)),
                (
                    "shortfall",
                    models.CharField(
                        choices=[
                            ("leave_open", "The remaining seats stay open"),
                            ("vote_again", "Vote again on the rest"),
                        ],
                        default="leave_open",
                        max_length=10,
                    ),
                ),
                (
                    "option_order",
                    models.CharField(
                        choices=[
                            ("list", "As on the list"),
                            ("lot", "Drawn by lot; the draw is recorded"),
                            ("rotated", "Rotated from ballot to ballot"),
                        ],
                        default="list",
                        max_length=10,
                    ),
                ),
                ("lot_seed", models.CharField(blank=True, max_length=32)),
                (
                    "remote_voting",
                    models.CharField(
                        choices=[
                            ("nobody", "Nobody"),
                            ("listed", "Deputies marked on the roll"),
                            ("everybody", "Every deputy on the roll"),
                        ],
                        default="nobody",
                        max_length=10,
                    ),
                ),
                ("publishes_counts", models.BooleanField(default=True)),
                ("has_substitutes", models.BooleanField(default=False)),
                (
                    "round",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="method", to="voting.round"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("scheme__in", ["plain", "sealed", "named"])),
                        name="voting_method_scheme_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("form__in", ["each", "at_most", "exactly"])),
                        name="voting_method_form_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("denominator__in", ["in_term", "present", "returned"])),
                        name="voting_method_denominator_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("over_vote__in", ["ballot_invalid", "approvals_void"])),
                        name="voting_method_over_vote_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("blank__in", ["abstain", "not_counted", "ballot_invalid"])),
                        name="voting_method_blank_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("tie__in", ["run_off", "leave_open"])), name="voting_method_tie_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("shortfall__in", ["leave_open", "vote_again"])),
                        name="voting_method_shortfall_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("option_order__in", ["list", "lot", "rotated"])),
                        name="voting_method_option_order_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("remote_voting__in", ["nobody", "listed", "everybody"])),
                        name="voting_method_remote_voting_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quorum_base__in", ["in_term", "present"])),
                        name="voting_method_quorum_base_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("threshold_denominator__gte", 1),
                            ("threshold_numerator__lte", models.F("threshold_denominator")),
                        ),
                        name="voting_method_threshold_is_share",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("is_strict", True), ("threshold_numerator__lt", models.F("threshold_denominator"))
                            ),
                            models.Q(("is_strict", False), ("threshold_numerator__gte", 1)),
                            _connector="OR",
                        ),
                        name="voting_method_majority_divides",
                        violation_error_message="This majority is reached by everybody or by nobody. Ask for more than 0, for less than all, or for at least all.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("quorum_denominator__gte", 1), ("quorum_numerator__lte", models.F("quorum_denominator"))
                        ),
                        name="voting_method_quorum_is_share",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("form", "each"), ("most_approvals__isnull", False), _connector="OR"),
                        name="voting_method_ticks_have_limit",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("scheme", "named"), _negated=True), ("publishes_counts", True), _connector="OR"
                        ),
                        name="voting_method_named_is_published",
                        violation_error_message="A vote by name is published with its ballots: publish the counts.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CountingOfficer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "duty",
                    models.CharField(
                        choices=[
                            ("chief_scrutineer", "Chief scrutineer"),
                            ("scrutineer", "Scrutineer"),
                            ("teller", "Teller"),
                        ],
                        max_length=16,
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="officers", to="voting.round"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("duty__in", ["chief_scrutineer", "scrutineer", "teller"])),
                        name="voting_countingofficer_duty_known",
                    ),
                    models.UniqueConstraint(fields=("round", "name"), name="voting_countingofficer_one_duty"),
                    models.UniqueConstraint(
                        condition=models.Q(("duty", "chief_scrutineer")),
                        fields=("round",),
                        name="voting_countingofficer_one_chief",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Ballot",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("marks", models.TextField()),
                ("receipt", models.CharField(blank=True, max_length=14)),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="ballots", to="voting.round"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("receipt", ""), _negated=True),
                        fields=("round", "receipt"),
                        name="voting_ballot_unique_receipt",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RoundResult",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("in_term", models.PositiveIntegerField()),
                ("present", models.PositiveIntegerField()),
                ("issued", models.PositiveIntegerField()),
                ("returned", models.PositiveIntegerField()),
                ("on_paper", models.PositiveIntegerField(default=0)),
                ("valid", models.PositiveIntegerField()),
                ("invalid", models.PositiveIntegerField()),
                ("blank", models.PositiveIntegerField()),
                ("not_voted", models.PositiveIntegerField()),
                ("needed", models.PositiveIntegerField()),
                ("is_quorate", models.BooleanField()),
                ("tied_seats", models.PositiveSmallIntegerField(default=0)),
                ("shortfall", models.PositiveSmallIntegerField(default=0)),
                (
                    "round",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="result", to="voting.round"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "returned",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("valid"), "+", models.F("invalid")
                                ),
                            ),
                            ("returned__lte", models.F("issued")),
                        ),
                        name="voting_roundresult_adds_up",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("on_paper__lte", models.F("returned"))),
                        name="voting_roundresult_papers_are_returned",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Substitution",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name_before", models.CharField(max_length=60)),
                ("reason", models.CharField(max_length=300)),
                ("substituted_at", models.DateTimeField()),
                (
                    "deputy_before",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="substitution", to="voting.rollentry"
                    ),
                ),
                (
                    "substitute",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "substituted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="voting_substitution_has_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("deputy_before", models.F("substitute")), _negated=True),
                        name="voting_substitution_is_somebody_else",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DeputiesInTerm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "deputies",
                    models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1)]),
                ),
                ("document", models.CharField(blank=True, max_length=200)),
                ("document_date", models.DateField(blank=True, null=True)),
                ("file_name", models.CharField(blank=True, max_length=200)),
                (
                    "kind",
                    models.CharField(
                        blank=True,
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
                ("content", models.BinaryField(null=True)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("stated_at", models.DateTimeField()),
                (
                    "round",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="in_term", to="voting.round"
                    ),
                ),
                (
                    "stated_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("document", ""), ("kind", "")),
                            models.Q(
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
                                ),
                                models.Q(("document", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="voting_deputiesinterm_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("deputies__gte", 1)), name="voting_deputiesinterm_is_a_congress"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("content__isnull", True),
                                ("document", ""),
                                ("document_date__isnull", True),
                                ("sha256", ""),
                            ),
                            models.Q(
                                models.Q(("document", ""), _negated=True),
                                ("content__isnull", False),
                                ("document_date__isnull", False),
                                ("sha256__regex", "^[0-9a-f]{64}$"),
                            ),
                            _connector="OR",
                        ),
                        name="voting_deputiesinterm_document_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SignedSheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                ("brought_at", models.DateTimeField()),
                (
                    "brought_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="signed_sheets", to="voting.round"
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
                        name="voting_signedsheet_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")), name="voting_signedsheet_hash_form"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="VoteOfficial",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("livelihood_office", "Livelihood office"),
                            ("department", "Department"),
                            ("implementing_unit", "Implementing unit"),
                            ("supervision_office", "Supervision office"),
                            ("deputy", "Deputy"),
                            ("cppcc_member", "CPPCC member"),
                            ("congress_staff", "Congress staff"),
                            ("chair", "Presiding officer"),
                            ("scrutineer", "Scrutineer"),
                            ("auditor", "Auditor"),
                            ("administrator", "Administrator"),
                        ],
                        max_length=20,
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("since_date", models.DateField()),
                ("confirmed_date", models.DateField(blank=True, null=True)),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="officials", to="voting.round"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "role__in",
                                [
                                    "livelihood_office",
                                    "department",
                                    "implementing_unit",
                                    "supervision_office",
                                    "deputy",
                                    "cppcc_member",
                                    "congress_staff",
                                    "chair",
                                    "scrutineer",
                                    "auditor",
                                    "administrator",
                                ],
                            )
                        ),
                        name="voting_voteofficial_role_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Kiosk",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60)),
                ("token_hash", models.CharField(max_length=64)),
                ("former_hash", models.CharField(blank=True, max_length=64)),
                ("opened_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                ("copied_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="kiosks", to="cycles.cycle"
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "revoked_by",
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
                        condition=models.Q(
                            models.Q(("revoked_at__isnull", True), ("revoked_by__isnull", True)),
                            models.Q(("revoked_at__isnull", False), ("revoked_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="voting_kiosk_revoked_paired",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LogCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("asked_at", models.DateTimeField()),
                ("place", models.CharField(blank=True, max_length=32)),
                (
                    "finding",
                    models.CharField(
                        choices=[
                            ("waiting", "Not looked at yet"),
                            ("gone", "Nothing is left"),
                            ("left", "Something is left"),
                            ("unreadable", "Could not be looked at"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("checked_at", models.DateTimeField(blank=True, null=True)),
                ("files", models.PositiveIntegerField(default=0)),
                ("pages", models.PositiveIntegerField(default=0)),
                ("copies", models.JSONField(blank=True, default=list)),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="log_checks", to="voting.round"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("finding__in", ["waiting", "gone", "left", "unreadable"])),
                        name="voting_logcheck_finding_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TwoPersonStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("lock_roll", "Lock the roll"),
                            ("open", "Open the vote"),
                            ("close", "Close the vote"),
                            ("announce", "Announce the result"),
                            ("void", "Declare the round void"),
                            ("move_to_paper", "Hold the whole round on paper"),
                        ],
                        max_length=14,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300)),
                ("absent", models.JSONField(blank=True, default=list)),
                ("proposed_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="voting.round"
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
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("step__in", ["lock_roll", "open", "close", "announce", "void", "move_to_paper"])
                        ),
                        name="voting_twopersonstep_step_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("confirmed_at__isnull", True), ("confirmed_by__isnull", True)),
                            models.Q(("confirmed_at__isnull", False), ("confirmed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="voting_twopersonstep_confirmed_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("withdrawn_at__isnull", True), ("withdrawn_by__isnull", True)),
                            models.Q(("withdrawn_at__isnull", False), ("withdrawn_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="voting_twopersonstep_withdrawn_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_by__isnull", True),
                            models.Q(("confirmed_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="voting_twopersonstep_takes_two",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_at__isnull", True), ("withdrawn_at__isnull", True), _connector="OR"
                        ),
                        name="voting_twopersonstep_one_end",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("confirmed_at__isnull", True), ("withdrawn_at__isnull", True)),
                        fields=("round",),
                        name="voting_twopersonstep_one_waiting",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UrnBallot",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("marks", models.TextField()),
                ("receipt", models.CharField(max_length=14)),
                ("repeat_digest", models.CharField(max_length=64)),
                (
                    "round",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="voting.round",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("round"),
                        django.db.models.functions.text.Left("marks", 86),
                        condition=models.Q(("receipt", "")),
                        name="voting_urnballot_own_key",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="KeyHalf",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("public_key", models.CharField(max_length=130)),
                ("drawn_at", models.DateTimeField()),
                ("tried_at", models.DateTimeField(blank=True, null=True)),
                ("handed_in_at", models.DateTimeField(blank=True, null=True)),
                (
                    "handed_in_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="halves", to="voting.round"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("handed_in_at__isnull", True), ("handed_in_by__isnull", True)),
                            models.Q(("handed_in_at__isnull", False), ("handed_in_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="voting_keyhalf_handed_in_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__in", (1, 2))), name="voting_keyhalf_one_of_two"
                    ),
                    models.UniqueConstraint(fields=("round", "number"), name="voting_keyhalf_unique_number"),
                    models.UniqueConstraint(fields=("round", "holder"), name="voting_keyhalf_one_each"),
                    models.UniqueConstraint(fields=("round", "handed_in_by"), name="voting_keyhalf_takes_two"),
                    models.UniqueConstraint(fields=("public_key",), name="voting_keyhalf_used_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="GivenHalf",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("given", models.TextField()),
                ("given_at", models.DateTimeField()),
                (
                    "given_by",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "half",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="waiting",
                        to="voting.keyhalf",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SealedBallot",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("envelope", models.TextField()),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sealed_ballots", to="voting.round"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="OptionResult",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("approve", models.PositiveIntegerField()),
                ("oppose", models.PositiveIntegerField()),
                ("abstain", models.PositiveIntegerField()),
                ("blank", models.PositiveIntegerField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("elected", "Chosen"),
                            ("tied", "Tied at the last seat"),
                            ("not_chosen", "Majority reached, but others had more approvals"),
                            ("not_passed", "Majority not reached"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "option",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="result", to="voting.option"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["elected", "tied", "not_chosen", "not_passed"])),
                        name="voting_optionresult_outcome_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PaperReading",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("hand", models.PositiveSmallIntegerField()),
                ("marks", models.TextField()),
                (
                    "teller",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "stack",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="readings", to="voting.paperstack"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1)), name="voting_paperreading_numbered_from_1"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("hand__in", (1, 2))), name="voting_paperreading_hand_known"
                    ),
                    models.UniqueConstraint(fields=("stack", "number", "hand"), name="voting_paperreading_two_hands"),
                    models.UniqueConstraint(
                        fields=("stack", "number", "teller"), name="voting_paperreading_two_people"
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="rollentry",
            constraint=models.UniqueConstraint(fields=("round", "deputy"), name="voting_rollentry_deputy_once"),
        ),
        migrations.AddConstraint(
            model_name="rollentry",
            constraint=models.UniqueConstraint(fields=("round", "number"), name="voting_rollentry_unique_number"),
        ),
    ]
