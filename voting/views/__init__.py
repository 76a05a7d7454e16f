"""Pages of this room: the public decision, the desk of the congress, the deputies' booth."""
