"""Addresses of what went wrong with information."""

from django.urls import path

from incidents import views

app_name = "incidents"

urlpatterns = [
    path("", views.incidents, name="incidents"),
    path("report/", views.report, name="report"),
    path("<uuid:pk>/", views.incident, name="incident"),
    path("<uuid:pk>/assess/", views.assess, name="assess"),
    path("<uuid:pk>/decide/", views.decide, name="decide"),
    path("<uuid:pk>/close/", views.close, name="close"),
    path("<uuid:pk>/add/", views.add, name="add"),
]
