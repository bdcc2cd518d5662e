"""A made-up hub and an inbox on loopback: the demo, the tests and all load use these."""
