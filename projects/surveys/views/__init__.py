"""Pages of surveys: for the public and for the desk."""
