from django.urls import path

from gezhi.web.operation.fieldwork.views import campaigns, counts, making, spots

app_name = "fieldwork"
urlpatterns = [
    path("", campaigns.listing, name="campaigns"),
    path("campaigns.xlsx", campaigns.listing_workbook, name="campaigns-workbook"),
    path("new/", making.new, name="new"),
    path("<int:pk>/", campaigns.campaign, name="campaign"),
    path("<int:pk>/campaign.xlsx", campaigns.workbook, name="campaign-workbook"),
    path("<int:pk>/edit/", making.edit, name="edit"),
    path("<int:pk>/questions/", making.questions, name="questions"),
    path("<int:pk>/targets/", making.targets, name="targets"),
    path("<int:pk>/steps/<slug:name>/", making.step, name="step"),
    path("visits/", counts.visits, name="visits"),
    path("visits.xlsx", counts.visits_workbook, name="visits-workbook"),
    path("looks/", counts.looks, name="looks"),
    path("looks.xlsx", counts.looks_workbook, name="looks-workbook"),
    path("spots/", spots.listing, name="spots"),
    path("spots/new/", spots.new, name="spot-new"),
    path("spots/<int:pk>/", spots.one, name="spot"),
]
