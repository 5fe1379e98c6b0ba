"""Every address of the portal. Each view names its policy or is marked public."""

from django.urls import include, path

from isp_portal import health

urlpatterns = [
    path("health/live", health.live, name="live"),
    path("health/ready", health.ready, name="ready"),
]

handler400 = "isp_portal.errors.bad_request"
handler403 = "isp_portal.errors.permission_denied"
handler404 = "isp_portal.errors.page_not_found"
handler500 = "isp_portal.errors.server_error"
