"""What a sentence is about, how sure that is, and which fact answers it."""
