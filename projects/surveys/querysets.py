"""Filters over surveys, and the two statements Django has no words for."""

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import connection, models

from livelihood.cycles.models import Cycle
from projects.surveys.states import SurveyState

if TYPE_CHECKING:
    from projects.surveys.models import Response, Survey  # noqa: F401 -- named in strings below


class SurveyQuerySet(models.QuerySet["Survey"]):
    """Chains of questions about surveys."""

    def for_cycle(self, cycle: Cycle) -> Self:
        return self.filter(cycle=cycle)

    def public(self) -> Self:
        """Keep what citizens may know of: everything that was opened."""
        return self.exclude(state=SurveyState.DRAFT)

    def answerable(self, day: date) -> Self:
        """Keep what may be answered on this day: of a year, one survey about each kind of thing."""
        return self.filter(state=SurveyState.OPEN, opens_on__lte=day, closes_on__gte=day)

    def held_open(self, pk: int) -> "Survey | None":
        """Return the survey if it is open, and keep it open until the end of the transaction.

        A shared lock on the key: many answers hold it at once, and closing (FOR UPDATE) waits for them all.
        """
        # Not by the ORM: it has no FOR KEY SHARE.
        statement = "SELECT * FROM surveys_survey WHERE id = %s AND state = %s FOR KEY SHARE"
        held: Survey | None = next(iter(self.raw(statement, [pk, SurveyState.OPEN])), None)
        return held


class ResponseQuerySet(models.QuerySet["Response"]):
    """What is done to answers as a whole."""

    def rewrite_in_random_order(self, survey: "Survey") -> None:
        """Write all answers of a survey once more, in random order and under new keys, so that rows tell no order."""
        with connection.cursor() as cursor:
            # Not by the ORM: a function of the database, as the application may take no answer away.
            cursor.execute("SELECT surveys_mix_responses(%s)", [survey.pk])
