"""Pages of signing in, of one's own account, and of people and mandates."""

from livelihood.accounts.views.entering import code_enter, forgotten, sign_in, sign_out
from livelihood.accounts.views.factors import (
    authenticator_add,
    factors,
    factors_reset,
    form_send_again,
    passkey_add,
    passkey_remove,
    recovery_codes,
    second_factor,
)
from livelihood.accounts.views.mandates import (
    leave_end,
    leave_give,
    mandate_confirm,
    mandate_end,
    mandate_refuse,
    stand_in_name,
)
from livelihood.accounts.views.own import password_change, session_end, sessions_end
from livelihood.accounts.views.people import (
    account_close,
    account_reopen,
    code_issue,
    code_send,
    codes_print,
    person,
    person_add,
    person_edit,
    person_sessions_end,
    rights,
)
from livelihood.accounts.views.provider import provider_back, provider_start

__all__ = [
    "account_close",
    "account_reopen",
    "authenticator_add",
    "code_enter",
    "code_issue",
    "code_send",
    "codes_print",
    "factors",
    "factors_reset",
    "forgotten",
    "form_send_again",
    "leave_end",
    "leave_give",
    "mandate_confirm",
    "mandate_end",
    "mandate_refuse",
    "passkey_add",
    "passkey_remove",
    "password_change",
    "person",
    "person_add",
    "person_edit",
    "person_sessions_end",
    "provider_back",
    "provider_start",
    "recovery_codes",
    "rights",
    "second_factor",
    "session_end",
    "sessions_end",
    "sign_in",
    "sign_out",
    "stand_in_name",
]
