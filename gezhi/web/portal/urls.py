"""The residents' addresses, from the root of the site."""

from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from gezhi.web.entrance import language
from gezhi.web.portal import (
    catalogue,
    complaints,
    following,
    grid,
    land,
    own_data,
    policies,
    rating,
    receipts,
    replying,
    reporting,
    statistics,
    team,
    topics,
    views,
    volunteers,
)

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("privacy/", views.privacy, name="privacy"),
    path("matters/", catalogue.page, name="catalogue"),
    path("report/", reporting.report, name="report"),
    path("report/done/<str:code>/", reporting.done, name="done"),
    path("report/photo/<str:token>/", reporting.kept_photo, name="kept_photo"),
    path("follow/", following.follow, name="follow"),
    # Without a CSRF token, which would put a cookie on the page: the receipt code in the form is a secret that no forger has.
    path("follow/urge/", csrf_exempt(following.urge), name="urge"),
    path("follow/appeal/", csrf_exempt(replying.appeal), name="appeal"),
    path("follow/supplement/", csrf_exempt(replying.supplement), name="supplement"),
    path("follow/photo/<str:token>/", following.case_photo, name="case_photo"),
    path("rate/<str:token>/", rating.rate, name="rate"),
    path("grids/", team.find, name="grids-find"),
    path("grids/<slug:code>/team/", team.team, name="team"),
    path("grids/<slug:code>/", grid.page, name="grid"),
    path("brands/", grid.brands, name="brands"),
    path("together/", grid.together, name="together"),
    path("volunteers/", volunteers.page, name="volunteers"),
    path("volunteers/mine/<str:code>/", volunteers.mine, name="sign-up"),
    path("volunteers/<int:pk>/", volunteers.activity, name="volunteer-activity"),
    path("topics/", topics.page, name="topics"),
    path("policies/", policies.library, name="policies"),
    path("policies/<int:pk>/file/", policies.paper, name="policy-file"),
    path("statistics/", statistics.page, name="statistics"),
    path("my-data/", own_data.page, name="own-data"),
    path("receipt/check/", receipts.check, name="receipt-check"),
    path("complaints/", complaints.page, name="complaint"),
    path("complaints/<str:code>/", complaints.follow, name="complaint-follow"),
    path("plates/check/", team.check, name="plate-check"),
    path("plates/keys.txt", team.keys, name="plate-keys"),
    path("land/outlines.json", land.outlines, name="outlines"),
    path("land/where/", land.where, name="where"),
    path("land/grids.json", land.grids, name="grids"),
    # Without a CSRF token: the token would put a cookie on every page, and a forged request could at worst change the language.
    path("choose-language/", csrf_exempt(language), name="language"),
]
