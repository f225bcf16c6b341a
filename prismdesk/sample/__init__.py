"""The sample film, drawn and sounded by the program itself from a recipe."""
