"""Maps: schools, homes and zones as GeoJSON for those who may see them, and the page that draws them."""
