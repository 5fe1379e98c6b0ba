"""Addresses of the log and of what could not be sent."""

from django.urls import path

from oversight.views import expiry, log, post

app_name = "oversight"
urlpatterns = [
    path("oversight/log/", log.log, name="log"),
    path("oversight/log/download/", log.download, name="download"),
    path("oversight/log/changes/<uuid:pk>/", log.change, name="change"),
    path("oversight/log/looks/<uuid:pk>/", log.look, name="look"),
    path("oversight/post/", post.post, name="post"),
    path("oversight/post/retry/", post.retry_all, name="retry_all"),
    path("oversight/post/<uuid:pk>/", post.message, name="message"),
    path("oversight/post/<uuid:pk>/retry/", post.retry, name="retry"),
    path("oversight/post/<uuid:pk>/give-up/", post.give_up, name="give_up"),
    path("oversight/expiry/", expiry.expiry, name="expiry"),
    path("oversight/expiry/propose/", expiry.propose, name="propose_expiry"),
    path("oversight/expiry/<uuid:pk>/approve/", expiry.approve, name="approve_expiry"),
]
