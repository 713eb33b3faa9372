from django.urls import path

from gezhi.web.operation.disputes import papers, register, views

app_name = "disputes"
urlpatterns = [
    path("", views.listing, name="list"),
    path("new/", register.new, name="new"),
    path("month/", papers.month, name="month"),
    path("<int:pk>/", views.dispute, name="dispute"),
    path("<int:pk>/steps/<slug:name>/", views.step, name="step"),
    path("<int:pk>/sides/<int:position>/", views.side, name="side"),
    path("<int:pk>/agreement/", papers.agreement, name="agreement"),
    path("<int:pk>/agreement.docx", papers.agreement_file, name="agreement-file"),
]
