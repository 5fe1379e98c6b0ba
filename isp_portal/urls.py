"""Every address of the portal. Each view names its policy or is marked public."""

from django.conf import settings
from django.urls import include, path

from isp_portal import gallery, health, information
from sharing.views import home

urlpatterns = [
    path("", home.home, name="home"),
    path("health/live", health.live, name="live"),
    path("health/ready", health.ready, name="ready"),
    path("help/", information.help_page, name="help"),
    path("privacy/", information.privacy, name="privacy"),
    path("accessibility/", information.accessibility, name="accessibility"),
    path("account/", include("accounts.urls")),
    path("", include("agencies.urls")),
    path("", include("agreements.urls")),
    path("", include("guidance.urls")),
    path("incidents/", include("incidents.urls")),
    path("", include("sharing.urls")),
    path("", include("oversight.urls")),
]

if settings.DEMO:
    urlpatterns += gallery.urlpatterns

handler400 = "isp_portal.errors.bad_request"
handler403 = "isp_portal.errors.permission_denied"
handler404 = "isp_portal.errors.page_not_found"
handler500 = "isp_portal.errors.server_error"
