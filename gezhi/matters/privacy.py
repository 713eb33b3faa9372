"""The catalogue speaks of matters, never of people."""

from gezhi.kernel.privacy import impersonal

impersonal("matters.Category", "code", "name")
impersonal("matters.Matter", "code", "name", "words", "answer_template")
impersonal("matters.TimeLimit", "basis")
