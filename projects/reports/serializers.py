"""What the API says of announcements and reports."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from livelihood.cycles.serializers import YearSerializer
from projects.reports.models import AnnouncedSite, Announcement, Report, ReportFile


class AnnouncementSerializer(serializers.ModelSerializer):
    """An announcement: its projects as told; its sites have an endpoint of their own."""

    cycle = YearSerializer(read_only=True)

    class Meta:
        model = Announcement
        fields = ("id", "cycle", "digest", "published_at", "content")


class AnnouncedSiteSerializer(serializers.ModelSerializer):
    """A site as announced."""

    area = serializers.CharField(source="area.code", read_only=True)

    class Meta:
        model = AnnouncedSite
        fields = (
            "id",
            "announcement",
            "site",
            "area",
            "project_number",
            "indicator_name",
            "key",
            "name",
            "organisation_name",
            "unit",
            "quantity_planned",
            "quantity_done",
            "due_on",
            "accepted_on",
            "state",
            "reason",
            "note",
        )


class ReportFileSerializer(serializers.ModelSerializer):
    """A file of a report, with what proves that it is the one."""

    class Meta:
        model = ReportFile
        fields = ("file_format", "digest", "size")


class ReportSerializer(serializers.ModelSerializer):
    """A finished report with its frozen figures."""

    cycle = YearSerializer(read_only=True)
    figures = serializers.SerializerMethodField()
    files = ReportFileSerializer(many=True, read_only=True)

    class Meta:
        model = Report
        fields = ("id", "cycle", "kind", "language", "fingerprint", "requested_at", "figures", "files")

    @extend_schema_field(dict[str, Any])
    def get_figures(self, report: Report) -> dict[str, Any]:
        """Return the figures as frozen."""
        figures: dict[str, Any] = report.figures
        return figures
