"""Speed and memory of the portal, as ratios against limits measured in the same run. `python -m tests.bench --help`.

Production settings and servers (granian twice, as two containers of the image, sent to in turns), a PostgreSQL and a
Valkey of its own in a fresh folder, the load from another process. What is measured and its limit take turns, round by
round; of the rounds the median counts, of the ratios too.
"""
