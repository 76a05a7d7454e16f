import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import livelihood.accounts.models.people
import livelihood.kernel.fields
import livelihood.kernel.sealed


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("cycles", "0002_guards"),
    ]

    operations = [
        migrations.CreateModel(
            name="SentForm",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("location", models.TextField(blank=True)),
                ("kept_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="WrongCodes",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("count", models.PositiveIntegerField()),
                ("forgotten_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "username",
                    livelihood.kernel.fields.FoldedField(max_length=60, unique=True, verbose_name="user name"),
                ),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("mail", livelihood.kernel.sealed.SealedField(blank=True, verbose_name="mail address")),
                ("phone", livelihood.kernel.sealed.SealedField(blank=True, verbose_name="telephone")),
                ("session_number", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "area",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="people", to="cycles.area"
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
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", True), ("closed_by__isnull", True)),
                            models.Q(("closed_at__isnull", False), ("closed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="accounts_user_closed_paired",
                    ),
                    models.UniqueConstraint(
                        livelihood.accounts.models.people.LooksLike("username"),
                        name="accounts_user_looks_like_no_other",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Authenticator",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("secret", livelihood.kernel.sealed.SealedField()),
                ("added_at", models.DateTimeField()),
                ("last_step", models.BigIntegerField()),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="authenticator",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Leave",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(blank=True, null=True)),
                ("reason", models.CharField(max_length=200)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="leaves", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True),
                            (
                                "ends_on__gte",
                                models.ExpressionWrapper(
                                    models.F("starts_on") - models.Value(1), output_field=models.DateField()
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="accounts_leave_ends_after_start",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Mandate",
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
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("is_waiting", models.BooleanField(default=False)),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
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
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="mandates", to="cycles.area"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mandates",
                        to="cycles.organisation",
                    ),
                ),
                (
                    "stands_in_for",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stand_ins",
                        to="accounts.mandate",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mandates",
                        to=settings.AUTH_USER_MODEL,
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
                        name="accounts_mandate_role_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("confirmed_at__isnull", True), ("confirmed_by__isnull", True)),
                            models.Q(("confirmed_at__isnull", False), ("confirmed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="accounts_mandate_confirmed_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_waiting", False),
                            models.Q(
                                ("confirmed_at__isnull", True),
                                ("role__in", ("congress_staff", "chair", "scrutineer", "administrator")),
                            ),
                            _connector="OR",
                        ),
                        name="accounts_mandate_waits_for_second",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("given_by__isnull", True),
                            models.Q(("role__in", ("congress_staff", "chair", "scrutineer")), _negated=True),
                            ("is_waiting", True),
                            ("confirmed_by__isnull", False),
                            _connector="OR",
                        ),
                        name="accounts_mandate_takes_two",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_by__isnull", True),
                            models.Q(
                                models.Q(("confirmed_by", models.F("given_by")), _negated=True),
                                models.Q(("confirmed_by", models.F("user")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="accounts_mandate_confirmed_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("stands_in_for__isnull", True),
                            models.Q(
                                ("ends_on__isnull", False),
                                ("stands_in_for__isnull", False),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="accounts_mandate_stand_in_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                        ),
                        name="accounts_mandate_ends_after_start",
                    ),
                    models.UniqueConstraint(
                        fields=("user", "role", "area", "organisation", "starts_on"),
                        name="accounts_mandate_once",
                        nulls_distinct=False,
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Passkey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60)),
                ("credential_id", models.BinaryField(max_length=1023, unique=True)),
                ("public_key", models.BinaryField(max_length=4096)),
                ("sign_count", models.BigIntegerField()),
                ("added_at", models.DateTimeField()),
                ("last_used_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="passkeys",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ProviderLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("issuer", models.CharField(max_length=255)),
                ("subject", models.CharField(max_length=255)),
                ("linked_at", models.DateTimeField()),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="provider_link",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("issuer", "subject"), name="accounts_providerlink_one_person")
                ],
            },
        ),
        migrations.CreateModel(
            name="RecoveryCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code_hash", models.CharField(max_length=64, unique=True)),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recovery_codes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("code_hash__regex", "^[0-9a-f]{64}$")),
                        name="accounts_recoverycode_hash_form",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SignIn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("password", "Password"),
                            ("code", "One-time code"),
                            ("provider", "Identity provider"),
                        ],
                        max_length=10,
                    ),
                ),
                ("session_key", models.CharField(db_index=True, max_length=40)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sign_ins",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["user", "at"], name="accounts_signin_user")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("way__in", ["password", "code", "provider"])),
                        name="accounts_signin_way_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SignInCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_mailed", models.BooleanField()),
                ("code_hash", models.CharField(max_length=64, unique=True)),
                ("issued_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                (
                    "issued_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sign_in_codes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user", "is_mailed"), name="accounts_signincode_one_of_a_kind"),
                    models.CheckConstraint(
                        condition=models.Q(("code_hash__regex", "^[0-9a-f]{64}$")), name="accounts_signincode_hash_form"
                    ),
                ],
            },
        ),
    ]
