from django.urls import path

from gezhi.web.support.fieldwork import views

app_name = "fieldwork"
urlpatterns = [
    path("suggestions/", views.suggestions, name="suggestions"),
    path("suggestions/suggestions.xlsx", views.workbook, name="suggestions-workbook"),
    path("suggestions/<int:pk>/", views.suggestion, name="suggestion"),
    path("checklists/", views.lists, name="checklists"),
    path("checklists/<slug:code>/", views.entry, name="entry"),
]
