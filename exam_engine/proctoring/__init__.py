"""What a proctor sees and does while a session runs."""
