"""Areas and cycles under /api/v1/."""

from typing import Any

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.viewsets import ViewSetMixin

from livelihood.cycles.models import Adoption, Area, Cycle, PhasePeriod
from livelihood.cycles.states import Phase
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


class AdoptionSerializer(serializers.ModelSerializer[Adoption]):
    """The decision of a list that was decided elsewhere. sha256: of its file."""

    class Meta:
        model = Adoption
        fields = ("decided_by", "number", "decided_on", "sha256")


class CycleSerializer(serializers.ModelSerializer[Cycle]):
    """One area's year."""

    area = AreaSerializer(read_only=True)
    periods = PeriodSerializer(many=True, read_only=True)
    adoption = serializers.SerializerMethodField()

    class Meta:
        model = Cycle
        fields = ("id", "area", "year", "decision_mode", "phase", "is_demo", "periods", "adoption")

    @extend_schema_field(AdoptionSerializer(allow_null=True))
    def get_adoption(self, cycle: Cycle) -> Any:
        """Return the decision of a list that was decided elsewhere, as it was corrected last."""
        adoptions = [one for one in cycle.adoptions.all() if one.withdrawn_at is None]
        return AdoptionSerializer(adoptions[-1], context=self.context).data if adoptions else None


class CycleViewSet(PublicReadViewSet):
    """Cycles that have begun, newest first."""

    queryset = (
        Cycle.objects.exclude(phase=Phase.DRAFT)
        .select_related("area__parent", "area__successor")
        .prefetch_related("periods", Prefetch("adoptions", Adoption.objects.defer("content").order_by("pk")))
    )
    serializer_class = CycleSerializer
    filterset_class = CycleFilter
    keyset = ("-year", "-pk")


ENDPOINTS: list[tuple[str, type[ViewSetMixin]]] = [("areas", AreaViewSet), ("cycles", CycleViewSet)]
