"""Numbers for a Prometheus server: what is asked of the site, and how lists, mail and files stand."""
