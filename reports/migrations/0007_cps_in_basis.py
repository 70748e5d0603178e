from django.db import migrations


def forget_what_agrees(apps, schema_editor):
    """A CPS figure that agrees is a fact of no other breach: kept, the next scan would re-open the case."""
    flags = apps.get_model("reports", "Flag").objects.filter(breach__in=["INCOMPLETE", "OFF_PLAN"])
    for flag in flags.exclude(basis__cps="").iterator():
        figure = flag.basis.get("cps")
        if figure and figure == (flag.basis.get("result") or "0.00"):
            flag.basis["cps"] = ""
            flag.save(update_fields=["basis"])


class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0006_cps_record_place'),
    ]

    operations = [
        migrations.RunPython(forget_what_agrees, migrations.RunPython.noop),
    ]
