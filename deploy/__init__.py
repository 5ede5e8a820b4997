"""Starting and stopping the assistant's processes."""
