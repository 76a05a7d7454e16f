"""Areas and cycles under /api/v1/."""

from rest_framework import serializers
from rest_framework.viewsets import ViewSetMixin

from livelihood.cycles.models import Area, Cycle, PhasePeriod
from livelihood.portal.filters import AreaFilter, CycleFilter
from livelihood.web.viewsets import PublicReadViewSet


class AreaSerializer(serializers.ModelSerializer[Area]):
    """An area with its GB/T 2260 code; one that has ended says until when, and into which it was merged."""

    parent_code = serializers.CharField(source="parent.code", read_only=True, allow_null=True, default=None)
    successor_code = serializers.CharField(source="successor.code", read_only=True, allow_null=True, default=None)

    class Meta:
        model = Area
        fields = (
            "code", "slug", "level", "name_zh", "name_en", "parent_code", "longitude", "latitude", "valid_from",
            "valid_to", "successor_code", "source",
        )  # fmt: skip


class AreaViewSet(PublicReadViewSet):
    """Areas of all four levels, by code."""

    queryset = Area.objects.select_related("parent", "successor")
    serializer_class = AreaSerializer
    filterset_class = AreaFilter
    lookup_field = "code"
    keyset = ("code",)


class PeriodSerializer(serializers.ModelSerializer[PhasePeriod]):
    """The planned dates of a phase, both days included."""

    class Meta:
        model = PhasePeriod
        fields = ("phase", "starts_on", "ends_on")


class CycleSerializer(serializers.ModelSerializer[Cycle]):
    """One area's year."""

    area = AreaSerializer(read_only=True)
    periods = PeriodSerializer(many=True, read_only=True)

    class Meta:
        model = Cycle
        fields = ("id", "area", "year", "decision_mode", "phase", "is_demo", "periods")


class CycleViewSet(PublicReadViewSet):
    """Cycles, newest first."""

    queryset = Cycle.objects.select_related("area__parent", "area__successor").prefetch_related("periods")
    serializer_class = CycleSerializer
    filterset_class = CycleFilter
    keyset = ("-year", "-pk")


ENDPOINTS: list[tuple[str, type[ViewSetMixin]]] = [("areas", AreaViewSet), ("cycles", CycleViewSet)]
