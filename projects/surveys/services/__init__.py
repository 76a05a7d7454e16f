"""Acts of this room: `surveys` runs them, `answers` takes what people say, `figures` counts it."""
