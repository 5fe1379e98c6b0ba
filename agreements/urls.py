"""Addresses of the agreements."""

from django.urls import path

from agreements import views

app_name = "agreements"
urlpatterns = [
    path("agreements/", views.agreements, name="agreements"),
    path("agreements/<uuid:pk>/", views.agreement, name="agreement"),
]
