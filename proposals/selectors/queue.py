"""The queue of suggestions that wait for a check, and the words that offices look for."""

from livelihood.cycles.models import Cycle
from proposals.models import ListedWord, Suggestion
from proposals.states import Sign


def words_for(cycle: Cycle) -> list[ListedWord]:
    """Return the words that hold in the area of a year, those of the areas above it too, by kind and word."""
    rows = ListedWord.objects.filter(unlisted_at=None).select_related("area", "listed_by")
    return [one for one in rows.order_by("kind", "word", "pk") if one.area.contains(cycle.area)]


def word_at(cycle: Cycle, pk: int) -> ListedWord | None:
    """Return a word that the office of a year keeps."""
    return ListedWord.objects.filter(area=cycle.area_id, unlisted_at=None, pk=pk).first()


def signs_of(suggestion: Suggestion) -> list[str]:
    """Return in words what was seen in a suggestion that orders the queue."""
    weight = getattr(suggestion, "weight", None)
    return [str(Sign(one).label) for one in weight.signs] if weight else []
