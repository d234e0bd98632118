"""What is known of item versions beyond their content: appended, never an edit of a version."""
