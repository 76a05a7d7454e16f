"""How the API writes surveys and their counts."""

from rest_framework import serializers

from livelihood.cycles.serializers import YearSerializer
from projects.surveys.models import Aggregate, Survey


class SurveySerializer(serializers.ModelSerializer):
    """A survey that was opened."""

    cycle = YearSerializer(read_only=True)

    class Meta:
        model = Survey
        fields = ("id", "cycle", "target", "title", "opens_on", "closes_on", "state", "smallest_shown")


class AggregateSerializer(serializers.ModelSerializer):
    """The three counts of one scope through one channel; shares are left to who uses them, with `smallest_shown`."""

    class Meta:
        model = Aggregate
        fields = (
            "id",
            "survey",
            "project",
            "site",
            "channel",
            "satisfied",
            "basically_satisfied",
            "dissatisfied",
            "n",
            "counted_at",
        )
