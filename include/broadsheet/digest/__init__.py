"""What a mail says: editions and their rendering."""
