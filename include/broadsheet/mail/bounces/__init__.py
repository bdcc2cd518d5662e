"""What comes back: bounces, complaints, requests to unsubscribe."""
