"""What counts as a person's details, whoever asks for them: the chat's form or the page's."""
