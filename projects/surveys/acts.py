"""Acts upon surveys as the journal codes them; `livelihood.portal.acts` has their words."""

from livelihood.audit.acts import Act


class SurveyAct(Act):
    """Acts upon surveys."""

    SATISFACTION_PUBLISHED = "satisfaction.published"
    SURVEY_CLOSED = "survey.closed"
    SURVEY_CREATED = "survey.created"
    SURVEY_FROZEN = "survey.frozen"
    SURVEY_INVITATIONS_DRAWN = "survey.invitations_drawn"
    SURVEY_OPENED = "survey.opened"
    SURVEY_RECOUNT_REQUESTED = "survey.recount_requested"
