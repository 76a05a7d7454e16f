"""Addresses of signing in, of one's own account, and of people and mandates."""

from django.urls import path

from livelihood.accounts import views

app_name = "accounts"

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-in/code/", views.code_enter, name="code_enter"),
    path("sign-in/forgotten/", views.forgotten, name="forgotten"),
    path("sign-in/provider/", views.provider_start, name="provider_start"),
    path("sign-in/provider/back/", views.provider_back, name="provider_back"),
    path("sign-in/second/", views.second_factor, name="second_factor"),
    path("sign-in/second/form/", views.form_send_again, name="form_send_again"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("account/password/", views.password_change, name="password_change"),
    path("account/sign-ins/end/", views.sessions_end, name="sessions_end"),
    path("account/sign-ins/<int:pk>/end/", views.session_end, name="session_end"),
    path("account/factors/", views.factors, name="factors"),
    path("account/factors/authenticator/", views.authenticator_add, name="authenticator_add"),
    path("account/factors/passkey/", views.passkey_add, name="passkey_add"),
    path("account/factors/passkey/<int:pk>/remove/", views.passkey_remove, name="passkey_remove"),
    path("account/factors/recovery/", views.recovery_codes, name="recovery_codes"),
    path("desk/rights/", views.rights, name="rights"),
    path("desk/<slug:area>/people/add/", views.person_add, name="person_add"),
    path("desk/<slug:area>/people/codes/", views.codes_print, name="codes_print"),
    path("desk/<slug:area>/people/<int:pk>/", views.person, name="person"),
    path("desk/<slug:area>/people/<int:pk>/edit/", views.person_edit, name="person_edit"),
    path("desk/<slug:area>/people/<int:pk>/code/", views.code_issue, name="code_issue"),
    path("desk/<slug:area>/people/<int:pk>/code/mail/", views.code_send, name="code_send"),
    path("desk/<slug:area>/people/<int:pk>/sign-ins/end/", views.person_sessions_end, name="person_sessions_end"),
    path("desk/<slug:area>/people/<int:pk>/factors/reset/", views.factors_reset, name="factors_reset"),
    path("desk/<slug:area>/people/<int:pk>/close/", views.account_close, name="account_close"),
    path("desk/<slug:area>/people/<int:pk>/reopen/", views.account_reopen, name="account_reopen"),
    path("desk/<slug:area>/people/<int:pk>/leave/", views.leave_give, name="leave_give"),
    path("desk/<slug:area>/people/<int:pk>/leave/<int:leave>/end/", views.leave_end, name="leave_end"),
    path("desk/<slug:area>/mandates/<int:pk>/end/", views.mandate_end, name="mandate_end"),
    path("desk/<slug:area>/mandates/<int:pk>/confirm/", views.mandate_confirm, name="mandate_confirm"),
    path("desk/<slug:area>/mandates/<int:pk>/refuse/", views.mandate_refuse, name="mandate_refuse"),
    path("desk/<slug:area>/mandates/<int:pk>/stand-in/", views.stand_in_name, name="stand_in_name"),
]
