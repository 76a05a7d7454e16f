"""HTTP helpers of the frame: decorators, middleware, paging, template tags. No models."""
