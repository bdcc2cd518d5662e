"""Where things stand in a drawing: pure, without a word of SVG, which is the templates'."""
