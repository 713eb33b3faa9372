"""The pages of the desk, a file a theme: the list, a case, its steps, intake, map, downloads."""
