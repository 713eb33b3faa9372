"""Addresses of the room 共驻共建."""

from django.urls import path

from gezhi.web.support.cobuild.views import brands, needs, partners, projects

app_name = "cobuild"
urlpatterns = [
    path("", projects.figures_page, name="figures"),
    path("partners/", partners.partners, name="partners"),
    path("partners/partners.xlsx", partners.partners_workbook, name="partners-workbook"),
    path("partners/new/", partners.new_partner, name="new-partner"),
    path("partners/<int:pk>/", partners.partner, name="partner"),
    path("partners/<int:pk>/<slug:name>/", partners.partner_deed, name="partner-deed"),
    path("commitments/<int:pk>/keep/", partners.keep_commitment, name="keep"),
    path("resources/", partners.offers, name="offers"),
    path("resources/resources.xlsx", partners.offers_workbook, name="offers-workbook"),
    path("resources/<int:pk>/end/", partners.offer_end, name="end-offer"),
    path("needs/", needs.needs, name="needs"),
    path("needs/needs.xlsx", needs.needs_workbook, name="needs-workbook"),
    path("needs/new/", needs.new_need, name="new-need"),
    path("needs/<int:pk>/", needs.need, name="need"),
    path("needs/<int:pk>/drop/", needs.need_drop, name="drop-need"),
    path("projects/", projects.projects, name="projects"),
    path("projects/projects.xlsx", projects.projects_workbook, name="projects-workbook"),
    path("projects/new/", projects.new_project, name="new-project"),
    path("projects/<int:pk>/", projects.project, name="project"),
    path("projects/<int:pk>/<slug:name>/", projects.project_deed, name="project-deed"),
    path("milestones/<int:pk>/", projects.reach, name="reach"),
    path("milestones/<int:pk>/file/", projects.evidence, name="evidence"),
    path("brands/", brands.brands, name="brands"),
    path("brands/brands.xlsx", brands.brands_workbook, name="brands-workbook"),
    path("brands/sites/new/", brands.new_site, name="open-site"),
    path("brands/sites/<int:pk>/close/", brands.site_close, name="close-site"),
    path("brands/features/new/", brands.new_feature, name="name-feature"),
    path("brands/features/<int:pk>/end/", brands.feature_end, name="end-feature"),
    path("complaints/", brands.complaints, name="complaints"),
    path("complaints/<int:pk>/", brands.complaint, name="complaint"),
]
