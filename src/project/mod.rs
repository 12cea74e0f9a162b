//! The `project` layer.
