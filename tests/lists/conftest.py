"""Lists of a year in delivery; four sites are a long list where a test says so."""

from tests.projects import conftest as projects

come, go, scene = projects.come, projects.go, projects.scene
