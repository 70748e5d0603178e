from django.urls import path

from office import converters  # noqa: F401  # registers month and code
from reports.views import (
    cases,
    compliance,
    cps,
    evidence,
    memo,
    month,
    notices,
    plan_pages,
    review,
    year_grid,
)

urlpatterns = [
    # month
    path("reports/", month.home, name="my-reports"),
    path("reports/evidence/<int:pk>/", evidence.whole, name="evidence"),
    path("reports/evidence/<int:pk>/small/", evidence.small, name="evidence-small"),
    path("reports/<month:month>/", month.own_month, name="own-month"),
    path("reports/<month:month>/<code:code>/", month.person_month, name="person-month"),
    path("reports/<month:month>/<code:code>/evidence/", evidence.take, name="take-evidence"),
    path("reports/<month:month>/<code:code>/save/", month.save, name="save-month"),
    path("reports/<month:month>/<code:code>/submit/", month.send, name="submit-month"),
    path("reports/<month:month>/<code:code>/accept/", review.accept_month, name="accept-month"),
    path("reports/<month:month>/<code:code>/return/", review.return_month, name="return-month"),
    path("reports/<month:month>/<code:code>/versions/<int:no>/", month.version, name="month-version"),
    # plan pages
    path("plans/<int:year>/", plan_pages.plan, name="plan"),
    path("plans/<int:year>/items/<int:pk>/", plan_pages.plan_item, name="plan-item"),
    # compliance
    path("compliance/<month:month>/", compliance.compliance, name="compliance"),
    path("compliance/<month:month>/check/", compliance.check_again, name="check-compliance"),
    path("compliance/<month:month>/export.xlsx", compliance.export, name="export-compliance"),
    # notices and cases
    path("compliance/<month:month>/notify/", notices.prepare, name="prepare-notices"),
    path("compliance/<month:month>/notify/send/", notices.send, name="send-notices"),
    path("notices/", notices.notices, name="notices"),
    path("notices/<int:pk>/", notices.notice, name="notice"),
    path("notices/<int:pk>/answer/", notices.answer_notice, name="answer-notice"),
    path("cases/", cases.cases, name="cases"),
    path("cases/<int:pk>/", cases.case, name="case"),
    path("cases/<int:pk>/close/", cases.close_case, name="close-case"),
    path("cases/<int:pk>/excuse/", cases.excuse_case, name="excuse-case"),
    # year grid
    path("compliance/year/<int:year>/", year_grid.year_grid, name="year-grid"),
    # memo
    path("notices/<int:pk>/memo.pdf", memo.memo, name="notice-memo"),
    # cps
    path("cps/", cps.index, name="cps"),
    path("cps/import/", cps.choose, name="cps-import"),
    path("cps/import/<month:month>/<code:token>/", cps.look, name="cps-import-preview"),
    path("cps/import/<month:month>/<code:token>/marked.xlsx", cps.marked, name="cps-import-marked"),
    path("cps/<month:month>/", cps.month_page, name="cps-month"),
]
