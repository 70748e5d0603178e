from django.urls import path

from plans.views import calendar_settings

urlpatterns = [
    path("office/holidays/", calendar_settings.holidays, name="holidays"),
    path("office/holidays/confirm/", calendar_settings.confirm, name="confirm-holidays"),
    path("office/holidays/<int:pk>/remove/", calendar_settings.remove, name="remove-holiday"),
    path("office/policy/", calendar_settings.policy, name="policy"),
]
