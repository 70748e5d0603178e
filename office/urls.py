from django.urls import path

from office.views import session

urlpatterns = [
    path("sign-in/", session.sign_in, name="sign-in"),
    path("sign-out/", session.sign_out, name="sign-out"),
    path("healthz", session.healthz, name="healthz"),
]
