from django.db import migrations

from livelihood.kernel.guards import InstallGuards


class Migration(migrations.Migration):
    # Its tables draw the stamp of what is remembered of years, as those of years do.
    dependencies = [("proposals", "0001_initial"), ("cycles", "0002_guards")]
    operations = [InstallGuards()]
