from django.db import migrations

from livelihood.kernel.guards import InstallGuards


class Migration(migrations.Migration):
    dependencies = [("inbox", "0001_initial")]
    operations = [InstallGuards()]
