"""What Airflow itself is taught for Broadsheet."""
