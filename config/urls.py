from django.urls import include, path

from config import home

urlpatterns = [
    path("", home.home, name="home"),
    path("notifications/read/", home.mark_read, name="notifications-read"),
    path("", include("office.urls")),
    path("", include("plans.urls")),
    path("", include("plans.calendar_urls")),
    path("", include("reports.urls")),
    path("", include("meetings.urls")),
    path("", include("appraisals.urls")),
]

handler400 = "office.views.bad_request"
handler403 = "office.views.permission_denied"
handler404 = "office.views.page_not_found"
handler500 = "office.views.server_error"
