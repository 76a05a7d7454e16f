"""Pages of announcement and reports: for the public and for the desk."""
