"""What the API says of projects, indicators, standards, sites and figures."""

from rest_framework import serializers

from livelihood.cycles.serializers import YearSerializer
from projects.models import Indicator, IndicatorFigure, Project, Site, Standard, StandardLine


class ProjectSerializer(serializers.ModelSerializer):
    """A project of list one."""

    cycle = YearSerializer()
    aspect = serializers.IntegerField(source="aspect.number")
    lead_organisation = serializers.CharField(source="lead_organisation.name_zh", default=None, allow_null=True)

    class Meta:
        model = Project
        fields = (
            "id", "number", "cycle", "aspect", "title", "content", "kind", "lead_organisation", "candidate", "state",
            "source",
        )  # fmt: skip


class IndicatorSerializer(serializers.ModelSerializer):
    """What of a project is measured; target is null where none is published."""

    cycle = YearSerializer(source="project.cycle")

    class Meta:
        model = Indicator
        fields = ("id", "project", "cycle", "number", "name", "unit", "kind", "counted_by", "target", "source")


class StandardLineSerializer(serializers.ModelSerializer):
    """One requirement."""

    class Meta:
        model = StandardLine
        fields = ("number", "requirement", "measure", "required_value", "unit")


class StandardSerializer(serializers.ModelSerializer):
    """A standard of list two with its lines."""

    cycle = YearSerializer()
    lines = StandardLineSerializer(many=True)

    class Meta:
        model = Standard
        fields = ("id", "cycle", "title", "version", "lines", "source")


class SiteSerializer(serializers.ModelSerializer):
    """A site with its light and the reason of it."""

    cycle = YearSerializer()
    area = serializers.CharField(source="area.code")
    organisation = serializers.CharField(source="organisation.name_zh", default=None, allow_null=True)

    class Meta:
        model = Site
        fields = (
            "id", "key", "cycle", "project", "indicator", "standard", "area", "name", "address", "longitude",
            "latitude", "starts_on", "due_on", "organisation", "quantity_planned", "quantity_done", "reported_on",
            "state", "light", "light_reason", "source",
        )  # fmt: skip


class FigureSerializer(serializers.ModelSerializer):
    """What an indicator has come to in one area; rates keep numerator (done) and denominator (base)."""

    area = serializers.CharField(source="area.code")

    class Meta:
        model = IndicatorFigure
        fields = ("id", "indicator", "area", "base", *IndicatorFigure.COUNTED)
