"""What a country does to an SMS: a register of rules with sources and dates, and the engine that applies it.

`engine`, `verdicts`, `register`, `senders`, `protected` and what they stand on are pure: of ours they import only
`messaging`.
"""
