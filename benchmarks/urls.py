"""The portal's addresses, and a bare view to compare its inbox with."""

from django.urls import path

from benchmarks.bare import inbox
from isp_portal import urls

urlpatterns = [path("bare-inbox", inbox, name="bare_inbox"), *urls.urlpatterns]
