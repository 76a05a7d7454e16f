"""Pages of the door for sheets: bring a file, say how it is read, look at what it would do, write it, take it back."""
