"""Departments, desks and posts hold names of places, not of people; who sits where is a reference to the account."""

from gezhi.kernel.privacy import impersonal

impersonal("people.Department", "code", "name")
impersonal("people.Desk", "name")
impersonal("people.Notice", "subject_kind")
