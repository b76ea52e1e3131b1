from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("planning", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="planrecord",
            name="tables",
            field=models.TextField(null=True),
        ),
    ]
