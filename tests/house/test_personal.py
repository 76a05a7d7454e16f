"""Every field that holds something of a person stands in a kind of personal data, with its purpose and its period."""

import re

import pytest
from django.apps import apps
from django.db import models
from django.db.models import Model

from livelihood.kernel.personal import kinds
from livelihood.kernel.sealed import SealedBytesField, SealedField
from tests.factories.frame import NOW
from tests.house.test_models import OURS

OF_PERSONS = {
    "address", "code", "comment", "contact", "credential", "delegation", "email", "hash", "ip", "key", "mail", "marks",
    "name", "password", "phone", "secret", "session", "speaker", "subject", "telephone", "user", "username", "agent",
}  # fmt: skip
"""Words in the name of a field that make it one that may hold something of a person."""

OTHERWISE = {
    **dict.fromkeys(("audit.Entry.subject_type", "audit.Entry.subject_id"), "an object"),
    **{f"cycles.{model}.{name}": "a place, an office or an aspect"
       for model in ("Area", "FormerAreaName", "Organisation", "FormerOrganisationName", "Aspect")
       for name in ("name_zh", "name_en")},
    "cycles.Area.code": "a place", "cycles.OrganisationAlias.name": "an office",
    "voting.DeputiesInTerm.file_name": "a decision", "voting.SignedSheet.file_name": "a sheet",
    "cycles.Adoption.file_name": "a decision", "imports.Import.file_name": "a sheet",
    **{f"axes.{model}": "nothing: switched off, and the application may not write there (accounts/rights.sql)"
       for model in ("AccessLog.username", "AccessLog.ip_address", "AccessLog.user_agent", "AccessLog.session_hash",
                     "AccessFailureLog.username", "AccessFailureLog.ip_address", "AccessFailureLog.user_agent")},
    "accounts.User.session_number": "a count", "proposals.Suggestion.has_contact": "that there is one",
    **dict.fromkeys(("imprint.SettingVersion.key", "privacy.Forgetting.key", "privacy.RetentionPeriod.key"), "a kind"),
    **dict.fromkeys(("projects.ProgressReport.idempotency_key", "proposals.Suggestion.idempotency_key"), "one sending"),
    **{f"projects.Site.{name}": "a site" for name in ("address", "key", "key_folded", "name")},
    **{f"reports.AnnouncedSite.{name}": "a site" for name in ("indicator_name", "key", "name", "organisation_name")},
    "projects.Indicator.name": "an indicator", "reports.ReportFile.name": "a report", "surveys.Draw.key": "a draw",
    "surveys.PublishedGrade.subject": "a thing", "voting.Review.session": "a meeting",
    **{f"voting.Kiosk.{name}": "a machine" for name in ("name", "token_hash", "former_hash")},
    "voting.Round.session": "a meeting", "voting.Round.hall_code": "a hall",
    **{f"voting.{model}.marks": "a secret vote, beside no name" for model in ("Ballot", "UrnBallot", "PaperReading")},
}  # fmt: skip
"""Fields that hold nothing of a person although their name sounds like it, and what they are of."""

REACHING = {"phone", "telephone", "mobile", "mail", "email", "contact"}
"""Words in the name of a text by which somebody could be reached: it is kept sealed, and so are sheets."""

OPEN = {"cycles.Organisation.contact", "cycles.Organisation.phone"}
"""Of an office, which is public: who is to be asked there, and its number."""

MODELS: list[type[Model]] = [
    model for label in (*OURS, "lists", "sessions", "axes") for model in apps.get_app_config(label).get_models()
]
DECLARED = {field for kind in kinds().values() for field in kind.fields}


def fields() -> dict[str, set[str]]:
    """Return every field of our tables that is no relation → the words of its name."""
    return {
        f"{model._meta.app_label}.{model.__name__}.{field.name}": set(re.split("_", field.name))
        for model in MODELS
        for field in model._meta.local_fields
        if not field.is_relation
    }


def test_every_field_that_sounds_of_a_person_is_declared():
    sounding = {name for name, words in fields().items() if words & OF_PERSONS}

    assert sorted(sounding - DECLARED - set(OTHERWISE)) == []


def test_every_text_by_which_somebody_is_reached_is_kept_sealed():
    fields = {
        f"{model._meta.app_label}.{model.__name__}.{field.name}": field
        for model in MODELS
        for field in model._meta.local_fields
    }
    texts = {
        name
        for name, field in fields.items()
        if isinstance(field, models.CharField | models.TextField) and REACHING & set(re.split(r"[._]", name)[2:])
    }
    of_sheets = {name for name in DECLARED if name.startswith(("imports.", "lists."))}

    assert {name for name in texts | of_sheets if not isinstance(fields[name], (SealedField, SealedBytesField))} == OPEN


def test_what_is_declared_is_there_and_nothing_is_excused_twice():
    assert sorted((DECLARED | set(OTHERWISE)) - set(fields())) == []
    assert DECLARED & set(OTHERWISE) == set()


@pytest.mark.django_db
@pytest.mark.parametrize("key", kinds())
def test_a_kind_says_what_for_and_how_long(key: str):
    kind = kinds()[key]

    assert all(str(text).strip() for text in (kind.label, kind.purpose, kind.readers))
    assert kind.fields
    assert bool(kind.period) != bool(kind.kept)
    if kind.period:
        assert 0 < kind.period.least <= kind.period.days <= kind.period.most
        assert str(kind.period.begins)
    assert kind.over(1, NOW).count() == 0
