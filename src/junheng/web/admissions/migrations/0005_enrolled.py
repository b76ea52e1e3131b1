from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("admissions", "0004_later_kin"),
    ]

    operations = [
        migrations.CreateModel(
            name="Enrolled",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("identity_hash", models.CharField(max_length=64, unique=True)),
                ("school", models.CharField(max_length=80)),
            ],
        ),
    ]
