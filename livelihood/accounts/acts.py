"""Acts upon people as the journal codes them; `livelihood.portal.acts` has their words."""

from livelihood.audit.acts import Act


class AccountAct(Act):
    """Acts upon people and their mandates."""

    MANDATE_ENDED = "mandate.ended"
    MANDATE_GIVEN = "mandate.given"
    USER_CREATED = "user.created"
