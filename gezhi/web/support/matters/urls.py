from django.urls import path

from gezhi.web.support.matters.views import applications, books, catalogue, outside

app_name = "matters"
urlpatterns = [
    path("", catalogue.page, name="catalogue"),
    path("workbook/", catalogue.sheet, name="catalogue-workbook"),
    path("of/<str:code>/", catalogue.matter, name="matter"),
    path("applications/", applications.listing, name="applications"),
    path("applications/workbook/", applications.sheet, name="applications-workbook"),
    path("applications/admission/", applications.new_admission, name="new-admission"),
    path("applications/exit/", applications.new_exit, name="new-exit"),
    path("applications/<int:pk>/", applications.application, name="application"),
    path("applications/<int:pk>/edit/", applications.edit, name="edit"),
    path("applications/<int:pk>/paper/", applications.paper, name="paper"),
    path("applications/<int:pk>/batches/", applications.schedule, name="schedule"),
    path("applications/<int:pk>/steps/<str:name>/", applications.step, name="step"),
    path("balance/", books.balance, name="balance"),
    path("balance/workbook/", books.balance_workbook, name="balance-workbook"),
    path("funds/", books.funds, name="funds"),
    path("funds/workbook/", books.funds_workbook, name="funds-workbook"),
    path("funds/<int:pk>/correct/", books.correct, name="correct"),
    path("burden/", books.burden, name="burden"),
    path("burden/workbook/", books.burden_workbook, name="burden-workbook"),
    path("outside/", outside.listing, name="outside"),
    path("outside/workbook/", outside.sheet, name="outside-workbook"),
    path("outside/new/", outside.new, name="outside-new"),
    path("outside/<int:pk>/", outside.one, name="outside-one"),
]
