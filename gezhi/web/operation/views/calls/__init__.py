"""街呼区应 on the desk: the list, one call with its departments, its steps, a new one, its files, the departments' response."""
