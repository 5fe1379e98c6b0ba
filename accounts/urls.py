from django.urls import path

from accounts.views import account, devices, passkeys, sign_in

app_name = "accounts"
urlpatterns = [
    path("", account.account, name="account"),
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("code/", sign_in.code, name="code"),
    path("code/again/", sign_in.code_again, name="code_again"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("device/new/", devices.add_device, name="add_device"),
    path("passkey/new/", passkeys.add_passkey, name="add_passkey"),
    path("device/<uuid:pk>/remove/", devices.remove_device, name="remove_device"),
    path("recovery-codes/new/", devices.new_recovery_codes, name="new_recovery_codes"),
    path("sessions/end/", account.end_other_sessions, name="end_other_sessions"),
    path("sessions/end-all/", account.end_all_sessions, name="end_all_sessions"),
    path("sessions/<uuid:pk>/end/", account.end_session, name="end_session"),
    path("fresh-start/<uuid:user_id>/<str:link>/", passkeys.begin_anew, name="fresh_start"),
    path("password/", account.change_password, name="change_password"),
    path("forgotten/", account.forgotten_password, name="forgotten_password"),
    path("forgotten/sent/", account.link_sent, name="link_sent"),
    path("new-password/<uuid:user_id>/<str:token>/", account.new_password, name="new_password"),
]
