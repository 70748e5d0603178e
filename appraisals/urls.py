from django.urls import path

from appraisals.views import notices, summaries, years
from office import converters  # noqa: F401  # registers code

urlpatterns = [
    path("appraisals/", years.current, name="years"),
    path("appraisals/<int:year>/", years.year_list, name="year-list"),
    path("appraisals/<int:year>/summaries.pdf", summaries.print_all, name="year-summaries"),
    path("appraisals/<int:year>/notices/", notices.notice_list, name="year-notices"),
    path("appraisals/<int:year>/<code:code>/", years.person_year, name="person-year"),
    path("appraisals/<int:year>/<code:code>/year.pdf", years.person_year_pdf, name="person-year-pdf"),
    path("appraisals/<int:year>/<code:code>/notice/", notices.year_notice, name="year-notice"),
]
