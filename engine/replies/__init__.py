"""What the assistant says: the words of texts/ and knowledge/, chosen by what was understood."""
