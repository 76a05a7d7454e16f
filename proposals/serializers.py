"""What the API says of letters, suggestions, needs and candidates; nothing of who sent a suggestion."""

from datetime import date

from rest_framework import serializers

from livelihood.cycles.serializers import YearSerializer
from proposals.models import Candidate, CostLine, LetterCorrection, Need, OpenLetter, Reply, Suggestion
from proposals.states import NEVER


class LetterCorrectionSerializer(serializers.ModelSerializer):
    """What a letter said until it was corrected, and why it was."""

    class Meta:
        model = LetterCorrection
        fields = (
            "number", "corrected_at", "reason", "title", "body", "signed_by", "document_number", "dated_on",
        )  # fmt: skip


class LetterSerializer(serializers.ModelSerializer):
    """A published letter as it is read now, with what it said before each correction."""

    cycle = YearSerializer()
    corrections = LetterCorrectionSerializer(many=True)

    class Meta:
        model = OpenLetter
        fields = (
            "id", "cycle", "title", "body", "signed_by", "document_number", "dated_on", "published_at", "source",
            "corrections",
        )  # fmt: skip


class ReplySerializer(serializers.ModelSerializer):
    """An answer. corrects: the one that it puts right, which is given too."""

    organisation = serializers.CharField(source="organisation.name_zh")
    progress = serializers.CharField(source="progress.name", default="")

    class Meta:
        model = Reply
        fields = ("id", "organisation", "replied_at", "text", "progress", "corrects", "why_corrected")


class SuggestionSerializer(serializers.ModelSerializer):
    """A published suggestion in its checked wording."""

    cycle = YearSerializer()
    title = serializers.CharField(source="public_title")
    matter = serializers.CharField(source="public_matter")
    wish = serializers.CharField(source="public_wish")
    aspect = serializers.IntegerField(source="aspect.number", default=None, allow_null=True)
    area = serializers.CharField(source="area.code")
    due_on = serializers.SerializerMethodField()
    replies = ReplySerializer(many=True)

    class Meta:
        model = Suggestion
        fields = (
            "id", "number", "cycle", "title", "matter", "wish", "aspect", "area", "channel", "received_at", "due_on",
            "answered_on", "replies",
        )  # fmt: skip

    def get_due_on(self, suggestion: Suggestion) -> date | None:
        """Return the day by which it is to be answered; None where there is none, or its sender is asked."""
        return suggestion.due_on if suggestion.due_on < NEVER else None


class NeedSerializer(serializers.ModelSerializer):
    """A need with the number of suggestions behind it."""

    cycle = YearSerializer()
    aspect = serializers.IntegerField(source="aspect.number", default=None, allow_null=True)
    area = serializers.CharField(source="area.code")
    suggestions = serializers.IntegerField(source="support")

    class Meta:
        model = Need
        fields = (
            "id", "number", "cycle", "title", "summary", "aspect", "area", "suggestions", "outcome", "reason", "source",
        )  # fmt: skip


class CostLineSerializer(serializers.ModelSerializer):
    """What one source pays, in units of 10,000 yuan."""

    class Meta:
        model = CostLine
        fields = ("source", "amount_wan")


class CandidateSerializer(serializers.ModelSerializer):
    """A candidate with what its feasibility sheet says."""

    cycle = YearSerializer()
    aspect = serializers.IntegerField(source="aspect.number")
    lead_organisation = serializers.CharField(source="lead_organisation.name_zh")
    needs = serializers.SerializerMethodField()
    people_served = serializers.IntegerField(source="sheet.people_served", default=None, allow_null=True)
    starts_on = serializers.DateField(source="sheet.starts_on", default=None, allow_null=True)
    finishes_on = serializers.DateField(source="sheet.finishes_on", default=None, allow_null=True)
    cost = CostLineSerializer(source="sheet.cost_lines", many=True, default=())

    class Meta:
        model = Candidate
        fields = (
            "id", "number", "cycle", "title", "summary", "place", "aspect", "lead_organisation", "kind", "state",
            "reason", "needs", "people_served", "starts_on", "finishes_on", "cost", "source",
        )  # fmt: skip

    def get_needs(self, candidate: Candidate) -> list[int]:
        """Return the numbers of the needs it answers."""
        return sorted(need.number for need in candidate.needs.all())
