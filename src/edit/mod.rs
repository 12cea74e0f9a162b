//! The `edit` layer.
