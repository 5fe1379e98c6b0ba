"""The account pages, and pages that stand for the rest of the portal."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path

from accounts.access import own_account, public, stepped_up


@own_account
def home(request: HttpRequest) -> HttpResponse:
    return HttpResponse("home")


@own_account
def note(request: HttpRequest) -> HttpResponse:
    return JsonResponse({name: request.POST.getlist(name) for name in request.POST})


@stepped_up
@own_account
def protected(request: HttpRequest) -> HttpResponse:
    return note(request) if request.method == "POST" else HttpResponse("protected")


@public
def leaflet(request: HttpRequest) -> HttpResponse:
    return HttpResponse("for everybody")


urlpatterns = [
    path("", home, name="home"),
    path("note/", note, name="note"),
    path("protected/", protected, name="protected"),
    path("leaflet/", leaflet, name="leaflet"),
    path("account/", include("accounts.urls")),
]
