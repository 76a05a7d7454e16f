"""One set of filters for each list of the API."""

import django_filters as filters

from voting.models import Review, Round


class DecisionFilter(filters.FilterSet):
    """The year a decision belongs to: by the code of its area, and the year."""

    place = filters.CharFilter(field_name="cycle__area__code")
    year = filters.NumberFilter(field_name="cycle__year")


class RoundFilter(DecisionFilter):
    """Announced rounds."""

    class Meta:
        model = Round
        fields = ("kind",)


class ReviewFilter(DecisionFilter):
    """Adopted reviews."""

    class Meta:
        model = Review
        fields: list[str] = []
