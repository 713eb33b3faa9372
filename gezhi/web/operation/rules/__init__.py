"""Pages on which the district's clerks keep the rules: rows with from-until, who decided them, a form for the next one."""
