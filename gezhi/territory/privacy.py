"""Land is nobody: the tables of the territory hold nothing of a person."""

from gezhi.kernel.privacy import impersonal

impersonal("territory.GridSubtype", "code", "name")
impersonal(
    "territory.Area",
    "code",
    "name",
    "short_name",
    "bounds_east",
    "bounds_south",
    "bounds_west",
    "bounds_north",
)
impersonal("territory.Boundary", "wkb", "source")
impersonal("territory.Plan", "title", "stage", "digest", "reviewers", "reason", "authors", "streets")
impersonal("territory.PlanChange", "kind", "sources")
impersonal(
    "territory.PlanArea",
    "key",
    "level",
    "parent",
    "code",
    "name",
    "kind",
    "bounds_east",
    "bounds_south",
    "bounds_west",
    "bounds_north",
    "wkb",
    "became",
)
impersonal("territory.LegacyGrid", "department", "code", "name", "wkb", "crs_in")
impersonal("territory.ResourceCategory", "code", "name")
impersonal("territory.Resource", "name", "provider", "note")
impersonal("territory.SizeRule", "kind", "basis")
impersonal("territory.SizeExemption", "reason")
impersonal("territory.StructurePart", "group", "code", "name", "counts")
impersonal("territory.UnitGrid", "code", "name", "kind", "wkb", "source", "crs_in")
impersonal(
    "territory.PlanningRun",
    "title",
    "kind",
    "source",
    "state",
    "crs_in",
    "problem",
    "outcome",
    "grids",
)
impersonal("territory.PlanningFile", "name", "data")
