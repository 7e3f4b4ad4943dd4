; What the grammar did not understand.
(ERROR) @error
(MISSING) @missing
