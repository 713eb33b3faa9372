"""How phones and server come to one truth; docs/field-sync.md. `commands` says what a phone may send, `applying` carries it out, `parts` and
`holding` say what the phone is to hold, `api` is the door."""
