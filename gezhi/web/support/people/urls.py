from django.urls import path

from gezhi.web.support.people.views import gaps, structure

app_name = "people"
urlpatterns = [
    path("structure/", structure.page, name="structure"),
    path("gaps/", gaps.page, name="gaps"),
]
