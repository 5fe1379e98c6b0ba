"""Addresses of the directory, of agencies' people, and of invitations."""

from django.urls import path

from agencies.views import acting, attendance, directory, joining, people, resets

app_name = "agencies"
urlpatterns = [
    path("agencies/", directory.directory, name="directory"),
    path("agencies/add/", directory.add_agency, name="add_agency"),
    path("agencies/choose/", acting.choose, name="choose"),
    path("agencies/none/", acting.no_agency, name="no_agency"),
    path("agencies/<uuid:pk>/", directory.agency, name="agency"),
    path("agencies/<uuid:pk>/edit/", directory.edit_agency, name="edit_agency"),
    path("agencies/<uuid:pk>/desks/add/", directory.add_desk, name="add_desk"),
    path("agencies/desks/<uuid:pk>/edit/", directory.edit_desk, name="edit_desk"),
    path("agencies/desks/<uuid:pk>/times/", attendance.times, name="desk_times"),
    path("agencies/desks/<uuid:pk>/cover/", attendance.cover, name="desk_cover"),
    path("agencies/desks/<uuid:pk>/days/add/", attendance.add_period, name="add_period"),
    path("agencies/days/<uuid:pk>/remove/", attendance.remove_period, name="remove_period"),
    path("agencies/terms/", attendance.county_terms, name="county_terms"),
    path("agencies/terms/add/", attendance.add_county_term, name="add_county_term"),
    path("agencies/people/<uuid:pk>/away/", attendance.away, name="away"),
    path("agencies/away/<uuid:pk>/end/", attendance.end_absence, name="end_absence"),
    path("agencies/<uuid:pk>/people/", people.people, name="people"),
    path("agencies/<uuid:pk>/invite/", people.invite, name="invite"),
    path("agencies/people/<uuid:pk>/", people.member, name="member"),
    path("agencies/people/<uuid:pk>/roles/", people.roles, name="roles"),
    path("agencies/people/<uuid:pk>/authorise/", people.authorise, name="authorise"),
    path("agencies/people/<uuid:pk>/end/", people.end, name="end"),
    path("agencies/people/<uuid:pk>/lost-device/", resets.ask_reset, name="ask_reset"),
    path("agencies/lost-devices/", resets.resets, name="resets"),
    path("agencies/lost-devices/<uuid:pk>/", resets.reset, name="reset"),
    path("agencies/lost-devices/<uuid:pk>/agree/", resets.confirm_reset, name="confirm_reset"),
    path("agencies/lost-devices/<uuid:pk>/call-off/", resets.cancel_reset, name="cancel_reset"),
    path(
        "agencies/invitations/<uuid:pk>/cancel/", people.cancel_invitation, name="cancel_invitation"
    ),
    path("agencies/invitations/<uuid:pk>/send-again/", people.send_again, name="send_again"),
    path("join/<str:code>/", joining.join, name="join"),
    path("join/<str:code>/confirm/", joining.confirm, name="confirm"),
]
