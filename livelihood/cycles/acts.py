"""Acts upon areas, organisations and years as the journal codes them; `livelihood.portal.acts` has their words."""

from livelihood.audit.acts import Act


class CycleAct(Act):
    """Acts upon areas and years."""

    AREA_LOADED = "area.loaded"
    CYCLE_ADVANCED = "cycle.advanced"
    CYCLE_DATED = "cycle.dated"
    CYCLE_OPENED = "cycle.opened"
    ORGANISATION_CREATED = "organisation.created"
