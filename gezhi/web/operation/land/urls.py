from django.urls import path

from gezhi.web.operation.land import drafting, plans

app_name = "land"
urlpatterns = [
    path("plans/", plans.listing, name="plans"),
    path("plans/plans.xlsx", plans.sheet, name="plans-sheet"),
    path("plans/new/", drafting.new, name="plan-new"),
    path("plans/<int:pk>/", plans.one, name="plan"),
    path("plans/<int:pk>/areas.geojson", plans.layer, name="plan-layer"),
    path("plans/<int:pk>/steps/<slug:name>/", plans.step, name="plan-step"),
    path("plans/<int:pk>/headings/", drafting.headings, name="plan-headings"),
    path("plans/<int:pk>/changes/<slug:kind>/", drafting.change, name="plan-change"),
    path("plans/<int:pk>/changes/<int:position>/drop/", drafting.drop, name="plan-drop"),
    path("plans/<int:pk>/areas/<str:key>/", drafting.area, name="plan-area"),
]
