import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("planning", "0003_zones_in_force"),
    ]

    operations = [
        migrations.CreateModel(
            name="TradeoffPoint",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.IntegerField()),
                ("measured", models.TextField()),
                ("head", models.TextField()),
                ("result", models.TextField()),
                (
                    "made",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="point",
                        to="planning.planrecord",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="points",
                        to="planning.planrecord",
                    ),
                ),
            ],
            options={
                "ordering": ("plan", "number"),
                "constraints": [
                    models.UniqueConstraint(fields=("plan", "number"), name="tradeoff_point_once"),
                ],
            },
        ),
    ]
