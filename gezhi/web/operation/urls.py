from django.urls import include, path

from gezhi.web.operation.views import calls, case, downloads, intake, maps, steps

app_name = "operation"
urlpatterns = [
    path("", case.worklist, name="worklist"),
    path("cases/<str:number>/", case.case, name="case"),
    path("cases/<str:number>/reporter/", case.reporter, name="reporter"),
    path("cases/<str:number>/destination/", steps.destination, name="destination"),
    path("cases/<str:number>/steps/<slug:name>/", steps.step, name="step"),
    path("cases/<str:number>/files/<int:pk>/", downloads.file, name="file"),
    path("calls/", calls.listing, name="calls"),
    path("calls/new/", calls.new, name="call-new"),
    path("calls/response/", calls.response, name="call-response"),
    path("calls/response.xlsx", calls.workbook, name="call-workbook"),
    path("calls/<int:pk>/", calls.one, name="call"),
    path("calls/<int:pk>/steps/<slug:name>/", calls.step, name="call-step"),
    path("calls/<int:pk>/parts/<int:part>/steps/<slug:name>/", calls.step, name="call-part-step"),
    path("new/", intake.new, name="new"),
    path("solve/", intake.solve, name="solve"),
    path("near/", intake.near, name="near"),
    path("map/", maps.page, name="map"),
    path("map/grids.geojson", maps.grids, name="grids"),
    path("map/cases.json", maps.cases, name="map-cases"),
    path("disputes/", include("gezhi.web.operation.disputes.urls")),
    path("export.csv", downloads.export, name="export"),
]
