from django.urls import path

from reports.views import month, review

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
]
