from django.urls import include, path

from gezhi.web.operation.views import case, downloads, exclusions, follow_ups, intake, maps, rates, steps, trials

app_name = "operation"
urlpatterns = [
    path("", case.worklist, name="worklist"),
    path("cases/<str:number>/", case.case, name="case"),
    path("cases/<str:number>/reporter/", case.reporter, name="reporter"),
    path("cases/<str:number>/destination/", steps.destination, name="destination"),
    path("cases/<str:number>/steps/<slug:name>/", steps.step, name="step"),
    path("cases/<str:number>/files/<int:pk>/", downloads.file, name="file"),
    path("new/", intake.new, name="new"),
    path("solve/", intake.solve, name="solve"),
    path("near/", intake.near, name="near"),
    path("map/", maps.page, name="map"),
    path("map/grids.geojson", maps.grids, name="grids"),
    path("map/cases.json", maps.cases, name="map-cases"),
    path("disputes/", include("gezhi.web.operation.disputes.urls")),
    path("export.csv", downloads.export, name="export"),
    path("follow-ups/", follow_ups.page, name="follow-ups"),
    path("rates/", rates.page, name="rates"),
    path("rates/rates.xlsx", rates.workbook, name="rates-workbook"),
    path("rates/cases/", rates.cases, name="rate-cases"),
    path("exclusions/", exclusions.page, name="exclusions"),
    path("exclusions/ask/<int:pk>/", exclusions.ask, name="exclude"),
    path("exclusions/<int:pk>/decide/", exclusions.decide, name="exclusion-decide"),
    path("exclusions/<int:pk>/lift/", exclusions.lift, name="exclusion-lift"),
    path("rules/try/", trials.page, name="try-rule"),
]
