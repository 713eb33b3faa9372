"""The addresses of GeoReport v2, under /open311/v2/."""

from django.urls import path

from gezhi.integrations.open311 import views

app_name = "open311"
urlpatterns = [
    path("discovery.<str:form>", views.discovery, name="discovery"),
    path("services.<str:form>", views.services, name="services"),
    path("services/<str:code>.<str:form>", views.definition, name="definition"),
    path("requests.<str:form>", views.requests, name="requests"),
    path("requests/<str:number>.<str:form>", views.single, name="request"),
    path("tokens/<str:number>.<str:form>", views.token, name="token"),
]
