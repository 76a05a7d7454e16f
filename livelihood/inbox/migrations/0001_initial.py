import datetime as dt

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="JournalRead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("through", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("came", "New work"),
                            ("undone", "Something of yours was changed or put back"),
                            ("due", "Something is due"),
                        ],
                        max_length=10,
                    ),
                ),
                ("key", models.CharField(max_length=100)),
                ("text", models.JSONField()),
                ("path", models.CharField(max_length=300)),
                ("told_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                ("digest_on", models.DateField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["user", "-told_at", "-id"], name="inbox_message_newest"),
                    models.Index(
                        condition=models.Q(("read_at__isnull", True)),
                        fields=["user", "told_at"],
                        name="inbox_message_unread",
                    ),
                    models.Index(fields=["told_at"], name="inbox_message_told"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["came", "undone", "due"])), name="inbox_message_kind_known"
                    ),
                    models.UniqueConstraint(fields=("user", "key"), name="inbox_message_told_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("path__startswith", "/"), models.Q(("path__startswith", "//"), _negated=True)
                        ),
                        name="inbox_message_leads_into_the_portal",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Preference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "how_often",
                    models.CharField(
                        choices=[("at_once", "At once"), ("daily", "Once a day"), ("never", "Never")],
                        default="daily",
                        max_length=10,
                    ),
                ),
                ("sms", models.BooleanField(default=False)),
                ("work", models.BooleanField(default=False)),
                ("quiet_from", models.TimeField(default=dt.time(20, 0))),
                ("quiet_until", models.TimeField(default=dt.time(8, 0))),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="preference",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("how_often__in", ["at_once", "daily", "never"])),
                        name="inbox_preference_how_often_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Sending",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "way",
                    models.CharField(
                        choices=[("mail", "Mail"), ("sms", "SMS"), ("work", "Work messenger")], max_length=10
                    ),
                ),
                ("day", models.DateField(blank=True, null=True)),
                ("send_after", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("begun_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("sent", "sent"),
                            ("refused", "not taken"),
                            ("stopped", "no longer wished"),
                            ("unknown", "interrupted, not sent again"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sendings",
                        to="inbox.message",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sendings",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=["send_after", "id"],
                        name="inbox_sending_waiting",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("way__in", ["mail", "sms", "work"])), name="inbox_sending_way_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["", "sent", "refused", "stopped", "unknown"])),
                        name="inbox_sending_outcome_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("outcome", "")),
                            models.Q(("ended_at__isnull", False), models.Q(("outcome", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="inbox_sending_ended_has_outcome",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("day__isnull", True), ("message__isnull", False)),
                            models.Q(("day__isnull", False), ("message__isnull", True)),
                            _connector="OR",
                        ),
                        name="inbox_sending_of_a_message_or_a_day",
                    ),
                    models.UniqueConstraint(fields=("message", "way"), name="inbox_sending_message_once"),
                    models.UniqueConstraint(fields=("user", "day", "way"), name="inbox_sending_day_once"),
                ],
            },
        ),
    ]
