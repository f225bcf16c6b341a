"""Sound makers behind one small contract; they see arrays and numbers, never Qt or projects."""
