"""Acts upon people as the journal codes them; `livelihood.portal.acts` has their words."""

from livelihood.audit.acts import Act


class AccountAct(Act):
    """Acts upon people, their mandates and their ways in."""

    ACCESS_REFUSED = "user.access_refused"
    CODE_ASKED_FOR = "user.code_asked_for"
    CODE_ISSUED = "user.code_issued"
    CODE_USED = "user.code_used"
    FACTOR_ADDED = "user.factor_added"
    FACTOR_REMOVED = "user.factor_removed"
    FACTORS_RESET = "user.factors_reset"
    LEAVE_ENDED = "leave.ended"
    LEAVE_GIVEN = "leave.given"
    MANDATE_CONFIRMED = "mandate.confirmed"
    MANDATE_ENDED = "mandate.ended"
    MANDATE_GIVEN = "mandate.given"
    MANDATE_REFUSED = "mandate.refused"
    MANDATE_TAKEN_BACK = "mandate.taken_back"
    MANDATE_STAND_IN_NAMED = "mandate.stand_in_named"
    MANDATE_WITHDRAWN = "mandate.withdrawn"
    PASSWORD_CHANGED = "user.password_changed"  # noqa: S105 -- a code of the journal
    PROVIDER_LINKED = "user.provider_linked"
    RECOVERY_CODE_USED = "user.recovery_code_used"
    RECOVERY_CODES_MADE = "user.recovery_codes_made"
    SESSIONS_ENDED = "user.sessions_ended"
    SIGNED_IN = "user.signed_in"
    SIGN_IN_CLOSED = "user.sign_in_closed"
    SIGN_IN_REFUSED = "user.sign_in_refused"
    USER_CHANGED = "user.changed"
    USER_CLOSED = "user.closed"
    USER_CREATED = "user.created"
    USER_REOPENED = "user.reopened"
    USER_TAKEN_BACK = "user.taken_back"
