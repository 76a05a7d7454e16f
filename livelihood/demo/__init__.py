"""The demo: seven years of six places, lived through the services of the rooms. See docs/demo.md.

It is installed in local and test settings only: `manage.py demo` is unknown in production.

Published facts come from `livelihood.demo.facts` and carry their source; everything else is made up here.
"""
