"""Long work: a row first, then a worker. A wiped broker loses nothing, a killed worker does nothing twice."""
