"""The secret of a local installation is one, however many processes draw it at once."""

import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings

PROCESSES, FOLDERS = 6, 5
DRAW = f"""
import os, random, secrets, time
from pathlib import Path
from livelihood import local
token = secrets.token_urlsafe
def slowly(length):
    time.sleep(random.random() / 20)
    return token(length)
secrets.token_urlsafe = slowly
print(flush=True)
while not Path("go").exists():
    time.sleep(0.001)
for folder in range({FOLDERS}):
    os.environ["LIVELIHOOD_DATA"] = str(folder)
    print(local.secret_key("secret_key"))
"""


def test_processes_that_start_at_once_agree_on_one_secret(tmp_path: Path):
    environment = {**os.environ, "PYTHONPATH": str(settings.BASE_DIR)}
    command = [sys.executable, "-c", DRAW]
    drawing = [
        subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(PROCESSES)
    ]
    for process in drawing:
        assert process.stdout is not None
        process.stdout.readline()  # it is ready

    (tmp_path / "go").touch()
    drawn = [process.communicate(timeout=60)[0].split() for process in drawing]

    files = [tmp_path / str(folder) / "secret_key" for folder in range(FOLDERS)]
    assert drawn == [[file.read_text() for file in files]] * PROCESSES
    assert {len(file.read_text()) for file in files} == {64}
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert [list(file.parent.iterdir()) for file in files] == [[file] for file in files]
