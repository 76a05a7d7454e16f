"""The year in delivery of the tests of projects."""

from tests.projects import conftest as projects

come, scene = projects.come, projects.scene
