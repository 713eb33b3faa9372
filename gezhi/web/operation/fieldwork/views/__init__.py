"""Pages of the field work in the workspace of those who send people out: campaigns, counts, spots. The people who go have the phone."""
