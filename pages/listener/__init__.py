"""What a listener sees, from the link to the completion code."""
