from django.urls import path

from office.views import audit, jobs, people, resume, session

urlpatterns = [
    path("sign-in/", session.sign_in, name="sign-in"),
    path("sign-in/resume/", resume.resume, name="resume"),
    path("sign-out/", session.sign_out, name="sign-out"),
    path("healthz", session.healthz, name="healthz"),
    path("office/", people.index, name="office"),
    path("office/people/", people.people, name="people"),
    path("office/people/import/", people.import_people, name="import-people"),
    path("office/audit/", audit.audit, name="audit"),
    path("office/jobs/", jobs.job_list, name="jobs"),
    path("office/jobs/<int:pk>/", jobs.job, name="job"),
    path("office/jobs/<int:pk>/file", jobs.job_file, name="job-file"),
    path("office/jobs/<int:pk>/again/", jobs.job_again, name="job-again"),
]
