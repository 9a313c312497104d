"""What the Google Cloud sources share: names, answers, members of policies, and what runs as whom."""
