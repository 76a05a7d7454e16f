"""Candidates that are not frozen go over when an organisation is merged into another."""

from django.db import transaction

from livelihood.cycles.models import Cycle, Organisation
from livelihood.cycles.states import Phase
from proposals.models import Candidate, CandidateList


@transaction.atomic
def move_organisation(*, old: Organisation, new: Organisation) -> dict[str, list[int]]:
    """Let another organisation lead the candidates of years that are not closed; return their keys.

    A frozen list names who led it then. Part of merging, which asks the rule and writes the journal.
    """
    rows = Candidate.objects.filter(lead_organisation=old).exclude(cycle__phase=Phase.CLOSED)
    rows = rows.exclude(cycle__in=CandidateList.objects.values("cycle"))
    cycles = Cycle.objects.select_for_update(no_key=True).filter(pk__in=rows.values("cycle")).order_by("pk")
    held = [cycle.pk for cycle in cycles if cycle.phase != Phase.CLOSED]
    keys = list(rows.filter(cycle__in=held).select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    Candidate.objects.filter(pk__in=keys).update(lead_organisation=new)
    return {"candidates": keys}
