//! The `tools` layer.
