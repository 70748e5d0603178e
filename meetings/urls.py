from django.urls import path, re_path

from meetings.views import meeting, year

_DERIVED = r"^meetings/(?P<series>mid|end)/(?P<month>[0-9]{4}-[0-9]{2})/"

urlpatterns = [
    path("meetings/", year.meetings, name="meetings"),
    path("meetings/<int:pk>/", meeting.saved, name="meeting"),
    path("meetings/<int:pk>/move/", meeting.move_saved, name="meeting-move"),
    re_path(rf"{_DERIVED}$", meeting.by_month, name="meeting-by-month"),
    re_path(rf"{_DERIVED}move/$", meeting.move_by_month, name="meeting-move-by-month"),
]
