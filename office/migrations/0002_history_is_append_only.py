from django.db import migrations

SQLITE = """
CREATE TRIGGER audit_no_update BEFORE UPDATE ON office_auditevent
BEGIN SELECT RAISE(ABORT, 'history cannot be changed'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON office_auditevent
BEGIN SELECT RAISE(ABORT, 'history cannot be deleted'); END;
"""
POSTGRES = """
CREATE FUNCTION audit_is_append_only() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION 'history cannot be changed or deleted'; END; $$ LANGUAGE plpgsql;
CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON office_auditevent
FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
"""


def install(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for statement in SQLITE.strip().split("END;")[:-1]:
            schema_editor.execute(statement + "END;")
    else:
        schema_editor.execute(POSTGRES)


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER audit_no_update")
        schema_editor.execute("DROP TRIGGER audit_no_delete")
    else:
        schema_editor.execute("DROP TRIGGER audit_no_change ON office_auditevent")
        schema_editor.execute("DROP FUNCTION audit_is_append_only()")


class Migration(migrations.Migration):
    dependencies = [("office", "0001_initial")]
    operations = [migrations.RunPython(install, remove)]
