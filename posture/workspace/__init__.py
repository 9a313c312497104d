"""What people decided and what earlier runs found."""
