from django.db import migrations, models


def place_in_the_only_sheet(apps, schema_editor):
    """Of files taken in before, the sheets aren't known; nearly all had one."""
    apps.get_model("reports", "CpsRecord").objects.update(sheet_row=models.F("row"))


class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0005_notice_paper'),
    ]

    operations = [
        migrations.AddField(
            model_name='cpsrecord',
            name='sheet',
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name='cpsrecord',
            name='sheet_row',
            field=models.PositiveIntegerField(default=0),
            preserve_default=False,
        ),
        migrations.RunPython(place_in_the_only_sheet, migrations.RunPython.noop),
    ]
