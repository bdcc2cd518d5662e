"""Papers as other programs and people cite them. Everything here is pure: from what is known of papers to text."""
