"""The worker's app at /field/: `shell` serves the installable page, `parts` and `holding` say what a phone holds, `api` is its door."""
