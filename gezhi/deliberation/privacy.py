"""Topics are public and name nobody: identity numbers are refused. See `gezhi.kernel.privacy`."""

from gezhi.kernel.privacy import impersonal

impersonal("deliberation.Topic", "title", "words", "answer")
