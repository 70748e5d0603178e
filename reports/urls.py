from django.urls import path

from office import converters  # noqa: F401  # registers month and code
from reports.views import (
    case_list,
    cases,
    comments,
    compliance,
    cps,
    cps_columns,
    cps_items,
    cps_names,
    memo,
    month,
    notices,
    obstacle,
    obstacles,
    plan_pages,
    review,
    threads,
    unit_month,
    unlocks,
    year_grid,
)

urlpatterns = [
    # month
    path("reports/", month.home, name="my-reports"),
    path("reports/<month:month>/", month.own_month, name="own-month"),
    path("reports/<month:month>/units/", unit_month.unit_months, name="unit-months"),
    path("reports/<month:month>/units/<code:code>/", unit_month.unit_month, name="unit-month"),
    path("reports/<month:month>/<code:code>/comments/", comments.comments, name="month-comments"),
    path("reports/<month:month>/<code:code>/", month.person_month, name="person-month"),
    path("reports/<month:month>/<code:code>/save/", month.save, name="save-month"),
    path("reports/<month:month>/<code:code>/submit/", month.send, name="submit-month"),
    path("reports/<month:month>/<code:code>/accept/", review.accept_month, name="accept-month"),
    path("reports/<month:month>/<code:code>/unlock/", unlocks.unlock_month, name="unlock-month"),
    path(
        "reports/<month:month>/<code:code>/unlock/<int:pk>/revoke/",
        unlocks.revoke_unlock,
        name="revoke-unlock",
    ),
    path("reports/<month:month>/<code:code>/return/", review.return_month, name="return-month"),
    path("reports/<month:month>/<code:code>/versions/<int:no>/", month.version, name="month-version"),
    # plan pages
    path("plans/<int:year>/", plan_pages.plan, name="plan"),
    path("plans/<int:year>/items/<int:pk>/", plan_pages.plan_item, name="plan-item"),
    # talk on the plan
    path("plans/<int:year>/items/<int:pk>/<month:month>/", threads.thread, name="plan-thread"),
    path("plans/<int:year>/posts/<int:pk>/edit/", threads.edit_post, name="edit-post"),
    path("plans/<int:year>/posts/<int:pk>/settle/", threads.settle_post, name="settle-post"),
    path("plans/<int:year>/objections/", threads.objections, name="objections"),
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
    path("cases/", case_list.cases, name="cases"),
    path("cases/close/", case_list.close_cases, name="close-cases"),
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
    path("cps/import/<month:month>/<code:token>/columns/", cps_columns.columns, name="cps-import-columns"),
    path("cps/mappings/<int:pk>/remove/", cps_columns.remove, name="cps-remove-mapping"),
    path("cps/items/<int:year>/", cps_items.items, name="cps-items"),
    path("cps/names/", cps_names.names, name="cps-names"),
    path("cps/names/<int:pk>/remove/", cps_names.remove, name="cps-remove-alias"),
    path("cps/<month:month>/", cps.month_page, name="cps-month"),
    # obstacles
    path("obstacles/", obstacles.register, name="obstacles"),
    path("obstacles/new/", obstacles.new, name="new-obstacle"),
    path("obstacles/<int:pk>/", obstacle.page, name="obstacle"),
    path("obstacles/<int:pk>/change/", obstacle.change_texts, name="change-obstacle"),
    path("obstacles/<int:pk>/follow/", obstacle.add_step, name="follow-obstacle"),
    path("obstacles/<int:pk>/solve/", obstacle.mark_solved, name="solve-obstacle"),
    path("obstacles/<int:pk>/withdraw/", obstacle.mark_withdrawn, name="withdraw-obstacle"),
    path("obstacles/<int:pk>/reopen/", obstacle.open_again, name="reopen-obstacle"),
    path("cps/<month:month>/match/", cps_names.match, name="cps-match"),
]
