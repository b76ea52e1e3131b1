"""District: records as they are kept; see `junheng.district.model.District`."""
