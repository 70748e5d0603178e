from django.urls import path

from reports.views import compliance, month, plan_pages, review, year_grid

urlpatterns = [
    # month
    path("reports/", month.home, name="my-reports"),
    path("reports/<str:month>/", month.own_month, name="own-month"),
    path("reports/<str:month>/<str:code>/", month.person_month, name="person-month"),
    path("reports/<str:month>/<str:code>/save/", month.save, name="save-month"),
    path("reports/<str:month>/<str:code>/submit/", month.send, name="submit-month"),
    path("reports/<str:month>/<str:code>/accept/", review.accept_month, name="accept-month"),
    path("reports/<str:month>/<str:code>/return/", review.return_month, name="return-month"),
    path("reports/<str:month>/<str:code>/versions/<int:no>/", month.version, name="month-version"),
    # plan pages
    path("plans/<int:year>/", plan_pages.plan, name="plan"),
    path("plans/<int:year>/items/<int:pk>/", plan_pages.plan_item, name="plan-item"),
    # compliance
    path("compliance/<str:month>/", compliance.compliance, name="compliance"),
    path("compliance/<str:month>/check/", compliance.check_again, name="check-compliance"),
    path("compliance/<str:month>/export.xlsx", compliance.export, name="export-compliance"),
    # year grid
    path("compliance/year/<int:year>/", year_grid.year_grid, name="year-grid"),
]
