"""Addresses of guidance and advice."""

from django.urls import path

from guidance import views

app_name = "guidance"

urlpatterns = [
    path("guidance/", views.guidance, name="guidance"),
    path("guidance/<slug:topic>/", views.topic, name="topic"),
    path("guidance/<slug:topic>/<slug:version>/", views.topic, name="version"),
    path("advice/", views.advices, name="advices"),
    path("advice/new/", views.ask_lead, name="ask_lead"),
    path("advice/<uuid:pk>/", views.advice, name="advice"),
    path("advice/<uuid:pk>/answer/", views.answer_advice, name="answer_advice"),
]
