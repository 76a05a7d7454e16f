"""How the API names a year, alike in every room."""

from rest_framework import serializers

from livelihood.cycles.models import Cycle


class YearSerializer(serializers.ModelSerializer[Cycle]):
    """The year a row belongs to: code of its area, and the year."""

    area = serializers.CharField(source="area.code")

    class Meta:
        model = Cycle
        fields = ("area", "year")
