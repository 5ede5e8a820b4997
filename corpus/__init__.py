"""The training and validation sentences as files: reading, checking, correcting."""
