"""What the API says of announced rounds and of reviews; nothing of who voted, signed in or spoke."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from livelihood.cycles.serializers import YearSerializer
from voting.models import Method, Opinion, Option, Review, ReviewItem, Revision, Round, RoundResult, SignedSheet


class MethodSerializer(serializers.ModelSerializer):
    """The rules of a round."""

    class Meta:
        model = Method
        fields = (
            "scheme", "form", "most_approvals", "denominator", "threshold_numerator", "threshold_denominator",
            "is_strict", "quorum_base", "quorum_numerator", "quorum_denominator", "over_vote", "blank", "tie",
            "run_off_limit", "shortfall", "option_order", "lot_seed", "remote_voting", "publishes_counts",
            "has_substitutes",
        )  # fmt: skip


class FiguresSerializer(serializers.ModelSerializer):
    """The figures of a round: three denominators, ballots, what is needed and what stayed open.

    issued, returned: all ballots; on_paper: those of returned that were on paper.
    """

    class Meta:
        model = RoundResult
        fields = (
            "in_term", "present", "issued", "returned", "on_paper", "valid", "invalid", "blank", "not_voted", "needed",
            "is_quorate", "tied_seats", "shortfall",
        )  # fmt: skip


class OptionSerializer(serializers.ModelSerializer):
    """A candidate of a round with its outcome; counts are null where the session does not publish them."""

    aspect = serializers.IntegerField(source="aspect.number")
    outcome = serializers.CharField(source="result.outcome")
    approve = serializers.SerializerMethodField()
    oppose = serializers.SerializerMethodField()
    abstain = serializers.SerializerMethodField()
    no_mark = serializers.SerializerMethodField()

    class Meta:
        model = Option
        fields = (
            "candidate", "number", "position", "title", "place", "aspect", "cost_wan", "outcome",
            "approve", "oppose", "abstain", "no_mark",
        )  # fmt: skip

    def get_approve(self, option: Option) -> int | None:
        """Return the approvals, if counts are published."""
        return self._published(option, option.result.approve)

    def get_oppose(self, option: Option) -> int | None:
        """Return the oppositions, if counts are published."""
        return self._published(option, option.result.oppose)

    def get_abstain(self, option: Option) -> int | None:
        """Return the abstentions, if counts are published."""
        return self._published(option, option.result.abstain)

    def get_no_mark(self, option: Option) -> int | None:
        """Return the lines without a mark that count for nothing, if counts are published."""
        return self._published(option, option.result.blank)

    def _published(self, option: Option, count: int) -> int | None:
        return count if option.round.method.publishes_counts else None


class SignedSheetSerializer(serializers.ModelSerializer):
    """A scan of the signed tally sheet, which the congress keeps: its hash, and when it was brought."""

    class Meta:
        model = SignedSheet
        fields = ("sha256", "brought_at")


class RoundSerializer(serializers.ModelSerializer):
    """An announced round. is_on_paper: all its ballots were on paper.

    signed_sheets: all scans that were ever brought, in order; the last counts.
    """

    cycle = YearSerializer()
    rules = MethodSerializer(source="method")
    figures = FiguresSerializer(source="result")
    options = OptionSerializer(many=True)
    signed_sheets = SignedSheetSerializer(many=True)

    class Meta:
        model = Round
        fields = (
            "id", "cycle", "number", "kind", "parent", "title", "seats", "is_on_paper", "announced_at",
            "announcement_number", "signed_sheets", "rules", "figures", "options", "source",
        )  # fmt: skip


class ReviewItemSerializer(serializers.ModelSerializer):
    """An item of a reviewed list; `left_out_reason` is empty where it was adopted."""

    aspect = serializers.IntegerField(source="aspect.number")

    class Meta:
        model = ReviewItem
        fields = ("candidate", "number", "title", "place", "aspect", "left_out_reason", "source")


class OpinionSerializer(serializers.ModelSerializer):
    """An opinion with its answer."""

    items: Any = serializers.SlugRelatedField("number", many=True, read_only=True)

    class Meta:
        model = Opinion
        fields = ("body", "delegation", "items", "text", "answer", "change", "source")


class RevisionSerializer(serializers.ModelSerializer):
    """A change of the list between submission and adoption: what it said before and after, and why."""

    item = serializers.IntegerField(source="item.number")

    class Meta:
        model = Revision
        fields = ("item", "kind", "before", "after", "reason", "opinion", "revised_at")


class ReviewSerializer(serializers.ModelSerializer):
    """An adopted list with what was said of it."""

    cycle = YearSerializer()
    items = ReviewItemSerializer(many=True)
    opinions = OpinionSerializer(many=True)
    revisions = serializers.SerializerMethodField()

    class Meta:
        model = Review
        fields = ("id", "cycle", "session", "document", "adopted_date", "items", "opinions", "revisions", "source")

    @extend_schema_field(RevisionSerializer(many=True))
    def get_revisions(self, review: Review) -> Any:
        """Return the revisions of all items, oldest first."""
        rows = [revision for item in review.items.all() for revision in item.revisions.all()]
        return RevisionSerializer(sorted(rows, key=lambda row: row.pk), many=True).data
