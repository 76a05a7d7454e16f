"""The roof: pages composed from several rooms, the demo, and the step from one phase to the next."""
