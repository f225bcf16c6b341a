"""Reading weight files safely and filling networks under the published tensor names."""
