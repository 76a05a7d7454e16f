"""The demo: seven years of six places, lived through the services of the rooms. See docs/demo.md.

Published facts come from `livelihood.portal.facts` and carry their source; everything else is made up here.
"""
