"""What runs the portal on one machine starts again what has ended by itself."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from livelihood.demo import servers


def test_a_killed_process_is_started_again_until_it_ends_too_often(tmp_path: Path):
    log = tmp_path / "worker.log"
    with ExitStack() as stack:
        portal = servers.Portal("", {log: ["sleep", "60"]}, stack)
        portal.start(log)
        first = portal.processes[log]
        portal.keep()
        assert portal.processes[log] is first

        for _time in range(servers.MOST_ENDS):
            portal.processes[log].kill()
            portal.processes[log].wait()
            portal.keep()
            assert portal.processes[log].poll() is None

        portal.processes[log].kill()
        portal.processes[log].wait()
        with pytest.raises(servers.Ended, match="worker has ended with -9"):
            portal.keep()
