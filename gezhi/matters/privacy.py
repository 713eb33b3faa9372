"""The catalogue, what governs it and what it costs speak of matters, offices and money, never of people."""

from gezhi.kernel.privacy import impersonal

impersonal("matters.Category", "code", "name")
impersonal("matters.Matter", "code", "name", "words", "handling_template", "answer_template")
impersonal("matters.TimeLimit", "basis")
impersonal(
    "matters.Application",
    "name",
    "legal_basis",
    "content",
    "authority",
    "duty",
    "words",
    "handling_template",
    "answer_template",
    "grounds",
    "reason",
)
impersonal("matters.Demand", "name")
impersonal("matters.DemandField", "name")
impersonal("matters.DataField", "code", "name", "aliases", "held_in")
impersonal("matters.FundEntry", "document")
impersonal("matters.OutsideRequest", "asker", "area_code", "what", "sentence")
impersonal("matters.StandingSentence", "text")
impersonal("matters.BalanceRule", "basis")
