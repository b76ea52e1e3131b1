import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0001_people"),
    ]

    operations = [
        migrations.AddField(
            model_name="answer",
            name="carried_from",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.answer"
            ),
        ),
    ]
