from django.db import migrations

from livelihood.kernel.guards import InstallGuards


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial"), ("audit", "0001_initial")]
    operations = [InstallGuards()]
