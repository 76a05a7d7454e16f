"""Acts upon areas, organisations and years as the journal codes them; `livelihood.portal.acts` has their words."""

from livelihood.audit.acts import Act


class CycleAct(Act):
    """Acts upon areas, organisations and years."""

    AREA_ADDED = "area.added"
    AREA_ENDED = "area.ended"
    AREA_LOADED = "area.loaded"
    AREA_RENAMED = "area.renamed"
    AREA_REVISED = "area.revised"
    CYCLE_ADOPTED = "cycle.adopted"
    CYCLE_ADOPTION_CORRECTED = "cycle.adoption_corrected"
    CYCLE_ADOPTION_WITHDRAWN = "cycle.adoption_withdrawn"
    CYCLE_ADVANCED = "cycle.advanced"
    CYCLE_BEGUN = "cycle.begun"
    CYCLE_DATED = "cycle.dated"
    CYCLE_DISCARDED = "cycle.discarded"
    CYCLE_EDITED = "cycle.edited"
    CYCLE_OPENED = "cycle.opened"
    CYCLE_TAKEN_BACK = "cycle.taken_back"
    ORGANISATION_CREATED = "organisation.created"
    ORGANISATION_ENDED = "organisation.ended"
    ORGANISATION_MERGED = "organisation.merged"
    ORGANISATION_RENAMED = "organisation.renamed"
    ORGANISATION_REVISED = "organisation.revised"
