"""What an area's office tells everybody in short: on the pages of the area and its years, and in the feed."""
