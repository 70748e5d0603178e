from django.urls import path

from office import converters  # noqa: F401  # registers month and code
from plans.views import imports, pages

urlpatterns = [
    path("plans/", pages.this_year, name="plans"),
    path("plans/<int:year>/import/", imports.choose, name="plan-import"),
    path("plans/<int:year>/import/<code:token>/", imports.look, name="plan-import-preview"),
    path("plans/<int:year>/import/<code:token>/marked.xlsx", imports.marked, name="plan-import-marked"),
    path("plans/<int:year>/approve/", pages.approval, name="plan-approve"),
    path("plans/<int:year>/export.xlsx", pages.export, name="plan-export"),
]
